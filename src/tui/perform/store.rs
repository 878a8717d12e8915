//! The one thread that writes: history and session, in the order in which things happened.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Answers;
use super::keeper::Keeper;
use super::traits::{costs_of_text, traits_of};
use crate::config::Paths;
use crate::history::{
    Entry, History, HistoryError, KeptResults, Outcome, RunEnding, RunStart, Session, Sessions, Traits, redact,
};
use crate::result::ResultSet;
use crate::run::RunId;
use crate::tui::effect::Mark;
use crate::tui::msg::Msg;

/// While nothing is to be written, runs of an older Tallyho are looked at: so many at a time.
const LOOKED_AT: usize = 50;
/// Nothing was to be written for this long.
const IDLE: Duration = Duration::from_millis(200);
/// At the end what was handed over gets so long to be written.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// What a dead workbench had deleted is overwritten after a day: in microseconds.
const TAKEN_BACK_WITHIN: i64 = 24 * 3_600 * 1_000_000;

pub(super) enum Job {
    StartRun(RunId, Entry),
    EndRun(RunId, RunEnding, Option<ResultSet>),
    Mark(Mark),
    ReadSession,
    SaveSession(u64, Session),
    /// Overwrite what was deleted, and end.
    Close,
}

/// Hands jobs to the thread.
pub(super) struct Store {
    jobs: Option<Sender<Job>>,
    sessions: Arc<Mutex<Sessions>>,
    sender: Answers,
    worker: Option<JoinHandle<()>>,
}

impl Store {
    /// `own` gets the name of the history's own session when it is opened.
    pub(super) fn new(paths: &Paths, kept: KeptResults, own: Arc<Mutex<String>>, sender: Answers) -> Self {
        let (jobs, received) = channel();
        let sessions = Arc::new(Mutex::new(Sessions::new(&paths.data)));
        let keeper = Keeper::new(kept.clone(), jobs.clone(), sender.clone());
        let mut worker = Worker {
            history_path: paths.data.join("history.sqlite"),
            sessions: Arc::clone(&sessions),
            history: None,
            all_described: false,
            entries: HashMap::new(),
            kept,
            keeper,
            own,
            sender: sender.clone(),
        };
        // Without the thread every job is answered as failed, see `send`.
        let worker = std::thread::Builder::new().name("store".to_owned()).spawn(move || worker.work(&received));
        Self { jobs: Some(jobs), sessions, sender, worker: worker.ok() }
    }

    /// One that has nothing and writes nothing.
    pub(super) fn nowhere(sender: Answers) -> Self {
        Self { jobs: None, sessions: Arc::new(Mutex::new(Sessions::new(Path::new("")))), sender, worker: None }
    }

    fn send(&self, job: Job) {
        self.sender.expect_one();
        let unsent = match &self.jobs {
            Some(jobs) => match jobs.send(job) {
                Ok(()) => return,
                Err(unsent) => unsent.0,
            },
            None => job,
        };
        let failure = || "the thread that writes has stopped".to_owned();
        self.sender.answer(match unsent {
            Job::StartRun(id, _) | Job::EndRun(id, ..) => Msg::HistoryWritten(id, Err(failure())),
            Job::Mark(_) | Job::Close => Msg::HistoryMarked(Err(failure())),
            Job::ReadSession => Msg::SessionRead(Err(failure())),
            // The text is worth a moment of this thread.
            Job::SaveSession(revision, session) => Msg::SessionSaved { revision, outcome: self.save_now(&session) },
        });
    }

    pub(super) fn read_session(&self) {
        self.send(Job::ReadSession);
    }

    pub(super) fn save_session(&self, revision: u64, session: Session) {
        self.send(Job::SaveSession(revision, session));
    }

    pub(super) fn start_run(&self, id: RunId, connection: &str, text: &str) {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let entry = Entry {
            started: i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX),
            connection: connection.to_owned(),
            text: text.to_owned(),
            ending: RunEnding { outcome: Outcome::Running, ..RunEnding::default() },
            ..Entry::default()
        };
        self.send(Job::StartRun(id, entry));
    }

    /// `rows` are kept, as far as the user allows.
    pub(super) fn end_run(&self, id: RunId, ending: RunEnding, rows: Option<ResultSet>) {
        self.send(Job::EndRun(id, ending, rows));
    }

    pub(super) fn mark(&self, mark: Mark) {
        self.send(Job::Mark(mark));
    }

    pub(super) fn save_now(&self, session: &Session) -> Result<(), String> {
        save(&self.sessions, session)
    }
}

/// What was handed over is written before the workbench is gone, unless the disk keeps it from that; and what was deleted
/// is overwritten.
impl Drop for Store {
    fn drop(&mut self) {
        let Some(worker) = self.worker.take() else { return };
        if let Some(jobs) = self.jobs.take() {
            let _ = jobs.send(Job::Close);
        }
        let given_up = Instant::now() + LAST_WORDS;
        while !worker.is_finished() && Instant::now() < given_up {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn save(sessions: &Mutex<Sessions>, session: &Session) -> Result<(), String> {
    let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    sessions.save(session).map_err(|it| it.to_string())
}

struct Worker {
    history_path: PathBuf,
    sessions: Arc<Mutex<Sessions>>,
    /// Opened when it is first needed, and again after it failed.
    history: Option<History>,
    /// The language has said its word to every run.
    all_described: bool,
    /// Runs under way.
    entries: HashMap<RunId, Entry>,
    kept: KeptResults,
    keeper: Keeper,
    own: Arc<Mutex<String>>,
    sender: Answers,
}

impl Worker {
    fn work(&mut self, jobs: &Receiver<Job>) {
        while let Some(job) = self.next(jobs) {
            let msg = match job {
                Job::ReadSession => {
                    let outcome = self.sessions.lock().unwrap_or_else(PoisonError::into_inner).open();
                    Msg::SessionRead(outcome.map_err(|it| it.to_string()))
                }
                Job::StartRun(id, entry) => Msg::HistoryWritten(id, self.start_run(id, entry)),
                Job::EndRun(id, ending, rows) => Msg::HistoryWritten(id, self.end_run(id, ending, rows)),
                Job::Mark(mark) => Msg::HistoryMarked(self.mark(mark)),
                Job::SaveSession(revision, session) => {
                    Msg::SessionSaved { revision, outcome: save(&self.sessions, &session) }
                }
                Job::Close => {
                    let gone = self.history.as_mut().and_then(|it| it.purge_own().ok());
                    return self.remove_kept(gone);
                }
            };
            self.sender.answer(msg);
        }
    }

    /// The next job. While there is none, and runs are left that the language has not been asked about, it is.
    fn next(&mut self, jobs: &Receiver<Job>) -> Option<Job> {
        loop {
            if self.all_described {
                return jobs.recv().ok();
            }
            match jobs.recv_timeout(IDLE) {
                Ok(job) => return Some(job),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    let describe = |text: &str, stats: Option<&str>| (traits_of(text), costs_of_text(stats));
                    let n = self.history(|it| it.describe_old(LOOKED_AT, describe));
                    self.all_described = n.map_or(true, |it| it < LOOKED_AT);
                }
            }
        }
    }

    fn history<T>(&mut self, act: impl FnOnce(&mut History) -> Result<T, HistoryError>) -> Result<T, String> {
        let words = |it: HistoryError| format!("{}. {}", it.message, it.advice);
        if self.history.is_none() {
            let history = History::open(&self.history_path).map_err(words)?;
            if let Ok(mut own) = self.own.lock() {
                history.session().clone_into(&mut own);
            }
            self.history = Some(history);
            let gone = self.history.as_mut().and_then(|it| it.purge_deleted(now() - TAKEN_BACK_WITHIN).ok());
            self.remove_kept(gone);
        }
        let history = self.history.as_mut().ok_or("the history is not open")?;
        let done = act(history).map_err(words);
        if let Some(notice) = history.notice() {
            self.sender.send(Msg::HistoryNotice(notice));
        }
        if done.is_err() {
            self.history = None;
        }
        done
    }

    /// Takes away what was kept of runs that are gone.
    fn remove_kept(&self, gone: Option<Vec<(i64, i64)>>) {
        for (run, started) in gone.into_iter().flatten() {
            // What stays is too old one day.
            let _ = self.kept.remove(run, started);
        }
    }

    fn start_run(&mut self, id: RunId, mut entry: Entry) -> Result<Entry, String> {
        let written = self.write_start(&mut entry);
        self.entries.insert(id, entry.clone());
        written.map(|()| entry)
    }

    fn write_start(&mut self, entry: &mut Entry) -> Result<(), String> {
        let traits: Traits = traits_of(&entry.text);
        let start = RunStart {
            started: entry.started,
            connection: &entry.connection,
            text: &entry.text,
            traits: Some(&traits),
        };
        entry.id = self.history(|it| it.append_start(&start))?;
        // As it was written: without secrets.
        let (text, n_redacted) = redact(&entry.text);
        (entry.text, entry.n_redacted) = (text.into_owned(), n_redacted);
        Ok(())
    }

    fn end_run(&mut self, id: RunId, ending: RunEnding, rows: Option<ResultSet>) -> Result<Entry, String> {
        let Some(mut entry) = self.entries.remove(&id) else {
            return Err("a run ended that never started".to_owned());
        };
        if entry.id == 0 {
            // Its start could not be written; now perhaps it can.
            self.write_start(&mut entry)?;
        }
        self.history(|it| it.finish(entry.id, &ending))?;
        entry.ending = ending;
        if let Some(rows) = rows.filter(|_| self.keeper.keeps()) {
            let pinned = self.history(History::pinned).unwrap_or_default();
            self.keeper.keep(entry.id, entry.started, rows, pinned);
        }
        Ok(entry)
    }

    fn mark(&mut self, mark: Mark) -> Result<(), String> {
        self.history(|it| match mark {
            Mark::Pin(id, pinned) => it.pin(id, pinned),
            Mark::Label(id, label) => it.label(id, &label),
            Mark::Note(id, note) => it.note(id, &note),
            Mark::Delete(ids, deleted) => it.delete(&ids, deleted),
            Mark::Kept(ids, bytes) => ids.into_iter().try_for_each(|id| it.set_kept(id, bytes)),
        })
    }
}

/// Microseconds since 1970-01-01T00:00:00Z.
fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
}
