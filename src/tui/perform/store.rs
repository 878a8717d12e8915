//! The one thread that writes: history and session, in the order in which things happened.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Answers;
use crate::config::Paths;
use crate::history::{Entry, History, HistoryError, Outcome, RunEnding, RunStart, Session};
use crate::run::RunId;
use crate::tui::msg::Msg;

/// Runs that are read at start.
const N_RECENT: usize = 1_000;

enum Job {
    ReadHistory,
    StartRun(RunId, Entry),
    EndRun(RunId, RunEnding),
    ReadSession,
    SaveSession(u64, Session),
}

/// Hands jobs to the thread.
pub(super) struct Store {
    jobs: Sender<Job>,
    session: PathBuf,
    sender: Answers,
}

impl Store {
    pub(super) fn new(paths: &Paths, sender: Answers) -> Self {
        let (jobs, received) = channel();
        let session = paths.data.join("session.json");
        let mut worker = Worker {
            history_path: paths.data.join("history.sqlite"),
            session_path: session.clone(),
            history: None,
            entries: HashMap::new(),
            sender: sender.clone(),
        };
        // Without the thread every job is answered as failed, see `send`.
        let _ = std::thread::Builder::new().name("store".to_owned()).spawn(move || worker.work(&received));
        Self { jobs, session, sender }
    }

    fn send(&self, job: Job) {
        self.sender.expect_one();
        let Err(unsent) = self.jobs.send(job) else { return };
        let failure = || "the thread that writes has stopped".to_owned();
        self.sender.answer(match unsent.0 {
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
        session.save(&self.session).map_err(|it| it.to_string())
    }
}

struct Worker {
    history_path: PathBuf,
    session_path: PathBuf,
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
                Job::ReadSession => Msg::SessionRead(Session::load(&self.session_path).map_err(|it| it.to_string())),
                Job::SaveSession(revision, session) => {
                    let outcome = session.save(&self.session_path).map_err(|it| it.to_string());
                    Msg::SessionSaved { revision, outcome }
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
