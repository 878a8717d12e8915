//! The line over the grid in which one types what rows must have, or what is looked for. It acts while one types.

use ratatui::layout::{Position, Rect};

use super::Results;
use super::arrangement::{FilterKind, RowFilter};
use super::rows::grouped;
use crate::config::Scope;
use crate::tui::action::Action;
use crate::tui::widgets::{Input, Painter};

/// What the line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum BarUse {
    Filter,
    Search,
}

/// The open line.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Bar {
    pub(in crate::tui) usage: BarUse,
    pub(super) kind: FilterKind,
    pub(super) input: Input,
    /// What was in force when it was opened: leaving it brings that back.
    before: RowFilter,
    before_row: usize,
}

impl Results {
    /// Opens the line with what is in force, which is replaced by what is typed.
    pub(super) fn open_bar(&mut self, usage: BarUse) {
        let before = match usage {
            BarUse::Filter => self.arranged.filter.clone(),
            BarUse::Search => self.search.wanted(),
        };
        let offered = if before.is_empty() { self.last_typed(usage) } else { before.clone() };
        let input = Input::to_replace(offered.text.clone());
        self.bar = Some(Bar { usage, kind: offered.kind, input, before, before_row: self.row });
    }

    fn last_typed(&self, usage: BarUse) -> RowFilter {
        match usage {
            BarUse::Filter => self.last_filter.clone(),
            BarUse::Search => RowFilter::default(),
        }
    }

    pub(in crate::tui) fn type_in_bar(&mut self, typed: char) {
        if let Some(bar) = &mut self.bar {
            bar.input.type_char(typed);
            self.bar_changed();
        }
    }

    pub(in crate::tui) fn paste_in_bar(&mut self, pasted: &str) {
        if let Some(bar) = &mut self.bar {
            bar.input.paste(pasted);
            self.bar_changed();
        }
    }

    /// Takes an action while the line is open. Going up and down moves in the grid.
    pub(super) fn act_in_bar(&mut self, action: Action) {
        let Some(bar) = &mut self.bar else { return };
        match action {
            Action::Open => self.keep_bar(),
            Action::FilterKind => {
                bar.kind = bar.kind.next();
                if bar.usage == BarUse::Search && bar.kind == FilterKind::Kql {
                    bar.kind = FilterKind::Text;
                }
                self.bar_changed();
            }
            Action::Up | Action::Down | Action::PageUp | Action::PageDown => self.move_cursor(action),
            _ if bar.input.act(action) => self.bar_changed(),
            _ => {}
        }
    }

    /// Why what is typed cannot be filtered by or looked for.
    pub(super) fn bar_fault(&self) -> Option<&String> {
        match self.bar.as_ref()?.usage {
            BarUse::Filter => self.arranged.fault.as_ref(),
            BarUse::Search => self.search.fault.as_ref(),
        }
    }

    /// Closes the line; what was typed stays in force. With a fault in it the line stays.
    fn keep_bar(&mut self) {
        if self.bar_fault().is_some() {
            return;
        }
        let Some(bar) = self.bar.take() else { return };
        if bar.usage == BarUse::Filter {
            let typed = RowFilter { kind: bar.kind, text: bar.input.text().to_owned() };
            if !typed.is_empty() {
                self.last_filter = typed.clone();
            }
            self.set_filter(typed);
        } else {
            self.set_search(RowFilter { kind: bar.kind, text: bar.input.text().to_owned() });
        }
    }

    /// Closes the line and brings back what was there; false when it is not open.
    pub(in crate::tui) fn leave_bar(&mut self) -> bool {
        let Some(bar) = self.bar.take() else { return false };
        match bar.usage {
            BarUse::Filter => self.set_filter(bar.before),
            BarUse::Search => {
                self.set_search(bar.before);
                self.row = bar.before_row;
            }
        }
        true
    }

    fn bar_changed(&mut self) {
        let Some(bar) = &self.bar else { return };
        let typed = RowFilter { kind: bar.kind, text: bar.input.text().to_owned() };
        match bar.usage {
            BarUse::Filter => self.set_filter(typed),
            BarUse::Search => {
                let from = bar.before_row;
                self.set_search(typed);
                self.search.jump_from = Some(from);
            }
        }
    }

    pub(super) fn set_filter(&mut self, filter: RowFilter) {
        if self.arranged.filter != filter {
            self.arranged.filter = filter;
            self.arranged.changed();
        }
    }
}

/// Draws the line: `filter text › powershell█      31 of 22,014   Tab regex`. Returns where the cursor is.
///
/// What is wrong with it stands at its end, or with `fault_below` in the line below the grid, which has more room.
pub(super) fn draw(
    paint: &mut Painter<'_>,
    line: Rect,
    results: &Results,
    bar: &Bar,
    fault_below: bool,
) -> Option<Position> {
    let (dim, accent) = (paint.look.dim(), paint.look.accent());
    let name = if bar.usage == BarUse::Filter { "filter" } else { "search" };
    let x = paint.pieces(
        line,
        &[(format!(" {name} "), paint.look.text()), (format!("{} ", bar.kind.name()), accent), ("› ".to_owned(), dim)],
    );
    let fault = results.bar_fault();
    let said = match (&fault, bar.usage) {
        (Some(_), _) if fault_below => (String::new(), dim),
        (Some(words), _) => ((*words).clone(), paint.look.scope(Scope::Error)),
        (None, BarUse::Filter) => {
            let (seen, all) = (grouped(results.n_view_rows() as i64), grouped(results.n_rows() as i64));
            (format!("{seen} of {all}"), dim)
        }
        (None, BarUse::Search) => (results.search.words(), dim),
    };
    // What is typed has at least half of the line.
    let room = usize::from(line.width) / 2;
    let said_width = crate::text::width(&crate::text::sanitize(&said.0)).min(room) as u16;
    let right = line.right().saturating_sub(said_width + 1).max(x);
    let typed = Rect { x, width: right.saturating_sub(x + 1), ..line };
    let cursor = bar.input.draw(paint, typed);
    paint.text(Rect { x: right, width: line.right().saturating_sub(right), ..line }, right, &said.0, said.1);
    cursor
}
