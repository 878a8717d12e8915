//! A result as a file: whole or not at all, readable by its owner alone, and never over another file unasked.

use std::cell::Cell as Counter;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::super::set::ResultSet;
use super::delimited::write_delimited;
use super::parquet::write_parquet;
use super::whole_file::write_whole_file;
use super::xlsx::{fits_xlsx, write_xlsx};
use super::{write_datatable, write_json, write_markdown, write_ndjson};

/// The formats of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    Csv,
    Tsv,
    Json,
    Ndjson,
    Markdown,
    Parquet,
    Xlsx,
    Datatable,
}

impl FileFormat {
    /// All, with their names, what ends the name of such a file, and what it is for.
    pub const ALL: [(Self, &'static str, &'static str, &'static str); 8] = [
        (Self::Csv, "CSV", "csv", "for spreadsheets: formulas are made text"),
        (Self::Tsv, "TSV", "tsv", "the same with tabs"),
        (Self::Json, "JSON", "json", "an array of objects"),
        (Self::Ndjson, "NDJSON", "ndjson", "an object a line"),
        (Self::Markdown, "Markdown", "md", "a table for a ticket or a report"),
        (Self::Parquet, "Parquet", "parquet", "compressed, with types; a connection of files reads it"),
        (Self::Xlsx, "XLSX", "xlsx", "a workbook with one sheet"),
        (Self::Datatable, "datatable()", "kql", "a table in KQL, to be queried again anywhere"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    pub fn extension(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    /// The format that a file's name asks for by its end.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        let alias = match extension.as_str() {
            "jsonl" => "ndjson",
            "markdown" => "md",
            "csl" => "kql",
            "tab" => "tsv",
            other => other,
        };
        Self::ALL.iter().find(|it| it.2 == alias).map(|it| it.0)
    }
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileOptions {
    pub format: FileFormat,
    /// Leave texts that a spreadsheet takes for formulas as they are.
    pub raw: bool,
    /// Take the place of a file of that name.
    pub overwrite: bool,
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileProgress {
    /// Rows that were gathered, for formats that are gathered first.
    pub n_rows: u64,
    /// Bytes that were written.
    pub n_bytes: u64,
}

/// Hears how far a file has come, and says whether anybody still wants it.
pub type GoOn<'a> = dyn Fn(FileProgress) -> bool + Sync + 'a;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub path: PathBuf,
    pub n_rows: u64,
    pub n_bytes: u64,
    /// What is not as it is in the result, in words.
    pub notes: Vec<String>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{0} is there already")]
    Exists(PathBuf),
    #[error("stopped; nothing was written")]
    Stopped,
    #[error("{0}")]
    Unfit(String),
    #[error("cannot write {path}: {error}")]
    Io { path: PathBuf, error: io::Error },
}

/// Writes the whole result to a file. It is written beside its place first: what stops on the way leaves nothing, and a
/// file that is to be replaced stays as it was. Asked often whether to
/// go on.
pub fn write_file(set: &ResultSet, path: &Path, options: FileOptions, go_on: &GoOn<'_>) -> Result<Written, FileError> {
    if !options.overwrite && fs::symlink_metadata(path).is_ok() {
        return Err(FileError::Exists(path.to_owned()));
    }
    if path.is_dir() {
        return Err(FileError::Unfit(format!("{} is a folder", path.display())));
    }
    if options.format == FileFormat::Xlsx {
        fits_xlsx(set).map_err(FileError::Unfit)?;
    }
    let failed = |error: io::Error| match error.get_ref().is_some_and(|it| it.to_string() == STOPPED) {
        true => FileError::Stopped,
        false => FileError::Io { path: path.to_owned(), error },
    };
    let outcome = write_whole_file(path, options.overwrite, |file| fill(set, file, options, go_on));
    match outcome {
        Ok((notes, n_bytes)) => Ok(Written { path: path.to_owned(), n_rows: set.n_rows() as u64, n_bytes, notes }),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(FileError::Exists(path.to_owned())),
        Err(error) => Err(failed(error)),
    }
}

fn fill(set: &ResultSet, file: &mut File, options: FileOptions, go_on: &GoOn<'_>) -> io::Result<(Vec<String>, u64)> {
    let watched = Watched { file, n_bytes: Counter::new(0), go_on };
    let mut out = BufWriter::with_capacity(64 * 1024, watched);
    let notes = write_into(set, &mut out, options, go_on)?;
    out.flush()?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?.file;
    let n_bytes = file.metadata()?.len();
    Ok((notes, n_bytes))
}

fn write_into(
    set: &ResultSet,
    out: &mut BufWriter<Watched<'_>>,
    options: FileOptions,
    go_on: &GoOn<'_>,
) -> io::Result<Vec<String>> {
    let mut notes = Vec::new();
    // Some formats gather what they write; they ask between rows whether to go on.
    let mut gathered = |n_rows| {
        let goes_on = go_on(FileProgress { n_rows, n_bytes: 0 });
        if goes_on { Ok(()) } else { Err(stopped()) }
    };
    match options.format {
        FileFormat::Csv | FileFormat::Tsv => {
            let separator = if options.format == FileFormat::Csv { ',' } else { '\t' };
            let n_changed = write_delimited(set, separator, options.raw, out)?;
            notes.extend(changed_words(n_changed));
        }
        FileFormat::Json => write_json(set, out)?,
        FileFormat::Ndjson => write_ndjson(set, out)?,
        FileFormat::Markdown => write_markdown(set, out)?,
        FileFormat::Datatable => write_datatable(set, out)?,
        FileFormat::Parquet => write_parquet(set, out, &mut gathered)?,
        FileFormat::Xlsx => {
            let found = write_xlsx(set, out, &mut gathered)?;
            notes.extend(count(
                found.n_cut,
                "text was cut at 32,767 characters",
                "texts were cut at 32,767 characters",
            ));
            notes.extend(count(
                found.n_exact_as_text,
                "number is text, since a spreadsheet would round it",
                "numbers are text, since a spreadsheet would round them",
            ));
        }
    }
    Ok(notes)
}

fn changed_words(n_changed: u64) -> Option<String> {
    count(
        n_changed,
        "cell begins like a formula and got an apostrophe before it",
        "cells begin like formulas and got an apostrophe before them",
    )
}

fn count(n: u64, one: &str, several: &str) -> Option<String> {
    match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {several}")),
    }
}

/// A file that asks before each write whether to go on.
struct Watched<'a> {
    file: &'a mut File,
    n_bytes: Counter<u64>,
    go_on: &'a GoOn<'a>,
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !(self.go_on)(FileProgress { n_rows: 0, n_bytes: self.n_bytes.get() }) {
            return Err(stopped());
        }
        let n_written = self.file.write(bytes)?;
        self.n_bytes.set(self.n_bytes.get() + n_written as u64);
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// What an error says when nobody wants the file any more. `ErrorKind::Interrupted` would only make writers try again.
const STOPPED: &str = "nobody wants the file any more";

fn stopped() -> io::Error {
    io::Error::other(STOPPED)
}
