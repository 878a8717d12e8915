//! The texts that are open, each in a tab of its own with its name, its file, its undo and its cursor.
//!
//! The editor of the active tab is [`App::editor`], where everything that concerns the text finds it; the others rest in
//! their tabs. So the editor inside the active tab is an empty one that nobody looks at.

use std::hash::Hasher as _;
use std::mem;
use std::path::{Path, PathBuf};

use super::App;
use crate::library::{Form, Stamp};
use crate::tui::panes::editor::{Editor, next_revision};

/// Tabs that were closed and can be opened again.
const MAX_CLOSED: usize = 100;
/// What a tab is called that nobody gave a name.
const UNNAMED: &str = "query";

/// Tells tabs apart for as long as the workbench runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TabId(pub(in crate::tui) u64);

/// One text.
#[derive(Debug)]
pub(in crate::tui) struct Tab {
    pub(in crate::tui) id: TabId,
    /// What the user calls it.
    pub(in crate::tui) name: Option<String>,
    pub(in crate::tui) file: Option<TabFile>,
    /// Rests here while another tab is the active one.
    pub(in crate::tui) editor: Editor,
    /// Where jumps began, the latest last.
    trail: Vec<usize>,
    /// The place that it had when it was closed.
    place: usize,
}

/// The file that a text is saved to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct TabFile {
    pub(in crate::tui) path: PathBuf,
    /// The file when it was last read or written; `None` while there is none yet.
    pub(in crate::tui) stamp: Option<Stamp>,
    pub(in crate::tui) form: Form,
    /// The text that the file holds.
    pub(in crate::tui) saved: Fingerprint,
    /// The text differs from what the file holds.
    pub(in crate::tui) modified: bool,
}

/// Tells texts apart without keeping them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    len: usize,
    hash: u64,
}

impl Fingerprint {
    pub(in crate::tui) fn of(text: &str) -> Self {
        let mut hasher = twox_hash::XxHash64::default();
        hasher.write(text.as_bytes());
        Self { len: text.len(), hash: hasher.finish() }
    }

    /// Of no text at all: whatever is there differs.
    pub(in crate::tui) fn of_nothing() -> Self {
        Self { len: usize::MAX, hash: 0 }
    }

    /// What is kept of it between two starts.
    pub(in crate::tui) fn parts(self) -> (usize, u64) {
        (self.len, self.hash)
    }

    pub(in crate::tui) fn of_parts((len, hash): (usize, u64)) -> Self {
        Self { len, hash }
    }

    /// True for the text that it was made of.
    pub(in crate::tui) fn is_of(self, text: &str) -> bool {
        self.len == text.len() && self == Self::of(text)
    }
}

impl TabFile {
    /// What the file is called, without what only says that it holds a query.
    fn name(&self) -> String {
        let is_query = self.path.extension().is_some_and(|it| it == "kql" || it == "csl" || it == "kusto");
        let name = if is_query { self.path.file_stem() } else { self.path.file_name() };
        name.unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }
}

impl Tab {
    pub(in crate::tui) fn title(&self) -> String {
        self.name.clone().or_else(|| Some(self.file.as_ref()?.name())).unwrap_or_else(|| UNNAMED.to_owned())
    }

    pub(in crate::tui) fn has_title(&self) -> bool {
        self.name.is_some() || self.file.is_some()
    }

    /// True when there is a file, and it does not hold this text.
    pub(in crate::tui) fn is_unsaved(&self) -> bool {
        self.file.as_ref().is_some_and(|it| it.modified)
    }
}

/// All tabs. There is always one.
#[derive(Debug)]
pub(in crate::tui) struct Tabs {
    list: Vec<Tab>,
    active: usize,
    /// Those that were closed, the latest last.
    closed: Vec<Tab>,
    next_id: u64,
    /// When something but a text changed that is kept with them: a number among those that count the changes of texts.
    shape: u64,
}

impl Default for Tabs {
    fn default() -> Self {
        let mut tabs = Self { list: Vec::new(), active: 0, closed: Vec::new(), next_id: 1, shape: next_revision() };
        let first = tabs.make(None, Editor::new("", (0, 0)));
        tabs.list.push(first);
        tabs
    }
}

impl Tabs {
    /// A tab that is not among them yet.
    pub(in crate::tui) fn make(&mut self, name: Option<String>, editor: Editor) -> Tab {
        let id = TabId(self.next_id);
        self.next_id += 1;
        Tab { id, name, file: None, editor, trail: Vec::new(), place: usize::MAX }
    }

    pub(in crate::tui) fn list(&self) -> &[Tab] {
        &self.list
    }

    pub(in crate::tui) fn closed(&self) -> &[Tab] {
        &self.closed
    }

    /// The place of the active one.
    pub(in crate::tui) fn active(&self) -> usize {
        self.active
    }

    /// The active one; its text is [`App::editor`].
    pub(in crate::tui) fn current(&self) -> &Tab {
        &self.list[self.active]
    }

    pub(in crate::tui) fn current_mut(&mut self) -> &mut Tab {
        &mut self.list[self.active]
    }

    pub(in crate::tui) fn place_of(&self, id: TabId) -> Option<usize> {
        self.list.iter().position(|it| it.id == id)
    }

    /// The tab of a file, if it is open.
    pub(in crate::tui) fn place_of_file(&self, path: &Path) -> Option<usize> {
        self.list.iter().position(|it| it.file.as_ref().is_some_and(|it| it.path == path))
    }

    /// A tab by its id, open or closed.
    pub(in crate::tui) fn get_mut(&mut self, id: TabId) -> Option<&mut Tab> {
        self.list.iter_mut().chain(&mut self.closed).find(|it| it.id == id)
    }

    pub(in crate::tui) fn shape(&self) -> u64 {
        self.shape
    }

    /// Puts a tab so many places behind the active one.
    pub(in crate::tui) fn put_beside(&mut self, places: usize, tab: Tab) {
        let at = (self.active + places).min(self.list.len());
        self.list.insert(at.max(self.active + 1), tab);
        self.touch();
    }

    /// Something but a text has changed that is kept.
    pub(in crate::tui) fn touch(&mut self) {
        self.shape = next_revision();
    }
}

impl App {
    /// Counts the changes of all texts.
    pub(in crate::tui) fn text_revision(&self) -> u64 {
        self.texts().map(|(_, editor)| editor.revision()).max().unwrap_or(0)
    }

    /// Counts what is kept of tabs and texts: it grows with every change.
    pub(in crate::tui) fn session_revision(&self) -> u64 {
        self.text_revision().max(self.tabs.shape)
    }

    /// The text of a tab that is open.
    pub(in crate::tui) fn editor_of(&self, id: TabId) -> Option<&Editor> {
        let at = self.tabs.place_of(id)?;
        Some(if at == self.tabs.active { &self.editor } else { &self.tabs.list[at].editor })
    }

    pub(in crate::tui) fn editor_of_mut(&mut self, id: TabId) -> Option<&mut Editor> {
        let at = self.tabs.place_of(id)?;
        Some(if at == self.tabs.active { &mut self.editor } else { &mut self.tabs.list[at].editor })
    }

    /// The tabs with their texts, in order.
    pub(in crate::tui) fn texts(&self) -> impl Iterator<Item = (&Tab, &Editor)> {
        let active = self.tabs.current().id;
        self.tabs.list.iter().map(move |tab| (tab, if tab.id == active { &self.editor } else { &tab.editor }))
    }

    /// Makes another tab the active one. False when it is that already, or there is none at that place.
    pub(in crate::tui) fn go_to_tab(&mut self, at: usize) -> bool {
        if at == self.tabs.active || at >= self.tabs.list.len() {
            return false;
        }
        self.rest();
        self.wake(at);
        true
    }

    /// Puts a tab behind the active one and makes it the active one.
    pub(in crate::tui) fn add_tab(&mut self, tab: Tab) {
        self.insert_tab(self.tabs.active + 1, tab);
    }

    fn insert_tab(&mut self, at: usize, tab: Tab) {
        self.rest();
        let at = at.min(self.tabs.list.len());
        self.tabs.list.insert(at, tab);
        self.wake(at);
    }

    /// Closes the active tab; the one behind it comes up, else the one before. When it was the only one an empty one
    /// takes its place.
    pub(in crate::tui) fn close_tab(&mut self) {
        self.rest();
        let mut closed = self.tabs.list.remove(self.tabs.active);
        closed.place = self.tabs.active;
        // An empty text is not worth coming back to.
        if !closed.editor.text().trim().is_empty() || closed.has_title() {
            self.tabs.closed.push(closed);
        }
        if self.tabs.closed.len() > MAX_CLOSED {
            // What a file holds can be opened again; what nothing else holds stays longest.
            let expendable = self.tabs.closed.iter().position(|it| it.file.is_some() && !it.is_unsaved());
            self.tabs.closed.remove(expendable.unwrap_or(0));
        }
        if self.tabs.list.is_empty() {
            let empty = self.tabs.make(None, Editor::new("", (0, 0)));
            self.tabs.list.push(empty);
        }
        self.wake(self.tabs.active.min(self.tabs.list.len() - 1));
    }

    /// Opens the tab again that was closed last, or one of them; false when there is none.
    pub(in crate::tui) fn reopen_tab(&mut self, id: Option<TabId>) -> bool {
        let at =
            id.map_or(self.tabs.closed.len().checked_sub(1), |id| self.tabs.closed.iter().position(|it| it.id == id));
        let Some(at) = at else { return false };
        let tab = self.tabs.closed.remove(at);
        self.insert_tab(tab.place, tab);
        true
    }

    /// Moves the active tab by so many places.
    pub(in crate::tui) fn move_tab(&mut self, by: isize) {
        let to = self.tabs.active.saturating_add_signed(by).min(self.tabs.list.len() - 1);
        let tab = self.tabs.list.remove(self.tabs.active);
        self.tabs.list.insert(to, tab);
        self.tabs.active = to;
        self.tabs.touch();
    }

    /// Puts tabs in the place of all that are open: those of the last time.
    pub(in crate::tui) fn set_tabs(&mut self, list: Vec<Tab>, active: usize, closed: Vec<Tab>) {
        if list.is_empty() {
            return;
        }
        self.tabs.list = list;
        self.tabs.closed = closed;
        self.tabs.active = 0;
        self.wake(active.min(self.tabs.list.len() - 1));
    }

    /// Called when the active text may have changed: whether its file holds it still.
    pub(in crate::tui) fn compare_with_file(&mut self) {
        if let Some(file) = &mut self.tabs.current_mut().file {
            file.modified = !file.saved.is_of(self.editor.text());
        }
    }

    /// The active text goes back into its tab.
    fn rest(&mut self) {
        let tab = &mut self.tabs.list[self.tabs.active];
        mem::swap(&mut self.editor, &mut tab.editor);
        mem::swap(&mut self.help.trail, &mut tab.trail);
        let copied = tab.editor.copied();
        self.editor.set_copied(copied);
    }

    /// Takes the text of a tab out of it. What was cut in another one can be pasted here.
    fn wake(&mut self, at: usize) {
        let copied = self.editor.copied();
        let tab = &mut self.tabs.list[at];
        self.editor = mem::replace(&mut tab.editor, Editor::new("", (0, 0)));
        self.help.trail = mem::take(&mut tab.trail);
        if !copied.is_empty() {
            self.editor.set_copied(copied);
        }
        self.help.overlay = super::Overlay::None;
        self.help.signature = None;
        self.help.dismissed = None;
        self.tabs.active = at;
        self.tabs.touch();
    }
}
