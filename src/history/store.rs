//! The database of runs: one row each, shared by every workbench of the user.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Row, params};

use super::entry::{Costs, Entry, Marks, Outcome, RunEnding, RunStart, Traits};
use super::error::{HistoryError, is_damage};
use super::owner::{self, Owner};
use super::redact::redact;
use super::tables::{self, Opened};

/// What of a row makes an [`Entry`].
pub(super) const ENTRY: &str = "id, started, connection, text, outcome, n_rows, elapsed, error, stats, truncated, \
     cpu, memory, scanned_rows, scanned_bytes, pinned, label, note, redacted, kept, shape";
/// The number of the change that is being made.
pub(super) const NEXT_CHANGE: &str = "(select coalesce(max(changed), 0) + 1 from run where changed > 0)";

/// An open history. Methods block on the disk: not for the user-interface thread.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    db: Connection,
    owner: Owner,
    notice: Option<String>,
    /// What was deleted here and can still be taken back.
    deleted: BTreeSet<i64>,
}

impl History {
    /// Opens the history, or makes it, for its owner's eyes only. A damaged file is moved aside and what can be read of
    /// it is kept; one that a newer Tallyho wrote is left alone and another one used beside it; [`History::notice`] says
    /// so. Fails when the folder cannot be written.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let Opened { db, path, notice } = tables::open_or_mend(path)?;
        let owner = Owner::register(&path).map_err(|error| HistoryError::of_io(&path, &error))?;
        let mut history = Self { path, db, owner, notice, deleted: BTreeSet::new() };
        history.declare_dead_runs()?;
        Ok(history)
    }

    /// The file, which is not the one that was asked for when that belongs to a newer Tallyho.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells this open history's runs from those of others: see [`Scope::Session`](super::Scope::Session).
    pub fn session(&self) -> &str {
        &self.owner.token
    }

    /// What happened to the file that the user should know. Taken once.
    pub fn notice(&mut self) -> Option<String> {
        self.notice.take()
    }

    /// Writes down that a run has started, before anything else happens to it. Secrets in its text are left out.
    /// Returns its id.
    pub fn append_start(&mut self, start: &RunStart<'_>) -> Result<i64, HistoryError> {
        let owner = self.owner.token.clone();
        let (text, n_redacted) = redact(start.text);
        let (shape, tables) = columns_of(start.traits);
        let insert = format!(
            "insert into run (owner, started, connection, text, outcome, redacted, shape, tables, changed)
             values (?, ?, ?, ?, ?, ?, ?, ?, {NEXT_CHANGE})"
        );
        self.with_mending(|db| {
            let running = Outcome::Running.name();
            let values =
                params![owner, start.started, start.connection, text, running, saturated(n_redacted), shape, tables];
            db.prepare_cached(&insert)?.execute(values)?;
            Ok(db.last_insert_rowid())
        })
    }

    /// Writes down how a run ended. An id that the history lost is no error: there is nothing left to complete.
    pub fn finish(&mut self, id: i64, ending: &RunEnding) -> Result<(), HistoryError> {
        let error = ending.error.as_deref().map(|it| redact(it).0.into_owned());
        let costs = ending.costs;
        let update = format!(
            "update run set outcome = ?, n_rows = ?, elapsed = ?, error = ?, stats = ?, truncated = ?, cpu = ?,
             memory = ?, scanned_rows = ?, scanned_bytes = ?, changed = {NEXT_CHANGE} where id = ?"
        );
        self.with_mending(|db| {
            db.prepare_cached(&update)?.execute(params![
                ending.outcome.name(),
                saturated(ending.n_rows),
                ending.elapsed.map(saturated),
                error,
                ending.stats,
                ending.truncated,
                costs.cpu.map(saturated),
                costs.memory.map(saturated),
                costs.scanned_rows.map(saturated),
                costs.scanned_bytes.map(saturated),
                id
            ])?;
            Ok(())
        })
    }

    /// One run; `None` when there is none of that number, or it was deleted.
    pub fn run(&mut self, id: i64) -> Result<Option<Entry>, HistoryError> {
        Ok(self.select("id = ?1", id, 1)?.pop())
    }

    /// Runs from newest to oldest, those older than `before` (an id) if it is given.
    pub fn recent(&mut self, limit: usize, before: Option<i64>) -> Result<Vec<Entry>, HistoryError> {
        self.declare_dead_runs()?;
        self.select("id < ?1", before.unwrap_or(i64::MAX), limit)
    }

    /// The runs of a shape, newest first.
    pub fn of_shape(&mut self, shape: i64, limit: usize) -> Result<Vec<Entry>, HistoryError> {
        self.select("shape = ?1", shape, limit)
    }

    fn select(&mut self, condition: &str, value: i64, limit: usize) -> Result<Vec<Entry>, HistoryError> {
        let select = format!("select {ENTRY} from run where {condition} and deleted is null order by id desc limit ?2");
        self.with_mending(|db| {
            let mut statement = db.prepare_cached(&select)?;
            let mut rows = statement.query(params![value, saturated(limit as u64)])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                // A value that is not what its column holds was salvaged from damage; its row must not hide the others.
                entries.extend(entry(row).ok());
            }
            Ok(entries)
        })
    }

    /// How many runs there are.
    pub fn count(&mut self) -> Result<u64, HistoryError> {
        let select = "select count(*) from run where deleted is null";
        self.with_mending(|db| db.query_row(select, [], |row| row.get::<_, i64>(0))).map(i64::unsigned_abs)
    }

    /// Pins a run, or no longer does.
    pub fn pin(&mut self, id: i64, pinned: bool) -> Result<(), HistoryError> {
        self.set(id, "pinned", pinned.then(now))
    }

    /// Gives a run a label; an empty one takes it away.
    pub fn label(&mut self, id: i64, label: &str) -> Result<(), HistoryError> {
        self.set(id, "label", words(label))
    }

    /// Writes a note to a run; an empty one takes it away.
    pub fn note(&mut self, id: i64, note: &str) -> Result<(), HistoryError> {
        self.set(id, "note", words(note))
    }

    /// Writes down of how many bytes the kept result of a run is, or that it is gone.
    pub fn set_kept(&mut self, id: i64, bytes: Option<u64>) -> Result<(), HistoryError> {
        self.set(id, "kept", bytes.map(saturated))
    }

    /// Deletes runs, or takes that back: they are gone for good when this history is closed.
    pub fn delete(&mut self, ids: &[i64], deleted: bool) -> Result<(), HistoryError> {
        for id in ids {
            self.set(*id, "deleted", deleted.then(now))?;
            if deleted {
                self.deleted.insert(*id)
            } else {
                self.deleted.remove(id)
            };
        }
        Ok(())
    }

    fn set(&mut self, id: i64, column: &str, value: Option<impl rusqlite::ToSql>) -> Result<(), HistoryError> {
        let update = format!("update run set {column} = ?, changed = {NEXT_CHANGE} where id = ?");
        self.with_mending(|db| db.prepare_cached(&update)?.execute(params![value, id]).map(|_| ()))
    }

    /// Overwrites runs that were deleted before that time: microseconds since 1970. Returns which.
    pub fn purge_deleted(&mut self, before: i64) -> Result<Vec<(i64, i64)>, HistoryError> {
        self.with_mending(|db| {
            let mut statement = db.prepare_cached("select id, started from run where deleted < ?")?;
            let gone =
                statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
            db.prepare_cached("delete from run where deleted < ?")?.execute([before])?;
            Ok(gone)
        })
    }

    /// Overwrites what was deleted here. Returns ids and starts of it.
    pub fn purge_own(&mut self) -> Result<Vec<(i64, i64)>, HistoryError> {
        let deleted = std::mem::take(&mut self.deleted);
        self.with_mending(|db| {
            let mut statement =
                db.prepare_cached("delete from run where id = ? and deleted is not null returning id, started")?;
            let mut gone = Vec::new();
            for id in &deleted {
                for row in statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))? {
                    gone.push(row?);
                }
            }
            Ok(gone)
        })
    }

    /// Deletes for good what started before that time and is neither pinned nor labelled nor noted. Returns how many.
    pub fn forget_before(&mut self, started: i64) -> Result<usize, HistoryError> {
        let delete = "delete from run where started < ? and pinned is null and label is null and note is null
                      and outcome <> 'running'";
        self.with_mending(|db| db.execute(delete, [started]))
    }

    /// The ids of the runs that are pinned, the one pinned last in front.
    pub fn pinned(&mut self) -> Result<Vec<i64>, HistoryError> {
        let select = "select id from run where pinned is not null and deleted is null order by pinned desc, id desc";
        self.with_mending(|db| db.prepare_cached(select)?.query_map([], |row| row.get(0))?.collect())
    }

    /// Asks what the language says of runs that were written before it was asked, at most so many. Returns how many
    /// there were.
    pub fn describe_old(
        &mut self,
        limit: usize,
        describe: impl Fn(&str, Option<&str>) -> (Traits, Costs),
    ) -> Result<usize, HistoryError> {
        let select = "select id, text, stats from run where shape is null and outcome <> 'running' limit ?";
        let update = "update run set shape = ?, tables = ?, cpu = coalesce(cpu, ?), memory = coalesce(memory, ?),
             scanned_rows = coalesce(scanned_rows, ?), scanned_bytes = coalesce(scanned_bytes, ?) where id = ?";
        self.with_mending(|db| {
            let old = db
                .prepare_cached(select)?
                .query_map([saturated(limit as u64)], |row| {
                    let text = row.get::<_, String>(1).unwrap_or_default();
                    Ok((row.get::<_, i64>(0)?, text, row.get::<_, Option<String>>(2).unwrap_or_default()))
                })?
                .collect::<Result<Vec<_>, _>>()?;
            let changes: Vec<_> = old.iter().map(|(id, text, stats)| (*id, describe(text, stats.as_deref()))).collect();
            db.execute_batch("begin immediate")?;
            let write = || {
                for (id, (traits, costs)) in &changes {
                    let (shape, tables) = columns_of(Some(traits));
                    let [cpu, memory] = [costs.cpu, costs.memory].map(|it| it.map(saturated));
                    let [rows, bytes] = [costs.scanned_rows, costs.scanned_bytes].map(|it| it.map(saturated));
                    db.prepare_cached(update)?.execute(params![shape, tables, cpu, memory, rows, bytes, id])?;
                }
                Ok(())
            };
            let written = write();
            db.execute_batch(if written.is_ok() { "commit" } else { "rollback" })?;
            written.map(|()| changes.len())
        })
    }

    /// Runs that say they go on but whose workbench is gone were interrupted.
    fn declare_dead_runs(&mut self) -> Result<(), HistoryError> {
        let own = self.owner.token.clone();
        let owners: Vec<String> = self.with_mending(|db| {
            let select = "select distinct owner from run where outcome = 'running' and owner <> ?";
            db.prepare_cached(select)?.query_map([&own], |row| row.get(0))?.collect()
        })?;
        for dead in owners {
            if owner::is_alive(&self.path, &dead) {
                continue;
            }
            let update =
                format!("update run set outcome = ?, changed = {NEXT_CHANGE} where outcome = 'running' and owner = ?");
            self.with_mending(|db| db.execute(&update, params![Outcome::Interrupted.name(), dead]))?;
            owner::bury(&self.path, &dead);
        }
        Ok(())
    }

    /// Does something to the database; when it turns out to be damaged, mends it and does it once more.
    pub(super) fn with_mending<T>(
        &mut self,
        act: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, HistoryError> {
        match act(&self.db) {
            Ok(value) => return Ok(value),
            Err(error) if is_damage(&error) => {}
            Err(error) => return Err(HistoryError::of_sqlite(&self.path, &error)),
        }
        // The damaged file has to be closed before it is moved.
        self.db = Connection::open_in_memory().map_err(|error| HistoryError::of_sqlite(&self.path, &error))?;
        let opened = tables::mend(&self.path)?;
        self.db = opened.db;
        self.notice = opened.notice.or(self.notice.take());
        act(&self.db).map_err(|error| HistoryError::of_sqlite(&self.path, &error))
    }

    pub(super) fn db(&mut self) -> &mut Connection {
        &mut self.db
    }
}

impl Drop for History {
    fn drop(&mut self) {
        // What was deleted here cannot be taken back any more. One that fails is made good at the next start.
        let _ = self.purge_own();
    }
}

pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let outcome: String = row.get("outcome")?;
    let count = |column: &str| row.get::<_, Option<i64>>(column).map(|it| it.map(i64::unsigned_abs));
    Ok(Entry {
        id: row.get("id")?,
        started: row.get("started")?,
        connection: row.get("connection")?,
        text: row.get("text")?,
        ending: RunEnding {
            outcome: Outcome::from_name(&outcome),
            n_rows: row.get::<_, i64>("n_rows")?.unsigned_abs(),
            elapsed: count("elapsed")?,
            error: row.get("error")?,
            stats: row.get("stats")?,
            costs: Costs {
                cpu: count("cpu")?,
                memory: count("memory")?,
                scanned_rows: count("scanned_rows")?,
                scanned_bytes: count("scanned_bytes")?,
            },
            truncated: row.get("truncated")?,
        },
        marks: Marks { pinned: row.get("pinned")?, label: row.get("label")?, note: row.get("note")? },
        n_redacted: count("redacted")?.unwrap_or(0),
        kept: count("kept")?,
        shape: row.get("shape")?,
    })
}

/// A shape as a number, and the tables, one a line.
pub(super) fn columns_of(traits: Option<&Traits>) -> (Option<i64>, Option<String>) {
    let Some(traits) = traits else { return (None, None) };
    let shape = twox_hash::XxHash64::oneshot(0, traits.shape.as_bytes()) as i64;
    (Some(shape), Some(traits.tables.join("\n")))
}

fn words(text: &str) -> Option<String> {
    let text = redact(text.trim()).0.into_owned();
    (!text.is_empty()).then_some(text)
}

/// Microseconds since 1970-01-01T00:00:00Z.
pub(super) fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
}

pub(super) fn saturated(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
