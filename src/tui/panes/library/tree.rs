//! The folders of the library and what is directly in each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Entry;
use crate::library::Shelf;

/// Folders below one that is read are open from the start where it has no more queries than this.
const MAX_OPEN: usize = 30;

#[derive(Debug, Default)]
struct Folder {
    name: String,
    /// Folders in it, by name.
    folders: BTreeMap<String, Folder>,
    hunts: Vec<usize>,
    faults: Vec<usize>,
    is_open: bool,
}

/// All folders that are read. Places count over all of them.
#[derive(Debug, Default)]
pub(super) struct Tree {
    roots: Vec<(PathBuf, Folder)>,
}

impl Tree {
    pub(super) fn of(shelves: &[Shelf]) -> Self {
        let (mut n_hunts, mut n_faults) = (0, 0);
        let mut roots = Vec::new();
        for shelf in shelves.iter().filter(|it| !it.is_missing) {
            let name = shelf.root.file_name().unwrap_or(shelf.root.as_os_str()).to_string_lossy().into_owned();
            let mut root = Folder { name, is_open: true, ..Folder::default() };
            let opens = shelf.hunts.len() <= MAX_OPEN;
            for hunt in &shelf.hunts {
                root.at(hunt.below.parent(), opens).hunts.push(n_hunts);
                n_hunts += 1;
            }
            for fault in &shelf.faults {
                let below = fault.path.strip_prefix(&shelf.root).ok();
                root.at(below.and_then(Path::parent), opens).faults.push(n_faults);
                n_faults += 1;
            }
            roots.push((shelf.root.clone(), root));
        }
        Self { roots }
    }

    /// Lists what is seen: queries that fit, in folders that are open.
    pub(super) fn list(&self, fitting: &[bool], toggled: &BTreeSet<String>, searched: bool, entries: &mut Vec<Entry>) {
        let listing = Listing { fitting, toggled, searched };
        for (path, root) in &self.roots {
            listing.folder(root, &path.to_string_lossy(), 0, entries);
        }
    }

    /// The queries in a folder and below it.
    pub(super) fn hunts_below(&self, key: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for (path, root) in &self.roots {
            root.collect(&path.to_string_lossy(), key, false, &mut found);
        }
        found.sort_unstable();
        found
    }
}

impl Folder {
    /// The folder at a path below this one.
    fn at(&mut self, below: Option<&Path>, is_open: bool) -> &mut Self {
        let mut folder = self;
        for name in below.into_iter().flat_map(Path::components) {
            let name = name.as_os_str().to_string_lossy().into_owned();
            let entry = folder.folders.entry(name.clone());
            folder = entry.or_insert_with(|| Self { name, is_open, ..Self::default() });
        }
        folder
    }

    fn collect(&self, path: &str, key: &str, taken: bool, found: &mut Vec<usize>) {
        let taken = taken || path == key;
        if taken {
            found.extend(&self.hunts);
        }
        for folder in self.folders.values() {
            folder.collect(&format!("{path}/{}", folder.name), key, taken, found);
        }
    }

    fn n_fitting(&self, fitting: &[bool]) -> usize {
        let here = self.hunts.iter().filter(|at| fitting.get(**at).copied().unwrap_or(false)).count();
        here + self.folders.values().map(|it| it.n_fitting(fitting)).sum::<usize>()
    }
}

struct Listing<'l> {
    fitting: &'l [bool],
    toggled: &'l BTreeSet<String>,
    searched: bool,
}

impl Listing<'_> {
    fn folder(&self, folder: &Folder, key: &str, depth: usize, entries: &mut Vec<Entry>) {
        let n_hunts = folder.n_fitting(self.fitting);
        if self.searched && n_hunts == 0 {
            return;
        }
        let is_open = self.searched || folder.is_open != self.toggled.contains(key);
        let (key_owned, name) = (key.to_owned(), folder.name.clone());
        entries.push(Entry::Folder { key: key_owned, name, depth, n_hunts, is_open });
        if !is_open {
            return;
        }
        for inner in folder.folders.values() {
            self.folder(inner, &format!("{key}/{}", inner.name), depth + 1, entries);
        }
        let fits = |at: &&usize| self.fitting.get(**at).copied().unwrap_or(false);
        entries.extend(folder.hunts.iter().filter(fits).map(|at| Entry::Hunt { at: *at, depth: depth + 1 }));
        if !self.searched {
            entries.extend(folder.faults.iter().map(|at| Entry::Fault { at: *at, depth: depth + 1 }));
        }
    }
}
