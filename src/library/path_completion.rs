//! What a path that is being typed can go on with: the names in its folder that begin as its last part does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::text;

/// Names that are offered; of more the first of the alphabet.
const MAX_NAMES: usize = 2_000;
/// A folder is not read for longer: a list on a slow disk is better than none.
const LONGEST: Duration = Duration::from_secs(2);
/// Entries that are read between two looks at the clock.
const BETWEEN_LOOKS: usize = 1_024;

/// A path as it was typed up to its last part, and the names that the last part can become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathCompletion {
    /// The folder as it was typed, with the separator behind it.
    pub stem: String,
    /// Sorted; folders end in a separator.
    pub names: Vec<String>,
    /// What all names that fit begin with, also those that are not offered.
    pub common: String,
    /// Names that fit.
    pub n_found: usize,
    /// Names that fit and cannot be typed: bytes that are no text, or characters that cannot be seen.
    pub n_odd: usize,
    /// The folder has more entries than were read.
    pub is_cut: bool,
}

/// A path as one means it: `~` is the user's home, as in a shell.
pub fn expand_home(typed: &str) -> PathBuf {
    let home = || std::env::home_dir().filter(|it| !it.as_os_str().is_empty());
    match typed.strip_prefix('~') {
        Some("") => home().unwrap_or_else(|| PathBuf::from(typed)),
        Some(rest) if rest.starts_with(std::path::is_separator) => {
            home().map_or_else(|| PathBuf::from(typed), |it| it.join(&rest[1..]))
        }
        _ => PathBuf::from(typed),
    }
}

/// Reads the folder of the path. Hidden names are offered only where the last part begins with a dot; capitals matter
/// unless nothing fits otherwise. Fails in words that name the folder.
pub fn complete_path(typed: &str) -> Result<PathCompletion, String> {
    if typed == "~" {
        let (stem, names) = (String::new(), vec!["~/".to_owned()]);
        return Ok(PathCompletion { stem, names, common: "~/".to_owned(), n_found: 1, ..PathCompletion::default() });
    }
    let split = typed.rfind(std::path::is_separator).map_or(0, |at| at + 1);
    let (stem, begun) = typed.split_at(split);
    let folder = if stem.is_empty() { PathBuf::from(".") } else { expand_home(stem) };
    let fits = |name: &str| name.starts_with(begun);
    let fits_roughly = |name: &str| name.to_lowercase().starts_with(&begun.to_lowercase());
    let read = |fits: &dyn Fn(&str) -> bool| read(&folder, stem, begun, fits).map_err(|it| words(&folder, &it));
    let found = read(&fits)?;
    if found.n_found > 0 || begun.is_empty() { Ok(found) } else { read(&fits_roughly) }
}

fn words(folder: &Path, error: &io::Error) -> String {
    let folder = folder.display();
    match error.kind() {
        io::ErrorKind::NotFound => format!("There is no folder {folder}"),
        io::ErrorKind::NotADirectory => format!("{folder} is no folder"),
        io::ErrorKind::PermissionDenied => format!("The folder {folder} cannot be read: permission denied"),
        _ => format!("The folder {folder} cannot be read: {error}"),
    }
}

fn read(folder: &Path, stem: &str, begun: &str, fits: &dyn Fn(&str) -> bool) -> io::Result<PathCompletion> {
    let mut found = PathCompletion { stem: stem.to_owned(), ..PathCompletion::default() };
    let wants_hidden = begun.starts_with('.');
    let started = Instant::now();
    let mut names: Vec<(String, fs::DirEntry)> = Vec::new();
    for (n_read, entry) in fs::read_dir(folder)?.enumerate() {
        if n_read % BETWEEN_LOOKS == BETWEEN_LOOKS - 1 && started.elapsed() > LONGEST {
            found.is_cut = true;
            break;
        }
        let Ok(entry) = entry else { continue };
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        if (shown.starts_with('.') && !wants_hidden) || !fits(&shown) {
            continue;
        }
        found.n_found += 1;
        // What cannot be seen could make one name look like another.
        if name.to_str().is_none() || text::sanitize(&shown) != shown {
            found.n_odd += 1;
            continue;
        }
        if names.is_empty() {
            found.common = shown.clone().into_owned();
        }
        shorten(&mut found.common, &shown);
        names.push((shown.into_owned(), entry));
        // Only the first of the alphabet are kept, so that a folder of any size takes little memory.
        if names.len() >= MAX_NAMES * 2 {
            keep_first(&mut names);
        }
    }
    keep_first(&mut names);
    let is_alone = found.n_found == 1;
    found.names = names.into_iter().map(|(name, entry)| if is_folder(&entry) { name + "/" } else { name }).collect();
    if let (true, Some(name)) = (is_alone, found.names.first()) {
        found.common.clone_from(name);
    }
    Ok(found)
}

fn keep_first(names: &mut Vec<(String, fs::DirEntry)>) {
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names.truncate(MAX_NAMES);
}

/// A link to a folder is one.
fn is_folder(entry: &fs::DirEntry) -> bool {
    match entry.file_type() {
        Ok(it) if it.is_symlink() => fs::metadata(entry.path()).is_ok_and(|it| it.is_dir()),
        Ok(it) => it.is_dir(),
        Err(_) => false,
    }
}

/// Leaves what both begin with.
fn shorten(common: &mut String, name: &str) {
    let same = common.char_indices().zip(name.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    let end = same.unwrap_or_else(|| common.len().min(name.len()));
    common.truncate(end);
}
