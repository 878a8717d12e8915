//! `tallyho link`: the address that opens a query in its portal, and the query behind such an address.

use std::io::{self, IsTerminal, Write};

use clap::Args;

use super::{Failure, QueryArgs, SourceArgs, narrate, query_text};
use crate::config::{Api, Clock, Connection, ConnectionKind, Service, TimeRange};
use crate::run::{Link, LinkPlace, deep_link, deep_link_note, open_in_browser};

#[derive(Args)]
pub(super) struct LinkArgs {
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// The time that the portal is asked about: P7D, PT12H, two times with a / between; without it the connection's.
    #[arg(long, value_name = "RANGE")]
    time_range: Option<String>,
    /// Open the page in the browser instead of printing its address.
    #[arg(long)]
    open: bool,
    /// Print the query behind a link of Defender's portal, Azure Data Explorer or Azure's logs.
    #[arg(long, value_name = "URL", conflicts_with_all = ["query", "file", "connection", "data", "time_range", "open"])]
    decode: Option<String>,
}

pub(super) fn link(args: &LinkArgs) -> Result<(), Failure> {
    match &args.decode {
        Some(url) => decode(url),
        None => encode(args),
    }
}

/// Prints the link, or opens it. Nothing runs: the portal shows the query.
fn encode(args: &LinkArgs) -> Result<(), Failure> {
    let text = query_text::read(&args.query)?;
    let mut connection = super::choose(&args.source)?.connection;
    if args.source.connection.is_none() && args.source.data.is_none() && connection.kind.service().is_none() {
        // Nobody named data on this machine, and its queries are Defender's.
        narrate("note: the link is for Defender's portal; -c NAME takes another one");
        let service = Service::at(Api::Defender, "https://api.security.microsoft.com");
        connection = Connection::new("defender", ConnectionKind::Service(Box::new(service)), Clock::System);
    }
    let time_range = match &args.time_range {
        Some(text) => Some(TimeRange::parse(text).ok_or_else(|| {
            Failure::Usage(format!(
                "--time-range is P30D, PT12H, 2024-02-01T08:00:00Z or two of these with a / between, not '{text}'"
            ))
        })?),
        None => connection.time_range.clone(),
    };
    let url = deep_link(&connection, &text, time_range.as_ref()).map_err(Failure::Usage)?;
    if let Some(note) = deep_link_note(&connection, time_range.as_ref()) {
        narrate(&format!("note: {note}"));
    }
    if args.open {
        return open_in_browser(&url).map_err(Failure::Io);
    }
    writeln!(io::stdout().lock(), "{url}")?;
    Ok(())
}

/// Prints the query, as it is into a pipe and made harmless on a terminal; where it leads stands on standard error.
fn decode(url: &str) -> Result<(), Failure> {
    let link = Link::decode(url).map_err(Failure::Usage)?;
    let place = match &link.place {
        LinkPlace::Defender { host } => format!("Defender's portal {host}"),
        LinkPlace::DataExplorer { cluster, database } => {
            format!("{cluster}, database {}", database.as_deref().unwrap_or("not named"))
        }
        LinkPlace::LogAnalytics { host, resource_id } => format!("{resource_id} in {host}"),
    };
    narrate(&format!("place: {place}"));
    if let Some(range) = &link.time_range {
        narrate(&format!("time range: {}", range.words()));
    }
    if let Some(tenant) = &link.tenant {
        narrate(&format!("tenant: {tenant}"));
    }
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        for line in link.query.lines() {
            writeln!(out, "{}", crate::text::sanitize(line))?;
        }
    } else {
        writeln!(out, "{}", link.query)?;
    }
    Ok(())
}
