//! What was run before: the newest first, or what a search has found. The pane knows the ids of all of them and reads
//! only the runs that are seen.

mod draw;
mod words;

use std::collections::{HashMap, HashSet};

use ratatui::layout::Rect;

use super::side::Place;
use crate::history::{Entry, Found, Query};
use crate::run::RunId;
use crate::tui::action::Action;
use crate::tui::effect::{HistoryScope, Search};
use crate::tui::widgets::Input;

pub(in crate::tui) use draw::draw;
pub use words::one_line;
pub(in crate::tui) use words::{ending, mark, name, when};

/// Runs that are read ahead of those that are seen, and behind them.
const AHEAD: usize = 50;
/// Runs that are read before the pane is shown.
const AT_START: usize = 20;
/// When more runs are known than these, those that are far away are forgotten.
const MAX_KNOWN: usize = 1_000;
/// From this width on a run is one line of columns instead of two of words.
const COLUMNS: u16 = 78;

/// The history pane.
#[derive(Debug, Default)]
pub(in crate::tui) struct History {
    /// All that the search has found, and how many of them only with letters left out.
    ids: Vec<i64>,
    n_alike: usize,
    /// Those of them that have been read.
    known: HashMap<i64, Entry>,
    asked: HashSet<i64>,
    /// Runs that were written since the search was asked for that is still under way.
    fresh: Vec<i64>,
    /// What was typed into the search, and whether one is typing.
    search: Input,
    filtering: bool,
    scope: HistoryScope,
    /// What of the search could not be understood.
    faults: Vec<String>,
    /// Of the search that was asked for last, and of the one that is shown.
    revision: u64,
    shown: Option<u64>,
    /// The chosen run and the first one seen.
    place: Place,
    is_table: bool,
    /// What was deleted and can be taken back, the last in front.
    deleted: Vec<(usize, i64)>,
    /// The number in the history of the run whose answer was shown last.
    answered: Option<(RunId, Option<i64>)>,
    pub(in crate::tui) failure: Option<String>,
}

impl History {
    /// What to ask for when the search has changed.
    pub(in crate::tui) fn ask(&mut self) -> Search {
        self.revision += 1;
        self.fresh.clear();
        let text = self.search.text().to_owned();
        self.faults = Query::parse(&text, 0).faults;
        Search { revision: self.revision, text, scope: self.scope.clone() }
    }

    /// Takes what a search has found; false when another one was asked for since.
    pub(in crate::tui) fn found(&mut self, revision: u64, found: Found) -> bool {
        if revision != self.revision {
            return false;
        }
        let chosen = self.chosen_id().filter(|_| self.shown == Some(revision) || self.search.text().is_empty());
        (self.ids, self.n_alike, self.failure) = (found.ids, found.n_alike, None);
        // What was written while the search was under way may or may not be among what it has seen.
        for id in std::mem::take(&mut self.fresh) {
            if self.ids.first().is_none_or(|first| *first < id) {
                self.ids.insert(0, id);
            }
        }
        // What was chosen stays chosen while the list moves under it.
        let kept = chosen.filter(|_| self.place.chosen > 0).and_then(|it| self.ids.iter().position(|id| *id == it));
        self.place.chosen = kept.unwrap_or(self.place.chosen.min(self.ids.len().saturating_sub(1)));
        self.shown = Some(revision);
        true
    }

    /// Takes runs that were read.
    pub(in crate::tui) fn read(&mut self, runs: Vec<Entry>) {
        self.failure = None;
        self.asked.clear();
        if self.known.len() > MAX_KNOWN {
            let near: HashSet<i64> = self.ids[self.near()].iter().copied().collect();
            self.known.retain(|id, _| near.contains(id));
        }
        self.known.extend(runs.into_iter().map(|it| (it.id, it)));
    }

    /// Takes a run that was written: a new one, or a known one with its ending. True when the list must be asked for
    /// anew to know whether it belongs there.
    pub(in crate::tui) fn put(&mut self, run: RunId, entry: Entry) -> bool {
        self.failure = None;
        if let Some((_, id)) = self.answered.as_mut().filter(|it| it.0 == run) {
            *id = Some(entry.id);
        }
        let (id, is_new) = (entry.id, !self.known.contains_key(&entry.id));
        self.known.insert(id, entry);
        let is_plain = self.search.text().trim().is_empty();
        if is_plain && is_new && self.ids.first().is_none_or(|first| *first < id) {
            self.ids.insert(0, id);
            if self.shown != Some(self.revision) {
                self.fresh.push(id);
            }
            if self.place.chosen > 0 {
                self.place.chosen += 1;
            }
        }
        !is_plain
    }

    /// Writes down of which run the answer is that is shown from now on.
    pub(in crate::tui) fn answered(&mut self, run: RunId) {
        self.answered = Some((run, None));
    }

    /// True when the answer that is shown is that of this run.
    pub(in crate::tui) fn shows(&self, run: RunId) -> bool {
        self.answered.is_some_and(|it| it.0 == run)
    }

    /// The same for rows that were kept.
    pub(in crate::tui) fn reopened(&mut self, id: i64) {
        self.answered = Some((RunId(0), Some(id)));
    }

    /// The number in the history of the run whose answer is shown.
    pub(in crate::tui) fn answered_id(&self) -> Option<i64> {
        self.answered?.1
    }

    /// The runs that are about to be seen and are not known yet; each is asked for once.
    pub(in crate::tui) fn wanted(&mut self) -> Vec<i64> {
        // Also before it is shown for the first time.
        let end = (self.place.top + self.place.page.max(AT_START)).min(self.ids.len());
        let unknown = |it: &i64| !self.known.contains_key(it) && !self.asked.contains(it);
        if !self.ids[self.place.top.min(end)..end].iter().any(unknown) {
            return Vec::new();
        }
        let wanted: Vec<i64> = self.ids[self.near()].iter().copied().filter(unknown).collect();
        self.asked.extend(&wanted);
        wanted
    }

    fn near(&self) -> std::ops::Range<usize> {
        let end = (self.place.top + self.place.page.max(AT_START) + AHEAD).min(self.ids.len());
        self.place.top.saturating_sub(AHEAD).min(end)..end
    }

    /// After a fault all that is seen is asked for again.
    pub(in crate::tui) fn failed(&mut self, failure: String) {
        self.failure = Some(failure);
    }

    pub(in crate::tui) fn start_filtering(&mut self) {
        self.filtering = true;
    }

    /// Leaves the line of the filter; what is in it stays in force.
    pub(in crate::tui) fn stop_filtering(&mut self) {
        self.filtering = false;
    }

    pub(in crate::tui) fn is_filtering(&self) -> bool {
        self.filtering
    }

    /// Leaves the search; false when there is none to leave.
    pub(in crate::tui) fn unfilter(&mut self) -> bool {
        let had = self.filtering || self.has_search();
        (self.filtering, self.place.chosen) = (false, 0);
        self.search = Input::default();
        had
    }

    fn has_search(&self) -> bool {
        !self.search.text().is_empty()
    }

    pub(in crate::tui) fn scope(&self) -> &HistoryScope {
        &self.scope
    }

    /// All, this connection, this session, and all again.
    pub(in crate::tui) fn next_scope(&mut self, connection: Option<&str>) {
        self.scope = match (&self.scope, connection) {
            (HistoryScope::All, Some(name)) => HistoryScope::Connection(name.to_owned()),
            (HistoryScope::All | HistoryScope::Connection(_), _) => HistoryScope::Session,
            (HistoryScope::Session, _) => HistoryScope::All,
        };
        self.place.chosen = 0;
    }

    fn chosen_id(&self) -> Option<i64> {
        self.ids.get(self.place.chosen).copied()
    }

    /// The chosen run, if it has been read.
    pub(in crate::tui) fn chosen(&self) -> Option<&Entry> {
        self.known.get(&self.chosen_id()?)
    }

    /// A run that has been read.
    pub(in crate::tui) fn run(&self, id: i64) -> Option<&Entry> {
        self.known.get(&id)
    }

    pub(in crate::tui) fn run_mut(&mut self, id: i64) -> Option<&mut Entry> {
        self.known.get_mut(&id)
    }

    /// Takes a run out of the list.
    pub(in crate::tui) fn delete(&mut self, id: i64) {
        let Some(at) = self.ids.iter().position(|it| *it == id) else { return };
        self.ids.remove(at);
        self.deleted.push((at, id));
        self.place.keep_within(self.ids.len());
    }

    /// Puts back what was deleted last.
    pub(in crate::tui) fn take_back(&mut self) -> Option<i64> {
        let (at, id) = self.deleted.pop()?;
        self.ids.insert(at.min(self.ids.len()), id);
        self.place.chosen = at.min(self.ids.len() - 1);
        Some(id)
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        self.place.act(action, self.ids.len());
    }

    /// Changes the line of the search; true when what it says has changed.
    pub(in crate::tui) fn edit<T>(&mut self, act: impl FnOnce(&mut Input) -> T) -> bool {
        let before = self.search.text().to_owned();
        act(&mut self.search);
        let changed = before != self.search.text();
        if changed {
            self.place = Place { page: self.place.page, ..Place::default() };
        }
        changed
    }

    pub(in crate::tui) fn arrange(&mut self, area: Rect) {
        if area.is_empty() {
            self.place.page = 0;
            return;
        }
        self.is_table = area.width >= COLUMNS;
        let above = draw::n_lines_above(self, area);
        let rows = usize::from(area.height.saturating_sub(above));
        self.place.arrange(if self.is_table { rows } else { rows / 2 }, self.ids.len());
    }
}
