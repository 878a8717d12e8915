//! Files of ours: whole or not at all, for nobody else, and never over another file unasked.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Fills a file that only its owner may read. It is written beside its place and moved there when it is whole; one that
/// is there already stays, unless it may be replaced ([`io::ErrorKind::AlreadyExists`]).
pub fn write_whole_file<T>(path: &Path, replace: bool, fill: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
    let (aside, mut file) = create_aside(path)?;
    let outcome = fill(&mut file).and_then(|value| {
        file.sync_all()?;
        put_in_place(&aside, path, replace)?;
        Ok(value)
    });
    if outcome.is_err() {
        let _ = fs::remove_file(&aside);
    }
    outcome
}

/// A new file beside the wanted one.
fn create_aside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or_else(|| io::Error::other("the path names no file"))?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for attempt in 0..100 {
        let mut aside = std::ffi::OsString::from(".");
        // A long name and ours together must not be longer than names can be.
        aside.push(name.to_string_lossy().chars().take(40).collect::<String>());
        aside.push(format!(".{}-{attempt}.part", std::process::id()));
        let aside = path.with_file_name(aside);
        match options.open(&aside) {
            Ok(file) => return Ok((aside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many unfinished files of that name are beside it"))
}

/// Gives the finished file its name. Without leave to replace, a file that came there meanwhile is safe too.
fn put_in_place(aside: &Path, path: &Path, replace: bool) -> io::Result<()> {
    if replace {
        return fs::rename(aside, path);
    }
    // A link, unlike a move, never replaces what is there.
    match fs::hard_link(aside, path) {
        Ok(()) => fs::remove_file(aside),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has links.
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(aside, path),
    }
}
