//! Where Tallyho keeps its files on this platform.

use std::path::PathBuf;

/// The folders of one user; `TALLYHO_HOME` puts all of them under one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml`, `themes/`.
    pub config: PathBuf,
    /// The lab, the history, the session's text.
    pub data: PathBuf,
    /// What can be made again: logs.
    pub cache: PathBuf,
}

impl Paths {
    /// The platform's folders, or `TALLYHO_HOME`; `None` when the platform names no home.
    pub fn of_user() -> Option<Self> {
        if let Some(home) = std::env::var_os("TALLYHO_HOME").filter(|it| !it.is_empty()) {
            return Some(Self::under(home.into()));
        }
        let dirs = directories::ProjectDirs::from("", "", "tallyho")?;
        Some(Self {
            config: dirs.config_dir().to_owned(),
            data: dirs.data_local_dir().to_owned(),
            cache: dirs.cache_dir().to_owned(),
        })
    }

    /// All folders under one: tests and portable use.
    pub fn under(home: PathBuf) -> Self {
        Self { config: home.join("config"), data: home.join("data"), cache: home.join("cache") }
    }
}
