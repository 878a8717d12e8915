//! The editor's text between two starts: saved whole or not at all, and the version before it is kept.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::owner::private;

/// What the workbench was showing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    pub text: String,
    /// Line and column, both counted in characters from 0.
    pub cursor: (usize, usize),
    /// The name of the connection.
    pub connection: String,
}

/// A session that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedSession {
    pub session: Session,
    /// Said when it is not the one that was saved last.
    pub notice: Option<String>,
}

impl Session {
    /// Writes the session to a new file, waits until it is on the disk, and only then puts it in the place of the old
    /// one, which is kept beside it. Whatever fails, and whenever the process dies, one whole version stays.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let aside = beside(path, &format!(".{}.new", std::process::id()));
        let written = self.write(&aside);
        if let Err(error) = written.and_then(|()| keep_previous(path)).and_then(|()| fs::rename(&aside, path)) {
            let _ = fs::remove_file(&aside);
            return Err(error);
        }
        sync_folder(path);
        Ok(())
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut file = private(&mut OpenOptions::new()).write(true).create(true).truncate(true).open(path)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()
    }

    /// The session that was saved last, else the version before it; `None` when there never was one. A file that cannot
    /// be understood is kept under another name.
    pub fn load(path: &Path) -> io::Result<Option<LoadedSession>> {
        let error = match read(path) {
            Ok(session) => return Ok(Some(LoadedSession { session, notice: None })),
            Err(error) => error,
        };
        let previous = read(&previous_of(path));
        if error.kind() == io::ErrorKind::InvalidData {
            // A copy, not a move: if the copy fails the original is still there.
            let _ = fs::copy(path, beside(path, ".damaged"));
        }
        match previous {
            Ok(session) => {
                let notice = format!("The last text could not be read ({error}); this is the version before it.");
                Ok(Some(LoadedSession { session, notice: Some(notice) }))
            }
            Err(_) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(error),
        }
    }
}

fn read(path: &Path) -> io::Result<Session> {
    let bytes = fs::read(path)?;
    serde_json::from_slice(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Gives the present version a second name, so that it is under its own until it is replaced.
fn keep_previous(path: &Path) -> io::Result<()> {
    // What cannot be read is not worth more than the version before it.
    if read(path).is_err() {
        return Ok(());
    }
    let aside = beside(path, &format!(".{}.old", std::process::id()));
    let _ = fs::remove_file(&aside);
    // Not every file system has hard links.
    fs::hard_link(path, &aside).or_else(|_| fs::copy(path, &aside).map(|_| ()))?;
    fs::rename(&aside, previous_of(path))
}

fn previous_of(path: &Path) -> PathBuf {
    beside(path, ".previous")
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Makes the renaming last; not every system can, and then it does so by itself a little later.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}
