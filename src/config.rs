//! What the user has set: connections, themes, keys, and where files live.

mod connection;
mod file;
mod keys;
mod paths;
mod theme;

pub use connection::{Clock, Connection, ConnectionKind, parse_instant};
pub use file::{Config, ConfigError, DEFAULT_MAX_ROWS, files_connection};
pub use keys::{Chord, DEFAULT_KEYS, KeyBinding, KeyFileError, KeyName, parse_keys};
pub use paths::Paths;
pub use theme::{Colour, Scope, StyleSpec, Theme, ThemeError};
