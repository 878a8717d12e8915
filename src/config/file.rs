//! The configuration file: one TOML file, every key of which stands commented in `assets/config.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::connection::{Clock, Connection, ConnectionKind};
use super::entry::{self, ConnectionEntry, QuotaEntry};
use super::history::{self, HistoryEntry, HistorySettings};
use super::paths::Paths;
use super::quota::QuotaProfile;
use super::terminal::TerminalSettings;

/// Rows after which a result is cut, as both hunting services do.
pub const DEFAULT_MAX_ROWS: u64 = 100_000;

/// Everything the user has set, with defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The connection that opens first.
    pub default_connection: String,
    /// A theme's name, or `auto`.
    pub theme: String,
    pub terminal: TerminalSettings,
    /// How one edits in the workbench.
    pub editor: EditorKeys,
    /// `lab` first, then by name.
    pub connections: Vec<Connection>,
    /// Those that come with the program, and the user's.
    pub quotas: Vec<QuotaProfile>,

    /// Folders of queries, as they are written; none means the one among Tallyho's own files.
    pub library: Vec<PathBuf>,
    /// What of results is kept.
    pub history: HistorySettings,
}

/// How one edits in the workbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EditorKeys {
    /// As in most programs: what one types stands there.
    #[default]
    Plain,
    /// In modes, as in vim.
    Vim,
}

/// Why a configuration cannot be used; the message names file, key and cure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    pub message: String,
}

impl ConfigError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            default_connection: "lab".to_owned(),
            theme: "auto".to_owned(),
            editor: EditorKeys::default(),
            connections: vec![lab()],
            quotas: QuotaProfile::built_in(),
            library: Vec::new(),
            terminal: TerminalSettings::default(),
            history: HistorySettings::default(),
        }
    }
}

impl Config {
    /// Reads the file; one that does not exist is the default configuration.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                Self::parse(&text).map_err(|it| ConfigError::new(format!("{}: {}", path.display(), it.message)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(ConfigError::new(format!("cannot read {}: {error}", path.display()))),
        }
    }

    /// Reads configuration text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text).map_err(|it| ConfigError::new(it.to_string()))?;
        let quotas = entry::quota_profiles(file.quota)?;
        let mut connections = Vec::new();
        for (name, it) in file.connections {
            connections.push(entry::connection(name, it, &quotas)?);
        }
        if !connections.iter().any(|it| it.name == "lab") {
            connections.push(lab());
        }
        connections.sort_by_key(|it| (it.name != "lab", it.name.clone()));
        let default_connection = file.default_connection.unwrap_or_else(|| "lab".to_owned());
        let config = Self {
            default_connection,
            theme: file.theme.unwrap_or_else(|| "auto".to_owned()),
            editor: file.editor,
            connections,
            quotas,
            library: file.library,
            terminal: file.terminal,
            history: history::settings(&file.history)?,
        };
        config.connection(&config.default_connection)?;
        Ok(config)
    }

    /// The folders of queries: relative ones are below the configuration's.
    pub fn library_folders(&self, paths: &Paths) -> Vec<PathBuf> {
        if self.library.is_empty() {
            return vec![paths.data.join("library")];
        }
        self.library.iter().map(|it| paths.config.join(it)).collect()
    }

    /// The connection of that name.
    pub fn connection(&self, name: &str) -> Result<&Connection, ConfigError> {
        self.connections.iter().find(|it| it.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.connections.iter().map(|it| it.name.as_str()).collect();
            ConfigError::new(format!("there is no connection '{name}'; there are: {}", names.join(", ")))
        })
    }
}

/// The connection that always exists.
fn lab() -> Connection {
    Connection::new("lab", ConnectionKind::Lab, Clock::EndOfData)
}

/// A connection to a folder of files, as `--data` opens it.
pub fn files_connection(folder: PathBuf) -> Connection {
    Connection::new("files", ConnectionKind::Files { folder }, Clock::EndOfData)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default_connection: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    editor: EditorKeys,
    #[serde(default)]
    library: Vec<PathBuf>,
    #[serde(default)]
    terminal: TerminalSettings,
    #[serde(default)]
    connections: BTreeMap<String, ConnectionEntry>,
    #[serde(default)]
    quota: BTreeMap<String, QuotaEntry>,
    #[serde(default)]
    history: HistoryEntry,
}
