//! What the user has set: connections, themes, keys, and where files live.

mod connection;
mod entry;
mod file;
mod history;
mod keys;
mod lines;
mod paths;
mod quota;
mod service;
mod terminal;
mod theme;
mod time_range;
mod zone;

pub use connection::{Clock, Connection, ConnectionKind, parse_instant};
pub use file::{Config, ConfigError, DEFAULT_MAX_ROWS, EditorKeys, files_connection};
pub use history::HistorySettings;
pub use keys::{Chord, DEFAULT_KEYS, KeyBinding, KeyFile, KeyName, parse_keys};
pub use lines::Fault;
pub use paths::Paths;
pub use quota::QuotaProfile;
pub use service::{Api, Cloud, Service, SignIn, SignInMethod};
pub use terminal::TerminalSettings;
pub use theme::{ANSI_NAMES, Colour, Scope, StyleSpec, Theme, ThemeEntry, ThemeError, ThemeOrigin};
pub use time_range::TimeRange;
pub use zone::Zone;
