//! Draws the history: two lines for each run, or where there is room one line of columns with what it cost.

use std::time::Duration;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::words::{ending, mark, one_line, when};
use super::{Entry, History};
use crate::config::Scope;
use crate::history::Outcome;
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane};
use crate::tui::effect::HistoryScope;
use crate::tui::keymap::Section;
use crate::tui::layout::below_rule;
use crate::tui::panes::cost::{bytes, duration};
use crate::tui::panes::results::grouped;
use crate::tui::panes::side;
use crate::tui::widgets::{Painter, line_of};

/// Columns of figures, right-aligned: their title, their width, and the width of the pane from which they are shown.
const FIGURES: &[(&str, u16, u16)] =
    &[("rows", 9, 0), ("time", 10, 0), ("cpu", 9, 0), ("memory", 9, 100), ("read rows", 11, 120), ("kept", 9, 140)];

/// Columns that `  999.9 ms  cpu 999.9 ms` takes.
const FIGURES_IN_WORDS: usize = 24;

/// Lines above the runs: the search, what of it is not understood, and the titles of the columns.
pub(super) fn n_lines_above(history: &History, area: Rect) -> u16 {
    let search = history.filtering || history.has_search();
    let lines = u16::from(search) + u16::from(search && !history.faults.is_empty()) + u16::from(history.is_table);
    lines.min(area.height.saturating_sub(1))
}

/// Returns where the cursor is while one types into the search.
pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) -> Option<Position> {
    if pane.is_empty() {
        return None;
    }
    let history = &app.history;
    let focused = app.is_focused(Pane::Side);
    let mut body = side::begin(paint, pane, app, &count(history));
    let mut cursor = None;
    if (history.filtering || history.has_search()) && body.height > 1 {
        cursor = draw_search(paint, line_of(body, 0), history).filter(|_| focused && history.filtering);
        body = below_rule(body);
        if let Some(fault) = history.faults.first().filter(|_| body.height > 1) {
            paint.text(line_of(body, 0), body.x + 1, fault, paint.look.scope(Scope::Warning));
            body = below_rule(body);
        }
    }
    if history.ids.is_empty() {
        draw_empty(paint, body, app);
        return cursor;
    }
    if history.is_table && body.height > 1 {
        draw_titles(paint, line_of(body, 0));
        body = below_rule(body);
    }
    let here = app.connection().map(|it| it.name.as_str());
    let lines = if history.is_table { 1 } else { 2 };
    for (row, at) in (0..body.height).step_by(lines).zip(history.place.top..history.ids.len()) {
        let chosen = at == history.place.chosen;
        let area = Rect { y: body.y + row, height: (body.height - row).min(lines as u16), ..body };
        if chosen {
            let style = paint.look.scope(if focused { Scope::GridCell } else { Scope::GridRow });
            (0..area.height).for_each(|it| paint.style(line_of(area, it), style));
        }
        let Some(run) = history.known.get(&history.ids[at]) else {
            paint.text(line_of(area, 0), area.x + 3, "…", paint.look.dim());
            continue;
        };
        let waits = run.ending.outcome == Outcome::Running && app.queue.holds(&run.text);
        if history.is_table {
            draw_columns(paint, area, run, waits);
        } else {
            let elsewhere = here.is_some_and(|it| it != run.connection);
            draw_run(paint, area, run, waits, elsewhere);
        }
    }
    cursor
}

/// What the rule says: how many runs there are, and of whom.
fn count(history: &History) -> String {
    let n = history.ids.len();
    let count = match (n, history.n_alike) {
        (1, 0) => "1 run".to_owned(),
        (n, 0) => format!("{} runs", grouped(n as i64)),
        (n, alike) if n == alike => format!("{} alike", grouped(n as i64)),
        (n, alike) => format!("{} runs, {} alike", grouped((n - alike) as i64), grouped(alike as i64)),
    };
    match &history.scope {
        HistoryScope::All => count,
        HistoryScope::Connection(name) => format!("{count} on {name}"),
        HistoryScope::Session => format!("{count} this session"),
    }
}

fn draw_search(paint: &mut Painter<'_>, line: Rect, history: &History) -> Option<Position> {
    let x = paint.text(line, line.x + 1, "/ ", paint.look.accent());
    let room = Rect { x, width: line.right().saturating_sub(x + 1), ..line };
    history.search.draw(paint, room)
}

fn draw_empty(paint: &mut Painter<'_>, area: Rect, app: &App) {
    let history = &app.history;
    let scope = match history.filtering {
        true => app.keys.name(Section::Filter, Action::SearchHistory),
        false => app.keys.name(Section::History, Action::HistoryScope),
    };
    let words = match &history.failure {
        Some(failure) => format!("The history cannot be read: {failure}"),
        None if history.shown != Some(history.revision) && history.has_search() => "Searching …".to_owned(),
        None if history.has_search() && history.scope != HistoryScope::All => {
            format!("No run here has that; {scope} looks elsewhere.")
        }
        None if history.has_search() => {
            "No run has that. Words, \"as written\", table: conn: label: note: after:2d, cost>5s, rows>0, failed, pinned, kept."
                .to_owned()
        }
        None if history.scope != HistoryScope::All => format!("Nothing was run here; {scope} shows others."),
        None => {
            let key = app.keys.name(Section::Editor, Action::Run);
            format!("Nothing was run yet. {key} runs a query; it is kept here with what it cost.")
        }
    };
    for (row, line) in text::wrap(&words, usize::from(area.width.saturating_sub(2))).into_iter().enumerate() {
        paint.text(line_of(area, row as u16), area.x + 1, line, paint.look.dim());
    }
}

/// Marks that stand at the right end, in words.
fn marks(run: &Entry) -> String {
    let mut words = Vec::new();
    words.extend(run.marks.pinned.map(|_| "pinned"));
    words.extend(run.marks.note.as_ref().map(|_| "note"));
    words.extend(run.kept.map(|_| "kept"));
    words.join(" ")
}

fn draw_run(paint: &mut Painter<'_>, area: Rect, run: &Entry, waits: bool, elsewhere: bool) {
    let look = paint.look;
    let dim = look.dim();
    let (glyph, scope) = mark(run, waits);
    // A mark that is two columns wide takes the blank behind it.
    let gap = " ".repeat(2_usize.saturating_sub(text::width(glyph)));
    let mut pieces: Vec<(String, Style)> = vec![(format!(" {glyph}{gap}"), look.scope(scope)), (when(run), dim)];
    let before: usize = pieces.iter().map(|it| text::width(&it.0)).sum();
    let name = if elsewhere { text::width(&text::sanitize(&run.connection)) + 2 } else { 0 };
    let whole = ending(run);
    // CPU time is shown whole or not at all, whatever the two times are this time.
    let rows = whole.split("  ").next().map_or(0, text::width);
    let has_room = before + 2 + rows + FIGURES_IN_WORDS + name <= usize::from(area.width);
    let ending = match whole.split_once("  cpu ") {
        _ if waits => "waits for quota".to_owned(),
        Some((short, _)) if !has_room => short.to_owned(),
        _ => whole,
    };
    pieces.push((format!("  {ending}"), look.text()));
    if elsewhere {
        pieces.push((format!("  {}", run.connection), dim));
    }
    paint.pieces(line_of(area, 0), &pieces);
    let (second, marks) = (line_of(area, 1), marks(run));
    let room = second.width.saturating_sub(text::width(&marks) as u16 + 2);
    draw_query(paint, Rect { width: room, ..second }, area.x + 3, run);
    paint.pieces_right(second, area.x + 3, &[(format!("{marks} "), look.accent())]);
}

/// The label, and as much of the query as there is room for.
fn draw_query(paint: &mut Painter<'_>, line: Rect, x: u16, run: &Entry) {
    let x = match &run.marks.label {
        Some(label) => paint.text(line, x, &format!("{label} · "), paint.look.accent()),
        None => x,
    };
    paint.text(line, x, &one_line(&run.text), Style::default());
}

fn figures(width: u16) -> impl Iterator<Item = &'static (&'static str, u16, u16)> {
    FIGURES.iter().filter(move |(_, _, from)| width >= *from)
}

fn draw_titles(paint: &mut Painter<'_>, line: Rect) {
    let dim = paint.look.dim();
    let mut x = paint.text(line, line.x + 3, "when         ", dim);
    for (title, width, _) in figures(line.width) {
        right(paint, line, x, *width, title, dim);
        x += width;
    }
    paint.text(line, x + 2, "query", dim);
}

fn draw_columns(paint: &mut Painter<'_>, line: Rect, run: &Entry, waits: bool) {
    let (text_style, dim) = (paint.look.text(), paint.look.dim());
    let (glyph, scope) = mark(run, waits);
    paint.text(line, line.x + 1, glyph, paint.look.scope(scope));
    let mut x = paint.text(line, line.x + 3, &format!("{} ", when(run)), dim);
    for (title, width, _) in figures(line.width) {
        let figure = figure(run, title);
        let style = if figure.is_some() { text_style } else { paint.look.scope(Scope::GridNull) };
        right(paint, line, x, *width, figure.as_deref().unwrap_or("–"), style);
        x += width;
    }
    let marks = marks(run);
    let room = Rect { width: line.width.saturating_sub(text::width(&marks) as u16 + 2), ..line };
    if run.ending.outcome == Outcome::Failed {
        paint.text(room, x + 2, &ending(run), paint.look.scope(Scope::Error));
    } else {
        draw_query(paint, room, x + 2, run);
    }
    paint.pieces_right(line, x, &[(format!("{marks} "), paint.look.accent())]);
}

fn right(paint: &mut Painter<'_>, line: Rect, x: u16, width: u16, words: &str, style: Style) {
    let start = x + width.saturating_sub(text::width(words) as u16);
    paint.text(Rect { width: (x + width).saturating_sub(line.x).min(line.width), ..line }, start, words, style);
}

/// A figure as it stands in its column; `None` when nobody counted it.
fn figure(run: &Entry, title: &str) -> Option<String> {
    let costs = run.ending.costs;
    let time = |it: Option<u64>| it.map(|it| duration(Duration::from_micros(it)));
    match title {
        "rows" => (run.ending.outcome != Outcome::Running).then(|| grouped(run.ending.n_rows as i64)),
        "time" => time(run.ending.elapsed),
        "cpu" => time(costs.cpu),
        "memory" => costs.memory.map(bytes),
        "read rows" => costs.scanned_rows.map(|it| grouped(it as i64)),
        _ => run.kept.map(bytes),
    }
}
