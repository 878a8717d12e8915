//! What is asked of files of queries, and what comes back. Plain data.

use std::path::PathBuf;

use super::app::{Fingerprint, TabId};
use crate::library::{Expected, Form, NotWritten, OnDisk, QueryFile, Stamp};

/// Something to do with a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FileJob {
    Read {
        path: PathBuf,
        why: Reading,
    },
    Write {
        tab: TabId,
        path: PathBuf,
        text: String,
        form: Form,
        expected: Expected,
    },
    /// Look whether the file of a tab is still the one that was seen.
    Check {
        tab: TabId,
        revision: u64,
        path: PathBuf,
        seen: Option<Stamp>,
    },
}

/// Why a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// To be opened in a tab of its own.
    Open,
    /// The same, so many places behind the active one, which stays that.
    Beside(usize),
    /// In the place of a tab's text; what is there is taken back by undo.
    Replace(TabId),
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum FileDone {
    Read { why: Reading, outcome: Result<QueryFile, String> },
    Written { tab: TabId, path: PathBuf, form: Form, saved: Fingerprint, outcome: Result<(PathBuf, Stamp), NotWritten> },
    Checked { tab: TabId, revision: u64, outcome: OnDisk },
}
