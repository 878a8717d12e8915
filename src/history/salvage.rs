//! A damaged history is moved aside, never deleted, and what can still be read goes into a new one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::entry::Entry;
use super::owner::private;
use super::store::ENTRY;
use super::tables::{FIRST_COLUMNS, all_columns, bring_up_to_date, is_sound};

/// A row of a run, column by column, as it lies in the file.
pub(super) type RawRow = Vec<rusqlite::types::Value>;

/// Moves the file and what SQLite keeps beside it out of the way. Returns its new name.
pub(super) fn move_aside(path: &Path) -> std::io::Result<PathBuf> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let free = |n: u32| {
        let aside = path.with_extension(format!("damaged-{seconds}-{n}.sqlite"));
        (!aside.exists()).then_some(aside)
    };
    let aside = (0..1000).find_map(free).ok_or_else(|| std::io::Error::other("too many damaged histories"))?;
    fs::rename(path, &aside)?;
    for suffix in ["-wal", "-shm"] {
        // The write-ahead log holds the newest rows: it must keep the name that belongs to its database.
        let _ = fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix));
    }
    Ok(aside)
}

/// The rows of a file, and what their columns are called.
pub(super) struct RawRows {
    columns: String,
    rows: Vec<RawRow>,
}

/// All rows that can be read, also of a file that has not all columns: from the oldest up to the first fault, and from the
/// newest down to it; and what lies between is asked for row by row.
pub(super) fn read_rows(path: &Path) -> RawRows {
    let none = RawRows { columns: FIRST_COLUMNS.to_owned(), rows: Vec::new() };
    let Ok(db) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE) else { return none };
    let all = all_columns();
    let columns = if db.prepare(&format!("select {all} from run")).is_ok() { all } else { FIRST_COLUMNS.to_owned() };
    let mut rows = read_in_order(&db, &columns, "asc");
    let newest_read = rows.last().and_then(id);
    let mut later = read_in_order(&db, &columns, "desc");
    later.retain(|row| newest_read.is_none_or(|newest| id(row).is_some_and(|id| id > newest)));
    let oldest_later = later.last().and_then(id);
    rows.extend(read_between(&db, &columns, newest_read.unwrap_or(0), oldest_later));
    later.reverse();
    rows.extend(later);
    RawRows { columns, rows }
}

/// Runs that are looked for between two faults at most.
const MAX_PROBES: i64 = 100_000;

/// Rows whose page is sound although those before and behind them are not.
fn read_between(db: &Connection, columns: &str, after: i64, before: Option<i64>) -> Vec<RawRow> {
    let Some(before) = before else { return Vec::new() };
    let Ok(mut statement) = db.prepare(&format!("select {columns} from run where id = ?")) else { return Vec::new() };
    let n_columns = statement.column_count();
    let ids = (after + 1..before).take(MAX_PROBES as usize);
    ids.filter_map(|id| statement.query_row([id], |row| (0..n_columns).map(|idx| row.get(idx)).collect()).ok())
        .collect()
}

/// Puts rows into a history under the numbers that they have; one that is there already stays as it is. A row whose
/// values broke too is left out. Returns how many were put in.
pub(super) fn write_rows(db: &mut Connection, from: &RawRows) -> rusqlite::Result<usize> {
    let places = vec!["?"; from.columns.split(',').count()].join(", ");
    let insert = format!("insert or ignore into run ({}) values ({places})", from.columns);
    let transaction = db.transaction()?;
    let n_saved = from.rows.iter().map(|row| transaction.execute(&insert, params_from_iter(row)).unwrap_or(0)).sum();
    transaction.commit()?;
    Ok(n_saved)
}

fn read_in_order(db: &Connection, columns: &str, order: &str) -> Vec<RawRow> {
    let mut out = Vec::new();
    let Ok(mut statement) = db.prepare(&format!("select {columns} from run order by id {order}")) else { return out };
    let n_columns = statement.column_count();
    let Ok(mut rows) = statement.query([]) else { return out };
    while let Ok(Some(row)) = rows.next() {
        let values = (0..n_columns).map(|idx| row.get(idx)).collect::<Result<RawRow, _>>();
        let Ok(values) = values else { break };
        out.push(values);
    }
    out
}

/// The runs of a copy of a history, oldest first, and what of it could not be read.
pub(super) fn read_entries(
    copy: &Path,
    entry: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<Entry>,
) -> (Vec<Entry>, Vec<String>) {
    let raw = read_rows(copy);
    let db = match carried_over(&raw) {
        Ok(db) => db,
        Err(error) => return (Vec::new(), vec![error.to_string()]),
    };
    let (mut runs, mut lost) = (Vec::new(), Vec::new());
    let read = || -> rusqlite::Result<Vec<Entry>> {
        let mut statement = db.prepare(&format!("select {ENTRY} from run where deleted is null order by id"))?;
        let rows = statement.query_map([], |row| Ok(entry(row).ok()))?;
        Ok(rows.filter_map(Result::ok).flatten().collect())
    };
    match read() {
        Ok(read) => runs = read,
        Err(error) => lost.push(error.to_string()),
    }
    let sound = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE).is_ok_and(|db| is_sound(&db));
    if !sound {
        lost.push(format!("the file is damaged; {} of its runs can be read", runs.len()));
    }
    (runs, lost)
}

/// The rows in a table of today, in memory.
fn carried_over(raw: &RawRows) -> rusqlite::Result<Connection> {
    let mut db = Connection::open_in_memory()?;
    bring_up_to_date(&db, 0)?;
    write_rows(&mut db, raw)?;
    Ok(db)
}

fn id(row: &RawRow) -> Option<i64> {
    match row.first() {
        Some(rusqlite::types::Value::Integer(id)) => Some(*id),
        _ => None,
    }
}

/// One workbench mends at a time. The lock ends with the returned file.
pub(super) fn lock(path: &Path) -> std::io::Result<File> {
    let file = private(&mut OpenOptions::new())
        .write(true)
        .create(true)
        .truncate(false)
        .open(path.with_extension("mending"))?;
    file.lock()?;
    Ok(file)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
