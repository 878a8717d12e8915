//! The files that arguments name: files as they are, folders in the order of names.

use std::fs;
use std::path::{Path, PathBuf};

/// A file that may hold queries.
pub struct Named {
    pub path: PathBuf,
    /// The user named it; else it was found in a folder.
    pub is_asked: bool,
}

/// All files behind an argument; a folder gives those that can hold queries, inner folders among them. What cannot be
/// listed is told to `complain`.
pub fn files(path: &Path, complain: &mut impl FnMut(&Path, String)) -> Vec<Named> {
    if !path.is_dir() {
        return vec![Named { path: path.to_owned(), is_asked: true }];
    }
    let mut found = Vec::new();
    // A stack instead of recursion: folders may nest as deep as the system lets them.
    let mut left = Vec::new();
    let mut open = |left: &mut Vec<PathBuf>, folder: &Path| match entries(folder) {
        Ok(entries) => left.extend(entries.into_iter().rev()),
        Err(error) => complain(folder, error.to_string()),
    };
    open(&mut left, path);
    while let Some(path) = left.pop() {
        // A link is not followed: it may lead round in a circle, and its target is read where it stands.
        match fs::symlink_metadata(&path).map(|it| it.file_type()) {
            Ok(kind) if kind.is_dir() => open(&mut left, &path),
            Ok(kind) if kind.is_file() && can_hold_queries(&path) => found.push(Named { path, is_asked: false }),
            _ => {}
        }
    }
    found
}

/// What a folder holds, in the order of names; hidden ones belong to tools.
fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    let is_hidden = |path: &Path| path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'));
    entries.retain(|path| !is_hidden(path));
    entries.sort();
    Ok(entries)
}

fn can_hold_queries(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    matches!(extension.as_str(), "kql" | "csl" | "txt" | "md" | "markdown" | "yaml" | "yml")
}
