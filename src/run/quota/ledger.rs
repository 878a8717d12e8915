//! The files of the ledger: one for each account, shared by every copy of Tallyho that runs on this machine.
//!
//! A writer holds the lock of a file beside the account's, so that the account's file itself can be replaced whole. What
//! cannot be written is kept in memory and written with the next line: a full disk stops no query and loses no call of
//! this copy.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::account::Account;
use super::record::{Books, DAY, Record, header};
use super::{QuotaKind, forecast};
use crate::config::QuotaProfile;

/// How much a file grows before it is written anew in fewer words.
const COMPACT_STEP: u64 = 64 * 1024;
/// A file longer than this is none of ours.
const MAX_FILE: u64 = 16 * 1024 * 1024;
/// Lines kept in memory while the disk takes none.
const MAX_PENDING: usize = 10_000;
/// How long to wait for another copy that writes.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
/// How long a call is held for open where no limit on its time is known.
const LONGEST_CALL: Duration = Duration::from_mins(10);

/// Counts the calls of this copy into files, and reads those of all copies.
pub(crate) struct Ledger {
    folder: PathBuf,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// Lines that the disk has not taken, by account.
    pending: HashMap<Account, Vec<Record>>,
    /// What went wrong with the files, told once each.
    notes: Vec<String>,
}

/// A call on its way.
#[derive(Debug, Clone)]
pub(crate) struct OpenCall {
    account: Account,
    id: String,
    sent: u64,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending<'a> {
    /// The service answered, be it with an error.
    Answered,
    /// It never got there, and counts for nothing.
    Unreached,
    /// 429: what the service says, and how long it says to wait.
    Refused { message: &'a str, retry_after: Option<Duration> },
}

impl Ledger {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, memory: Mutex::default() }
    }

    /// A call goes out now. One that nobody ends is over when no request can last longer.
    pub(crate) fn begin(&self, account: &Account, profile: &QuotaProfile, now: SystemTime) -> OpenCall {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let sent = millis(now);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}-{n}-{:08x}", std::process::id(), fastrand::u32(..));
        let longest = profile.request_timeout.unwrap_or(LONGEST_CALL).as_millis() as u64;
        self.write(account, &[Record::Call { id: id.clone(), sent, open_until: sent + longest }], sent);
        OpenCall { account: account.clone(), id, sent }
    }

    /// The call has ended after so long, with so much CPU time where the service says it. Returns how long to wait
    /// before the same is asked again, when it was refused.
    pub(crate) fn end(
        &self,
        call: OpenCall,
        ran: Duration,
        cpu: Option<Duration>,
        ending: Ending<'_>,
        profile: &QuotaProfile,
    ) -> Option<Duration> {
        let OpenCall { account, id, sent } = call;
        let ran = ran.as_millis() as u64;
        let now = sent.saturating_add(ran);
        let (message, retry_after) = match ending {
            Ending::Unreached => {
                self.write(&account, &[Record::Void { id }], now);
                return None;
            }
            Ending::Answered => {
                let cpu = cpu.map_or(0, |it| it.as_millis() as u64);
                self.write(&account, &[Record::End { id, sent, ran, cpu }], now);
                return None;
            }
            Ending::Refused { message, retry_after } => (message, retry_after),
        };
        let mut records = vec![Record::End { id, sent, ran, cpu: 0 }];
        let mut books = self.read(&account, now);
        let limit = forecast::limit_in(message).map(|(amount, window)| Record::Limit {
            at: now,
            what: QuotaKind::Calls,
            window,
            amount,
        });
        records.extend(limit);
        let streak = books.refused.filter(|it| it.at + DAY > now).map_or(0, |it| it.streak).saturating_add(1);
        for record in &records {
            books.take(record, now);
        }
        let wait =
            retry_after.map_or_else(|| forecast::wait_unsaid(&books, profile, now, streak), |it| it.as_millis() as u64);
        records.push(Record::Refused { at: now, until: now.saturating_add(wait), streak });
        self.write(&account, &records, now);
        Some(Duration::from_millis(wait))
    }

    /// What every copy has counted for the account, those lines included that the disk has not taken.
    pub(super) fn read(&self, account: &Account, now: u64) -> Books {
        let mut books = Books::default();
        let path = self.folder.join(account.file_name());
        match fs::read(&path) {
            Ok(bytes) => read_lines(&bytes, account, now, &mut books),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.note(format!("the quota's file {} cannot be read: {error}", path.display())),
        }
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.pending.get(account).into_iter().flatten().for_each(|it| books.take(it, now));
        books
    }

    /// What went wrong with the files so far.
    pub(super) fn notes(&self) -> Vec<String> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).notes.clone()
    }

    fn note(&self, note: String) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if !memory.notes.contains(&note) && memory.notes.len() < 20 {
            memory.notes.push(note);
        }
    }

    /// Writes the lines, and those before them that could not be written.
    fn write(&self, account: &Account, records: &[Record], now: u64) {
        let mut lines = {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.pending.remove(account).unwrap_or_default()
        };
        lines.extend_from_slice(records);
        match append(&self.folder, account, &lines, now) {
            Ok(None) => {}
            Ok(Some(note)) => self.note(note),
            Err(error) => {
                self.note(format!("quotas are counted in this copy only: {} {error}", self.folder.display()));
                let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
                let pending = memory.pending.entry(account.clone()).or_default();
                // Another thread may have left lines meanwhile.
                lines.append(pending);
                lines.drain(..lines.len().saturating_sub(MAX_PENDING));
                *pending = lines;
            }
        }
    }
}

/// Appends under the account's lock. Returns what was wrong with the file, if it had to be started anew.
fn append(folder: &Path, account: &Account, records: &[Record], now: u64) -> io::Result<Option<String>> {
    create_private_folder(folder)?;
    let path = folder.join(account.file_name());
    let lock = private().create(true).append(true).open(path.with_extension("lock"))?;
    hold(&lock)?;
    let mut text = String::new();
    for record in records {
        record.write(&mut text);
    }
    let mut file = private().create(true).read(true).append(true).open(&path)?;
    let length = file.metadata()?.len();
    let state = if length > MAX_FILE { State::Foreign } else { state_of(&mut file, account)? };
    let mut note = None;
    match state {
        State::New => text.insert_str(0, &header(account)),
        State::Whole => {}
        State::Cut => text.insert(0, '\n'),
        State::Foreign => {
            drop(file);
            fs::rename(&path, path.with_extension("unreadable"))?;
            note = Some(format!("{} was no quota file and is counted anew", path.display()));
            file = private().create(true).append(true).open(&path)?;
            text.insert_str(0, &header(account));
        }
    }
    file.write_all(text.as_bytes())?;
    let grown = length + text.len() as u64;
    if note.is_none() && length / COMPACT_STEP != grown / COMPACT_STEP {
        compact(&path, account, now)?;
    }
    Ok(note)
}

/// Takes the lock, but not at the price of a query: whoever holds it for long has stopped or hangs.
fn hold(lock: &File) -> io::Result<()> {
    let patience = Instant::now() + LOCK_PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            // Without locks two copies may lose a line of each other, which is the lesser fault.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() > patience => return Err(io::ErrorKind::TimedOut.into()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_micros(500)),
        }
    }
}

/// How a file was found.
enum State {
    New,
    Whole,
    /// Its last line has no end: whoever wrote it died, or the disk was full.
    Cut,
    Foreign,
}

fn state_of(file: &mut File, account: &Account) -> io::Result<State> {
    let expected = header(account);
    let mut found = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    io::Read::by_ref(file).take(expected.len() as u64).read_to_end(&mut found)?;
    if found.is_empty() {
        return Ok(State::New);
    }
    if found != expected.as_bytes() {
        return Ok(State::Foreign);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(if last == *b"\n" { State::Whole } else { State::Cut })
}

/// Writes the file anew in fewer words, beside it and then in its place.
fn compact(path: &Path, account: &Account, now: u64) -> io::Result<()> {
    let mut books = Books::default();
    read_lines(&fs::read(path)?, account, now, &mut books);
    let mut text = header(account);
    books.compact(now).iter().for_each(|it| it.write(&mut text));
    let aside = path.with_extension("new");
    let mut file = private().create(true).write(true).truncate(true).open(&aside)?;
    file.write_all(text.as_bytes())?;
    fs::rename(&aside, path)
}

/// Reads all lines that are ours; a file of something else has none.
fn read_lines(bytes: &[u8], account: &Account, now: u64, books: &mut Books) {
    let Some(lines) = bytes.strip_prefix(header(account).as_bytes()) else { return };
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        // A line without an end may be a number without its last digits.
        let line = line.strip_suffix(b"\n").and_then(|it| std::str::from_utf8(it).ok());
        if let Some(record) = line.and_then(Record::parse) {
            books.take(&record, now);
        }
    }
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Milliseconds since 1970.
pub(super) fn millis(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}
