//! Follow-up: queries over rows that were fetched before. They run here, at nobody's quota, whatever service the rows
//! came from, and beside the tables of a local connection where one is open.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::RunError;
use super::open::OpenConnection;
use crate::config::{Clock, Connection, ConnectionKind};
use crate::engine::{Engine, HeldResult};
use crate::kql;
use crate::result::ResultSet;

/// The name of the connection that such queries run on.
pub const FETCHED_ROWS: &str = "fetched rows";

/// Rows that were fetched, by the name that a query has for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fetched {
    /// `_last`: the result that is shown.
    Last,
    /// `_run12`: the kept result of the run with that number in the history.
    Run(i64),
}

impl Fetched {
    /// The name in a query.
    pub fn name(self) -> String {
        match self {
            Self::Last => "_last".to_owned(),
            Self::Run(id) => format!("_run{id}"),
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        if name == "_last" {
            return Some(Self::Last);
        }
        let digits = name.strip_prefix("_run")?;
        let is_number = digits.bytes().all(|it| it.is_ascii_digit()) && !digits.starts_with('0');
        digits.parse().ok().filter(|_| is_number).map(Self::Run)
    }
}

/// What a query names of fetched results; a query that names any runs here.
pub fn fetched_in(text: &str) -> BTreeSet<Fetched> {
    // Most texts name none: they are not read token by token.
    if !text.contains("_last") && !text.contains("_run") {
        return BTreeSet::new();
    }
    kql::identifiers(text).into_iter().filter_map(Fetched::from_name).collect()
}

/// Fetched rows as a table.
#[derive(Debug, Clone)]
pub struct FetchedTable {
    pub name: String,
    pub set: ResultSet,
    /// What is to be known of them, said with every answer that reads them: when and where they were fetched, and
    /// whether some are missing.
    pub note: String,
}

impl OpenConnection {
    /// A local connection to fetched rows, beside the tables of `beside` if that is local too. `now` is what `now()`
    /// means, in ticks; without it the clock of the system counts. No time range narrows what was fetched.
    pub fn over_fetched(
        tables: Vec<FetchedTable>,
        beside: Option<&Self>,
        now: Option<i64>,
    ) -> Result<Arc<Self>, RunError> {
        let kind = ConnectionKind::Files { folder: PathBuf::new() };
        let connection = Connection::new(FETCHED_ROWS, kind, now.map_or(Clock::System, Clock::At));
        let notes = tables.iter().map(|it| (it.name.clone(), it.note.clone())).collect();
        let results = tables.iter().map(|it| HeldResult { name: &it.name, description: &it.note, set: &it.set });
        let engine =
            Engine::with_results(beside.and_then(Self::engine), results).map_err(|it| RunError::of_engine(&it))?;
        Ok(Arc::new(Self::of_engine(connection, engine, notes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_are_names() {
        let named = |text: &str| fetched_in(text).into_iter().map(Fetched::name).collect::<Vec<_>>();
        assert_eq!(named("_last | join (_run12) on x"), ["_last", "_run12"]);
        assert!(named("T | where x == '_last' // _run3").is_empty());
        assert!(named("T | project _lasting, _run, _run01, _runs").is_empty());
    }
}
