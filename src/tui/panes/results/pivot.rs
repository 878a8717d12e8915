//! One column down, one across, and a figure where they meet.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::figures::{Scroll, figure, value};
use super::rows::grouped;
use super::view::Inquiry;
use crate::config::Scope;
use crate::kql::quoted_name;
use crate::result::{Figure, Measure, Pivot, ResultSet};
use crate::text;
use crate::tui::action::Action;
use crate::tui::study::Study;
use crate::tui::widgets::{Painter, line_of};

/// Columns of the terminal that a value across takes at most.
const WIDEST: usize = 24;
const GAP: usize = 2;

/// A pivot and the cell under the cursor.
#[derive(Debug)]
pub(in crate::tui) struct PivotView {
    pub(in crate::tui) down: usize,
    pub(in crate::tui) across: usize,
    pub(in crate::tui) measure: Measure,
    inquiry: Inquiry,
    pub(super) found: Option<Pivot>,
    scroll: Scroll,
    /// The column under the cursor: 0 is the total, then the values across.
    col: usize,
    left: usize,
}

impl PivotView {
    pub(in crate::tui) fn new(down: usize, across: usize) -> Self {
        Self {
            down,
            across,
            measure: Measure::Rows,
            inquiry: Inquiry::default(),
            found: None,
            scroll: Scroll::default(),
            col: 0,
            left: 0,
        }
    }

    pub(super) fn inquiry(&mut self) -> (&mut Inquiry, Study) {
        (&mut self.inquiry, Study::Pivot { down: self.down, across: self.across, measure: self.measure })
    }

    /// Asks for another pivot.
    pub(in crate::tui) fn change(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        (self.found, self.col, self.left) = (None, 0, 0);
        self.scroll = Scroll::default();
        self.inquiry.again();
    }

    /// The total, the values across, and perhaps the others.
    fn n_columns(&self) -> usize {
        self.found.as_ref().map_or(0, |it| 1 + it.columns.len() + usize::from(!it.others.is_empty()))
    }

    /// With the line of totals at the end.
    fn n_rows(&self) -> usize {
        self.found.as_ref().map_or(0, |it| it.rows.len() + 1)
    }

    pub(super) fn act(&mut self, action: Action) {
        let last = self.n_columns().saturating_sub(1);
        match action {
            Action::Left => self.col = self.col.saturating_sub(1),
            Action::Right => self.col = (self.col + 1).min(last),
            Action::LineStart => self.col = 0,
            Action::LineEnd => self.col = last,
            Action::Reorder => self.change(|it| std::mem::swap(&mut it.down, &mut it.across)),
            _ => drop(self.scroll.act(action, self.n_rows())),
        }
    }

    /// The figure where a row and a column of the screen meet.
    fn figure(&self, found: &Pivot, row: usize, col: usize) -> Figure {
        let is_total_row = row == found.rows.len();
        match col {
            0 if is_total_row => found.total,
            0 => found.rows[row].1,
            it if it <= found.columns.len() && is_total_row => found.columns[it - 1].1,
            it if it <= found.columns.len() => found.figure(row, it - 1),
            _ => found.others.get(row).copied().unwrap_or_default(),
        }
    }

    pub(super) fn copied(&self, set: &ResultSet) -> Option<(String, String)> {
        let found = self.found.as_ref()?;
        let told = match self.figure(found, self.scroll.at, self.col) {
            Figure::Whole(it) => it.to_string(),
            Figure::Row(row) => set.cell(row, found.measure.column()?).text().into_owned(),
            other => figure(set, found.measure, other, usize::MAX),
        };
        Some((told, format!("{} of {}", found.measure.kql(set), self.words(found, set))))
    }

    /// `DeviceName hf-ws-041, ActionType LogonFailed`
    fn words(&self, found: &Pivot, set: &ResultSet) -> String {
        let name = |col: usize| set.columns().get(col).map_or("", |it| it.name.as_str()).to_owned();
        let down = found
            .rows
            .get(self.scroll.at)
            .map(|it| format!("{} {}", name(found.down), value(set, it.0, found.down, 60)));
        let across = match self.col.checked_sub(1) {
            None => None,
            Some(at) => match found.columns.get(at) {
                Some(it) => Some(format!("{} {}", name(found.across), value(set, it.0, found.across, 60))),
                None => Some(format!("the {} others", found.n_across.all - found.n_across.shown)),
            },
        };
        let parts: Vec<_> = down.into_iter().chain(across).collect();
        if parts.is_empty() { "all rows".to_owned() } else { parts.join(", ") }
    }

    /// The stage of KQL that would tell the same, one row for each pair.
    pub(in crate::tui) fn stage(&self, set: &ResultSet) -> String {
        let name = |col: usize| set.columns().get(col).map_or_else(String::new, |it| quoted_name(&it.name));
        format!("| summarize {} by {}, {}", self.measure.kql(set), name(self.down), name(self.across))
    }

    /// Columns that the values down take.
    fn names_width(&self, found: &Pivot, set: &ResultSet, width: u16) -> usize {
        let seen = found.rows.iter().skip(self.scroll.top).take(100);
        let widest = seen.map(|it| text::width(&value(set, it.0, found.down, 60))).max().unwrap_or(0);
        let name = set.columns().get(found.down).map_or(0, |it| text::width(&text::sanitize(&it.name)));
        widest.max(name).max(6).min(usize::from(width) * 2 / 5)
    }

    fn title(&self, found: &Pivot, set: &ResultSet, col: usize) -> String {
        match col.checked_sub(1) {
            None => "all".to_owned(),
            Some(at) => match found.columns.get(at) {
                Some(it) => value(set, it.0, found.across, WIDEST),
                None => format!("{} others", found.n_across.all - found.n_across.shown),
            },
        }
    }

    fn column_width(&self, found: &Pivot, set: &ResultSet, col: usize) -> usize {
        let rows = (self.scroll.top..found.rows.len()).take(100).chain([found.rows.len()]);
        let widest = rows.map(|row| text::width(&figure(set, found.measure, self.figure(found, row, col), WIDEST)));
        widest.max().unwrap_or(0).max(text::width(&self.title(found, set, col))).clamp(3, WIDEST)
    }

    /// The columns that are seen: their place, where they stand and how wide they are.
    fn placed(&self, found: &Pivot, set: &ResultSet, width: u16) -> Vec<(usize, usize, usize)> {
        let mut x = self.names_width(found, set, width) + 2 + GAP;
        let mut placed = Vec::new();
        // The totals stay where they are.
        for col in std::iter::once(0).chain(1 + self.left..self.n_columns()) {
            let wide = self.column_width(found, set, col);
            if x + wide > usize::from(width) && placed.len() > 1 {
                break;
            }
            placed.push((col, x, wide));
            x += wide + GAP;
        }
        placed
    }

    pub(super) fn arrange(&mut self, set: &ResultSet, area: Rect) {
        self.scroll.arrange(self.n_rows(), usize::from(area.height.saturating_sub(2)));
        self.left = self.left.min(self.col.saturating_sub(1));
        while let Some(found) = &self.found {
            let placed = self.placed(found, set, area.width);
            let is_seen = self.col == 0 || placed.iter().any(|it| it.0 == self.col);
            if is_seen || self.left + 1 >= self.n_columns() {
                break;
            }
            self.left += 1;
        }
    }

    pub(super) fn notes(&self, paint: &Painter<'_>, set: &ResultSet) -> Vec<(String, Style)> {
        let name = |col: usize| set.columns().get(col).map_or("", |it| it.name.as_str()).to_owned();
        let what = format!("{} by {} × {}", self.measure.kql(set), name(self.down), name(self.across));
        let mut notes = vec![(what, paint.look.text())];
        match &self.found {
            None => notes.push(("counting".to_owned(), paint.look.dim())),
            Some(found) => {
                let size = format!("{} × {}", grouped(found.rows.len() as i64), grouped(found.n_across.all as i64));
                notes.push((size, paint.look.dim()));
                if found.n_across.all > found.n_across.shown {
                    let words = format!("the {} most frequent across", found.n_across.shown);
                    notes.push((words, paint.look.scope(Scope::Warning)));
                }
            }
        }
        notes
    }

    pub(super) fn draw(&self, paint: &mut Painter<'_>, area: Rect, set: &ResultSet) {
        let Some(found) = &self.found else {
            paint.text(line_of(area, 0), area.x + 1, "Counting.", paint.look.dim());
            return;
        };
        let names = self.names_width(found, set, area.width);
        let placed = self.placed(found, set, area.width);
        let header = line_of(area, 0);
        let style = paint.look.scope(Scope::GridHeader);
        let name = set.columns().get(found.down).map_or("", |it| it.name.as_str());
        paint.text(header, header.x + 2, &text::clip(&text::sanitize(name), names), style);
        for (col, x, wide) in &placed {
            let title = self.title(found, set, *col);
            let style = if *col == self.col { style.patch(paint.look.accent()) } else { style };
            right(paint, header, *x, *wide, &title, style);
        }
        let rows = area.height.saturating_sub(2);
        for (row, at) in (1..=rows).zip(self.scroll.top..self.n_rows()) {
            let line = line_of(area, row);
            let here = at == self.scroll.at;
            if here {
                paint.style(line, paint.look.scope(Scope::GridRow));
                paint.text(line, line.x, "▸", paint.look.accent());
            }
            let (label, style) = match found.rows.get(at) {
                Some(it) => (value(set, it.0, found.down, names), paint.look.text()),
                None => ("all".to_owned(), paint.look.scope(Scope::GridHeader)),
            };
            paint.text(line, line.x + 2, &label, style);
            for (col, x, wide) in &placed {
                let told = self.figure(found, at, *col);
                let style = if told == Figure::Absent { paint.look.scope(Scope::GridNull) } else { paint.look.text() };
                if here && *col == self.col {
                    let cell = Rect { x: line.x + *x as u16, width: *wide as u16, ..line }.intersection(line);
                    paint.style(cell, paint.look.scope(Scope::GridCell));
                }
                right(paint, line, *x, *wide, &figure(set, found.measure, told, *wide), style);
            }
        }
        if rows > 0 {
            let hidden = self.n_columns().saturating_sub(placed.last().map_or(0, |it| it.0 + 1));
            let more = if hidden > 0 { format!("   {hidden} more ▸") } else { String::new() };
            let words = format!("{}{more}", self.words(found, set));
            paint.text(line_of(area, area.height - 1), area.x + 1, &words, paint.look.dim());
        }
    }
}

fn right(paint: &mut Painter<'_>, line: Rect, x: usize, wide: usize, content: &str, style: Style) {
    let content = text::clip(content, wide);
    let indent = wide.saturating_sub(text::width(&content));
    paint.text(line, line.x.saturating_add((x + indent) as u16), &content, style);
}
