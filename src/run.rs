//! One run of one query, wherever it is answered: request, events, cancellation.
//!
//! The workbench, the server and the command line all enter here, and all read the same [`RunEvent`]s. Every run ends
//! in exactly one of `Finished`, `Failed` and `Cancelled`.
//!
//! A local run has a thread and a runtime of its own. That costs a tenth of a millisecond and buys three things: the
//! CPU time of exactly this run can be counted thread by thread, a run that is stopped can be left behind without
//! holding up the next, and nothing a run does can starve the network or the screen.

mod cpu;
mod error;
mod event;
mod external;
mod fetched;
mod local;
mod open;
mod placing;
mod quota;
mod refresh;
mod rows;
mod runner;
mod schema_file;
mod service;
mod sign_in;

pub use error::{RunError, RunErrorKind};
pub use event::{RunEvent, RunId, RunSummary};
pub use fetched::{FETCHED_ROWS, Fetched, FetchedTable, fetched_in};
pub use open::{OpenConnection, SchemaOrigin, capabilities};
pub use quota::{Forecast, Gauge, QuotaKind, Waiting};
pub use rows::rows_where;
pub use runner::{CancelHandle, QueryRequest, Runner};
pub use sign_in::SignInEvent;

/// Sign-in as the faces of the program show it.
pub use crate::remote::{Environment, Identity, SignInPrompt};

/// Links into the portals.
pub use crate::remote::{Link, LinkPlace, deep_link, deep_link_note, open_in_browser};
