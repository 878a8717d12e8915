//! Writes results beside the history, on a thread of its own: a large one takes its time, and nothing waits for it.

use std::sync::mpsc::{Sender, channel};
use std::time::SystemTime;

use super::Answers;
use super::store::Job;
use crate::history::KeptResults;
use crate::result::{ResultSet, write_arrow};
use crate::tui::effect::Mark;
use crate::tui::msg::Msg;

/// A result and its run.
struct ToKeep {
    run: i64,
    started: i64,
    rows: ResultSet,
    /// Runs whose results go last.
    pinned: Vec<i64>,
}

/// Hands results to the thread, which is born with the first one.
pub(super) struct Keeper {
    kept: KeptResults,
    store: Sender<Job>,
    sender: Answers,
    results: Option<Sender<ToKeep>>,
}

impl Keeper {
    pub(super) fn new(kept: KeptResults, store: Sender<Job>, sender: Answers) -> Self {
        Self { kept, store, sender, results: None }
    }

    /// True when there is room for results at all.
    pub(super) fn keeps(&self) -> bool {
        !self.kept.limits().is_none()
    }

    /// Keeps the rows of the run of this id, which started then. The results of `pinned` runs are the last to make room.
    pub(super) fn keep(&mut self, run: i64, started: i64, rows: ResultSet, pinned: Vec<i64>) {
        self.sender.expect_one();
        let results = self.results.get_or_insert_with(|| born(&self.kept, &self.store, &self.sender));
        if let Err(unsent) = results.send(ToKeep { run, started, rows, pinned }) {
            self.results = None;
            self.sender
                .answer(Msg::ResultKept(unsent.0.run, Err("the thread that keeps results has stopped".to_owned())));
        }
    }
}

fn born(kept: &KeptResults, store: &Sender<Job>, sender: &Answers) -> Sender<ToKeep> {
    let (results, received) = channel();
    let (kept, store, sender) = (kept.clone(), store.clone(), sender.clone());
    let work = move || {
        while let Ok(ToKeep { run, started, rows, pinned }) = received.recv() {
            let saved = kept.save(run, started, |out| write_arrow(&rows, out));
            drop(rows);
            if let Ok(Some(bytes)) = saved {
                write_down(&store, &sender, Mark::Kept(vec![run], Some(bytes)));
            }
            let gone = kept.prune(SystemTime::now(), |it| pinned.contains(&it)).unwrap_or_default();
            if !gone.is_empty() {
                let ids = gone.iter().map(|it| it.run).collect();
                write_down(&store, &sender, Mark::Kept(ids, None));
            }
            sender.answer(Msg::ResultKept(run, saved.map_err(|it| it.to_string())));
        }
    };
    // Without the thread the result is answered as not kept, see `keep`.
    let _ = std::thread::Builder::new().name("keeper".to_owned()).spawn(work);
    results
}

fn write_down(store: &Sender<Job>, sender: &Answers, mark: Mark) {
    sender.expect_one();
    if let Err(unsent) = store.send(Job::Mark(mark)) {
        drop(unsent);
        sender.answer(Msg::HistoryMarked(Err("the thread that writes has stopped".to_owned())));
    }
}
