//! Several workbenches at once: each has a session of its own, which no other one writes.
//!
//! The first has `session.json`, the next `session-2.json`, and so on; a lock beside the file says that its workbench
//! lives, and the system lets go of it however that one dies. What a dead one left is taken over by the next that starts.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::{LoadedSession, Session, beside, previous_of};
use crate::history::owner::private;

/// Workbenches at once; more of them share nothing, but the last ones keep no session.
const MAX_SLOTS: usize = 200;

/// The sessions of one folder, as one workbench sees them.
#[derive(Debug)]
pub struct Sessions {
    folder: PathBuf,
    slot: Option<Slot>,
    /// Sessions of the dead whose texts were taken over: deleted when they are safe here.
    taken: Vec<Slot>,
}

/// One session file, and the lock that makes it ours.
#[derive(Debug)]
struct Slot {
    path: PathBuf,
    /// The present version can be read.
    is_sound: bool,
    /// Held for its lock; `None` where the folder cannot be written or the file system has no locks.
    _lock: Option<File>,
}

impl Sessions {
    /// Nothing is read or written yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), slot: None, taken: Vec::new() }
    }

    /// Takes the first session that no living workbench has as its own, and brings what others left: the one that was
    /// saved last is what the workbench was showing. `None` when there never was one.
    pub fn open(&mut self) -> io::Result<Option<LoadedSession>> {
        let slot = self.take_slot()?;
        let own = Session::load(&slot.path);
        self.taken = self.slots_of_the_dead(&slot.path);
        let saved = |path: &Path| fs::metadata(path).and_then(|it| it.modified()).ok();
        let mut found: Vec<_> = Vec::new();
        let mut failure = None;
        match own {
            Ok(Some(loaded)) => found.push((saved(&slot.path), loaded)),
            Ok(None) => {}
            Err(error) => failure = Some(error),
        }
        self.slot = Some(Slot { is_sound: failure.is_none() && !found.is_empty(), ..slot });
        // One that cannot be read stays where it is.
        self.taken.retain(|it| match Session::load(&it.path) {
            Ok(Some(loaded)) => {
                found.push((saved(&it.path), loaded));
                true
            }
            Ok(None) | Err(_) => false,
        });
        found.sort_by_key(|(saved, _)| std::cmp::Reverse(*saved));
        let mut found = found.into_iter().map(|(_, loaded)| loaded);
        let Some(mut newest) = found.next() else { return failure.map_or(Ok(None), Err) };
        if let Some(failure) = failure {
            newest.notice = Some(format!("One text could not be read ({failure}); it is kept under another name."));
        }
        newest.others = found.map(|it| it.session).collect();
        Ok(Some(newest))
    }

    /// Saves what this workbench shows.
    pub fn save(&mut self, session: &Session) -> io::Result<()> {
        if self.slot.is_none() {
            self.slot = Some(self.take_slot()?);
        }
        let Some(slot) = &mut self.slot else { return Ok(()) };
        // After the first time the present version is one that was written here.
        let is_sound = std::mem::take(&mut slot.is_sound);
        if is_sound { session.save_over(&slot.path, slot.path.exists()) } else { session.save(&slot.path) }?;
        slot.is_sound = true;
        for taken in self.taken.drain(..) {
            let _ = fs::remove_file(&taken.path);
            let _ = fs::remove_file(previous_of(&taken.path));
        }
        Ok(())
    }

    /// The first file that no living workbench has.
    fn take_slot(&self) -> io::Result<Slot> {
        // Where nothing can be written, what is there can still be read.
        let _ = fs::create_dir_all(&self.folder);
        for number in 1..=MAX_SLOTS {
            let path = self.path(number);
            match lock(&path) {
                Ok(Some(slot)) => return Ok(slot),
                Ok(None) => {}
                Err(_) if path.exists() || number == 1 => return Ok(Slot { path, is_sound: false, _lock: None }),
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other(format!("{MAX_SLOTS} workbenches keep a session in {}", self.folder.display())))
    }

    /// Other sessions whose workbenches have ended.
    fn slots_of_the_dead(&self, own: &Path) -> Vec<Slot> {
        let paths = (1..=MAX_SLOTS).map(|it| self.path(it)).filter(|it| it != own && it.exists());
        paths.filter_map(|it| lock(&it).ok().flatten()).collect()
    }

    fn path(&self, number: usize) -> PathBuf {
        let name = if number == 1 { "session.json".to_owned() } else { format!("session-{number}.json") };
        self.folder.join(name)
    }
}

/// The session if nobody has it.
fn lock(path: &Path) -> io::Result<Option<Slot>> {
    let file = private(&mut OpenOptions::new()).write(true).create(true).truncate(false).open(beside(path, ".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Slot { path: path.to_owned(), is_sound: false, _lock: Some(file) })),
        Err(TryLockError::WouldBlock) => Ok(None),
        // Without locks one workbench at a time is served well.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            Ok(Some(Slot { path: path.to_owned(), is_sound: false, _lock: None }))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}
