//! Answers searches of the history, and opens kept results, on a thread that never writes a text.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Answers;
use crate::config::Paths;
use crate::history::{Entry, Finder, Found, HistoryError, KeptResults, Query, Scope};
use crate::result::{ResultSet, read_arrow};
use crate::tui::effect::{HistoryScope, Reopening, Search};
use crate::tui::msg::Msg;

/// Runs of one shape that are shown.
const MAX_SIBLINGS: usize = 500;
/// Runs with kept rows that are listed.
const MAX_KEPT: usize = 1_000;

enum Job {
    Find(Search),
    Read(Vec<i64>),
    Inspect(i64),
    Kept,
    Open(Box<Entry>, Reopening),
    /// The history was opened or mended: from now on another file may be meant.
    Reopen,
}

/// Hands jobs to the thread.
pub(super) struct Searcher {
    jobs: Sender<Job>,
    sender: Answers,
}

impl Searcher {
    /// `own` is the name of this workbench's own session, once its history is open.
    pub(super) fn new(paths: &Paths, kept: KeptResults, own: Arc<Mutex<String>>, sender: Answers) -> Self {
        let (jobs, received) = channel();
        let path = paths.data.join("history.sqlite");
        let mut worker = Worker { path, finder: None, kept, own, sender: sender.clone() };
        let _ = std::thread::Builder::new().name("finder".to_owned()).spawn(move || worker.work(&received));
        Self { jobs, sender }
    }

    fn send(&self, job: Job) {
        self.sender.expect_one();
        let Err(unsent) = self.jobs.send(job) else { return };
        let failure = "the thread that searches has stopped".to_owned();
        self.sender.answer(match unsent.0 {
            Job::Find(search) => Msg::HistoryFound { revision: search.revision, outcome: Err(failure) },
            Job::Read(_) | Job::Reopen => Msg::HistoryRuns(Err(failure)),
            Job::Inspect(id) => Msg::RunInspected { id, outcome: Err(failure) },
            Job::Kept => Msg::KeptListed(Err(failure)),
            Job::Open(entry, why) => Msg::KeptRead { run: entry, why, outcome: Err(failure) },
        });
    }

    pub(super) fn find(&self, search: Search) {
        self.send(Job::Find(search));
    }

    pub(super) fn read(&self, ids: Vec<i64>) {
        self.send(Job::Read(ids));
    }

    pub(super) fn inspect(&self, id: i64) {
        self.send(Job::Inspect(id));
    }

    pub(super) fn list_kept(&self) {
        self.send(Job::Kept);
    }

    pub(super) fn open(&self, entry: Box<Entry>, why: Reopening) {
        self.send(Job::Open(entry, why));
    }

    pub(super) fn reopen(&self) {
        self.send(Job::Reopen);
    }
}

struct Worker {
    path: PathBuf,
    finder: Option<Finder>,
    kept: KeptResults,
    own: Arc<Mutex<String>>,
    sender: Answers,
}

impl Worker {
    fn work(&mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            // Of searches that were asked for meanwhile only the last one matters.
            let mut all: Vec<Job> = std::iter::once(job).chain(jobs.try_iter()).collect();
            let last = all.iter().rposition(|it| matches!(it, Job::Find(_)));
            for (at, job) in all.drain(..).enumerate() {
                if matches!(job, Job::Find(_)) && Some(at) != last {
                    self.sender.drop_one();
                } else {
                    self.answer(job);
                }
            }
        }
    }

    fn answer(&mut self, job: Job) {
        let msg = match job {
            Job::Find(search) => {
                let outcome = self.find(&search);
                self.sender.answer(Msg::HistoryFound { revision: search.revision, outcome });
                // The first letter that is typed finds all read.
                let _ = self.finder(Finder::warm);
                return;
            }
            Job::Read(ids) => Msg::HistoryRuns(self.finder(|it| it.runs(&ids))),
            Job::Inspect(id) => Msg::RunInspected { id, outcome: self.finder(|it| it.siblings(id, MAX_SIBLINGS)) },
            Job::Kept => Msg::KeptListed(self.finder(|it| it.kept(MAX_KEPT))),
            Job::Open(entry, why) => {
                let outcome = self.open(&entry).map(Arc::new);
                Msg::KeptRead { run: entry, why, outcome }
            }
            Job::Reopen => {
                self.finder = None;
                return self.sender.drop_one();
            }
        };
        self.sender.answer(msg);
    }

    fn find(&mut self, search: &Search) -> Result<Found, String> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let query = Query::parse(&search.text, i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX));
        let scope = match &search.scope {
            HistoryScope::All => Scope::All,
            HistoryScope::Connection(name) => Scope::Connection(name.clone()),
            HistoryScope::Session => Scope::Session(self.own.lock().map_or_else(|_| String::new(), |it| it.clone())),
        };
        self.finder(|it| it.find(&query, &scope))
    }

    fn finder<T>(&mut self, act: impl FnOnce(&mut Finder) -> Result<T, HistoryError>) -> Result<T, String> {
        let words = |it: HistoryError| format!("{}. {}", it.message, it.advice);
        if self.finder.is_none() {
            self.finder = Some(Finder::open(&self.path).map_err(words)?);
        }
        let finder = self.finder.as_mut().ok_or("the history is not open")?;
        let done = act(finder).map_err(words);
        if done.is_err() {
            self.finder = None;
        }
        done
    }

    fn open(&self, entry: &Entry) -> Result<ResultSet, String> {
        match self.kept.open(entry.id, entry.started) {
            Ok(Some(file)) => read_arrow(file),
            Ok(None) => Err("its rows are not kept any more".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
