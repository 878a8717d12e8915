//! One run of one query, wherever it is answered: request, events, cancellation.
//!
//! The workbench, the server and the command line all enter here, and all read the same [`RunEvent`]s. Every run ends
//! in exactly one of `Finished`, `Failed` and `Cancelled`.

mod event;
mod runner;

pub use event::{RunError, RunErrorKind, RunEvent, RunId, RunSummary};
pub use runner::{CancelHandle, OpenConnection, QueryRequest, Runner};
