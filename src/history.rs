//! What was run, and what was typed: the two things that must outlive a crash.
//!
//! [`History`] is one row a run in an embedded database that several workbenches may share; [`Session`] is the editor's
//! text in a file. Neither knows anything of the other rooms: statistics come and go as JSON text.

mod entry;
mod error;
mod kept;
mod owner;
mod salvage;
mod session;
mod store;

pub use entry::{Entry, Outcome, RunEnding, RunStart};
pub use error::HistoryError;
pub use kept::{KeptFile, KeptLimits, KeptResults};
pub use owner::private;
pub use session::{LoadedSession, SavedFile, SavedTab, Session, SessionVersion, Sessions};
pub use store::History;
