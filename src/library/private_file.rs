//! Texts of ours as files, in folders that are made where they are missing.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::result::write_whole_file;

/// Writes a file that only its owner may read, whole or not at all. One that is there already stays, unless it may be
/// replaced.
pub fn write_private(path: &Path, text: &str, replace: bool) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    write_whole_file(path, replace, |file| file.write_all(text.as_bytes()))
}
