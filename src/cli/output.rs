//! `tallyho run --output FILE`: rows into a file instead of standard output.

use std::path::Path;

use super::{Failure, RunArgs, narrate};
use crate::result::{FileError, FileFormat, FileOptions, ResultSet, write_file};

/// What the file is to be, as its name and the flags say. Asked before anything runs: a query costs quota, and one
/// whose answer cannot be written costs it for nothing.
pub(super) fn options(args: &RunArgs, path: &Path) -> Result<FileOptions, Failure> {
    let Some(format) = FileFormat::of_path(path) else {
        let known: Vec<_> = FileFormat::ALL.iter().map(|it| format!(".{}", it.2)).collect();
        let why = format!("the end of {} names no format; there are {}", path.display(), known.join(", "));
        return Err(Failure::Usage(why));
    };
    if args.raw && !matches!(format, FileFormat::Csv | FileFormat::Tsv) {
        return Err(Failure::Usage(format!("--raw is for .csv and .tsv; {} keeps values as they are", format.name())));
    }
    if path.is_dir() {
        return Err(Failure::Usage(format!("{} is a folder", path.display())));
    }
    if !args.overwrite && std::fs::symlink_metadata(path).is_ok() {
        return Err(Failure::Usage(format!("{} is there already; --overwrite replaces it", path.display())));
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Failure::Usage(format!("there is no folder {}", folder.display())));
    }
    Ok(FileOptions { format, raw: args.raw, overwrite: args.overwrite })
}

/// Writes the rows, and says on standard error what was written and what of it is not as it came.
pub(super) fn write(rows: &ResultSet, path: &Path, options: FileOptions) -> Result<(), Failure> {
    let written = write_file(rows, path, options, &|_| true).map_err(|error| match error {
        FileError::Exists(_) => Failure::Usage(format!("{error}; --overwrite replaces it")),
        FileError::Unfit(_) => Failure::Usage(error.to_string()),
        FileError::Io { .. } | FileError::Stopped => Failure::Io(error.to_string()),
    })?;
    let rows = if written.n_rows == 1 { "row" } else { "rows" };
    narrate(&format!("wrote {} {rows}, {} bytes, to {}", written.n_rows, written.n_bytes, path.display()));
    for note in &written.notes {
        let raw = if note.contains("formula") { "; --raw leaves them as they are" } else { "" };
        narrate(&format!("note: {note}{raw}"));
    }
    Ok(())
}
