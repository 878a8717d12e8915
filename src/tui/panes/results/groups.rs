//! Rows put together by the values of columns: each group with its rows, how many they are, and a figure of them.

use std::collections::HashSet;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::figures::{Scroll, figure, percent, time, value};
use super::rows::grouped;
use super::view::Inquiry;
use crate::config::Scope;
use crate::kql::quoted_name;
use crate::result::{Group, Grouping, Measure, ResultSet};
use crate::text;
use crate::tui::action::Action;
use crate::tui::study::Study;
use crate::tui::widgets::{Painter, bar, line_of};

/// Rows of an open group that are listed.
const MAX_ROWS: usize = 10_000;

/// Groups, and which of them are open.
#[derive(Debug)]
pub(in crate::tui) struct GroupsView {
    pub(in crate::tui) how: Grouping,
    inquiry: Inquiry,
    groups: Vec<Group>,
    n_rows: usize,
    /// The groups that are open, by the places on the way to them.
    open: HashSet<Vec<u32>>,
    lines: Vec<Entry>,
    scroll: Scroll,
}

/// A line: a group, or a row in one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    path: Vec<u32>,
    row: Option<u32>,
}

impl GroupsView {
    pub(in crate::tui) fn new(by: Vec<usize>) -> Self {
        Self {
            how: Grouping { by, ..Grouping::default() },
            inquiry: Inquiry::default(),
            groups: Vec::new(),
            n_rows: 0,
            open: HashSet::new(),
            lines: Vec::new(),
            scroll: Scroll::default(),
        }
    }

    pub(super) fn inquiry(&mut self) -> (&mut Inquiry, Study) {
        (&mut self.inquiry, Study::Groups(self.how.clone()))
    }

    pub(super) fn learned(&mut self, groups: Vec<Group>) {
        self.n_rows = groups.iter().map(|it| it.rows.len()).sum();
        self.groups = groups;
        self.list();
    }

    /// Asks for other groups.
    pub(in crate::tui) fn regroup(&mut self, change: impl FnOnce(&mut Grouping)) {
        change(&mut self.how);
        self.open.clear();
        self.scroll = Scroll::default();
        self.inquiry.again();
    }

    fn group(&self, path: &[u32]) -> Option<&Group> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.groups.get(*first as usize)?, |group, at| group.groups.get(*at as usize))
    }

    /// Makes the lines anew: those of open groups below them.
    fn list(&mut self) {
        let mut lines = Vec::new();
        push_lines(&self.groups, &mut Vec::new(), &self.open, &mut lines);
        self.lines = lines;
        self.scroll.at = self.scroll.at.min(self.lines.len().saturating_sub(1));
    }

    pub(super) fn act(&mut self, action: Action) {
        let Some(entry) = self.lines.get(self.scroll.at).cloned() else { return };
        match action {
            Action::Right if entry.row.is_none() => drop(self.open.insert(entry.path)),
            Action::Open if entry.row.is_none() => {
                if !self.open.remove(&entry.path) {
                    self.open.insert(entry.path);
                }
            }
            Action::Left => self.close(entry),
            Action::OpenAll => self.open_all(),
            Action::Reorder => self.regroup(|how| {
                (how.by_value, how.reversed) = match (how.by_value, how.reversed) {
                    (false, false) => (false, true),
                    (false, true) => (true, false),
                    (true, false) => (true, true),
                    (true, true) => (false, false),
                };
            }),
            Action::RemoveLevel if self.how.by.len() > 1 => self.regroup(|how| how.by.truncate(how.by.len() - 1)),
            _ => {
                self.scroll.act(action, self.lines.len());
                return;
            }
        }
        self.list();
    }

    /// Closes the group under the cursor, or goes to the one that the line is in.
    fn close(&mut self, entry: Entry) {
        if entry.row.is_none() && self.open.remove(&entry.path) {
            return;
        }
        let mut parent = entry.path;
        if entry.row.is_none() {
            parent.pop();
        }
        let parent = Entry { path: parent, row: None };
        self.scroll.at = self.lines.iter().position(|it| *it == parent).unwrap_or(self.scroll.at);
    }

    fn open_all(&mut self) {
        if !self.open.is_empty() {
            self.open.clear();
            return;
        }
        // All levels but the last, whose rows would be the whole answer again.
        for (at, group) in self.groups.iter().enumerate() {
            if !group.groups.is_empty() {
                self.open.insert(vec![at as u32]);
            }
        }
    }

    /// The row of the answer under the cursor, when it is on one.
    pub(in crate::tui) fn row(&self) -> Option<usize> {
        self.lines.get(self.scroll.at)?.row.map(|it| it as usize)
    }

    pub(super) fn copied(&self, set: &ResultSet) -> Option<(String, String)> {
        let entry = self.lines.get(self.scroll.at)?;
        if let Some(row) = entry.row {
            let cells = (0..set.columns().len()).map(|col| set.cell(row as usize, col).text().into_owned());
            return Some((cells.collect::<Vec<_>>().join("\t"), format!("row {}", row + 1)));
        }
        let col = *self.how.by.get(entry.path.len() - 1)?;
        let group = self.group(&entry.path)?;
        Some((set.cell(group.row, col).text().into_owned(), set.columns().get(col)?.name.clone()))
    }

    /// The stage of KQL that would tell the same.
    pub(in crate::tui) fn stage(&self, set: &ResultSet) -> String {
        let by: Vec<_> =
            self.how.by.iter().filter_map(|it| set.columns().get(*it)).map(|it| quoted_name(&it.name)).collect();
        let rows = Measure::Rows.kql(set);
        let measure = self.how.measure.kql(set);
        let figures = if measure == rows { rows } else { format!("{rows}, {measure}") };
        format!("| summarize {figures} by {}", by.join(", "))
    }

    pub(super) fn arrange(&mut self, area: Rect) {
        self.scroll.arrange(self.lines.len(), usize::from(area.height.saturating_sub(1)));
    }

    pub(super) fn notes(&self, paint: &Painter<'_>, set: &ResultSet) -> Vec<(String, Style)> {
        let names: Vec<_> =
            self.how.by.iter().filter_map(|it| set.columns().get(*it)).map(|it| it.name.as_str()).collect();
        let by = (format!("by {}", names.join(", ")), paint.look.text());
        let n = self.groups.len();
        let groups = if n == 1 { "1 group".to_owned() } else { format!("{} groups", grouped(n as i64)) };
        let of = format!("{groups} of {} rows", grouped(self.n_rows as i64));
        let order = match (self.how.by_value, self.how.reversed) {
            (false, false) => "most first",
            (false, true) => "least first",
            (true, false) => "by value",
            (true, true) => "by value, backwards",
        };
        if self.inquiry.is_waiting() {
            return vec![by, ("counting".to_owned(), paint.look.dim())];
        }
        vec![by, (of, paint.look.text()), (order.to_owned(), paint.look.dim())]
    }

    pub(super) fn draw(&self, paint: &mut Painter<'_>, area: Rect, set: &ResultSet) {
        if self.inquiry.is_waiting() && self.groups.is_empty() {
            paint.text(line_of(area, 0), area.x + 1, "Counting.", paint.look.dim());
            return;
        }
        let layout = Columns::new(area, self, set);
        self.draw_header(paint, line_of(area, 0), &layout, set);
        for (row, entry) in (1..area.height).zip(self.lines.iter().skip(self.scroll.top)) {
            let line = line_of(area, row);
            if self.scroll.top + usize::from(row) - 1 == self.scroll.at {
                paint.style(line, paint.look.scope(Scope::GridRow));
                paint.text(line, line.x, "▸", paint.look.accent());
            }
            let x = line.x + 2 + (entry.path.len() as u16 - 1) * 2;
            match (entry.row, self.group(&entry.path)) {
                (Some(row), _) => self.draw_row(paint, line, x + 4, row as usize, set),
                (None, Some(group)) => self.draw_group(paint, line, x, &layout, entry, group, set),
                (None, None) => {}
            }
        }
    }

    fn draw_header(&self, paint: &mut Painter<'_>, line: Rect, layout: &Columns, set: &ResultSet) {
        let style = paint.look.scope(Scope::GridHeader);
        let names: Vec<_> =
            self.how.by.iter().filter_map(|it| set.columns().get(*it)).map(|it| it.name.as_str()).collect();
        let names = text::clip(&text::sanitize(&names.join(" / ")), layout.count.saturating_sub(5).into()).into_owned();
        paint.text(line, line.x + 4, &names, style);
        paint.text(line, line.x + layout.count + layout.counts - 4, "rows", style);
        if let Some((x, width)) = layout.figure {
            let title = text::clip(&text::sanitize(&self.how.measure.kql(set)), width.into()).into_owned();
            paint.text(line, line.x + x + width - text::width(&title) as u16, &title, style);
        }
        if let Some(x) = layout.times {
            paint.text(line, line.x + x, "first – last", style);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "where and what are two groups of plain facts")]
    fn draw_group(
        &self,
        paint: &mut Painter<'_>,
        line: Rect,
        x: u16,
        layout: &Columns,
        entry: &Entry,
        group: &Group,
        set: &ResultSet,
    ) {
        let mark = if self.open.contains(&entry.path) { "▾ " } else { "▸ " };
        let x = paint.text(line, x, mark, paint.look.dim());
        let Some(col) = self.how.by.get(entry.path.len() - 1) else { return };
        let room = (line.x + layout.count).saturating_sub(x + 1);
        let shown = value(set, group.row, *col, room.into());
        let odd = matches!(shown.as_str(), "(null)" | "(empty)");
        paint.text(line, x, &shown, if odd { paint.look.scope(Scope::GridNull) } else { paint.look.text() });
        let counts = usize::from(layout.counts);
        let count = format!("{:>counts$}", grouped(group.rows.len() as i64));
        let x = paint.text(line, line.x + layout.count, &count, paint.look.text());
        if let Some((x, width)) = layout.figure {
            let told = figure(set, self.how.measure, group.figure, width.into());
            paint.text(line, line.x + x + width - text::width(&told) as u16, &told, paint.look.text());
        }
        if let Some(bars) = layout.bars {
            let x = paint.text(line, x, &format!("{:>8} ", percent(group.rows.len(), self.n_rows)), paint.look.dim());
            let share = group.rows.len() as f64 / self.n_rows.max(1) as f64;
            paint.text(line, x, &bar(share, bars), paint.look.scope(Scope::Bar));
        }
        if let (Some(x), Some((first, last))) = (layout.times, group.times) {
            let span = if first == last { short(first) } else { format!("{} – {}", short(first), short(last)) };
            paint.text(line, line.x + x, &span, paint.look.dim());
        }
    }

    /// A row of a group: its number and what is not told by the groups already.
    fn draw_row(&self, paint: &mut Painter<'_>, line: Rect, x: u16, row: usize, set: &ResultSet) {
        let mut x = paint.text(line, x, &format!("{}  ", grouped(row as i64 + 1)), paint.look.scope(Scope::Gutter));
        for col in (0..set.columns().len()).filter(|it| !self.how.by.contains(it)) {
            if x >= line.right() {
                break;
            }
            let room = usize::from(line.right() - x).min(40);
            let end = paint.text(line, x, &value(set, row, col, room), paint.look.text());
            x = end + 2;
        }
    }
}

fn push_lines(groups: &[Group], path: &mut Vec<u32>, open: &HashSet<Vec<u32>>, lines: &mut Vec<Entry>) {
    for (at, group) in groups.iter().enumerate() {
        path.push(at as u32);
        lines.push(Entry { path: path.clone(), row: None });
        if open.contains(path) {
            if group.groups.is_empty() {
                let rows = group.rows.iter().take(MAX_ROWS);
                lines.extend(rows.map(|row| Entry { path: path.clone(), row: Some(*row) }));
            } else {
                push_lines(&group.groups, path, open, lines);
            }
        }
        path.pop();
    }
}

/// A time without the year and the fraction.
fn short(ticks: i64) -> String {
    time(ticks).get(5..16).unwrap_or_default().to_owned()
}

/// Where the columns of the list are, as far as they fit.
struct Columns {
    count: u16,
    counts: u16,
    bars: Option<usize>,
    figure: Option<(u16, u16)>,
    times: Option<u16>,
}

impl Columns {
    fn new(area: Rect, view: &GroupsView, set: &ResultSet) -> Self {
        let counts = (grouped(view.n_rows as i64).len() as u16).max(4);
        let mut free = area.width.saturating_sub(counts + 2);
        let mut take = |width: u16, least: u16| {
            let fits = free >= width + least;
            free -= if fits { width } else { 0 };
            fits
        };
        let has_figure = view.how.measure != Measure::Rows && take(18, 20);
        let bars = if take(22, 24) {
            Some(12)
        } else if take(16, 24) {
            Some(6)
        } else {
            None
        };
        let has_times = set.columns().iter().any(|it| it.ty == crate::kql::ScalarType::Datetime) && take(28, 24);
        let count = free.min(60);
        let mut x = count + counts;
        x += bars.map_or(0, |it| it as u16 + 10);
        let figure = has_figure.then(|| {
            x += 18;
            (x - 16, 16)
        });
        Self { count, counts, bars, figure, times: has_times.then_some(x + 2) }
    }
}
