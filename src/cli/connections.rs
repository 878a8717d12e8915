//! `tallyho connections`: what is configured, and whether it answers.

use std::io::{self, Write};
use std::time::{Instant, SystemTime};

use clap::{Args, Subcommand};

use super::{Failure, input_token, narrate, paths, run};
use crate::config::{Clock, Config, Connection, ConnectionKind, TimeRange};
use crate::run::{QueryRequest, RunId, Runner};
use crate::text;

#[derive(Args)]
pub(super) struct ConnectionsArgs {
    #[command(subcommand)]
    command: Option<ConnectionsCommand>,
}

#[derive(Subcommand)]
pub(super) enum ConnectionsCommand {
    /// Open a connection, sign in and ask for one row; says which step fails.
    Test {
        /// A connection of the configuration; without it the default one.
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
}

pub(super) fn connections(args: &ConnectionsArgs) -> Result<(), Failure> {
    let paths = paths()?;
    let config = Config::load(&paths.config.join("config.toml"))?;
    match &args.command {
        None => list(&config),
        Some(ConnectionsCommand::Test { name }) => {
            let name = name.as_ref().unwrap_or(&config.default_connection);
            let connection = config.connection(name)?;
            test(connection, &input_token::runner(&paths, connection, None)?)
        }
    }
}

/// One line each: `*` marks the one that opens first.
fn list(config: &Config) -> Result<(), Failure> {
    let header = ["", "name", "kind", "where", "sign-in", "tenant", "quota", "time range"].map(str::to_owned);
    let rows: Vec<[String; 8]> = config.connections.iter().map(|it| line(it, config)).collect();
    let rows: Vec<&[String; 8]> = std::iter::once(&header).chain(&rows).collect();
    let widths: [usize; 8] =
        std::array::from_fn(|column| rows.iter().map(|row| text::width(&row[column])).max().unwrap_or(0));
    let mut out = io::stdout().lock();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - text::width(cell))))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

fn line(connection: &Connection, config: &Config) -> [String; 8] {
    let service = connection.kind.service();
    let place = match &connection.kind {
        ConnectionKind::Lab => "this machine".to_owned(),
        ConnectionKind::Files { folder } | ConnectionKind::Recorded { folder } => folder.display().to_string(),
        ConnectionKind::Service(service) => service.base_url.clone(),
    };
    let none = || "–".to_owned();
    let mark = if connection.name == config.default_connection { "*" } else { "" };
    let name =
        if connection.production { format!("{} [production]", connection.name) } else { connection.name.clone() };
    let cells = [
        mark.to_owned(),
        name,
        connection.kind.name().to_owned(),
        place,
        service.map_or_else(none, |it| it.sign_in.method.name().to_owned()),
        service.and_then(|it| it.sign_in.tenant.clone()).unwrap_or_else(none),
        if service.is_some() { connection.quota.name.clone() } else { none() },
        connection.time_range.as_ref().map_or_else(none, TimeRange::words),
    ];
    cells.map(|it| text::sanitize(&it).into_owned())
}

/// Opens the connection, signs in and asks for one row, step by step, so that the step that fails is known.
fn test(connection: &Connection, runner: &Runner) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let opening = Instant::now();
    let open = run::open(runner, connection, "")?;
    writeln!(out, "open      {:.2} s", opening.elapsed().as_secs_f64())?;
    match connection.clock {
        Clock::System => {}
        Clock::EndOfData | Clock::At(_) => {
            writeln!(out, "now()     {}", crate::result::datetime_text(open.now()))?;
        }
    }
    if matches!(connection.kind, ConnectionKind::Recorded { .. }) {
        narrate("a recording answers only what was recorded, so nothing is asked");
        let queries = open.recorded_queries();
        writeln!(out, "queries   {}", queries.len())?;
        for query in &queries {
            writeln!(out, "          {}", text::sanitize(query.trim()))?;
        }
        return Ok(());
    }
    if connection.kind.service().is_some() {
        narrate("one query is sent: print Tallyho = 1");
    }
    let asking = Instant::now();
    let request = QueryRequest::new(RunId(1), "print Tallyho = 1", std::sync::Arc::clone(&open));
    let (rows, _) = run::answer(runner, request)?;
    if rows.n_rows() != 1 {
        return Err(Failure::Io(format!("{} rows came where one was asked for", rows.n_rows())));
    }
    writeln!(out, "query     {:.2} s", asking.elapsed().as_secs_f64())?;
    writeln!(out, "tables    {}", open.schema().len())?;
    for line in runner.forecast(&open, SystemTime::now()).lines() {
        writeln!(out, "quota     {}", text::sanitize(&line))?;
    }
    writeln!(out, "'{}' answers", text::sanitize(&connection.name))?;
    Ok(())
}
