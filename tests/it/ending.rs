//! A run from its start to its ending, with the rows that arrived.

use std::sync::mpsc;

use tallyho::result::ResultSet;
use tallyho::run::{QueryRequest, RunError, RunEvent, RunSummary, Runner};

pub(crate) type Ending = Result<(ResultSet, RunSummary), RunError>;

/// Waits for the one ending that a run has; it must not be that somebody stopped it.
pub(crate) fn ending(runner: &Runner, request: QueryRequest) -> Ending {
    let (sender, events) = mpsc::channel();
    runner.start(request, move |event| drop(sender.send(event)));
    let mut rows = ResultSet::default();
    for event in events {
        match event {
            RunEvent::Columns(columns) => rows = ResultSet::new(columns),
            RunEvent::Batch(batch) => rows.push(batch),
            RunEvent::Finished(summary) => return Ok((rows, *summary)),
            RunEvent::Failed(error) => return Err(error),
            RunEvent::Cancelled { .. } => panic!("nobody stopped this"),
            _ => {}
        }
    }
    panic!("a run has an ending")
}
