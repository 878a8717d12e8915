//! Queries over rows that were fetched before: where these are found, and what answers.

use std::sync::Arc;

use crate::history::KeptResults;
use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::{datetime_text, read_arrow};
use crate::run::{Fetched, FetchedTable, OpenConnection, RunError, RunErrorKind, fetched_in};
use crate::tui::app::App;
use crate::tui::panes::results::{Content, grouped};

/// The fetched rows that a text may name, taken when it is asked: what is shown may be another answer a moment later.
#[derive(Clone)]
pub(super) struct Shelf {
    last: Option<FetchedTable>,
    /// A local connection that is open, whose tables may be named too.
    beside: Option<Arc<OpenConnection>>,
    /// What `now()` means on the connection that is chosen.
    now: Option<i64>,
    results: KeptResults,
}

impl Shelf {
    /// `None` for a text that names no fetched rows.
    pub(super) fn of(text: &str, app: &App, results: &KeptResults) -> Option<Self> {
        let named = fetched_in(text);
        if named.is_empty() {
            return None;
        }
        let open = app.open_connection();
        let is_local = |it: &&Arc<OpenConnection>| it.connection.kind.is_local();
        let beside = open.filter(is_local).or_else(|| app.opened.iter().flatten().find(is_local)).cloned();
        let last = named.contains(&Fetched::Last).then(|| last(app)).flatten();
        Some(Self { last, beside, now: open.map(|it| it.now()), results: results.clone() })
    }

    /// What answers a text. Reads kept results from the disk.
    pub(super) fn open(&self, text: &str) -> Result<Arc<OpenConnection>, RunError> {
        let tables = fetched_in(text).into_iter().map(|it| self.find(it)).collect::<Result<Vec<_>, _>>()?;
        OpenConnection::over_fetched(tables, self.beside.as_deref(), self.now)
    }

    fn find(&self, wanted: Fetched) -> Result<FetchedTable, RunError> {
        let missing = |message: String, advice: &str| RunError::new(RunErrorKind::Query, message).with_advice(advice);
        match wanted {
            Fetched::Last => self.last.clone().ok_or_else(|| {
                missing("there are no rows that _last could name".to_owned(), "Run a query first; _last is its result.")
            }),
            Fetched::Run(run) => match self.kept(run) {
                Ok(Some(table)) => Ok(table),
                Ok(None) => Err(missing(
                    format!("no result is kept as {}", wanted.name()),
                    "The history tells which are kept; a query of the history can be run again.",
                )),
                Err(words) => Err(missing(
                    format!("what is kept as {} cannot be read: {words}", wanted.name()),
                    "Run its query again from the history.",
                )),
            },
        }
    }
}

impl Shelf {
    /// The kept result of a run.
    fn kept(&self, run: i64) -> Result<Option<FetchedTable>, String> {
        let Some(file) = self.results.find(run).map_err(|it| it.to_string())? else { return Ok(None) };
        let set = read_arrow(file.read().map_err(|it| it.to_string())?)?;
        let part = if set.truncation.is_none() { "" } else { ", which are not all that the query found" };
        let started = UNIX_EPOCH_TICKS.saturating_add(file.started.saturating_mul(10));
        let when = datetime_text(started);
        let (name, rows) = (Fetched::Run(run).name(), rows(set.n_rows()));
        let when = when.get(..16).unwrap_or(&when).replace('T', " ");
        let note = format!("Runs here, over what was fetched: {name} is {rows} of {when} UTC{part}.");
        Ok(Some(FetchedTable { name, set, note }))
    }
}

/// What a text is looked at against when it names fetched rows that are there.
pub(super) fn connection(shelf: Option<&Shelf>, text: &str) -> Option<Arc<OpenConnection>> {
    shelf.filter(|_| !fetched_in(text).is_empty())?.open(text).ok()
}

/// The rows that are shown.
fn last(app: &App) -> Option<FetchedTable> {
    let (set, from, is_whole) = match &app.results.content {
        Content::Rows(_) => (app.results.set.clone(), app.results.connection(), app.results.is_whole()),
        // A run that failed has not taken away what was fetched before it.
        _ => {
            let last = app.results.older.as_ref()?;
            (last.set.as_ref().clone(), last.connection, last.is_whole)
        }
    };
    let connection = from.and_then(|it| app.connections.get(it)).map_or("", |it| it.name.as_str());
    let part = if is_whole { "" } else { ", which are not all that the query finds" };
    let note = format!("Runs here, over what was fetched: _last is {} from '{connection}'{part}.", rows(set.n_rows()));
    Some(FetchedTable { name: Fetched::Last.name(), set, note })
}

fn rows(n: usize) -> String {
    format!("{} {}", grouped(n as i64), if n == 1 { "row" } else { "rows" })
}
