//! Which files of a folder are tables, and under which name.
//!
//! A file is a table of its name without extensions: `DeviceInfo.csv.gz` is `DeviceInfo`. Files of one name, in
//! whatever format and wherever below the folder, are one table. So are all files of a sub-folder that has the name of
//! a known table, whatever they are called, which is how Parquet writers leave part files. Hidden files and folders,
//! and those that start with an underscore, are passed over; so is every file of another kind.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::kql::Schema;

/// What a file holds, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Parquet,
    /// Fields apart by the given byte, unless the header shows otherwise.
    Delimited(u8),
    /// One JSON object a line.
    JsonLines,
    /// A JSON document; or lines, which many tools write under this extension too.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

/// One file of a table.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) table: String,
    pub(super) path: PathBuf,
    /// Relative to the opened folder, with forward slashes, for findings.
    pub(super) shown: String,
    pub(super) format: Format,
    pub(super) compression: Compression,
    pub(super) bytes: u64,
}

/// A folder or file that could not be looked into.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) shown: String,
    pub(super) reason: String,
}

/// Folders nested deeper than this are not looked into.
const DEPTH_LIMIT: usize = 64;

/// All table files below the folder in path order, so that two runs read them alike.
pub(super) fn list(root: &Path, known: &Schema) -> (Vec<Source>, Vec<Unreadable>) {
    let mut walk = Walk { root, known, seen: HashSet::new(), sources: Vec::new(), unreadable: Vec::new() };
    walk.folder(root, None, 0);
    walk.sources.sort_by(|a, b| a.shown.cmp(&b.shown));
    (walk.sources, walk.unreadable)
}

struct Walk<'a> {
    root: &'a Path,
    known: &'a Schema,
    /// Folders entered so far: a link may lead back to one, whose rows must not be read twice.
    seen: HashSet<PathBuf>,
    sources: Vec<Source>,
    unreadable: Vec<Unreadable>,
}

impl Walk<'_> {
    /// `table` is the known table whose name this folder or one above it has.
    fn folder(&mut self, folder: &Path, table: Option<&str>, depth: usize) {
        if fs::canonicalize(folder).is_ok_and(|folder| !self.seen.insert(folder)) {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.fail(folder, &error.to_string()),
        };
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry.path(), table, depth),
                Err(error) => self.fail(folder, &error.to_string()),
            }
        }
    }

    fn entry(&mut self, path: &Path, table: Option<&str>, depth: usize) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with(['.', '_']) {
            return;
        }
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.fail(path, &error.to_string()),
        };
        if metadata.is_dir() {
            if depth >= DEPTH_LIMIT {
                return self.fail(path, "the folder is nested too deeply");
            }
            let table = table.or_else(|| self.known.table(&name).map(|_| name.as_str()));
            return self.folder(path, table, depth + 1);
        }
        // Reading a pipe or a device could wait for ever.
        if let (true, Some((stem, format, compression))) = (metadata.is_file(), classify(&name)) {
            self.sources.push(Source {
                table: table.unwrap_or(stem).to_owned(),
                path: path.to_path_buf(),
                shown: self.shown(path),
                format,
                compression,
                bytes: metadata.len(),
            });
        }
    }

    fn fail(&mut self, path: &Path, reason: &str) {
        let shown = self.shown(path);
        self.unreadable.push(Unreadable { shown, reason: reason.to_owned() });
    }

    fn shown(&self, path: &Path) -> String {
        let relative = path.strip_prefix(self.root).unwrap_or(path);
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }
}

/// The table name and the kind of a file name; `None` when it is no table file. Extensions in any case.
fn classify(name: &str) -> Option<(&str, Format, Compression)> {
    let (rest, compression) = match split_extension(name) {
        Some((rest, extension)) if extension.eq_ignore_ascii_case("gz") => (rest, Compression::Gzip),
        Some((rest, extension)) if extension.eq_ignore_ascii_case("zst") => (rest, Compression::Zstd),
        _ => (name, Compression::None),
    };
    let (stem, extension) = split_extension(rest)?;
    let format = match extension.to_ascii_lowercase().as_str() {
        "parquet" => Format::Parquet,
        "csv" => Format::Delimited(b','),
        "tsv" => Format::Delimited(b'\t'),
        "ndjson" | "jsonl" => Format::JsonLines,
        "json" => Format::Json,
        _ => return None,
    };
    Some((stem, format, compression))
}

fn split_extension(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
}
