//! Runs of another history come into this one: of a backup, of another machine, of a file that is damaged, or of what
//! `tallyho history export` wrote. What is there already is not put in twice, and the other file is not touched.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::entry::{Costs, Entry, Marks, Outcome, RunEnding};
use super::error::HistoryError;
use super::redact::redact;
use super::salvage;
use super::store::{History, NEXT_CHANGE, entry, saturated};

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Runs that were put in.
    pub n_new: usize,
    /// Runs that were there already.
    pub n_known: usize,
    /// What could not be read, in words; empty when all of it could.
    pub lost: Vec<String>,
}

/// A run as a line of JSON: what `tallyho history export --format ndjson` writes and `import` reads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportedRun {
    pub id: i64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    pub connection: String,
    pub query: String,
    /// rows, failed, cancelled, running or interrupted.
    pub outcome: String,
    pub rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned_rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The statistics, as JSON in a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<String>,
}

impl From<&Entry> for ExportedRun {
    fn from(entry: &Entry) -> Self {
        let Entry { id, started, connection, text, ending, marks, .. } = entry.clone();
        let Costs { cpu, memory, scanned_rows, scanned_bytes } = ending.costs;
        Self {
            id,
            started,
            connection,
            query: text,
            outcome: ending.outcome.name().to_owned(),
            rows: ending.n_rows,
            elapsed_us: ending.elapsed,
            cpu_us: cpu,
            memory_bytes: memory,
            scanned_rows,
            scanned_bytes,
            error: ending.error,
            truncated: ending.truncated,
            pinned: marks.pinned,
            label: marks.label,
            note: marks.note,
            stats: ending.stats,
        }
    }
}

impl From<ExportedRun> for Entry {
    fn from(run: ExportedRun) -> Self {
        let costs = Costs {
            cpu: run.cpu_us,
            memory: run.memory_bytes,
            scanned_rows: run.scanned_rows,
            scanned_bytes: run.scanned_bytes,
        };
        let ending = RunEnding {
            outcome: Outcome::from_name(&run.outcome),
            n_rows: run.rows,
            elapsed: run.elapsed_us,
            error: run.error,
            stats: run.stats,
            costs,
            truncated: run.truncated,
        };
        let marks = Marks { pinned: run.pinned, label: run.label, note: run.note };
        let (id, started) = (run.id, run.started);
        Self { id, started, connection: run.connection, text: run.query, ending, marks, ..Self::default() }
    }
}

impl History {
    /// Takes in the runs of a file, a database or lines of JSON, as far as they can be read.
    pub fn import(&mut self, from: &Path) -> Result<Imported, HistoryError> {
        let (runs, lost) = read(from).map_err(|error| {
            let message = format!("{} cannot be read: {error}", from.display());
            HistoryError::new(message, "Name a history (.sqlite) or what 'tallyho history export' wrote.")
        })?;
        let mut imported = Imported { lost, ..Imported::default() };
        let path = self.path().to_owned();
        let of_sqlite = |error: rusqlite::Error| HistoryError::of_sqlite(&path, &error);
        let transaction = self.db().transaction().map_err(of_sqlite)?;
        for run in &runs {
            let is_new = put(&transaction, run).map_err(of_sqlite)?;
            if is_new { imported.n_new += 1 } else { imported.n_known += 1 }
        }
        transaction.commit().map_err(of_sqlite)?;
        Ok(imported)
    }
}

/// Puts a run in unless one that started then with this text is there.
fn put(db: &Connection, run: &Entry) -> rusqlite::Result<bool> {
    let insert = format!(
        "insert into run (owner, started, connection, text, outcome, n_rows, elapsed, error, stats, truncated, cpu,
             memory, scanned_rows, scanned_bytes, pinned, label, note, redacted, changed)
         select '', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, {NEXT_CHANGE}
         where not exists (select 1 from run where started = ?1 and connection = ?2 and text = ?3)"
    );
    let (text, n_redacted) = redact(&run.text);
    let ending = &run.ending;
    // Nobody runs it here.
    let outcome = if ending.outcome == Outcome::Running { Outcome::Interrupted } else { ending.outcome };
    let error = ending.error.as_deref().map(|it| redact(it).0.into_owned());
    let costs = ending.costs;
    let n = db.prepare_cached(&insert)?.execute(params![
        run.started,
        run.connection,
        text,
        outcome.name(),
        saturated(ending.n_rows),
        ending.elapsed.map(saturated),
        error,
        ending.stats,
        ending.truncated,
        costs.cpu.map(saturated),
        costs.memory.map(saturated),
        costs.scanned_rows.map(saturated),
        costs.scanned_bytes.map(saturated),
        run.marks.pinned,
        run.marks.label,
        run.marks.note,
        saturated(n_redacted + run.n_redacted),
    ])?;
    Ok(n > 0)
}

/// The runs of a file, oldest first, and what could not be read.
fn read(path: &Path) -> std::io::Result<(Vec<Entry>, Vec<String>)> {
    let mut head = [0; 16];
    let n = std::io::Read::read(&mut fs::File::open(path)?, &mut head)?;
    if head[..n].starts_with(b"SQLite format 3") { read_database(path) } else { read_lines(path) }
}

/// Reads a copy, with the log beside it: opening a database may change it.
fn read_database(path: &Path) -> std::io::Result<(Vec<Entry>, Vec<String>)> {
    let folder = scratch_folder()?;
    let copy = folder.join("history.sqlite");
    let outcome = copy_database(path, &copy).map(|()| salvage::read_entries(&copy, entry));
    let _ = fs::remove_dir_all(&folder);
    outcome
}

fn copy_database(path: &Path, copy: &Path) -> std::io::Result<()> {
    fs::copy(path, copy)?;
    let log = salvage::with_suffix(path, "-wal");
    if log.exists() {
        fs::copy(log, salvage::with_suffix(copy, "-wal"))?;
    }
    Ok(())
}

fn scratch_folder() -> std::io::Result<std::path::PathBuf> {
    let name = format!("tallyho-import-{}-{}", std::process::id(), super::store::now());
    let folder = std::env::temp_dir().join(name);
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder)?;
    Ok(folder)
}

fn read_lines(path: &Path) -> std::io::Result<(Vec<Entry>, Vec<String>)> {
    let (mut runs, mut lost) = (Vec::new(), Vec::new());
    for (idx, line) in BufReader::new(fs::File::open(path)?).split(b'\n').enumerate() {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<ExportedRun>(&line) {
            Ok(run) if !run.query.is_empty() => runs.push(run.into()),
            Ok(_) => lost.push(format!("line {}: it has no query", idx + 1)),
            Err(error) => lost.push(format!("line {}: {error}", idx + 1)),
        }
    }
    runs.sort_by_key(|it: &Entry| (it.started, it.id));
    Ok((runs, lost))
}
