//! A file that is being written.

use std::path::PathBuf;

use crate::result::FileProgress;
use crate::tui::update::export::Wanted;

/// A result on its way into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Export {
    pub(in crate::tui) id: u64,
    pub(in crate::tui) wanted: Wanted,
    pub(in crate::tui) path: PathBuf,
    pub(in crate::tui) progress: FileProgress,
}
