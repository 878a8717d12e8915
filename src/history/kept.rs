//! Results of recent runs, one file each in a folder beside the history, within a size and an age.
//!
//! What is in a file is the caller's: this room only sees to it that a file is there whole or not at all, that it is for
//! its owner alone, and that old ones go. A name says which run it belongs to by number and by start, so that a history
//! that had to begin anew never shows the rows of another run; and the checksum of what was written, so that a damaged
//! file is told before anybody tries to understand it.

use std::fs::{self, OpenOptions};
use std::hash::Hasher as _;
use std::io::{self, BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use twox_hash::XxHash64;

use super::owner::{private, private_folder};

/// A file that was begun so long ago belongs to a workbench that died.
const ABANDONED: Duration = Duration::from_hours(1);

/// How much is kept, and for how long. A zero in either keeps nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptLimits {
    pub bytes: u64,
    pub age: Duration,
}

impl KeptLimits {
    /// True when nothing is to be kept.
    pub fn is_none(self) -> bool {
        self.bytes == 0 || self.age.is_zero()
    }
}

/// One kept result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// The id of its run in the history.
    pub run: i64,
    /// When the run started: microseconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    pub path: PathBuf,
    pub bytes: u64,
    /// Of its bytes.
    checksum: u64,
    /// When it was written.
    pub written: SystemTime,
}

/// The folder of kept results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptResults {
    folder: PathBuf,
    limits: KeptLimits,
}

impl KeptResults {
    /// The results beside the history in the data folder. Touches nothing yet.
    pub fn new(data: &Path, limits: KeptLimits) -> Self {
        Self { folder: data.join("results"), limits }
    }

    pub fn limits(&self) -> KeptLimits {
        self.limits
    }

    /// Keeps what `write` writes as the result of a run, in the place of what was kept of it before. Returns its size;
    /// `None` when it alone is larger than all that may be kept, or nothing may. The name appears only when the file is
    /// whole and on the disk.
    pub fn save(
        &self,
        run: i64,
        started: i64,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Option<u64>> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        if self.limits.is_none() {
            return Ok(None);
        }
        private_folder(&self.folder)?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let aside = self.folder.join(format!("{run}-{started}.{}-{count}.part", std::process::id()));
        let before = self.of_run(run, started)?;
        let outcome = self.write_aside(&aside, write).and_then(|written| {
            let Some((bytes, checksum)) = written else { return Ok(None) };
            let path = self.folder.join(format!("{run}-{started}-{checksum:016x}.arrow"));
            fs::rename(&aside, &path)?;
            for old in before.iter().filter(|it| it.path != path) {
                none_if_missing(fs::remove_file(&old.path))?;
            }
            Ok(Some(bytes))
        });
        if !matches!(outcome, Ok(Some(_))) {
            let _ = fs::remove_file(&aside);
        }
        outcome
    }

    /// Returns size and checksum.
    fn write_aside(
        &self,
        aside: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Option<(u64, u64)>> {
        let file = private(&mut OpenOptions::new()).write(true).create(true).truncate(true).open(aside)?;
        let (inner, limit, hash) = (BufWriter::new(file), self.limits.bytes, XxHash64::with_seed(0));
        let mut counted = Counted { inner, hash, bytes: 0, limit, full: false };
        let written = write(&mut counted).and_then(|()| counted.flush());
        if counted.full {
            return Ok(None);
        }
        written?;
        counted.inner.get_ref().sync_all()?;
        Ok(Some((counted.bytes, counted.hash.finish())))
    }

    /// What is kept of the run with this id and this start. Damage is an error, of which [`io::Error::kind`] is
    /// [`io::ErrorKind::InvalidData`].
    pub fn open(&self, run: i64, started: i64) -> io::Result<Option<Cursor<Vec<u8>>>> {
        match self.of_run(run, started)?.first() {
            Some(file) => file.read().map(Some),
            None => Ok(None),
        }
    }

    fn of_run(&self, run: i64, started: i64) -> io::Result<Vec<KeptFile>> {
        Ok(self.list()?.into_iter().filter(|it| (it.run, it.started) == (run, started)).collect())
    }

    /// What is kept of the run with this id, whenever it started: the newest there is.
    pub fn find(&self, run: i64) -> io::Result<Option<KeptFile>> {
        Ok(self.list()?.into_iter().find(|it| it.run == run))
    }

    /// All that is kept, the newest run first.
    pub fn list(&self) -> io::Result<Vec<KeptFile>> {
        let Some(entries) = none_if_missing(fs::read_dir(&self.folder))? else { return Ok(Vec::new()) };
        let mut files: Vec<KeptFile> = entries.filter_map(|it| kept_file(&it.ok()?)).collect();
        files.sort_by_key(|it| std::cmp::Reverse((it.started, it.run)));
        Ok(files)
    }

    /// Deletes the result of a run; one that is not there is no error.
    pub fn remove(&self, run: i64, started: i64) -> io::Result<()> {
        self.of_run(run, started)?.iter().try_for_each(|it| none_if_missing(fs::remove_file(&it.path)).map(|_| ()))
    }

    /// Deletes what is too old, and then the oldest until the rest is small enough; `pinned` ones go last, and never for
    /// their age. Returns what was deleted. Another workbench may do the same at the same time.
    pub fn prune(&self, now: SystemTime, pinned: impl Fn(i64) -> bool) -> io::Result<Vec<KeptFile>> {
        self.remove_abandoned(now);
        let mut files = self.list()?;
        files.sort_by_key(|it| (!pinned(it.run), std::cmp::Reverse((it.started, it.run))));
        let (mut bytes, mut gone) = (0_u64, Vec::new());
        for file in files {
            let age = now.duration_since(file.written).unwrap_or_default();
            let is_old = self.limits.age.is_zero() || (age > self.limits.age && !pinned(file.run));
            if !is_old && bytes.saturating_add(file.bytes) <= self.limits.bytes {
                bytes += file.bytes;
                continue;
            }
            none_if_missing(fs::remove_file(&file.path))?;
            gone.push(file);
        }
        Ok(gone)
    }

    /// What a workbench had begun to write when it died.
    fn remove_abandoned(&self, now: SystemTime) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_part = path.extension().is_some_and(|it| it == "part");
            let written = entry.metadata().and_then(|it| it.modified());
            let age = written.ok().and_then(|it| now.duration_since(it).ok()).unwrap_or_default();
            if is_part && age > ABANDONED {
                let _ = fs::remove_file(path);
            }
        }
    }
}

impl KeptFile {
    /// All of it, once it is known to be what was written.
    pub fn read(&self) -> io::Result<Cursor<Vec<u8>>> {
        let bytes = fs::read(&self.path)?;
        if XxHash64::oneshot(0, &bytes) != self.checksum {
            let message = format!("the kept result {} is damaged", self.path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(Cursor::new(bytes))
    }
}

/// Reads run and start out of a name; another file of the folder is left alone.
fn kept_file(entry: &fs::DirEntry) -> Option<KeptFile> {
    let path = entry.path();
    let stem = path.file_name()?.to_str()?.strip_suffix(".arrow")?;
    let mut parts = stem.split('-');
    let (run, started, checksum) = (parts.next()?, parts.next()?, parts.next()?);
    let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
    let (run, started) = (run.parse().ok()?, started.parse().ok()?);
    let checksum = u64::from_str_radix(checksum, 16).ok()?;
    let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    Some(KeptFile { run, started, bytes: metadata.len(), checksum, written, path })
}

fn none_if_missing<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Stops a result that alone would be too large before it fills the disk.
struct Counted<W> {
    inner: W,
    hash: XxHash64,
    bytes: u64,
    limit: u64,
    full: bool,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.bytes.saturating_add(part.len() as u64) > self.limit {
            self.full = true;
            return Err(io::Error::other("the result is larger than all that may be kept"));
        }
        let n = self.inner.write(part)?;
        self.hash.write(&part[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
