//! The lab's files on disk: written aside, renamed when all of them are complete, and sealed by a version file.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest, Sha256};

use super::error::LabError;

/// The digest of every file of the lab, as a test pins them.
const PINS: &str = include_str!("../../assets/lab/pins.sha256");
const VERSION_FILE: &str = "lab.version";

/// The first line of the version file. It is made of the pins, so that it changes whenever the generator's output does.
fn version() -> String {
    let mut line = String::from("tallyho lab small ");
    for byte in &Sha256::digest(PINS)[..8] {
        let _ = write!(line, "{byte:02x}");
    }
    line.push('\n');
    line
}

/// True when the folder holds this version of the lab, complete: the version file is written last, and names every file
/// with its size.
pub(super) fn is_current(folder: &Path) -> bool {
    let Ok(text) = fs::read_to_string(folder.join(VERSION_FILE)) else { return false };
    let Some(list) = text.strip_prefix(&version()) else { return false };
    list.lines().all(|line| {
        line.split_once(' ').is_some_and(|(size, name)| {
            fs::metadata(folder.join(name)).is_ok_and(|found| found.len().to_string() == size)
        })
    })
}

/// Makes the folder and sees that files of these names can go into it, before any work is done for them.
pub(super) fn prepare(folder: &Path, names: &[String]) -> Result<(), LabError> {
    fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    for name in names {
        let target = folder.join(name);
        if target.is_dir() {
            return Err(failed(&target, io::ErrorKind::IsADirectory.into()));
        }
    }
    let mut aside = Aside { paths: Vec::new() };
    aside.write(folder.join(format!(".{VERSION_FILE}.{}", suffix())), b"")
}

/// Writes all files or none: on an error the folder keeps what it had.
pub(super) fn write_all(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), LabError> {
    let mut aside = Aside { paths: Vec::new() };
    let suffix = suffix();
    let mut version = version();
    for (name, bytes) in files {
        aside.write(folder.join(format!(".{name}.{suffix}")), bytes)?;
        let _ = writeln!(version, "{} {name}", bytes.len());
    }
    aside.write(folder.join(format!(".{VERSION_FILE}.{suffix}")), version.as_bytes())?;
    remove_if_there(&folder.join(VERSION_FILE))?;
    let names = files.iter().map(|(name, _)| name.as_str()).chain([VERSION_FILE]);
    for (name, path) in names.zip(&aside.paths) {
        let target = folder.join(name);
        fs::rename(path, &target).map_err(|source| failed(&target, source))?;
    }
    aside.paths.clear();
    Ok(())
}

/// Ends the names of files aside: different for each process and each call.
fn suffix() -> String {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}.part", std::process::id(), CALLS.fetch_add(1, Ordering::Relaxed))
}

/// Files that are not in their place yet. They are removed when the writing fails.
struct Aside {
    paths: Vec<PathBuf>,
}

impl Aside {
    fn write(&mut self, path: PathBuf, bytes: &[u8]) -> Result<(), LabError> {
        self.paths.push(path.clone());
        fs::write(&path, bytes).map_err(|source| failed(&path, source))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        for path in &self.paths {
            // What cannot be removed is only a file aside; the error that brought us here is the one to tell.
            let _ = fs::remove_file(path);
        }
    }
}

fn remove_if_there(path: &Path) -> Result<(), LabError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(failed(path, source)),
        _ => Ok(()),
    }
}

fn failed(path: &Path, source: io::Error) -> LabError {
    LabError::Write { path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests;
