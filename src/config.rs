//! What the user has set: connections, themes, keys, and where files live.

mod connection;
mod file;
mod paths;

pub use connection::{Clock, Connection, ConnectionKind, parse_instant};
pub use file::{Config, ConfigError, DEFAULT_MAX_ROWS, files_connection};
pub use paths::Paths;
