//! The configuration file: one TOML file, every key of which stands commented in `assets/config.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::connection::{Clock, Connection, ConnectionKind, parse_instant};

/// Rows after which a result is cut, as both hunting services do.
pub const DEFAULT_MAX_ROWS: u64 = 100_000;

/// Everything the user has set, with defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The connection that opens first.
    pub default_connection: String,
    /// A theme's name, or `auto`.
    pub theme: String,
    /// `lab` first, then by name.
    pub connections: Vec<Connection>,
}

/// Why a configuration cannot be used; the message names file, key and cure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    pub message: String,
}

impl ConfigError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { default_connection: "lab".to_owned(), theme: "auto".to_owned(), connections: vec![lab()] }
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
        let mut connections = Vec::new();
        for (name, it) in file.connections {
            connections.push(connection(name, it)?);
        }
        if !connections.iter().any(|it| it.name == "lab") {
            connections.push(lab());
        }
        connections.sort_by_key(|it| (it.name != "lab", it.name.clone()));
        let default_connection = file.default_connection.unwrap_or_else(|| "lab".to_owned());
        let config = Self { default_connection, theme: file.theme.unwrap_or_else(|| "auto".to_owned()), connections };
        config.connection(&config.default_connection)?;
        Ok(config)
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
    Connection {
        name: "lab".to_owned(),
        kind: ConnectionKind::Lab,
        clock: Clock::EndOfData,
        max_rows: DEFAULT_MAX_ROWS,
    }
}

/// A connection to a folder of files, as `--data` opens it.
pub fn files_connection(folder: PathBuf) -> Connection {
    Connection {
        name: "files".to_owned(),
        kind: ConnectionKind::Files { folder },
        clock: Clock::EndOfData,
        max_rows: DEFAULT_MAX_ROWS,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default_connection: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    connections: BTreeMap<String, ConnectionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectionEntry {
    kind: String,
    folder: Option<PathBuf>,
    base_url: Option<String>,
    version: Option<String>,
    token_variable: Option<String>,
    clock: Option<String>,
    max_rows: Option<u64>,
}

fn connection(name: String, entry: ConnectionEntry) -> Result<Connection, ConfigError> {
    let fail = |what: &str| Err(ConfigError::new(format!("connection '{name}': {what}")));
    let kind = match (entry.kind.as_str(), entry.folder, entry.base_url) {
        ("lab", None, None) => ConnectionKind::Lab,
        ("files", Some(folder), None) => ConnectionKind::Files { folder },
        ("files", None, _) => return fail("kind 'files' needs folder = \"…\""),
        ("defender", None, base_url) => ConnectionKind::Defender {
            base_url: base_url.unwrap_or_else(|| "https://api.security.microsoft.com".to_owned()),
            token_variable: entry.token_variable.clone(),
        },
        ("graph", None, base_url) => ConnectionKind::Graph {
            base_url: base_url.unwrap_or_else(|| "https://graph.microsoft.com".to_owned()),
            version: graph_version(&name, entry.version.as_deref())?,
            token_variable: entry.token_variable.clone(),
        },
        ("lab" | "defender" | "graph", Some(_), _) => return fail("folder belongs to kind 'files'"),
        ("lab" | "files", _, Some(_)) => return fail("base_url belongs to the kinds 'defender' and 'graph'"),
        (other, ..) => return fail(&format!("unknown kind '{other}'; there are: lab, files, defender, graph")),
    };
    if entry.version.is_some() && !matches!(kind, ConnectionKind::Graph { .. }) {
        return fail("version belongs to kind 'graph'");
    }
    if entry.token_variable.is_some() && kind.is_local() {
        return fail("token_variable belongs to the kinds 'defender' and 'graph'");
    }
    let clock = clock(&name, entry.clock.as_deref(), &kind)?;
    let max_rows = entry.max_rows.unwrap_or(DEFAULT_MAX_ROWS);
    if max_rows == 0 {
        return fail("max_rows must be at least 1");
    }
    Ok(Connection { name, kind, clock, max_rows })
}

fn graph_version(name: &str, version: Option<&str>) -> Result<String, ConfigError> {
    match version.unwrap_or("v1.0") {
        version @ ("v1.0" | "beta") => Ok(version.to_owned()),
        other => Err(ConfigError::new(format!("connection '{name}': version is v1.0 or beta, not '{other}'"))),
    }
}

/// Data that lies still is asked as of its end; a service has its own clock.
fn clock(name: &str, text: Option<&str>, kind: &ConnectionKind) -> Result<Clock, ConfigError> {
    match text {
        None if kind.is_local() => Ok(Clock::EndOfData),
        None | Some("system") => Ok(Clock::System),
        Some(_) if !kind.is_local() => {
            Err(ConfigError::new(format!("connection '{name}': a service runs by its own clock; leave clock out")))
        }
        Some("end-of-data") => Ok(Clock::EndOfData),
        Some(text) => parse_instant(text).map(Clock::At).ok_or_else(|| {
            ConfigError::new(format!(
                "connection '{name}': clock is system, end-of-data or a time like 2025-03-17T00:00:00Z, not '{text}'"
            ))
        }),
    }
}
