//! Answers searches, on a connection of its own, so that no search waits for what is being written.

use std::path::Path;

use rusqlite::{Connection, params};

use super::index::{Index, Row, Within, Words};
use super::query::Query;
use crate::history::entry::{Entry, Outcome};
use crate::history::error::HistoryError;
use crate::history::store::{ENTRY, entry};
use crate::history::tables;

/// Whose runs are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scope {
    #[default]
    All,
    /// Those on the connection of this name.
    Connection(String),
    /// Those of the open history of this name, see [`History::session`](crate::history::History::session).
    Session(String),
}

/// What a search has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest first; those that have the words only with letters left out stand behind the others.
    pub ids: Vec<i64>,
    /// How many those are.
    pub n_alike: usize,
}

/// The runs as a search needs them, kept up to date with what all workbenches write.
#[derive(Debug)]
pub struct Finder {
    db: Connection,
    path: std::path::PathBuf,
    /// Built when it is first needed.
    index: Option<Index>,
    /// The newest run and the newest change that the index knows.
    newest: i64,
    changed: i64,
}

const OF_INDEX: &str = "select id, started, owner, connection, outcome, n_rows, elapsed, cpu, memory, scanned_rows, \
     scanned_bytes, text, tables, kept, pinned, truncated, deleted, label, note, error, changed from run";

impl Finder {
    /// Opens the history for reading; one that is not there is made.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let opened = tables::open_or_mend(path)?;
        Ok(Self { db: opened.db, path: opened.path, index: None, newest: 0, changed: 0 })
    }

    /// Reads all runs, so that the first search need not.
    pub fn warm(&mut self) -> Result<(), HistoryError> {
        self.refresh().map_err(|it| HistoryError::of_sqlite(&self.path, &it))
    }

    /// The runs that meet a query.
    pub fn find(&mut self, query: &Query, scope: &Scope) -> Result<Found, HistoryError> {
        let outcome = if query.is_empty() { self.all(scope) } else { self.search(query, scope) };
        outcome.map_err(|it| HistoryError::of_sqlite(&self.path, &it))
    }

    /// These runs in this order; those that are gone are left out.
    pub fn runs(&mut self, ids: &[i64]) -> Result<Vec<Entry>, HistoryError> {
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let mut statement =
                self.db.prepare_cached(&format!("select {ENTRY} from run where id = ? and deleted is null"))?;
            let mut runs = Vec::with_capacity(ids.len());
            for id in ids {
                runs.extend(statement.query_map([id], |row| Ok(entry(row).ok()))?.filter_map(Result::ok).flatten());
            }
            Ok(runs)
        };
        read().map_err(|it| HistoryError::of_sqlite(&self.path, &it))
    }

    /// The runs of the shape of this one, newest first, at most so many.
    pub fn siblings(&mut self, id: i64, limit: usize) -> Result<Vec<Entry>, HistoryError> {
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let mut statement = self.db.prepare_cached(&format!(
                "select {ENTRY} from run where deleted is null and (id = ?1 or
                 shape = (select shape from run where id = ?1)) order by id desc limit ?2"
            ))?;
            let rows = statement.query_map(params![id, limit as i64], |row| Ok(entry(row).ok()))?;
            Ok(rows.filter_map(Result::ok).flatten().collect())
        };
        read().map_err(|it| HistoryError::of_sqlite(&self.path, &it))
    }

    /// The runs whose rows are kept, those that are pinned before the others and the newest first, at most so many.
    pub fn kept(&mut self, limit: usize) -> Result<Vec<Entry>, HistoryError> {
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let mut statement = self.db.prepare_cached(&format!(
                "select {ENTRY} from run where deleted is null and kept is not null
                 order by pinned is null, pinned desc, id desc limit ?"
            ))?;
            let rows = statement.query_map([limit as i64], |row| Ok(entry(row).ok()))?;
            Ok(rows.filter_map(Result::ok).flatten().collect())
        };
        read().map_err(|it| HistoryError::of_sqlite(&self.path, &it))
    }

    /// Without a query the index is not needed.
    fn all(&self, scope: &Scope) -> rusqlite::Result<Found> {
        let (condition, value) = match scope {
            Scope::All => ("?1 = ''", ""),
            Scope::Connection(name) => ("connection = ?1", name.as_str()),
            Scope::Session(owner) => ("owner = ?1", owner.as_str()),
        };
        let mut statement = self
            .db
            .prepare_cached(&format!("select id from run where deleted is null and {condition} order by id desc"))?;
        let ids = statement.query_map([value], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Found { ids, n_alike: 0 })
    }

    fn search(&mut self, query: &Query, scope: &Scope) -> rusqlite::Result<Found> {
        self.refresh()?;
        let Some(index) = &self.index else { return Ok(Found::default()) };
        let within = match scope {
            Scope::All => Within::All,
            Scope::Connection(name) => index.connections.find(name).map_or(Within::Nothing, Within::Connection),
            Scope::Session(owner) => index.owners.find(owner).map_or(Within::Nothing, Within::Owner),
        };
        let (ids, n_alike) = index.search(query, within);
        Ok(Found { ids, n_alike })
    }

    /// Takes in what has been written since.
    fn refresh(&mut self) -> rusqlite::Result<()> {
        let mut index = self.index.take().unwrap_or_default();
        let read = self.read_into(&mut index);
        // After a fault all of it is read again.
        if read.is_ok() {
            self.index = Some(index);
        } else {
            (self.newest, self.changed) = (0, 0);
        }
        read
    }

    fn read_into(&mut self, index: &mut Index) -> rusqlite::Result<()> {
        let (mut newest, mut changed) = (self.newest, self.changed);
        // Two statements: each has an index of its own to go by.
        for condition in ["changed > ?2 and id <= ?1 and changed > 0 order by id", "id > ?1 order by id"] {
            let mut statement = self.db.prepare_cached(&format!("{OF_INDEX} where {condition}"))?;
            let mut rows = match statement.parameter_count() {
                1 => statement.query([self.newest])?,
                _ => statement.query([self.newest, self.changed])?,
            };
            while let Some(row) = rows.next()? {
                newest = newest.max(row.get("id")?);
                changed = changed.max(row.get("changed").unwrap_or(0));
                if let Ok(row) = index_row(index, row) {
                    index.put(row);
                }
            }
        }
        (self.newest, self.changed) = (newest, changed);
        Ok(())
    }
}

fn index_row(index: &mut Index, row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let text = row.get_ref("text")?.as_str()?;
    let tables = row.get_ref("tables")?.as_str_or_null()?.unwrap_or_default();
    let lower = |column: &str| row.get::<_, Option<String>>(column).map(|it| it.map(|it| it.to_lowercase()));
    let words = Words { label: lower("label")?, note: lower("note")?, error: lower("error")? };
    let has_words = words.label.is_some() || words.note.is_some() || words.error.is_some();
    let is_there = |column: &str| row.get_ref(column).map(|it| it != rusqlite::types::ValueRef::Null);
    Ok(Row {
        id: row.get("id")?,
        started: row.get("started")?,
        owner: index.owners.number(row.get_ref("owner")?.as_str()?).0,
        connection: index.connections.number(row.get_ref("connection")?.as_str()?).0,
        outcome: Outcome::from_name(row.get_ref("outcome")?.as_str()?),
        n_rows: row.get("n_rows")?,
        elapsed: row.get("elapsed")?,
        cpu: row.get("cpu")?,
        memory: row.get("memory")?,
        scanned_rows: row.get("scanned_rows")?,
        scanned_bytes: row.get("scanned_bytes")?,
        text: index.text_number(text),
        tables: index.tables.number(tables).0,
        kept: is_there("kept")?,
        pinned: is_there("pinned")?,
        truncated: row.get("truncated")?,
        deleted: is_there("deleted")?,
        words: has_words.then(|| Box::new(words)),
    })
}
