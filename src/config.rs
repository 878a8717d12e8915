//! What the user has set: connections, themes, keys, and where files live.

mod connection;
mod paths;

pub use connection::{Clock, Connection, ConnectionKind, parse_instant};
pub use paths::Paths;
