//! The database of runs: one row each, shared by every workbench of the user.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};

use super::entry::{Entry, Outcome, RunEnding, RunStart};
use super::error::{HistoryError, is_damage};
use super::owner::{self, Owner};
use super::salvage;

/// The version of the table, kept in the file. Tables only ever grow columns.
const VERSION: i64 = 1;
/// How long to wait for another workbench that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

const TABLE: &str = "
create table if not exists run (
    id integer primary key autoincrement,
    owner text not null,
    started integer not null,
    connection text not null,
    text text not null,
    outcome text not null,
    n_rows integer not null default 0,
    elapsed integer,
    error text,
    stats text,
    truncated integer not null default 0
)";
const COLUMNS: &str = "id, owner, started, connection, text, outcome, n_rows, elapsed, error, stats, truncated";

/// An open history. Methods block on the disk: not for the user-interface thread.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    db: Connection,
    owner: Owner,
    notice: Option<String>,
}

impl History {
    /// Opens the history, or makes it, for its owner's eyes only. A damaged file is moved aside and what can be read of
    /// it is kept; [`History::notice`] says so. Fails when the folder cannot be written or the file belongs to a newer
    /// Tallyho.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let (db, notice) = open_or_mend(path)?;
        let owner = Owner::register(path).map_err(|error| HistoryError::of_io(path, &error))?;
        let mut history = Self { path: path.to_owned(), db, owner, notice };
        history.declare_dead_runs()?;
        Ok(history)
    }

    /// What happened to the file that the user should know. Taken once.
    pub fn notice(&mut self) -> Option<String> {
        self.notice.take()
    }

    /// Writes down that a run has started, before anything else happens to it. Returns its id.
    pub fn append_start(&mut self, start: &RunStart<'_>) -> Result<i64, HistoryError> {
        let owner = self.owner.token.clone();
        self.with_mending(|db| {
            db.execute(
                "insert into run (owner, started, connection, text, outcome) values (?, ?, ?, ?, ?)",
                params![owner, start.started, start.connection, start.text, Outcome::Running.name()],
            )?;
            Ok(db.last_insert_rowid())
        })
    }

    /// Writes down how a run ended. An id that the history lost is no error: there is nothing left to complete.
    pub fn finish(&mut self, id: i64, ending: &RunEnding) -> Result<(), HistoryError> {
        self.with_mending(|db| {
            db.execute(
                "update run set outcome = ?, n_rows = ?, elapsed = ?, error = ?, stats = ?, truncated = ? where id = ?",
                params![
                    ending.outcome.name(),
                    saturated(ending.n_rows),
                    ending.elapsed.map(saturated),
                    ending.error,
                    ending.stats,
                    ending.truncated,
                    id
                ],
            )?;
            Ok(())
        })
    }

    /// Runs from newest to oldest, those older than `before` (an id) if it is given.
    pub fn recent(&mut self, limit: usize, before: Option<i64>) -> Result<Vec<Entry>, HistoryError> {
        self.select("", limit, before)
    }

    /// Like [`History::recent`], of the runs whose text, connection or error contains the words as written, without
    /// regard to ASCII case.
    pub fn search(&mut self, needle: &str, limit: usize, before: Option<i64>) -> Result<Vec<Entry>, HistoryError> {
        self.select(needle, limit, before)
    }

    fn select(&mut self, needle: &str, limit: usize, before: Option<i64>) -> Result<Vec<Entry>, HistoryError> {
        self.declare_dead_runs()?;
        let pattern = like_pattern(needle);
        self.with_mending(|db| {
            let mut statement = db.prepare_cached(&format!(
                "select {COLUMNS} from run where id < ?1 and (?2 = '%%' or text like ?2 escape '\\'
                 or connection like ?2 escape '\\' or error like ?2 escape '\\') order by id desc limit ?3"
            ))?;
            let mut rows = statement.query(params![before.unwrap_or(i64::MAX), pattern, saturated(limit as u64)])?;
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
        self.with_mending(|db| db.query_row("select count(*) from run", [], |row| row.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
    }

    /// Runs that say they go on but whose workbench is gone were interrupted.
    fn declare_dead_runs(&mut self) -> Result<(), HistoryError> {
        let own = self.owner.token.clone();
        let owners: Vec<String> = self.with_mending(|db| {
            let mut statement = db.prepare_cached("select distinct owner from run where outcome = ? and owner <> ?")?;
            statement.query_map(params![Outcome::Running.name(), own], |row| row.get(0))?.collect()
        })?;
        for dead in owners {
            if owner::is_alive(&self.path, &dead) {
                continue;
            }
            self.with_mending(|db| {
                db.execute(
                    "update run set outcome = ? where outcome = ? and owner = ?",
                    params![Outcome::Interrupted.name(), Outcome::Running.name(), dead],
                )
            })?;
            owner::bury(&self.path, &dead);
        }
        Ok(())
    }

    /// Does something to the database; when it turns out to be damaged, mends it and does it once more.
    fn with_mending<T>(&mut self, act: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, HistoryError> {
        match act(&self.db) {
            Ok(value) => return Ok(value),
            Err(error) if is_damage(&error) => {}
            Err(error) => return Err(HistoryError::of_sqlite(&self.path, &error)),
        }
        // The damaged file has to be closed before it is moved.
        self.db = Connection::open_in_memory().map_err(|error| HistoryError::of_sqlite(&self.path, &error))?;
        let (db, notice) = mend(&self.path)?;
        self.db = db;
        self.notice = notice.or(self.notice.take());
        act(&self.db).map_err(|error| HistoryError::of_sqlite(&self.path, &error))
    }
}

fn open_or_mend(path: &Path) -> Result<(Connection, Option<String>), HistoryError> {
    match open(path) {
        Ok(db) => Ok((db, None)),
        Err(Fault::Damaged) => mend(path),
        Err(Fault::Other(error)) => Err(error),
    }
}

/// Why a file was not opened.
enum Fault {
    Damaged,
    Other(HistoryError),
}

impl Fault {
    fn of_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        if is_damage(error) { Self::Damaged } else { Self::Other(HistoryError::of_sqlite(path, error)) }
    }
}

fn open(path: &Path) -> Result<Connection, Fault> {
    create_private(path).map_err(|error| Fault::Other(HistoryError::of_io(path, &error)))?;
    let of_sqlite = |error| Fault::of_sqlite(path, &error);
    let db = Connection::open(path).map_err(of_sqlite)?;
    db.busy_timeout(PATIENCE).map_err(of_sqlite)?;
    // Where a write-ahead log cannot be had (a network folder) SQLite stays with its journal, which is as safe.
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(of_sqlite)?;
    db.pragma_update(None, "synchronous", "full").map_err(of_sqlite)?;
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(of_sqlite)?;
    if version > VERSION {
        return Err(Fault::Other(HistoryError::new(
            format!("the history {} was written by a newer Tallyho", path.display()),
            "Use that version; this one goes on without a history.",
        )));
    }
    db.execute(TABLE, []).map_err(of_sqlite)?;
    if version < VERSION {
        db.pragma_update(None, "user_version", VERSION).map_err(of_sqlite)?;
    }
    // Reads the newest row, so that a file cut short is noticed now and not at the first run.
    let newest = db.query_row("select text from run order by id desc limit 1", [], |row| row.get::<_, String>(0));
    newest.optional().map_err(of_sqlite)?;
    Ok(db)
}

/// Makes the folder and the file, if they are not there, for their owner alone.
fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = owner::private(&mut OpenOptions::new()).write(true).create(true).truncate(false).open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    drop(file);
    Ok(())
}

/// Moves a damaged file aside and carries over what can be read.
fn mend(path: &Path) -> Result<(Connection, Option<String>), HistoryError> {
    let of_io = |error: std::io::Error| HistoryError::of_io(path, &error);
    let of_sqlite = |error: rusqlite::Error| HistoryError::of_sqlite(path, &error);
    let _lock = salvage::lock(path).map_err(of_io)?;
    // Another workbench may have mended it while this one waited.
    if let Ok(db) = open(path)
        && is_sound(&db)
    {
        return Ok((db, None));
    }
    let aside = salvage::move_aside(path).map_err(of_io)?;
    let rows = salvage::read_rows(&aside, COLUMNS);
    let mut db = match open(path) {
        Ok(db) => db,
        Err(Fault::Other(error)) => return Err(error),
        Err(Fault::Damaged) => return Err(HistoryError::new("a new history cannot be made", "Check the disk.")),
    };
    let places = ["?"; 11].join(", ");
    let transaction = db.transaction().map_err(of_sqlite)?;
    let mut n_saved = 0;
    for row in rows {
        // A row whose values broke too is left in the damaged file.
        let insert = format!("insert or ignore into run ({COLUMNS}) values ({places})");
        n_saved += transaction.execute(&insert, params_from_iter(row)).unwrap_or(0);
    }
    transaction.commit().map_err(of_sqlite)?;
    let notice =
        format!("The history was damaged. {n_saved} runs were saved; the damaged file is kept as {}.", aside.display());
    Ok((db, Some(notice)))
}

fn is_sound(db: &Connection) -> bool {
    db.query_row("pragma quick_check(1)", [], |row| row.get::<_, String>(0)).is_ok_and(|answer| answer == "ok")
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let outcome: String = row.get("outcome")?;
    Ok(Entry {
        id: row.get("id")?,
        started: row.get("started")?,
        connection: row.get("connection")?,
        text: row.get("text")?,
        ending: RunEnding {
            outcome: Outcome::from_name(&outcome),
            n_rows: row.get::<_, i64>("n_rows")?.unsigned_abs(),
            elapsed: row.get::<_, Option<i64>>("elapsed")?.map(i64::unsigned_abs),
            error: row.get("error")?,
            stats: row.get("stats")?,
            truncated: row.get("truncated")?,
        },
    })
}

/// A pattern for `like` that finds the needle as it is written.
fn like_pattern(needle: &str) -> String {
    let mut pattern = String::from("%");
    for char in needle.chars() {
        if matches!(char, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}

fn saturated(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
