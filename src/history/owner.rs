//! Which workbenches live: each holds a lock on a file of its own, which the system lets go of however it dies.
//!
//! A row that says "running" is believed only while its owner's lock is held.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// One opened history; its file is deleted when it is closed in order.
#[derive(Debug)]
pub(super) struct Owner {
    /// Unique, and part of a file name.
    pub(super) token: String,
    path: PathBuf,
    /// Held for its lock.
    _file: File,
}

impl Owner {
    /// Registers beside the history.
    pub(super) fn register(history: &Path) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let token = format!("{}-{now}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = path_of(history, &token);
        // Under its own name only once it is locked: a file that is there and free belongs to the dead.
        let aside = path.with_extension("new");
        let file = private(&mut OpenOptions::new()).write(true).create(true).truncate(true).open(&aside)?;
        // Without locks no run is ever declared dead, which is the lesser fault.
        file.lock().or_else(|error| if error.kind() == io::ErrorKind::Unsupported { Ok(()) } else { Err(error) })?;
        fs::rename(&aside, &path)?;
        Ok(Self { token, path, _file: file })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // A file that stays is found to be free and deleted by the next one.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the workbench of this token lives. Unknown means yes: its rows are not declared dead by mistake.
pub(super) fn is_alive(history: &Path, token: &str) -> bool {
    match File::open(path_of(history, token)) {
        Ok(file) => match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        },
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Deletes the file of a workbench that is dead.
pub(super) fn bury(history: &Path, token: &str) {
    let _ = fs::remove_file(path_of(history, token));
}

fn path_of(history: &Path, token: &str) -> PathBuf {
    // Tokens come from the database, which may be damaged: only what a token has gets into a path.
    let safe: String = token.chars().filter(|char| char.is_ascii_digit() || *char == '-').collect();
    history.with_extension(format!("{safe}.alive"))
}

/// Files of the history are for their owner alone.
pub fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// And so are its folders.
pub(super) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}
