//! The one thread that reads and writes files of queries, in the order in which that was asked.

use std::sync::mpsc::{Receiver, Sender, channel};

use super::Answers;
use crate::library::{NotWritten, OnDisk, QueryFile, write};
use crate::tui::app::Fingerprint;
use crate::tui::files::{FileDone, FileJob};
use crate::tui::msg::Msg;

/// Hands jobs to the thread.
pub(super) struct Files {
    jobs: Sender<FileJob>,
    sender: Answers,
}

impl Files {
    pub(super) fn new(sender: Answers) -> Self {
        let (jobs, received) = channel();
        let answers = sender.clone();
        // Without the thread every job is answered as failed.
        let _ = std::thread::Builder::new().name("files".to_owned()).spawn(move || work(&received, &answers));
        Self { jobs, sender }
    }

    pub(super) fn send(&self, job: FileJob) {
        self.sender.expect_one();
        if let Err(unsent) = self.jobs.send(job) {
            self.sender.answer(Msg::File(Box::new(failed(unsent.0))));
        }
    }
}

fn work(jobs: &Receiver<FileJob>, answers: &Answers) {
    while let Ok(job) = jobs.recv() {
        answers.answer(Msg::File(Box::new(act(job))));
    }
}

fn act(job: FileJob) -> FileDone {
    match job {
        FileJob::Read { path, why } => FileDone::Read { why, outcome: QueryFile::read(&path) },
        FileJob::Write { tab, path, text, form, expected } => {
            let outcome = write(&path, &text, form, &expected);
            FileDone::Written { tab, path, form, saved: Fingerprint::of(&text), outcome }
        }
        FileJob::Check { tab, revision, path, seen } => {
            FileDone::Checked { tab, revision, outcome: QueryFile::check(&path, seen.as_ref()) }
        }
    }
}

fn failed(job: FileJob) -> FileDone {
    let words = "the thread that reads and writes files has stopped".to_owned();
    match job {
        FileJob::Read { why, .. } => FileDone::Read { why, outcome: Err(words) },
        FileJob::Write { tab, path, text, form, .. } => {
            let outcome = Err(NotWritten::Failed(words));
            FileDone::Written { tab, path, form, saved: Fingerprint::of(&text), outcome }
        }
        FileJob::Check { tab, revision, .. } => FileDone::Checked { tab, revision, outcome: OnDisk::Unreadable(words) },
    }
}
