//! The one thread that writes: history and session, in the order in which things happened.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Answers;
use crate::config::Paths;
use crate::history::{Entry, History, HistoryError, Outcome, RunEnding, RunStart, Session, Sessions};
use crate::run::RunId;
use crate::tui::msg::Msg;

/// Runs that are read at start.
const N_RECENT: usize = 1_000;
/// At the end what was handed over gets so long to be written.
const LAST_WORDS: Duration = Duration::from_secs(1);

enum Job {
    ReadHistory,
    StartRun(RunId, Entry),
    EndRun(RunId, RunEnding),
    ReadSession,
    SaveSession(u64, Session),
}

/// Hands jobs to the thread.
pub(super) struct Store {
    jobs: Option<Sender<Job>>,
    sessions: Arc<Mutex<Sessions>>,
    sender: Answers,
    worker: Option<JoinHandle<()>>,
}

impl Store {
    pub(super) fn new(paths: &Paths, sender: Answers) -> Self {
        let (jobs, received) = channel();
        let sessions = Arc::new(Mutex::new(Sessions::new(&paths.data)));
        let mut worker = Worker {
            history_path: paths.data.join("history.sqlite"),
            sessions: Arc::clone(&sessions),
            history: None,
            entries: HashMap::new(),
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
            Job::ReadHistory => Msg::HistoryRead(Err(failure())),
            Job::StartRun(..) | Job::EndRun(..) => Msg::HistoryWritten(Err(failure())),
            Job::ReadSession => Msg::SessionRead(Err(failure())),
            // The text is worth a moment of this thread.
            Job::SaveSession(revision, session) => Msg::SessionSaved { revision, outcome: self.save_now(&session) },
        });
    }

    pub(super) fn read_history(&self) {
        self.send(Job::ReadHistory);
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
            id: 0,
            started: i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX),
            connection: connection.to_owned(),
            text: text.to_owned(),
            ending: RunEnding { outcome: Outcome::Running, ..RunEnding::default() },
        };
        self.send(Job::StartRun(id, entry));
    }

    pub(super) fn end_run(&self, id: RunId, ending: RunEnding) {
        self.send(Job::EndRun(id, ending));
    }

    pub(super) fn save_now(&self, session: &Session) -> Result<(), String> {
        save(&self.sessions, session)
    }
}

/// What was handed over is written before the workbench is gone, unless the disk keeps it from that.
impl Drop for Store {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(worker) = self.worker.take() else { return };
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
    /// Runs under way.
    entries: HashMap<RunId, Entry>,
    sender: Answers,
}

impl Worker {
    fn work(&mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            let msg = match job {
                Job::ReadHistory => Msg::HistoryRead(self.history(|it| it.recent(N_RECENT, None))),
                Job::StartRun(id, entry) => self.start_run(id, entry),
                Job::EndRun(id, ending) => self.end_run(id, ending),
                Job::ReadSession => {
                    let outcome = self.sessions.lock().unwrap_or_else(PoisonError::into_inner).open();
                    Msg::SessionRead(outcome.map_err(|it| it.to_string()))
                }
                Job::SaveSession(revision, session) => {
                    Msg::SessionSaved { revision, outcome: save(&self.sessions, &session) }
                }
            };
            self.sender.answer(msg);
        }
    }

    fn history<T>(&mut self, act: impl FnOnce(&mut History) -> Result<T, HistoryError>) -> Result<T, String> {
        let words = |it: HistoryError| format!("{}. {}", it.message, it.advice);
        if self.history.is_none() {
            self.history = Some(History::open(&self.history_path).map_err(words)?);
        }
        let history = self.history.as_mut().ok_or("the history is not open")?;
        let done = act(history).map_err(words);
        if done.is_err() {
            self.history = None;
        }
        done
    }

    fn start_run(&mut self, id: RunId, mut entry: Entry) -> Msg {
        let start = RunStart { started: entry.started, connection: &entry.connection, text: &entry.text };
        let written = self.history(|it| it.append_start(&start));
        if let Ok(written) = written {
            entry.id = written;
        }
        self.entries.insert(id, entry.clone());
        Msg::HistoryWritten(written.map(|_| entry))
    }

    fn end_run(&mut self, id: RunId, ending: RunEnding) -> Msg {
        let Some(mut entry) = self.entries.remove(&id) else {
            return Msg::HistoryWritten(Err("a run ended that never started".to_owned()));
        };
        if entry.id == 0 {
            // Its start could not be written; now perhaps it can.
            let start = RunStart { started: entry.started, connection: &entry.connection, text: &entry.text };
            match self.history(|it| it.append_start(&start)) {
                Ok(written) => entry.id = written,
                Err(failure) => return Msg::HistoryWritten(Err(failure)),
            }
        }
        let written = self.history(|it| it.finish(entry.id, &ending));
        entry.ending = ending;
        Msg::HistoryWritten(written.map(|()| entry))
    }
}
