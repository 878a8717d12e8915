//! What a run cost: every counter of the neutral record. What a source does not report is shown as `–`; zero is `0`.

mod baseline;
mod counters;

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;

pub(in crate::tui) use self::baseline::Baseline;
use self::counters::{Counter, Group, budget, budget_words, groups};
use crate::config::Scope;
use crate::result::RunStats;
use crate::run::Gauge;
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Section;
use crate::tui::layout::below_rule;
use crate::tui::widgets::{Painter, bar, line_of};

/// Columns of a cache's bar.
const BAR: usize = 20;

/// The cost pane.
#[derive(Debug, Default)]
pub(in crate::tui) struct Cost {
    stats: Option<Box<RunStats>>,
    /// Why there are none, after a run.
    absent: Option<&'static str>,
    /// What the quota allows and what of it is used.
    pub(in crate::tui) budget: Vec<Gauge>,
    /// What the user should know of the data that was read.
    notes: Vec<String>,
    /// Whether the user wants more than one line; by default the height of the window decides.
    open: Option<bool>,
    top: usize,
    page: usize,
    n_lines: usize,
    /// The pinned run that others are compared with.
    pub(in crate::tui) baseline: Option<Baseline>,
    /// The number in the history of the run whose figures are shown, once it is known.
    pub(in crate::tui) shown: Option<i64>,
}

impl Cost {
    pub(in crate::tui) fn set(&mut self, stats: RunStats, notes: Vec<String>) {
        (self.stats, self.absent, self.notes, self.top) = (Some(Box::new(stats)), None, notes, 0);
        self.shown = None;
    }

    /// The last run has no figures, and why.
    pub(in crate::tui) fn absent(&mut self, why: &'static str) {
        (self.stats, self.absent, self.notes, self.top) = (None, Some(why), Vec::new(), 0);
    }

    /// True when it is to have several lines; before the first run there is nothing to fill them with.
    pub(in crate::tui) fn is_open(&self, by_default: bool) -> bool {
        self.stats.is_some() && self.open.unwrap_or(by_default)
    }

    pub(in crate::tui) fn open(&mut self, open: bool) {
        self.open = Some(open);
    }

    /// Rows that the run read, when that is known.
    pub(in crate::tui) fn rows_read(&self) -> Option<u64> {
        self.stats.as_ref()?.rows?.scanned
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        let page = self.page.max(2) - 1;
        match action {
            Action::Up => self.top = self.top.saturating_sub(1),
            Action::Down => self.top = self.top.saturating_add(1),
            Action::PageUp => self.top = self.top.saturating_sub(page),
            Action::PageDown => self.top = self.top.saturating_add(page),
            Action::First => self.top = 0,
            Action::Last => self.top = usize::MAX,
            _ => {}
        }
    }

    /// `whole`: the pane has the whole screen.
    pub(in crate::tui) fn arrange(&mut self, area: Rect, whole: bool) {
        self.page = usize::from(area.height);
        self.n_lines = self.lines(usize::from(area.width), whole).len();
        self.top = self.top.min(self.n_lines.saturating_sub(self.page));
    }
}

impl Cost {
    /// The figures beside those of the pinned run, unless it is that one.
    fn compared(&self, paint: &Painter<'_>, stats: &RunStats, short: bool) -> Vec<(String, Style)> {
        let baseline = self.baseline.as_ref().filter(|it| self.shown != Some(it.id));
        baseline.map_or_else(Vec::new, |it| it.notes(paint, stats, short))
    }

    /// The notes come first: one line of them, or all where there is room.
    fn lines(&self, width: usize, whole: bool) -> Vec<Vec<Group>> {
        let Some(stats) = &self.stats else { return Vec::new() };
        let room = width.saturating_sub(NAMES + 1);
        let shown = if whole { MAX_NOTES } else { 1 };
        let mut lines: Vec<Vec<Group>> = Vec::new();
        for note in self.notes.iter().take(shown) {
            let safe = text::sanitize(note);
            let pieces = if whole { text::wrap(&safe, room) } else { vec![safe.as_ref()] };
            lines.extend(pieces.into_iter().enumerate().map(|(idx, it)| vec![Group::words(idx == 0, it)]));
        }
        if whole && self.notes.len() > shown {
            lines.push(vec![Group::words(false, &format!("… and {} more", self.notes.len() - shown))]);
        }
        let mut all = groups(stats);
        // Behind what was returned: what it left of the quota.
        all.splice(4..4, budget(&self.budget));
        lines.extend(flow(&all, width));
        lines
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) {
    if pane.is_empty() {
        return;
    }
    let cost = &app.cost;
    let focused = app.is_focused(Pane::Cost);
    let body = below_rule(pane);
    let Some(stats) = &cost.stats else {
        let key = app.keys.name(Section::Editor, Action::Run);
        let absent = cost.absent.map(|it| if app.run.is_some() { "known when the run has ended" } else { it });
        let words = absent.map_or_else(|| format!("what a query cost stands here after {key}"), str::to_owned);
        let room = usize::from(pane.width).saturating_sub(text::width(&words) + 13);
        let budget = budget_words(&cost.budget).filter(|it| text::width(it) <= room);
        let budget = budget.map(|it| (it, paint.look.text()));
        let notes: Vec<_> = std::iter::once((words, paint.look.dim())).chain(budget).collect();
        paint.rule(pane, "cost", &notes, focused);
        return;
    };
    if body.is_empty() {
        let compared = cost.compared(paint, stats, true);
        let taken: usize = compared.iter().map(|it| text::width(&it.0) + 3).sum();
        let summary = summary(stats, &cost.budget, usize::from(pane.width).saturating_sub(10 + taken));
        let notes: Vec<_> = std::iter::once((summary, paint.look.text())).chain(compared).collect();
        paint.rule(pane, "cost", &notes, focused);
        return;
    }
    let lines = cost.lines(usize::from(body.width), app.zoom);
    let hidden = lines.len().saturating_sub(cost.top + usize::from(body.height));
    let key = app.keys.name(Section::Cost, Action::Zoom);
    let how = if app.zoom { String::new() } else { format!(": {key}") };
    let mut notes = cost.compared(paint, stats, false);
    notes.extend((hidden > 0).then(|| (format!("{hidden} more lines{how}"), paint.look.dim())));
    paint.rule(pane, "cost", &notes, focused);
    for (row, line) in (0..body.height).zip(lines.into_iter().skip(cost.top)) {
        draw_line(paint, line_of(body, row), &line);
    }
}

/// The most important in one line of so many columns: what does not fit whole is left out.
fn summary(stats: &RunStats, budget: &[Gauge], columns: usize) -> String {
    let mut parts = vec![stats.wall_time.or(stats.execution_time).map_or_else(|| "time –".to_owned(), duration)];
    parts.push(format!("cpu {}", stats.cpu_total.map_or_else(|| "–".to_owned(), duration)));
    parts.push(format!("mem {}", stats.memory_peak.map_or_else(|| "–".to_owned(), bytes)));
    let share =
        |it: Option<crate::result::CacheCounts>| it.and_then(crate::result::CacheCounts::hit_share).map(percent);
    if let (Some(memory), disk) = (share(stats.memory_cache), share(stats.disk_cache)) {
        parts.push(format!("cache {memory} / {} %", disk.unwrap_or_else(|| "–".to_owned())));
    }
    parts.extend(budget_words(budget));
    if let Some(scanned) = stats.rows.and_then(|it| it.scanned) {
        parts.push(format!("read {} rows", super::results::grouped(scanned as i64)));
    }
    if let (Some(read), Some(pruned)) = (stats.row_groups_read, stats.row_groups_pruned) {
        parts.push(format!("{read} of {} row groups", read + pruned));
    }
    let mut out = String::new();
    for part in parts {
        let gap = if out.is_empty() { "" } else { " · " };
        if text::width(&out) + text::width(gap) + text::width(&part) > columns {
            break;
        }
        out = out + gap + &part;
    }
    out
}

/// Notes that are shown at most; the command line prints all of them.
const MAX_NOTES: usize = 50;
/// Columns that the group names take.
const NAMES: usize = 10;

/// Puts the groups into lines of the width: a group starts on the line of the one before if it fits there.
fn flow(groups: &[Group], width: usize) -> Vec<Vec<Group>> {
    let mut lines: Vec<Vec<Group>> = Vec::new();
    let half = width / 2;
    for group in groups {
        let fits = width >= 100 && group_width(group) <= half;
        match lines.last_mut() {
            Some(line) if fits && line.len() == 1 && group_width(&line[0]) <= half => line.push(group.clone()),
            _ => lines.push(vec![group.clone()]),
        }
    }
    lines
}

fn group_width(group: &Group) -> usize {
    let bar = if group.share.is_some() { BAR + 2 } else { 0 };
    let counters = group.counters.iter().map(|it| text::width(&it.name) + text::width(it.shown()) + 4);
    1 + NAMES + bar + counters.sum::<usize>()
}

fn draw_line(paint: &mut Painter<'_>, line: Rect, groups: &[Group]) {
    for (idx, group) in groups.iter().enumerate() {
        let start = line.x + idx as u16 * (line.width / 2);
        let room = Rect { x: start, width: line.right().saturating_sub(start), ..line };
        draw_group(paint, room, group);
    }
}

fn draw_group(paint: &mut Painter<'_>, room: Rect, group: &Group) {
    let dim = paint.look.dim();
    let mut x = room.x + 1;
    paint.text(room, x, group.name, paint.look.text());
    x += NAMES as u16;
    if let Some(share) = group.share {
        x = paint.text(room, x, &bar(share, BAR), paint.look.scope(Scope::Bar)) + 2;
    }
    for (idx, counter) in group.counters.iter().enumerate() {
        if idx > 0 {
            x = paint.text(room, x, " · ", dim);
        }
        x = draw_counter(paint, room, x, counter);
    }
}

fn draw_counter(paint: &mut Painter<'_>, room: Rect, x: u16, counter: &Counter) -> u16 {
    let style: Style = if counter.text.is_some() { paint.look.text() } else { paint.look.scope(Scope::GridNull) };
    let x =
        if counter.name.is_empty() { x } else { paint.text(room, x, &format!("{} ", counter.name), paint.look.dim()) };
    paint.text(room, x, counter.shown(), style)
}

/// Three significant digits with the unit that fits: `48 ms`, `0.41 s`, `2 min 05 s`.
pub fn duration(value: Duration) -> String {
    let seconds = value.as_secs_f64();
    if seconds >= 59.95 {
        let whole = seconds.round() as u64;
        return format!("{} min {:02} s", whole / 60, whole % 60);
    }
    if seconds >= 0.0995 {
        return format!("{} s", three_digits(seconds));
    }
    if value.is_zero() {
        return "0 ms".to_owned();
    }
    format!("{} ms", three_digits(seconds * 1000.0))
}

/// Bytes with the binary unit that fits.
pub(in crate::tui) fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut scaled = value as f64;
    let mut unit = 0;
    while scaled >= 999.5 && unit + 1 < UNITS.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{value} B") } else { format!("{} {}", three_digits(scaled), UNITS[unit]) }
}

fn three_digits(value: f64) -> String {
    let places = if value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    format!("{value:.places$}")
}

/// A share of 1 as percent with one place, never rounded up to a full hundred.
fn percent(share: f64) -> String {
    let shown = (share * 1000.0).floor() / 10.0;
    format!("{shown:.1}")
}

#[cfg(test)]
mod tests {
    use super::{bytes, duration, percent};
    use std::time::Duration;

    #[test]
    fn figures_have_three_digits() {
        for (micros, text) in [
            (0, "0 ms"),
            (48, "0.05 ms"),
            (4_321, "4.32 ms"),
            (48_000, "48.0 ms"),
            (99_600, "0.10 s"),
            (410_000, "0.41 s"),
            (4_621_215, "4.62 s"),
            (59_990_000, "1 min 00 s"),
            (125_000_000, "2 min 05 s"),
        ] {
            assert_eq!(duration(Duration::from_micros(micros)), text);
        }
        for (value, text) in
            [(0, "0 B"), (999, "999 B"), (2_252, "2.20 KiB"), (13_000_000, "12.4 MiB"), (1_048_575, "1.00 MiB")]
        {
            assert_eq!(bytes(value), text);
        }
        assert_eq!(percent(0.99999), "99.9");
        assert_eq!(percent(1.0), "100.0");
    }
}
