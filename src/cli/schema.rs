//! `tallyho schema`: the tables of a connection, the columns of one, and where they are known from.

use std::io::{self, Write};
use std::time::SystemTime;

use clap::Args;

use super::{Failure, SourceArgs, choose, narrate, run};
use crate::kql::{Schema, TableSymbol};
use crate::run::{CancelHandle, OpenConnection, Runner, SchemaOrigin};
use crate::text;

#[derive(Args)]
pub(super) struct SchemaArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Ask the service now; without it what was told last is printed.
    #[arg(long)]
    refresh: bool,
    /// Print the columns of this table.
    #[arg(value_name = "TABLE")]
    table: Option<String>,
}

pub(super) fn schema(args: &SchemaArgs) -> Result<(), Failure> {
    let chosen = choose(&args.source)?;
    let runner = Runner::new(&chosen.paths);
    let open = run::open(&runner, &chosen.connection, "")?;
    if args.refresh {
        let prompt = |prompt| run::tell_prompt(&prompt);
        let notes = runner.refresh_schema(&open, &CancelHandle::new(), &prompt);
        for note in notes.map_err(|it| Failure::run(it, ""))? {
            narrate(&format!("note: {note}"));
        }
    }
    narrate(&origin(&open));
    let schema = open.schema();
    match &args.table {
        None => list(&schema),
        Some(name) => {
            let table = schema.table(name);
            columns(table.ok_or_else(|| Failure::Usage(format!("there is no table '{name}' here")))?)
        }
    }
}

/// Where the tables are known from, and how long ago.
fn origin(open: &OpenConnection) -> String {
    let name = &open.connection.name;
    match open.schema_origin() {
        SchemaOrigin::Data => format!("the tables of '{name}' are read from its data"),
        SchemaOrigin::Bundled => {
            format!("these tables come with tallyho; '{name}' has not told its own: add --refresh to ask")
        }
        SchemaOrigin::Service { taken } => {
            let age = SystemTime::now().duration_since(taken).unwrap_or_default().as_secs();
            let ago = match age {
                0..60 => "just now".to_owned(),
                60..7200 => format!("{} minutes ago", age / 60),
                7200..172_800 => format!("{} hours ago", age / 3600),
                _ => format!("{} days ago", age / 86_400),
            };
            format!("'{name}' told these tables {ago}")
        }
    }
}

fn list(schema: &Schema) -> Result<(), Failure> {
    let width = schema.tables().map(|it| text::width(&it.name)).max().unwrap_or(0);
    let mut out = io::stdout().lock();
    for table in schema.tables() {
        let name = text::sanitize(&table.name);
        let pad = " ".repeat(width.saturating_sub(text::width(&name)));
        let about = text::sanitize(&table.description);
        let line = format!("{name}{pad}  {:>3} columns  {about}", table.columns.len());
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn columns(table: &TableSymbol) -> Result<(), Failure> {
    let width = table.columns.iter().map(|it| text::width(&it.name)).max().unwrap_or(0);
    let mut out = io::stdout().lock();
    for column in table.columns.iter() {
        let name = text::sanitize(&column.name);
        let pad = " ".repeat(width.saturating_sub(text::width(&name)));
        let line = format!("{name}{pad}  {:<8}  {}", column.ty.name(), text::sanitize(&column.description));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
