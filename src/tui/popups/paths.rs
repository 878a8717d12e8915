//! The names that a path which is being typed can go on with, in columns below the line.

use ratatui::layout::Rect;

use crate::config::Scope;
use crate::library::PathCompletion;
use crate::text;
use crate::tui::panes::results::grouped;
use crate::tui::widgets::{Painter, line_of};

/// Lines of names that are seen at once.
const MAX_ROWS: usize = 6;
/// Columns of one name.
const MAX_WIDTH: usize = 38;

/// Names to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Paths {
    found: PathCompletion,
    /// Where in the line the path begins.
    start: usize,
    /// The name that stands in the line.
    chosen: Option<usize>,
}

impl Paths {
    pub(in crate::tui) fn new(found: PathCompletion, start: usize) -> Self {
        Self { found, start, chosen: None }
    }

    /// The next name, or the one before: what stands in the line up to the cursor from now on. `before` is what stands
    /// there now.
    pub(in crate::tui) fn step(&mut self, forward: bool, before: &str) -> Option<String> {
        let n = self.found.names.len();
        let last = n.checked_sub(1)?;
        let at = match (self.chosen, forward) {
            (None, true) => 0,
            (None, false) => last,
            (Some(at), true) => (at + 1) % n,
            (Some(at), false) => at.checked_sub(1).unwrap_or(last),
        };
        self.chosen = Some(at);
        Some(format!("{}{}{}", before.get(..self.start)?, self.found.stem, self.found.names[at]))
    }

    /// What is to be known beside the names.
    pub(super) fn words(&self) -> Option<String> {
        let found = &self.found;
        let mut words = Vec::new();
        if found.n_found > found.names.len() + found.n_odd {
            let (shown, all) = (grouped(found.names.len() as i64), grouped(found.n_found as i64));
            words.push(format!("The first {shown} of {all} names; type more of it."));
        }
        if found.is_cut {
            words.push("The folder was not read to its end.".to_owned());
        }
        match found.n_odd {
            0 => {}
            1 => words.push("1 name that cannot be typed is left out.".to_owned()),
            n => words.push(format!("{} names that cannot be typed are left out.", grouped(n as i64))),
        }
        (!words.is_empty()).then(|| words.join(" "))
    }

    fn width(&self) -> usize {
        self.found.names.iter().map(|it| text::width(it)).max().unwrap_or(1).clamp(1, MAX_WIDTH)
    }

    fn n_columns(&self, columns: usize) -> usize {
        (columns / (self.width() + 2)).max(1)
    }

    /// Lines that the names take.
    pub(super) fn n_rows(&self, columns: usize) -> usize {
        self.found.names.len().div_ceil(self.n_columns(columns)).min(MAX_ROWS)
    }

    /// Draws the page of names that holds the chosen one.
    pub(super) fn draw(&self, paint: &mut Painter<'_>, area: Rect) {
        let (width, n_columns) = (self.width(), self.n_columns(usize::from(area.width)));
        let page = n_columns * usize::from(area.height);
        let first = self.chosen.unwrap_or(0) / page.max(1) * page;
        for (at, name) in self.found.names.iter().enumerate().skip(first).take(page) {
            let (row, column) = ((at - first) / n_columns, (at - first) % n_columns);
            let x = area.x + (column * (width + 2)) as u16;
            let style = match self.chosen == Some(at) {
                true => paint.look.scope(Scope::Selection),
                false if name.ends_with('/') => paint.look.accent(),
                false => paint.look.text(),
            };
            let shown = text::clip(name, width);
            paint.text(line_of(area, row as u16), x, &shown, style);
        }
    }
}
