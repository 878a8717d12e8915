//! The texts between two starts: saved whole or not at all, and the version before is kept.

mod slots;

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::slots::Sessions;
use super::owner::private;

/// The version of what is written; one of a later Tallyho may hold more than is understood here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SessionVersion(u32);

impl Default for SessionVersion {
    fn default() -> Self {
        Self(2)
    }
}

/// What the workbench was showing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    pub version: SessionVersion,
    pub tabs: Vec<SavedTab>,
    /// The place of the tab that was being read and written.
    pub active: usize,
    /// Tabs that were closed, the latest last.
    pub closed: Vec<SavedTab>,
    /// The name of the connection.
    pub connection: String,
    /// The time that queries were asked about, as it is written.
    pub time_range: Option<String>,
    /// The pane that had the focus.
    pub focus: String,
    /// It had the whole screen.
    pub zoom: bool,
    /// What stood beside the editor, and whether the user wanted to see it.
    pub side: String,
    pub side_shown: Option<bool>,
    /// Values for the parameters of queries, by what those declare.
    pub parameters: Vec<(String, Vec<(String, String)>)>,
    /// Packs of queries and what came of them, the one that was shown first; what they say is the library's affair.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<String>,
}

/// One text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedTab {
    /// What the user calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub text: String,
    /// Line and column, both counted in characters from 0.
    pub cursor: (usize, usize),
    /// The first line that was seen.
    pub top: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<SavedFile>,
}

/// The file that a text was opened from or saved to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedFile {
    pub path: String,
    /// What is known of the file as it was last read or written: when it changed, its size, the hash of its bytes.
    pub seen: Option<(Option<i64>, u64, u64)>,
    /// The encoding, and whether a mark stands before the text and lines end as on Windows.
    pub encoding: String,
    pub mark: bool,
    pub crlf: bool,
    /// The size and the hash of the text that the file holds.
    pub saved: (usize, u64),
}

/// What versions before tabs wrote.
#[derive(Deserialize)]
struct OneText {
    text: String,
    #[serde(default)]
    cursor: (usize, usize),
}

/// A session that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedSession {
    pub session: Session,
    /// Said when it is not the one that was saved last.
    pub notice: Option<String>,
    /// Sessions of other workbenches that have ended: their texts are to be brought in, and are deleted there when this
    /// session is saved.
    pub others: Vec<Session>,
}

impl Session {
    /// Writes the session to a new file, waits until it is on the disk, and only then puts it in the place of the old
    /// one, which is kept beside it. Whatever fails, and whenever the process dies, one whole version stays.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        // What cannot be read is not worth more than the version before it.
        self.save_over(path, read(path).is_ok())
    }

    /// The same, where it is known whether the present version can be read.
    fn save_over(&self, path: &Path, is_sound: bool) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let aside = beside(path, &format!(".{}.new", std::process::id()));
        let written = self.write(&aside);
        let kept = written.and_then(|()| if is_sound { keep_previous(path) } else { Ok(()) });
        if let Err(error) = kept.and_then(|()| fs::rename(&aside, path)) {
            let _ = fs::remove_file(&aside);
            return Err(error);
        }
        sync_folder(path);
        Ok(())
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut file = private(&mut OpenOptions::new()).write(true).create(true).truncate(true).open(path)?;
        let mut out = BufWriter::new(&mut file);
        serde_json::to_writer(&mut out, self)?;
        out.flush()?;
        drop(out);
        file.sync_all()
    }

    /// The session that was saved last, else the version before it; `None` when there never was one. A file that cannot
    /// be understood is kept under another name.
    pub fn load(path: &Path) -> io::Result<Option<LoadedSession>> {
        let error = match read(path) {
            Ok(session) => return Ok(Some(LoadedSession { session, notice: None, others: Vec::new() })),
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
                Ok(Some(LoadedSession { session, notice: Some(notice), others: Vec::new() }))
            }
            Err(_) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(error),
        }
    }
}

fn read(path: &Path) -> io::Result<Session> {
    let bytes = fs::read(path)?;
    let damaged = |error: serde_json::Error| io::Error::new(io::ErrorKind::InvalidData, error);
    let mut session: Session = serde_json::from_slice(&bytes).map_err(damaged)?;
    if session.tabs.is_empty()
        && let Ok(OneText { text, cursor }) = serde_json::from_slice(&bytes)
    {
        session.tabs.push(SavedTab { text, cursor, ..SavedTab::default() });
    }
    if session.version > SessionVersion::default() {
        // It may hold what is not understood here and would be lost when it is saved again.
        let _ = fs::copy(path, beside(path, ".newer"));
    }
    session.version = SessionVersion::default();
    Ok(session)
}

/// Gives the present version a second name, so that it is under its own until it is replaced.
fn keep_previous(path: &Path) -> io::Result<()> {
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
