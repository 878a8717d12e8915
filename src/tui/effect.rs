//! Everything that is to be done outside the state. Plain data; `perform` does it.

use std::ops::Range;

use crate::history::{RunEnding, Session};
use crate::run::RunId;

/// Something to do on a worker, answered by a message where there is an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// Make a connection ready, by its place in the list.
    Open(usize),
    /// Send a query to the open connection, and write down that it was.
    StartRun {
        id: RunId,
        text: String,
    },
    CancelRun(RunId),
    /// Write down how a run ended.
    EndRun {
        id: RunId,
        ending: Box<RunEnding>,
    },
    /// Look for mistakes in the blocks of the text.
    Analyse {
        revision: u64,
        text: String,
        blocks: Vec<Range<usize>>,
    },
    ReadHistory,
    ReadSession,
    SaveSession {
        revision: u64,
        session: Session,
    },
    /// Put text on the clipboard of the terminal.
    Copy(String),
    /// End the loop.
    Leave,
}
