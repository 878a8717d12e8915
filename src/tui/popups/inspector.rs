//! A run looked into: what it cost, all runs of the same query whatever its values, and how their cost went.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::config::Scope;
use crate::history::{Entry, Outcome};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::panes::cost::{bytes, duration};
use crate::tui::panes::history::{ending, mark, name, one_line, when};
use crate::tui::panes::results::grouped;
use crate::tui::view::clear;
use crate::tui::widgets::{Painter, line_of, sparkline};

/// Runs whose trend is shown.
const MAX_TREND: usize = 60;
/// Lines of the query that are always left to it, where there is room.
const QUERY: u16 = 6;

/// The runs of one query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Inspector {
    /// Newest first.
    runs: Vec<Entry>,
    chosen: usize,
    /// First line of the query that is seen.
    top: usize,
}

impl Inspector {
    /// With the run of that id chosen; `None` when it is not among them.
    pub(in crate::tui) fn new(id: i64, runs: Vec<Entry>) -> Option<Self> {
        let chosen = runs.iter().position(|it| it.id == id)?;
        Some(Self { runs, chosen, top: 0 })
    }

    pub(in crate::tui) fn chosen(&self) -> &Entry {
        &self.runs[self.chosen]
    }

    pub(in crate::tui) fn toggle_pin(&mut self) {
        let run = &mut self.runs[self.chosen];
        run.marks.pinned = if run.marks.pinned.is_some() { None } else { Some(run.started.max(1)) };
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        let last = self.runs.len() - 1;
        let chosen = self.chosen;
        match action {
            Action::Up => self.chosen = self.chosen.saturating_sub(1),
            Action::Down => self.chosen = (self.chosen + 1).min(last),
            Action::First => self.chosen = 0,
            Action::Last => self.chosen = last,
            Action::PageUp => self.top = self.top.saturating_sub(5),
            Action::PageDown => {
                let n_lines = self.chosen().text.lines().count();
                self.top = (self.top + 5).min(n_lines.saturating_sub(1));
            }
            _ => {}
        }
        if chosen != self.chosen {
            self.top = 0;
        }
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App, inspector: &Inspector) {
    if area.is_empty() {
        return;
    }
    clear(paint, area);
    let run = inspector.chosen();
    let n = inspector.runs.len();
    let title = format!("run {}", name(run));
    let of = if n == 1 { "its only run".to_owned() } else { format!("{} runs of this query", grouped(n as i64)) };
    let dim = paint.look.dim();
    paint.rule(area, &title, &[(when(run), dim), (run.connection.clone(), dim), (of, dim)], true);
    let mut rest = Rect { y: area.y + 1, height: area.height - 1, ..area };
    for (words, style) in about(paint, app, run) {
        draw_line(paint, &mut rest, &words, style);
    }
    if n > 1 {
        draw_trends(paint, &mut rest, inspector);
        draw_runs(paint, &mut rest, inspector);
    }
    draw_query(paint, rest, inspector);
}

fn draw_line(paint: &mut Painter<'_>, rest: &mut Rect, words: &str, style: Style) {
    if rest.height > 0 {
        paint.text(line_of(*rest, 0), rest.x + 1, words, style);
        *rest = Rect { y: rest.y + 1, height: rest.height - 1, ..*rest };
    }
}

/// What is known of the run, in at most four lines.
fn about(paint: &Painter<'_>, app: &App, run: &Entry) -> Vec<(String, Style)> {
    let look = paint.look;
    let waits = run.ending.outcome == Outcome::Running && app.queue.holds(&run.text);
    let (glyph, scope) = mark(run, waits);
    let mut lines = vec![(format!("{glyph} {}", ending(run)), look.scope(scope))];
    let costs = run.ending.costs;
    let mut figures = Vec::new();
    figures.extend(costs.memory.map(|it| format!("memory {}", bytes(it))));
    figures.extend(costs.scanned_rows.map(|it| format!("read {} rows", grouped(it as i64))));
    figures.extend(costs.scanned_bytes.map(|it| format!("read {}", bytes(it))));
    figures.extend(run.kept.map(|it| format!("rows kept, {}", bytes(it))));
    figures.extend(run.marks.pinned.map(|_| "pinned".to_owned()));
    figures.extend((run.n_redacted > 0).then(|| format!("secrets left out: {}", run.n_redacted)));
    if !figures.is_empty() {
        lines.push((format!("  {}", figures.join(" · ")), look.text()));
    }
    lines.extend(run.marks.note.as_ref().map(|it| (format!("  note: {it}"), look.accent())));
    lines
}

/// How time and CPU went, from the oldest run to the newest.
fn draw_trends(paint: &mut Painter<'_>, rest: &mut Rect, inspector: &Inspector) {
    let of = |figure: fn(&Entry) -> Option<u64>| -> Vec<Option<u64>> {
        let done = inspector.runs.iter().filter(|it| it.ending.outcome == Outcome::Rows);
        let mut trend: Vec<_> = done.take(MAX_TREND).map(figure).collect();
        trend.reverse();
        trend
    };
    for (title, trend) in [("time", of(|it| it.ending.elapsed)), ("cpu ", of(|it| it.ending.costs.cpu))] {
        let mut sorted: Vec<u64> = trend.iter().flatten().copied().collect();
        sorted.sort_unstable();
        let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else { continue };
        let shown = |it: u64| duration(Duration::from_micros(it));
        let middle = shown(sorted[sorted.len() / 2]);
        let words = format!("   least {}  middle {middle}  most {}", shown(*least), shown(*most));
        let room = usize::from(rest.width).saturating_sub(text::width(&words) + 9);
        let line = line_of(*rest, 0);
        if line.is_empty() {
            return;
        }
        let x = paint.text(line, line.x + 1, &format!("  {title} "), paint.look.dim());
        let skip = trend.len().saturating_sub(room);
        let x = paint.text(line, x, &sparkline(&trend[skip..]), paint.look.scope(Scope::Bar));
        paint.text(line, x, &words, paint.look.text());
        *rest = Rect { y: rest.y + 1, height: rest.height - 1, ..*rest };
    }
}

/// The runs, around the chosen one.
fn draw_runs(paint: &mut Painter<'_>, rest: &mut Rect, inspector: &Inspector) {
    let room = rest.height.saturating_sub(QUERY).max(rest.height.min(3));
    let n_rows = inspector.runs.len().min(usize::from(room.saturating_sub(1)));
    if n_rows == 0 {
        return;
    }
    let titles = format!("   {:<13}{:>9}{:>11}{:>11}{:>11}  {}", "when", "rows", "time", "cpu", "read rows", "values");
    draw_line(paint, rest, &titles, paint.look.dim());
    let top = (inspector.chosen + 1).saturating_sub(n_rows).min(inspector.runs.len() - n_rows);
    let newest = one_line(&inspector.runs[inspector.chosen].text);
    for at in top..top + n_rows {
        let run = &inspector.runs[at];
        let (glyph, scope) = mark(run, false);
        let line = line_of(*rest, 0);
        if at == inspector.chosen {
            paint.style(line, paint.look.scope(Scope::GridCell));
        }
        paint.text(line, line.x + 1, glyph, paint.look.scope(scope));
        let time = |it: Option<u64>| it.map_or_else(|| "–".to_owned(), |it| duration(Duration::from_micros(it)));
        let read = run.ending.costs.scanned_rows.map_or_else(|| "–".to_owned(), |it| grouped(it as i64));
        let pinned = if run.marks.pinned.is_some() { "pinned " } else { "" };
        let same = if one_line(&run.text) == newest { "the same" } else { "others" };
        let words = format!(
            "{:<13}{:>9}{:>11}{:>11}{:>11}  {pinned}{same}",
            when(run),
            grouped(run.ending.n_rows as i64),
            time(run.ending.elapsed),
            time(run.ending.costs.cpu),
            read
        );
        paint.text(line, line.x + 3, &words, paint.look.text());
        *rest = Rect { y: rest.y + 1, height: rest.height - 1, ..*rest };
    }
}

fn draw_query(paint: &mut Painter<'_>, area: Rect, inspector: &Inspector) {
    if area.height < 2 {
        return;
    }
    let lines: Vec<&str> = inspector.chosen().text.lines().skip(inspector.top).take(usize::from(area.height)).collect();
    paint.plain_rule(line_of(area, 0));
    for (row, line) in (1..area.height).zip(lines) {
        // No window is so wide.
        let head = &line[..line.floor_char_boundary(2_000)];
        paint.text(line_of(area, row), area.x + 1, head, paint.look.text());
    }
}
