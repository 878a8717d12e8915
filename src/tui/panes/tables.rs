//! The tables of the connection by section, with their columns.

mod draw;

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::side::{Place, fits, without_foot, words_of};
use crate::kql::{Schema, TableSymbol, quoted_name};
use crate::schema::{section, sections};
use crate::tui::action::Action;
use crate::tui::widgets::Input;

pub(in crate::tui) use draw::draw;

/// An entry that is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum Entry {
    Section { name: &'static str, n_tables: usize, is_open: bool },
    Table { name: String, is_open: bool },
    Column { table: String, at: usize },
}

/// The list and where one is in it.
#[derive(Debug, Default)]
pub(in crate::tui) struct Tables {
    schema: Option<Arc<Schema>>,
    /// Tables that belong to no section of the portal come first: the user's own files.
    own_first: bool,
    entries: Vec<Entry>,
    /// Tables of which the columns are seen, and sections of which nothing is.
    open: BTreeSet<String>,
    closed: BTreeSet<&'static str>,
    search: Input,
    is_searching: bool,
    place: Place,
}

impl Tables {
    /// Takes over what the connection knows, when it is not what is shown already.
    pub(in crate::tui) fn see(&mut self, schema: Option<Arc<Schema>>, own_first: bool) {
        let same = match (&self.schema, &schema) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        if !same || own_first != self.own_first {
            (self.schema, self.own_first) = (schema, own_first);
            self.rebuild();
        }
    }

    pub(in crate::tui) fn is_searching(&self) -> bool {
        self.is_searching
    }

    /// Leaves the search; false when there is none to leave.
    pub(in crate::tui) fn stop_searching(&mut self) -> bool {
        let had = self.is_searching || !self.search.text().is_empty();
        let chosen = self.entries.get(self.place.chosen).cloned();
        (self.is_searching, self.search) = (false, Input::default());
        self.rebuild();
        self.choose_again(chosen);
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
        // The section above it is no answer.
        let first = self.entries.iter().position(|it| !matches!(it, Entry::Section { .. }));
        self.place = Place { chosen: first.unwrap_or(0), top: 0, ..self.place };
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        if self.place.act(action, self.entries.len()) {
            return;
        }
        match action {
            Action::Filter => self.is_searching = true,
            Action::Open if self.is_searching => self.is_searching = false,
            Action::Open => self.toggle(),
            Action::Right if !self.is_searching => self.unfold(),
            Action::Left if !self.is_searching => self.fold(),
            action if self.is_searching && self.search.act(action) => self.searched(),
            _ => {}
        }
    }

    fn toggle(&mut self) {
        match self.entries.get(self.place.chosen) {
            Some(Entry::Section { is_open: true, .. } | Entry::Table { is_open: true, .. }) => self.fold(),
            Some(Entry::Section { .. } | Entry::Table { .. }) => self.unfold(),
            Some(Entry::Column { .. }) | None => {}
        }
    }

    fn unfold(&mut self) {
        match self.entries.get(self.place.chosen) {
            Some(Entry::Section { name, is_open: false, .. }) => drop(self.closed.remove(name)),
            Some(Entry::Table { name, is_open: false }) => drop(self.open.insert(name.clone())),
            // Once open, the same key goes in.
            Some(Entry::Section { .. } | Entry::Table { .. }) => self.place.chosen += 1,
            Some(Entry::Column { .. }) | None => return,
        }
        self.rebuild();
    }

    /// Closes what is chosen, or what it stands in, and goes there.
    fn fold(&mut self) {
        let parent = match self.entries.get(self.place.chosen).cloned() {
            Some(Entry::Section { name, .. }) => {
                self.closed.insert(name);
                None
            }
            Some(Entry::Table { name, is_open: true }) => {
                self.open.remove(&name);
                None
            }
            Some(Entry::Table { .. }) => {
                let above = self.entries[..self.place.chosen].iter();
                above.rev().find(|it| matches!(it, Entry::Section { .. })).cloned()
            }
            Some(Entry::Column { table, .. }) => {
                self.open.remove(&table);
                Some(Entry::Table { name: table, is_open: true })
            }
            None => return,
        };
        self.rebuild();
        self.choose_again(parent);
    }

    /// Goes to the same entry in a list that has changed.
    fn choose_again(&mut self, wanted: Option<Entry>) {
        let same = |it: &Entry| match (it, &wanted) {
            (Entry::Section { name, .. }, Some(Entry::Section { name: other, .. })) => name == other,
            (Entry::Table { name, .. }, Some(Entry::Table { name: other, .. })) => name == other,
            (Entry::Table { name, .. }, Some(Entry::Column { table, .. })) if !self.open.contains(table) => {
                name == table
            }
            (it, Some(other)) => it == other,
            (_, None) => false,
        };
        if let Some(at) = self.entries.iter().position(same) {
            self.place.chosen = at;
        }
    }

    fn rebuild(&mut self) {
        self.entries.clear();
        let Some(schema) = self.schema.clone() else { return };
        let words = words_of(&self.search);
        let mut names = sections().to_vec();
        if self.own_first {
            names.rotate_right(1);
        }
        for name in names {
            let tables: Vec<&TableSymbol> = schema.tables().filter(|it| section(&it.name) == name).collect();
            let found: Vec<(&TableSymbol, Vec<usize>)> =
                tables.into_iter().filter_map(|table| Some((table, self.found(table, &words)?))).collect();
            if found.is_empty() {
                continue;
            }
            let is_open = !words.is_empty() || !self.closed.contains(&name);
            self.entries.push(Entry::Section { name, n_tables: found.len(), is_open });
            for (table, columns) in found.into_iter().filter(|_| is_open) {
                self.entries.push(Entry::Table { name: table.name.clone(), is_open: !columns.is_empty() });
                let column = |at| Entry::Column { table: table.name.clone(), at };
                self.entries.extend(columns.into_iter().map(column));
            }
        }
        self.place.keep_within(self.entries.len());
    }

    /// The columns of a table that are shown; `None` for a table that does not fit what is searched for.
    fn found(&self, table: &TableSymbol, words: &[String]) -> Option<Vec<usize>> {
        let is_open = self.open.contains(&table.name);
        let all = || (0..table.columns.len()).filter(|_| is_open).collect();
        if words.is_empty() {
            return Some(all());
        }
        let name = table.name.to_lowercase();
        if fits(words, &name) {
            return Some(all());
        }
        // A column is found by its own name and its table's.
        let column = |at: &usize| fits(words, &format!("{name}.{}", table.columns[*at].name.to_lowercase()));
        let columns: Vec<usize> = (0..table.columns.len()).filter(column).collect();
        if !columns.is_empty() {
            return Some(columns);
        }
        fits(words, &table.description.to_lowercase()).then(Vec::new)
    }

    fn table(&self, name: &str) -> Option<&TableSymbol> {
        self.schema.as_ref()?.table(name)
    }

    pub(in crate::tui) fn chosen(&self) -> Option<&Entry> {
        self.entries.get(self.place.chosen)
    }

    /// The name that is chosen, as a query writes it.
    pub(in crate::tui) fn chosen_name(&self) -> Option<String> {
        match self.chosen()? {
            Entry::Section { .. } => None,
            Entry::Table { name, .. } => Some(quoted_name(name)),
            Entry::Column { table, at } => Some(quoted_name(&self.table(table)?.columns.get(*at)?.name)),
        }
    }

    /// A few rows of the table that is chosen.
    pub(in crate::tui) fn sample(&self) -> Option<String> {
        match self.chosen()? {
            Entry::Section { .. } => None,
            Entry::Table { name, .. } | Entry::Column { table: name, .. } => {
                Some(format!("{}\n| take 5", quoted_name(name)))
            }
        }
    }

    /// What is known of what is chosen.
    fn said(&self) -> Vec<String> {
        match self.chosen() {
            Some(Entry::Table { name, .. }) => self.table(name).map(|it| it.description.clone()).into_iter().collect(),
            Some(Entry::Column { table, at }) => {
                let Some(column) = self.table(table).and_then(|it| it.columns.get(*at)) else { return Vec::new() };
                vec![format!("{}: {}. {}", column.name, column.ty.name(), column.description)]
            }
            Some(Entry::Section { .. }) | None => Vec::new(),
        }
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect()
    }

    fn n_tables(&self) -> usize {
        self.entries.iter().map(|it| if let Entry::Section { n_tables, .. } = it { *n_tables } else { 0 }).sum()
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
