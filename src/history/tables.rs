//! The table of runs, and how a file of any age is opened as it is today.
//!
//! Columns are only ever added, each with a value for rows that did not have it, so an older Tallyho goes on with a file
//! that a newer one has opened. `user_version` grows only when that is no longer so; then an older one leaves the file
//! alone and keeps its own runs beside it.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _};

use super::error::{HistoryError, is_damage};
use super::owner;
use super::salvage;

/// The oldest way to read the file that still reads it right.
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

/// What came to the table since, oldest first.
const ADDED: &[(&str, &str)] = &[
    ("shape", "integer"),
    ("tables", "text"),
    ("cpu", "integer"),
    ("memory", "integer"),
    ("scanned_rows", "integer"),
    ("scanned_bytes", "integer"),
    ("pinned", "integer"),
    ("label", "text"),
    ("note", "text"),
    ("deleted", "integer"),
    ("kept", "integer"),
    ("redacted", "integer not null default 0"),
    // Grows with every change of any row, so that what has changed since can be asked for.
    ("changed", "integer not null default 0"),
];

/// For what is asked often: what has changed, the runs of one shape, those that are pinned, going on or deleted.
const INDEXES: &[&str] = &[
    "create index if not exists run_changed on run (changed) where changed > 0",
    "create index if not exists run_shape on run (shape, id) where shape is not null",
    "create index if not exists run_started on run (started)",
    "create index if not exists run_pinned on run (pinned) where pinned is not null",
    "create index if not exists run_deleted on run (deleted) where deleted is not null",
    "create index if not exists run_running on run (owner) where outcome = 'running'",
];

/// The columns of the first version, which every file has, and all of them.
pub(super) const FIRST_COLUMNS: &str =
    "id, owner, started, connection, text, outcome, n_rows, elapsed, error, stats, truncated";

pub(super) fn all_columns() -> String {
    let added = ADDED.iter().map(|(name, _)| *name);
    std::iter::once(FIRST_COLUMNS).chain(added).collect::<Vec<_>>().join(", ")
}

/// An open file, and what the user should know about it.
pub(super) struct Opened {
    pub(super) db: Connection,
    pub(super) path: PathBuf,
    pub(super) notice: Option<String>,
}

/// Opens the file or makes it. A damaged one is mended, one of a newer Tallyho left alone.
pub(super) fn open_or_mend(path: &Path) -> Result<Opened, HistoryError> {
    match open(path) {
        Ok(db) => Ok(Opened { db, path: path.to_owned(), notice: None }),
        Err(Fault::Damaged) => mend(path),
        Err(Fault::Newer(version)) => open_beside(path, version),
        Err(Fault::Other(error)) => Err(error),
    }
}

/// Why a file was not opened.
enum Fault {
    Damaged,
    /// Written by a Tallyho whose files this one does not understand.
    Newer(i64),
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
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(of_sqlite)?;
    if version > VERSION {
        return Err(Fault::Newer(version));
    }
    use_log(&db).map_err(of_sqlite)?;
    db.pragma_update(None, "synchronous", "full").map_err(of_sqlite)?;
    // What the user deletes is overwritten, not only unlinked.
    db.pragma_update_and_check(None, "secure_delete", "on", |_| Ok(())).map_err(of_sqlite)?;
    bring_up_to_date(&db, version).map_err(of_sqlite)?;
    // Reads the newest row, so that a file cut short is noticed now and not at the first run.
    let newest = db.query_row("select text from run order by id desc limit 1", [], |row| row.get::<_, String>(0));
    newest.optional().map_err(of_sqlite)?;
    Ok(db)
}

/// Where a write-ahead log cannot be had (a network folder) SQLite stays with its journal, which is as safe.
/// Two that begin with a new file at the same time hold each other up here without waiting: each tries again.
fn use_log(db: &Connection) -> rusqlite::Result<()> {
    let mut n_tries = 0;
    loop {
        match db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && n_tries < 50 => n_tries += 1,
            outcome => return outcome,
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Adds what is missing, all of it or nothing; another workbench may be doing the same.
pub(super) fn bring_up_to_date(db: &Connection, version: i64) -> rusqlite::Result<()> {
    if version == VERSION && missing_columns(db)?.is_empty() {
        return Ok(());
    }
    db.execute_batch("begin immediate")?;
    let add = || {
        db.execute(TABLE, [])?;
        for (name, kind) in missing_columns(db)? {
            db.execute(&format!("alter table run add column {name} {kind}"), [])?;
        }
        for index in INDEXES {
            db.execute(index, [])?;
        }
        db.pragma_update(None, "user_version", VERSION)
    };
    let added = add();
    let end = if added.is_ok() { "commit" } else { "rollback" };
    db.execute_batch(end).and(added)
}

fn missing_columns(db: &Connection) -> rusqlite::Result<Vec<(&'static str, &'static str)>> {
    let mut statement = db.prepare("select name from pragma_table_info('run')")?;
    let there = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(ADDED.iter().filter(|(name, _)| !there.iter().any(|it| it == name)).copied().collect())
}

/// A file of its own beside one that this version must not touch; its runs can be imported there later.
fn open_beside(path: &Path, version: i64) -> Result<Opened, HistoryError> {
    let stem = path.file_stem().map_or_else(|| OsString::from("history"), ToOwned::to_owned);
    let mut name = stem;
    name.push(format!(".format-{VERSION}.sqlite"));
    let beside = path.with_file_name(name);
    let notice = format!(
        "The history {} was written by a newer Tallyho (format {version}) and is left as it is. Runs go to {} until that \
         version imports them (tallyho history import).",
        path.display(),
        beside.display()
    );
    match open(&beside) {
        Ok(db) => Ok(Opened { db, path: beside, notice: Some(notice) }),
        Err(Fault::Damaged) => mend(&beside),
        Err(Fault::Other(error)) => Err(error),
        Err(Fault::Newer(_)) => Err(HistoryError::new(
            format!("the history {} was written by a newer Tallyho", beside.display()),
            "Use that version; this one goes on without a history.",
        )),
    }
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
pub(super) fn mend(path: &Path) -> Result<Opened, HistoryError> {
    let of_io = |error: std::io::Error| HistoryError::of_io(path, &error);
    let _lock = salvage::lock(path).map_err(of_io)?;
    // Another workbench may have mended it while this one waited.
    if let Ok(db) = open(path)
        && is_sound(&db)
    {
        return Ok(Opened { db, path: path.to_owned(), notice: None });
    }
    let aside = salvage::move_aside(path).map_err(of_io)?;
    let rows = salvage::read_rows(&aside);
    let mut db = match open(path) {
        Ok(db) => db,
        Err(Fault::Other(error)) => return Err(error),
        Err(_) => return Err(HistoryError::new("a new history cannot be made", "Check the disk.")),
    };
    let n_saved = salvage::write_rows(&mut db, &rows).map_err(|error| HistoryError::of_sqlite(path, &error))?;
    let notice = format!(
        "The history was damaged. {n_saved} {} saved; the damaged file is kept as {}.",
        if n_saved == 1 { "run was" } else { "runs were" },
        aside.display()
    );
    Ok(Opened { db, path: path.to_owned(), notice: Some(notice) })
}

pub(super) fn is_sound(db: &Connection) -> bool {
    db.query_row("pragma quick_check(1)", [], |row| row.get::<_, String>(0)).is_ok_and(|answer| answer == "ok")
}
