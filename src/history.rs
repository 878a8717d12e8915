//! What was run, and what was typed: the two things that must outlive a crash.
//!
//! [`History`] is one row a run in an embedded database that several workbenches may share; [`Session`] is the editor's
//! text in a file. Neither knows anything of the other rooms: statistics come and go as JSON text.

mod entry;
mod error;
mod import;
mod kept;
mod owner;
mod redact;
mod salvage;
mod search;
mod session;
mod store;
mod tables;

pub use entry::{Costs, Entry, Marks, Outcome, RunEnding, RunStart, Traits};
pub use error::HistoryError;
pub use import::{ExportedRun, Imported};
pub use kept::{KeptFile, KeptLimits, KeptResults};
pub use owner::private;
pub use redact::{REDACTED, redact};
pub use search::{FIELDS, Finder, Found, Query, Scope};
pub use session::{LoadedSession, SavedFile, SavedTab, Session, SessionVersion, Sessions};
pub use store::History;
