//! The library: folders of queries, with what is wrong in them, and the favourites on top.

mod draw;
mod tree;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ratatui::layout::Rect;

use self::tree::Tree;
use super::side::{Place, fits, without_foot, words_of};
use crate::library::{Fault, Hunt, Shelf};
use crate::tui::action::Action;
use crate::tui::widgets::Input;

pub(in crate::tui) use draw::draw;

/// The name of the favourites among the folders.
const FAVOURITES: &str = "favourites";

/// What was read of the library.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Shelves {
    pub(in crate::tui) shelves: Vec<Shelf>,
    /// Keys of queries; or why they are not known.
    pub(in crate::tui) favourites: Result<BTreeSet<String>, String>,
}

/// An entry that is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum Entry {
    Folder { key: String, name: String, depth: usize, n_hunts: usize, is_open: bool },
    Hunt { at: usize, depth: usize },
    Fault { at: usize, depth: usize },
}

/// How far the library is known.
#[derive(Debug, Default, PartialEq, Eq)]
enum Known {
    #[default]
    Nothing,
    BeingRead,
    Read,
}

/// The list and where one is in it.
#[derive(Debug, Default)]
pub(in crate::tui) struct Library {
    known: Known,
    hunts: Vec<Arc<Hunt>>,
    /// What each query is searched by, in small letters.
    searched_by: Vec<String>,
    faults: Vec<Fault>,
    tree: Tree,
    missing: Vec<PathBuf>,
    favourites: BTreeSet<String>,
    failure: Option<String>,
    entries: Vec<Entry>,
    /// Folders that were opened or closed by hand.
    toggled: BTreeSet<String>,
    search: Input,
    is_searching: bool,
    place: Place,
}

impl Library {
    /// True when it is to be read now; asked again, it is being read.
    pub(in crate::tui) fn wants_reading(&mut self, again: bool) -> bool {
        let wants = self.known == Known::Nothing || again && self.known == Known::Read;
        if wants {
            self.known = Known::BeingRead;
        }
        wants
    }

    /// Takes over what was read.
    pub(in crate::tui) fn set(&mut self, read: Shelves) {
        let chosen = self.entries.get(self.place.chosen).map(|it| self.name_of(it));
        self.known = Known::Read;
        self.missing = read.shelves.iter().filter(|it| it.is_missing).map(|it| it.root.clone()).collect();
        self.tree = Tree::of(&read.shelves);
        (self.hunts, self.faults, self.searched_by) = (Vec::new(), Vec::new(), Vec::new());
        for shelf in read.shelves {
            self.searched_by.extend(shelf.hunts.iter().map(searched_by));
            self.hunts.extend(shelf.hunts.into_iter().map(Arc::new));
            self.faults.extend(shelf.faults);
        }
        self.set_favourites(read.favourites);
        if let Some(at) = chosen.and_then(|it| self.entries.iter().position(|entry| self.name_of(entry) == it)) {
            self.place.chosen = at;
        }
    }

    pub(in crate::tui) fn set_favourites(&mut self, outcome: Result<BTreeSet<String>, String>) {
        match outcome {
            Ok(favourites) => (self.favourites, self.failure) = (favourites, None),
            Err(failure) => self.failure = Some(failure),
        }
        self.rebuild();
    }

    /// What tells an entry from the others, over another reading.
    fn name_of(&self, entry: &Entry) -> String {
        match entry {
            Entry::Folder { key, .. } => key.clone(),
            Entry::Hunt { at, depth } => {
                format!("{depth} {}", self.hunts.get(*at).map(|it| it.key()).unwrap_or_default())
            }
            Entry::Fault { at, .. } => {
                self.faults.get(*at).map(|it| format!("{}:{}", it.path.display(), it.line)).unwrap_or_default()
            }
        }
    }

    pub(in crate::tui) fn is_searching(&self) -> bool {
        self.is_searching
    }

    /// Leaves the search; false when there is none to leave.
    pub(in crate::tui) fn stop_searching(&mut self) -> bool {
        let had = self.is_searching || !self.search.text().is_empty();
        (self.is_searching, self.search) = (false, Input::default());
        self.rebuild();
        had
    }

    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        self.search.type_char(typed);
        self.searched();
    }

    pub(in crate::tui) fn paste(&mut self, pasted: &str) {
        self.search.paste(pasted);
        self.searched();
    }

    fn searched(&mut self) {
        self.rebuild();
        let first = self.entries.iter().position(|it| !matches!(it, Entry::Folder { .. }));
        self.place = Place { chosen: first.unwrap_or(0), top: 0, ..self.place };
    }

    /// Does what concerns the list alone.
    pub(in crate::tui) fn act(&mut self, action: Action) {
        if self.place.act(action, self.entries.len()) {
            return;
        }
        match action {
            Action::Filter => self.is_searching = true,
            Action::Open if self.is_searching => self.is_searching = false,
            Action::Open => self.toggle(None),
            Action::Right if !self.is_searching => self.toggle(Some(true)),
            Action::Left if !self.is_searching => self.toggle(Some(false)),
            action if self.is_searching && self.search.act(action) => self.searched(),
            _ => {}
        }
    }

    /// Opens or closes a folder; from something in it, closing goes to it.
    fn toggle(&mut self, wanted: Option<bool>) {
        let at = match (self.chosen(), wanted) {
            (Some(Entry::Folder { is_open, .. }), wanted) if wanted != Some(*is_open) => self.place.chosen,
            (Some(Entry::Folder { depth: 0, .. }) | None, _) => return,
            (Some(chosen), Some(false)) => {
                let depth = chosen.depth();
                let mut above = self.entries[..self.place.chosen].iter();
                let parent = above.rposition(|it| matches!(it, Entry::Folder { .. }) && it.depth() < depth);
                return self.place.chosen = parent.unwrap_or(self.place.chosen);
            }
            _ => return,
        };
        if let Some(Entry::Folder { key, .. }) = self.entries.get(at).cloned() {
            if !self.toggled.remove(&key) {
                self.toggled.insert(key);
            }
            self.rebuild();
        }
    }

    fn rebuild(&mut self) {
        let words = words_of(&self.search);
        let fitting: Vec<bool> = self.searched_by.iter().map(|it| fits(&words, it)).collect();
        self.entries.clear();
        let favourites: Vec<usize> = (0..self.hunts.len())
            .filter(|at| fitting[*at] && self.favourites.contains(&self.hunts[*at].key()))
            .collect();
        if !favourites.is_empty() {
            let is_open = !self.toggled.contains(FAVOURITES);
            let name = "Favourites".to_owned();
            let (key, n_hunts) = (FAVOURITES.to_owned(), favourites.len());
            self.entries.push(Entry::Folder { key, name, depth: 0, n_hunts, is_open });
            self.entries.extend(favourites.into_iter().filter(|_| is_open).map(|at| Entry::Hunt { at, depth: 1 }));
        }
        self.tree.list(&fitting, &self.toggled, !words.is_empty(), &mut self.entries);
        self.place.keep_within(self.entries.len());
    }

    pub(in crate::tui) fn chosen(&self) -> Option<&Entry> {
        self.entries.get(self.place.chosen)
    }

    pub(in crate::tui) fn hunt(&self, at: usize) -> Option<&Arc<Hunt>> {
        self.hunts.get(at)
    }

    pub(in crate::tui) fn fault(&self, at: usize) -> Option<&Fault> {
        self.faults.get(at)
    }

    pub(in crate::tui) fn is_favourite(&self, hunt: &Hunt) -> bool {
        self.favourites.contains(&hunt.key())
    }

    /// The queries that are chosen with a folder, as far as the search lets them through; or the one that is. With their
    /// name.
    pub(in crate::tui) fn chosen_pack(&self) -> Option<(String, Vec<Arc<Hunt>>)> {
        match self.chosen()? {
            Entry::Hunt { at, .. } => self.hunts.get(*at).map(|it| (it.name.clone(), vec![Arc::clone(it)])),
            Entry::Fault { .. } => None,
            Entry::Folder { key, name, .. } => {
                let words = words_of(&self.search);
                let fitting = |at: &usize| fits(&words, &self.searched_by[*at]);
                let places: Vec<usize> = if key == FAVOURITES {
                    (0..self.hunts.len()).filter(|at| self.favourites.contains(&self.hunts[*at].key())).collect()
                } else {
                    self.tree.hunts_below(key)
                };
                let hunts = places.into_iter().filter(fitting).map(|at| Arc::clone(&self.hunts[at])).collect();
                Some((name.clone(), hunts))
            }
        }
    }

    /// What is known of what is chosen: the first line is what matters most.
    fn said(&self) -> Vec<String> {
        match self.chosen() {
            Some(Entry::Hunt { at, .. }) => self.hunts.get(*at).map(|it| about(it)).unwrap_or_default(),
            Some(Entry::Fault { at, .. }) => self.faults.get(*at).map(|it| vec![fault_words(it)]).unwrap_or_default(),
            Some(Entry::Folder { .. }) | None => self.failure.iter().cloned().collect(),
        }
    }

    pub(in crate::tui) fn arrange(&mut self, area: Rect) {
        if area.is_empty() {
            return;
        }
        let search = u16::from((self.is_searching || !self.search.text().is_empty()) && area.height > 1);
        let width = area.width - u16::from(area.x > 0);
        let list = Rect { height: area.height - search, width, ..area };
        let page = without_foot(list, &self.said());
        self.place.arrange(page, self.entries.len());
    }
}

impl Entry {
    fn depth(&self) -> usize {
        match self {
            Self::Folder { depth, .. } | Self::Hunt { depth, .. } | Self::Fault { depth, .. } => *depth,
        }
    }
}

fn searched_by(hunt: &Hunt) -> String {
    let file = hunt.below.to_string_lossy();
    let (tactics, techniques) = (hunt.tactics.join(" "), hunt.techniques.join(" "));
    format!("{} {} {tactics} {techniques} {file} {}", hunt.name, hunt.description, hunt.query).to_lowercase()
}

/// Tactics and techniques, what it is about, and where it stands.
fn about(hunt: &Hunt) -> Vec<String> {
    let filed: Vec<&str> = hunt.tactics.iter().chain(&hunt.techniques).map(String::as_str).collect();
    let mut lines = Vec::new();
    if !filed.is_empty() {
        lines.push(filed.join(" · "));
    }
    if !hunt.description.is_empty() {
        lines.push(hunt.description.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let tables = if hunt.tables.is_empty() { String::new() } else { format!("needs {} · ", hunt.tables.join(", ")) };
    lines.push(format!("{tables}{}:{}", hunt.below.display(), hunt.line));
    lines
}

/// `broken.yaml:5:1: this is no YAML: …`.
fn fault_words(fault: &Fault) -> String {
    let name = fault.path.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}:{}:{}: {}", fault.line, fault.column, fault.message)
}
