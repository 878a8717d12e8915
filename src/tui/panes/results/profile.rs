//! What the column holds: how full it is, how many different values, which are frequent, how they spread.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::figures::{Scroll, figure, percent, real, time, value};
use super::rows::grouped;
use super::view::Inquiry;
use crate::config::Scope;
use crate::kql::ScalarType;
use crate::result::{Edge, Histogram, Measure, Profile, ResultSet, timespan_text};
use crate::text;
use crate::tui::action::Action;
use crate::tui::study::Study;
use crate::tui::widgets::{Painter, bar, line_of};

/// Lines of a histogram without its axis.
const HEIGHT: u16 = 4;
const LEVELS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The profile of a column.
#[derive(Debug)]
pub(in crate::tui) struct ProfileView {
    col: usize,
    /// The columns that are seen, for going from one to the next.
    columns: Vec<usize>,
    inquiry: Inquiry,
    pub(super) found: Option<Profile>,
    scroll: Scroll,
}

impl ProfileView {
    pub(in crate::tui) fn new(col: usize, columns: Vec<usize>) -> Self {
        Self { col, columns, inquiry: Inquiry::default(), found: None, scroll: Scroll::default() }
    }

    pub(super) fn inquiry(&mut self) -> (&mut Inquiry, Study) {
        (&mut self.inquiry, Study::Profile { col: self.col })
    }

    fn n_top(&self) -> usize {
        self.found.as_ref().map_or(0, |it| it.top.len())
    }

    pub(super) fn act(&mut self, action: Action) {
        let at = self.columns.iter().position(|it| *it == self.col).unwrap_or(0);
        let to = match action {
            Action::Left => at.checked_sub(1),
            Action::Right => Some(at + 1),
            _ => {
                self.scroll.act(action, self.n_top());
                return;
            }
        };
        let Some(col) = to.and_then(|it| self.columns.get(it)) else { return };
        self.col = *col;
        self.found = None;
        self.scroll = Scroll::default();
        self.inquiry.again();
    }

    /// A row of the answer that has the marked value.
    pub(in crate::tui) fn row(&self) -> Option<usize> {
        self.found.as_ref()?.top.get(self.scroll.at).map(|it| it.row)
    }

    pub(super) fn copied(&self, set: &ResultSet) -> Option<(String, String)> {
        let row = self.row()?;
        Some((set.cell(row, self.col).text().into_owned(), set.columns().get(self.col)?.name.clone()))
    }

    pub(super) fn arrange(&mut self, area: Rect) {
        let lists = split(area);
        let above = self.found.as_ref().map_or(0, |it| histogram_height(it, lists.1));
        let n = self.n_top();
        self.scroll.arrange(n, usize::from(lists.1.height.saturating_sub(above + 1)));
    }

    pub(super) fn notes(&self, paint: &Painter<'_>, set: &ResultSet) -> Vec<(String, Style)> {
        let Some(column) = set.columns().get(self.col) else { return Vec::new() };
        let name = (column.name.clone(), paint.look.text());
        let place = self.columns.iter().position(|it| *it == self.col).map_or(0, |it| it + 1);
        let place = (format!("column {place} of {}", self.columns.len()), paint.look.dim());
        let rows = self.found.as_ref().map(|it| {
            let rows = if it.n_rows == 1 { "row" } else { "rows" };
            (format!("{} {rows}", grouped(it.n_rows as i64)), paint.look.text())
        });
        [Some(name), Some((column.ty.name().to_owned(), paint.look.dim())), rows, Some(place)]
            .into_iter()
            .flatten()
            .collect()
    }

    pub(super) fn draw(&self, paint: &mut Painter<'_>, area: Rect, set: &ResultSet) {
        let Some(found) = &self.found else {
            paint.text(line_of(area, 0), area.x + 1, "Counting.", paint.look.dim());
            return;
        };
        let (left, right) = split(area);
        let facts = facts(found, set);
        let labels = facts.iter().map(|it| text::width(&it.0)).max().unwrap_or(0);
        for (row, (label, told, note)) in (0..left.height).zip(&facts) {
            let at = line_of(left, row);
            let x = at.x + 1;
            paint.text(at, x, label, paint.look.dim());
            let x = paint.text(at, x + labels as u16 + 2, told, paint.look.text());
            // A remark that does not fit whole is no remark.
            if x + 2 + text::width(note) as u16 <= at.right() {
                paint.text(at, x + 2, note, paint.look.dim());
            }
        }
        let above = histogram_height(found, right);
        if let Some(histogram) = found.histogram.as_ref().filter(|_| above > 0) {
            draw_histogram(paint, Rect { height: above, ..right }, histogram);
        }
        let below = Rect { y: right.y + above, height: right.height - above, ..right };
        self.draw_top(paint, below, found, set);
    }

    fn draw_top(&self, paint: &mut Painter<'_>, area: Rect, found: &Profile, set: &ResultSet) {
        if area.height < 2 {
            return;
        }
        let header = line_of(area, 0);
        let style = paint.look.scope(Scope::GridHeader);
        if found.top.is_empty() {
            paint.text(header, header.x, "There is no value.", paint.look.dim());
            return;
        }
        paint.text(header, header.x, "most frequent", style);
        let counts = grouped(found.top[0].count as i64).len().max(4);
        let bars: usize = if area.width >= 56 {
            12
        } else if area.width >= 40 {
            6
        } else {
            0
        };
        let behind = counts + 10 + if bars > 0 { bars + 1 } else { 0 };
        let values = usize::from(area.width).saturating_sub(behind + 1).max(4);
        paint.text(header, header.x + (values + counts - 3) as u16, "rows", style);
        for (row, it) in (1..area.height).zip(found.top.iter().skip(self.scroll.top)) {
            let line = line_of(area, row);
            if self.scroll.top + usize::from(row) - 1 == self.scroll.at {
                paint.style(line, paint.look.scope(Scope::GridRow));
                paint.text(line, line.x.saturating_sub(1), "▸", paint.look.accent());
            }
            paint.text(line, line.x, &value(set, it.row, self.col, values), paint.look.text());
            let x = line.x + values as u16 + 1;
            let count = format!("{:>counts$} {:>8}", grouped(it.count as i64), percent(it.count, found.n_rows));
            let x = paint.text(line, x, &count, paint.look.text());
            if bars > 0 {
                let share = it.count as f64 / found.n_rows.max(1) as f64;
                paint.text(line, x + 1, &bar(share, bars), paint.look.scope(Scope::Bar));
            }
        }
    }
}

/// Facts on the left, lists on the right; on a narrow screen below each other.
fn split(area: Rect) -> (Rect, Rect) {
    if area.width < 64 {
        let above = (area.height / 2).min(6);
        return (
            Rect { height: above, ..area },
            Rect { x: area.x + 1, width: area.width.saturating_sub(1), y: area.y + above, height: area.height - above },
        );
    }
    let left = (area.width * 2 / 5).min(48);
    (Rect { width: left, ..area }, Rect { x: area.x + left + 1, width: area.width - left - 1, ..area })
}

/// Lines of a histogram with its axis, where there is room for it and for the values.
fn histogram_height(found: &Profile, area: Rect) -> u16 {
    let wanted = found.histogram.as_ref().is_some_and(|it| it.counts.len() > 1);
    if wanted && area.height >= HEIGHT + 5 && area.width >= 20 { HEIGHT + 3 } else { 0 }
}

/// What is told of a column: label, value, remark.
fn facts(found: &Profile, set: &ResultSet) -> Vec<(String, String, String)> {
    let count = |n: usize| grouped(n as i64);
    let own = |row: usize| value(set, row, found.col, 40);
    let mut out = Vec::new();
    let mut push = |label: &str, told: String, note: String| out.push((label.to_owned(), told, note));
    let unique = if found.n_unique == 0 {
        String::new()
    } else if found.n_unique == found.n_distinct && found.n_distinct > 1 {
        "each in one row".to_owned()
    } else {
        format!("{} in one row", count(found.n_unique))
    };
    push("distinct", count(found.n_distinct), if found.n_distinct > 0 { unique } else { String::new() });
    let ty = set.columns().get(found.col).map_or(ScalarType::Unknown, |it| it.ty);
    let share = |n: usize| if n > 0 { percent(n, found.n_rows) } else { String::new() };
    if ty == ScalarType::String {
        push("empty", count(found.n_empty), share(found.n_empty));
    } else {
        push("null", count(found.n_null), share(found.n_null));
    }
    let Some(summary) = &found.summary else { return out };
    if summary.n_nan > 0 {
        push("not a number", count(summary.n_nan), share(summary.n_nan));
    }
    let times = ty == ScalarType::Datetime;
    push(if times { "first" } else { "least" }, own(summary.least), String::new());
    for (share, row) in &summary.percentiles {
        match share {
            50 => push("median", own(*row), String::new()),
            5 | 25 | 75 | 95 | 99 => push(&format!("{share} %"), own(*row), String::new()),
            _ => {}
        }
    }
    push(if times { "last" } else { "greatest" }, own(summary.greatest), String::new());
    if let (crate::result::Cell::Datetime(first), crate::result::Cell::Datetime(last)) =
        (set.cell(summary.least, found.col), set.cell(summary.greatest, found.col))
    {
        push("spans", timespan_text(last.saturating_sub(first)), String::new());
    }
    if summary.sum != crate::result::Figure::Absent {
        push("average", figure(set, Measure::Average(found.col), summary.average, 40), String::new());
        push("sum", figure(set, Measure::Sum(found.col), summary.sum, 40), String::new());
    }
    if let Some(lengths) = found.lengths {
        let span = format!("{} to {}", count(lengths.least), count(lengths.greatest));
        let average = format!("mean {}", real((lengths.average * 10.0).round() / 10.0));
        let is_one = lengths.least == lengths.greatest;
        push(
            "characters",
            if is_one { count(lengths.least) } else { span },
            if is_one { String::new() } else { average },
        );
    }
    out
}

fn draw_histogram(paint: &mut Painter<'_>, area: Rect, histogram: &Histogram) {
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    let n = histogram.counts.len();
    let wide = (usize::from(area.width) / n).clamp(1, 6);
    let style = paint.look.scope(Scope::Bar);
    for (at, count) in histogram.counts.iter().enumerate() {
        let x = area.x + (at * wide) as u16;
        if x >= area.right() {
            break;
        }
        let mut eighths = (count * usize::from(HEIGHT) * 8).div_ceil(most);
        for row in (0..HEIGHT).rev() {
            let level = eighths.min(8);
            eighths -= level;
            let glyphs = LEVELS[level].repeat(wide.saturating_sub(usize::from(wide > 2)));
            paint.text(line_of(area, row), x, &glyphs, style);
        }
    }
    let edge = |at: usize| match (histogram.start, histogram.step) {
        (Edge::Time(start), Edge::Time(step)) => time(start.saturating_add(step.saturating_mul(at as i64))),
        (Edge::Real(start), Edge::Real(step)) => real(start + step * at as f64),
        _ => String::new(),
    };
    let axis = line_of(area, HEIGHT);
    let x = paint.text(axis, axis.x, &edge(0), paint.look.dim());
    let last = edge(n);
    let end = axis.x + (n * wide).min(usize::from(area.width)) as u16;
    let place = end.saturating_sub(text::width(&last) as u16);
    if place > x + 1 {
        paint.text(axis, place, &last, paint.look.dim());
    }
    let peak = histogram.counts.iter().position(|it| *it == most).unwrap_or(0);
    let each = match histogram.step {
        Edge::Time(step) => timespan_text(step),
        Edge::Real(step) => real(step),
    };
    let words = format!("each {each} · most {} from {}", grouped(most as i64), edge(peak));
    paint.text(line_of(area, HEIGHT + 1), area.x, &words, paint.look.dim());
}
