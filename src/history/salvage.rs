//! A damaged history is moved aside, never deleted, and what can still be read goes into a new one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags};

use super::owner::private;

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

/// All rows that can be read: from the oldest up to the first fault, and from the newest down to it.
pub(super) fn read_rows(path: &Path, columns: &str) -> Vec<RawRow> {
    let Ok(db) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE) else { return Vec::new() };
    let mut rows = read_in_order(&db, columns, "asc");
    let newest_read = rows.last().and_then(id);
    let mut later = read_in_order(&db, columns, "desc");
    later.retain(|row| newest_read.is_none_or(|newest| id(row).is_some_and(|id| id > newest)));
    later.reverse();
    rows.extend(later);
    rows
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

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
