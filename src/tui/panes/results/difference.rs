//! What is new, gone and changed since the answer before this one.

use std::collections::HashSet;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::figures::{Scroll, value};
use super::rows::grouped;
use super::view::Inquiry;
use super::{Older, Results};
use crate::config::Scope;
use crate::result::{Difference, ResultSet};
use crate::text;
use crate::tui::action::Action;
use crate::tui::study::Study;
use crate::tui::widgets::{Painter, line_of};

/// Columns of one value in a line.
const WIDEST: usize = 40;
/// Columns that are named where many may have to be.
const MAX_NAMES: usize = 12;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The place in `Difference::changed`.
    Changed(usize),
    /// Rows of the new and of the old answer.
    Added(usize),
    Removed(usize),
}

/// Which rows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kinds {
    #[default]
    All,
    Changed,
    Added,
    Removed,
}

/// A line: a row, or one of its columns when it is open.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Row(usize),
    Cell(usize, usize),
}

/// The difference between two answers.
#[derive(Debug, Default)]
pub(in crate::tui) struct DifferenceView {
    /// What is compared with instead of the answer before.
    other: Option<Older>,
    /// The key columns in the new answer; `None` until they were chosen or found.
    keys: Option<Vec<usize>>,
    chosen: bool,
    inquiry: Inquiry,
    found: Option<Difference>,
    kinds: Kinds,
    fates: Vec<Fate>,
    open: HashSet<usize>,
    lines: Vec<Entry>,
    scroll: Scroll,
}

impl DifferenceView {
    /// With another result than the answer before.
    pub(in crate::tui) fn against(other: Older) -> Self {
        Self { other: Some(other), ..Self::default() }
    }

    pub(super) fn other(&self) -> Option<&Older> {
        self.other.as_ref()
    }

    /// The columns of the new answer that the other one has as well, in their order.
    pub(in crate::tui) fn shared(&self) -> Vec<usize> {
        let Some(found) = &self.found else { return Vec::new() };
        let mut shared: Vec<usize> = found.keys.iter().chain(&found.compared).map(|it| it.1).collect();
        shared.sort_unstable();
        shared
    }

    pub(super) fn inquiry(&mut self) -> (&mut Inquiry, Study) {
        let keys = if self.chosen { self.keys.clone() } else { None };
        (&mut self.inquiry, Study::Difference { keys })
    }

    pub(super) fn learned(&mut self, keys: Vec<usize>, found: Difference) {
        self.keys = Some(keys);
        self.found = Some(found);
        self.list();
    }

    pub(in crate::tui) fn is_key(&self, col: usize) -> bool {
        self.keys.as_ref().is_some_and(|it| it.contains(&col))
    }

    /// Takes a column among the keys, or out of them.
    pub(in crate::tui) fn toggle_key(&mut self, col: usize) {
        let keys = self.keys.get_or_insert_default();
        match keys.iter().position(|it| *it == col) {
            Some(at) => drop(keys.remove(at)),
            None => keys.push(col),
        }
        self.chosen = true;
        self.open.clear();
        self.scroll = Scroll::default();
        self.inquiry.again();
    }

    fn list(&mut self) {
        let Some(found) = &self.found else { return };
        let wants = |kind| self.kinds == Kinds::All || self.kinds == kind;
        let mut fates = Vec::new();
        if wants(Kinds::Changed) {
            fates.extend((0..found.changed.len()).map(Fate::Changed));
        }
        if wants(Kinds::Added) {
            fates.extend(found.added.iter().copied().map(Fate::Added));
        }
        if wants(Kinds::Removed) {
            fates.extend(found.removed.iter().copied().map(Fate::Removed));
        }
        let n_cells = found.keys.len() + found.compared.len();
        let mut lines = Vec::with_capacity(fates.len());
        for at in 0..fates.len() {
            lines.push(Entry::Row(at));
            if self.open.contains(&at) {
                lines.extend((0..n_cells).map(|cell| Entry::Cell(at, cell)));
            }
        }
        (self.fates, self.lines) = (fates, lines);
        self.scroll.at = self.scroll.at.min(self.lines.len().saturating_sub(1));
    }

    pub(super) fn act(&mut self, action: Action) {
        let row = self.lines.get(self.scroll.at).map(|it| match it {
            Entry::Row(at) | Entry::Cell(at, _) => *at,
        });
        match (action, row) {
            (Action::Open, Some(at)) => {
                if !self.open.remove(&at) {
                    self.open.insert(at);
                }
            }
            (Action::Right, Some(at)) => drop(self.open.insert(at)),
            (Action::Left, Some(at)) => {
                self.open.remove(&at);
                self.list();
                let head = self.lines.iter().position(|it| matches!(it, Entry::Row(row) if *row == at));
                self.scroll.at = head.unwrap_or(self.scroll.at);
            }
            (Action::ChangeKinds, _) => {
                self.kinds = match self.kinds {
                    Kinds::All => Kinds::Changed,
                    Kinds::Changed => Kinds::Added,
                    Kinds::Added => Kinds::Removed,
                    Kinds::Removed => Kinds::All,
                };
                self.open.clear();
                self.scroll = Scroll::default();
            }
            _ => {
                self.scroll.act(action, self.lines.len());
                return;
            }
        }
        self.list();
    }

    /// The row under the cursor with its sign, as text.
    pub(super) fn copied(&self, set: &ResultSet, older: &ResultSet) -> Option<(String, String)> {
        let found = self.found.as_ref()?;
        let (at, cell) = match self.lines.get(self.scroll.at)? {
            Entry::Row(at) => (*at, None),
            Entry::Cell(at, cell) => (*at, Some(*cell)),
        };
        let fate = *self.fates.get(at)?;
        if let Some(cell) = cell {
            let (old_col, new_col) = pair(found, cell)?;
            let (old, new) = rows(found, fate);
            let new = new.map(|row| set.cell(row, new_col));
            let old = old.map(|row| older.cell(row, old_col));
            return Some((new.or(old)?.text().into_owned(), set.columns().get(new_col)?.name.clone()));
        }
        let (of, row, what) = match fate {
            Fate::Changed(it) => (set, found.changed.get(it)?.new, "the changed row"),
            Fate::Added(row) => (set, row, "the added row"),
            Fate::Removed(row) => (older, row, "the removed row"),
        };
        let cells: Vec<_> = (0..of.columns().len()).map(|col| of.cell(row, col).text().into_owned()).collect();
        Some((cells.join("\t"), what.to_owned()))
    }

    pub(super) fn arrange(&mut self, area: Rect) {
        self.scroll.arrange(self.lines.len(), usize::from(area.height.saturating_sub(1)));
    }

    pub(super) fn notes(&self, paint: &Painter<'_>, results: &Results) -> Vec<(String, Style)> {
        let Some(found) = &self.found else { return vec![("comparing".to_owned(), paint.look.dim())] };
        let count = |n: usize, word: &str, scope| (format!("{} {word}", grouped(n as i64)), paint.look.scope(scope));
        if found.has_nothing_in_common() {
            return vec![("no column in common".to_owned(), paint.look.scope(Scope::Warning))];
        }
        let names: Vec<_> =
            found.keys.iter().filter_map(|it| results.set.columns().get(it.1)).map(|it| it.name.as_str()).collect();
        let no_key = self.keys.as_ref().is_none_or(Vec::is_empty);
        let by = if no_key { "whole rows".to_owned() } else { format!("by {}", names.join(", ")) };
        vec![
            count(found.changed.len(), "changed", Scope::Warning),
            count(found.added.len(), "added", Scope::Success),
            count(found.removed.len(), "removed", Scope::Error),
            count(found.n_same, "same", Scope::Dim),
            (by, paint.look.dim()),
        ]
    }

    pub(super) fn draw(&self, paint: &mut Painter<'_>, area: Rect, results: &Results) {
        let (Some(found), Some(older)) = (&self.found, results.compared_with()) else {
            paint.text(line_of(area, 0), area.x + 2, "Comparing the two results.", paint.look.dim());
            return;
        };
        if found.has_nothing_in_common() {
            return draw_strangers(paint, area, older, results);
        }
        self.draw_about(paint, line_of(area, 0), found, older, results);
        if self.lines.is_empty() {
            let words = match self.kinds {
                Kinds::All if older.set.n_rows() + results.n_rows() == 0 => "Neither result has a row.",
                Kinds::All => "No row was added, removed or changed.",
                Kinds::Changed => "No row was changed.",
                Kinds::Added => "No row was added.",
                Kinds::Removed => "No row was removed.",
            };
            paint.text(line_of(area, 1), area.x + 2, words, paint.look.text());
        }
        for (row, entry) in (1..area.height).zip(self.lines.iter().skip(self.scroll.top)) {
            let line = line_of(area, row);
            if self.scroll.top + usize::from(row) - 1 == self.scroll.at {
                paint.style(line, paint.look.scope(Scope::GridRow));
                paint.text(line, line.x, "▸", paint.look.accent());
            }
            match entry {
                Entry::Row(at) => self.draw_row(paint, line, found, self.fates[*at], &older.set, &results.set),
                Entry::Cell(at, cell) => {
                    draw_cell(paint, line, found, self.fates[*at], *cell, &older.set, &results.set);
                }
            }
        }
    }

    /// What is compared with what, and what cannot be.
    fn draw_about(&self, paint: &mut Painter<'_>, line: Rect, found: &Difference, older: &Older, results: &Results) {
        let mut words = format!("against {}", told(older));
        if !found.only_new.is_empty() {
            words = format!("new columns {} · {words}", names(&results.set, &found.only_new));
        }
        if !found.only_old.is_empty() {
            words = format!("missing columns {} · {words}", names(&older.set, &found.only_old));
        }
        let other_types = found.other_types(&older.set, &results.set);
        if !other_types.is_empty() {
            words = format!("of another type, compared as text: {} · {words}", names(&results.set, &other_types));
        }
        if found.n_repeated > 0 && !found.compared.is_empty() {
            words = format!("{} rows share a key: taken in order · {words}", grouped(found.n_repeated as i64));
        }
        if self.kinds != Kinds::All {
            let only = match self.kinds {
                Kinds::Changed => "changed",
                Kinds::Added => "added",
                _ => "removed",
            };
            words = format!("only {only} rows · {words}");
        }
        paint.text(line, line.x + 2, &words, paint.look.dim());
    }

    fn draw_row(
        &self,
        paint: &mut Painter<'_>,
        line: Rect,
        found: &Difference,
        fate: Fate,
        older: &ResultSet,
        set: &ResultSet,
    ) {
        let (sign, scope) = sign(fate);
        let mut x = paint.text(line, line.x + 2, &format!("{sign} "), paint.look.scope(scope));
        let (old, new) = rows(found, fate);
        let own = |pair: &(usize, usize)| match (new, old) {
            (Some(row), _) => value(set, row, pair.1, WIDEST),
            (None, Some(row)) => value(older, row, pair.0, WIDEST),
            (None, None) => String::new(),
        };
        for pair in found.keys.iter().take(40) {
            x = paint.text(line, x, &own(pair), paint.look.scope(Scope::GridHeader)) + 2;
        }
        if let Fate::Changed(at) = fate {
            let (Some(old), Some(new)) = (old, new) else { return };
            for cell in &found.changed[at].cells {
                let pair = found.compared[*cell];
                x = paint.text(line, x, &format!("{} ", name(set, pair.1)), paint.look.dim());
                let words = format!("{} → {}", value(older, old, pair.0, WIDEST), value(set, new, pair.1, WIDEST));
                x = paint.text(line, x, &words, paint.look.scope(scope)) + 3;
            }
            return;
        }
        for pair in found.compared.iter().take(40) {
            x = paint.text(line, x, &format!("{} ", name(set, pair.1)), paint.look.dim());
            x = paint.text(line, x, &own(pair), paint.look.text()) + 3;
        }
    }
}

/// Results that have no column in common: why nothing can be compared, and what can be done.
fn draw_strangers(paint: &mut Painter<'_>, area: Rect, older: &Older, results: &Results) {
    let all = |set: &ResultSet| names(set, &(0..set.columns().len()).collect::<Vec<_>>());
    let sentences = [
        ("These results have no column in common, so there is nothing to compare by.".to_owned(), paint.look.text()),
        (format!("Here: {}.", all(&results.set)), paint.look.dim()),
        (format!("There, {}: {}.", told(older), all(&older.set)), paint.look.dim()),
        (
            "Give a column of one query the name that it has in the other (project-rename), or choose another result."
                .to_owned(),
            paint.look.text(),
        ),
    ];
    super::words::say(paint, area, &sentences);
}

/// How many rows of what.
fn told(older: &Older) -> String {
    let n = older.set.n_rows();
    let rows = format!("{} {}", grouped(n as i64), if n == 1 { "row" } else { "rows" });
    let kept = older.name.as_ref().map_or_else(String::new, |it| format!(", {it}"));
    match crate::tui::panes::history::one_line(&older.query) {
        query if query.is_empty() && kept.is_empty() => format!("the {rows} before"),
        query if query.is_empty() => format!("{rows}{kept}"),
        query if kept.is_empty() => format!("{rows} of: {query}"),
        query => format!("{rows}{kept}: {query}"),
    }
}

/// Names of columns, the first of very many.
fn names(set: &ResultSet, cols: &[usize]) -> String {
    let named: Vec<_> = cols.iter().take(MAX_NAMES).map(|it| name(set, *it)).collect();
    let more = cols.len().saturating_sub(MAX_NAMES);
    let more = if more == 0 { String::new() } else { format!(" and {} more", grouped(more as i64)) };
    named.join(", ") + &more
}

/// The old and the new row.
fn rows(found: &Difference, fate: Fate) -> (Option<usize>, Option<usize>) {
    match fate {
        Fate::Changed(at) => (Some(found.changed[at].old), Some(found.changed[at].new)),
        Fate::Added(row) => (None, Some(row)),
        Fate::Removed(row) => (Some(row), None),
    }
}

/// The columns of a line of an open row.
fn pair(found: &Difference, cell: usize) -> Option<(usize, usize)> {
    found.keys.iter().chain(&found.compared).nth(cell).copied()
}

fn sign(fate: Fate) -> (&'static str, Scope) {
    match fate {
        Fate::Changed(_) => ("~", Scope::Warning),
        Fate::Added(_) => ("+", Scope::Success),
        Fate::Removed(_) => ("-", Scope::Error),
    }
}

fn name(set: &ResultSet, col: usize) -> String {
    let name = set.columns().get(col).map_or("", |it| it.name.as_str());
    text::clip(&text::sanitize(name), WIDEST).into_owned()
}

/// One column of an open row: what it was and what it is.
fn draw_cell(
    paint: &mut Painter<'_>,
    line: Rect,
    found: &Difference,
    fate: Fate,
    cell: usize,
    older: &ResultSet,
    set: &ResultSet,
) {
    let Some((old_col, new_col)) = pair(found, cell) else { return };
    let names = usize::from(line.width / 3).min(WIDEST);
    let shown = text::clip(&name(set, new_col), names).into_owned();
    paint.text(line, line.x + 6, &shown, paint.look.dim());
    let x = line.x + 8 + names as u16;
    let room = usize::from(line.right().saturating_sub(x)).max(1);
    let (old, new) = rows(found, fate);
    let is_changed = cell
        .checked_sub(found.keys.len())
        .is_some_and(|it| matches!(fate, Fate::Changed(at) if found.changed[at].cells.contains(&it)));
    match (old, new) {
        (Some(old), Some(new)) if is_changed => {
            let half = room.saturating_sub(3) / 2;
            let words = format!("{} → {}", value(older, old, old_col, half), value(set, new, new_col, half));
            paint.text(line, x, &words, paint.look.scope(Scope::Warning));
        }
        (_, Some(new)) => drop(paint.text(line, x, &value(set, new, new_col, room), paint.look.text())),
        (Some(old), None) => drop(paint.text(line, x, &value(older, old, old_col, room), paint.look.text())),
        (None, None) => {}
    }
}
