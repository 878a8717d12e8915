//! Draws the matrix of a pack.

use std::time::{Instant, SystemTime};

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::cost::duration;
use super::super::results::grouped;
use super::super::side::{foot, mark};
use super::Pack;
use crate::config::Scope;
use crate::library::{MatrixRow, PackState, Verdict};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, countdown};
use crate::tui::keymap::Section;
use crate::tui::layout::below_rule;
use crate::tui::widgets::{Painter, line_of};

/// Columns of an outcome, of rows, of a time and of techniques.
const OUTCOME: u16 = 16;
const ROWS: u16 = 10;
const TIME: u16 = 11;
const TECHNIQUE: u16 = 14;
const TACTIC: u16 = 20;

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App, pack: &Pack) {
    let focused = app.is_focused(Pane::Results);
    let dim = paint.look.dim();
    let title = text::clip(&text::sanitize(&pack.matrix.title), usize::from(pane.width) / 2).into_owned();
    let words = state_words(pack, app);
    let mut notes = vec![(words, paint.look.text())];
    if !app.packs_aside.is_empty() {
        let key = app.keys.name(Section::Editor, Action::ShowPack);
        notes.push((format!("{} more: {key}", app.packs_aside.len()), dim));
    }
    paint.rule(pane, &format!("pack: {title}"), &notes, focused);
    let mut body = below_rule(pane);
    if body.is_empty() {
        return;
    }
    let columns = Columns::of(body.width);
    columns.heading(paint, line_of(body, 0), dim.add_modifier(Modifier::BOLD));
    body = below_rule(body);
    let said: Vec<_> = pack.said().into_iter().map(|it| (it, dim)).collect();
    foot(paint, &mut body, &said);
    let seen = pack.matrix.rows.iter().enumerate().skip(pack.place.top).take(usize::from(body.height));
    for (line, (at, row)) in seen.enumerate() {
        let line = line_of(body, line as u16);
        if at == pack.place.chosen {
            mark(paint, line, focused);
        }
        columns.row(paint, line, pack, at, row, app.now);
    }
}

/// `7 queries: 2 with hits, 5 not run`, and what goes on or what to press.
fn state_words(pack: &Pack, app: &App) -> String {
    let tally = pack.matrix.tally();
    let key = |action| app.keys.name(Section::Pack, action);
    match &pack.matrix.state {
        PackState::Planned => format!("{} planned, nothing was sent. {} runs them", tally.all, key(Action::RunPack)),
        PackState::Running => format!("{} of {} done", tally.all - tally.left, tally.all),
        PackState::Paused(_) => {
            format!("paused, {} of {} done. {} goes on", tally.all - tally.left, tally.all, key(Action::RunPack))
        }
        PackState::Over => tally.words(),
    }
}

/// What has room beside the name.
struct Columns {
    tactic: bool,
    technique: bool,
    time: bool,
    cpu: bool,
}

impl Columns {
    fn of(width: u16) -> Self {
        Self { tactic: width >= 120, technique: width >= 72, time: width >= 56, cpu: width >= 100 }
    }

    fn heading(&self, paint: &mut Painter<'_>, line: Rect, style: Style) {
        let behind = [(self.cpu, TIME, "cpu"), (self.time, TIME, "time"), (true, ROWS, "rows")];
        let mut x = paint.text(line, line.x + 3, "outcome", style).max(line.x + 3 + OUTCOME);
        for (_, width, name) in behind.iter().rev().filter(|(shown, ..)| *shown) {
            right(paint, line, x, *width, name, style);
            x += width;
        }
        x += 2;
        if self.technique {
            paint.text(line, x, "technique", style);
            x += TECHNIQUE;
        }
        if self.tactic {
            paint.text(line, x, "tactic", style);
            x += TACTIC;
        }
        paint.text(line, x, "query", style);
    }

    fn row(&self, paint: &mut Painter<'_>, line: Rect, pack: &Pack, at: usize, row: &MatrixRow, now: Instant) {
        let (plain, dim) = (paint.look.text(), paint.look.dim());
        let (glyph, scope) = mark_of(&row.verdict);
        let style = paint.look.scope(scope);
        paint.text(line, line.x + 1, glyph, style);
        let (outcome, style) = match pack.expected(at) {
            Some(expected) => (format!("{}?", expected.name()), dim),
            None => (outcome(pack, row, now), style),
        };
        let cell = |x: u16, width: u16| Rect { x, width: width.min(line.right().saturating_sub(x)), ..line };
        let mut x = line.x + 3;
        paint.text(cell(x, OUTCOME - 1), x, &outcome, style);
        x += OUTCOME;
        right(paint, line, x, ROWS, &rows_text(&row.verdict), plain);
        x += ROWS;
        if self.time {
            right(paint, line, x, TIME, &row.elapsed.map_or_else(|| "–".to_owned(), duration), dim);
            x += TIME;
        }
        if self.cpu {
            right(paint, line, x, TIME, &row.stats.cpu_total.map_or_else(|| "–".to_owned(), duration), dim);
            x += TIME;
        }
        x += 2;
        if self.technique {
            paint.text(cell(x, TECHNIQUE - 1), x, &row.hunt.techniques.join(" "), dim);
            x += TECHNIQUE;
        }
        if self.tactic {
            paint.text(cell(x, TACTIC - 1), x, &row.hunt.tactics.join(" "), dim);
            x += TACTIC;
        }
        paint.text(line, x, &row.hunt.name, plain);
    }
}

/// In words; what waits says for how long.
fn outcome(pack: &Pack, row: &MatrixRow, now: Instant) -> String {
    match (&row.verdict, pack.until) {
        (Verdict::Waiting { .. }, Some(until)) => format!("runs in {}", countdown(until, now)),
        (Verdict::Waiting { until, .. }, None) => {
            let left = until.duration_since(SystemTime::now()).unwrap_or_default();
            format!("waiting {} s", left.as_secs())
        }
        (verdict, _) => verdict.name().to_owned(),
    }
}

fn mark_of(verdict: &Verdict) -> (&'static str, Scope) {
    match verdict {
        Verdict::Planned => ("○", Scope::Dim),
        Verdict::Waiting { .. } => ("⌛", Scope::Info),
        Verdict::Running => ("●", Scope::Info),
        Verdict::Empty => ("✓", Scope::Success),
        Verdict::Hits { .. } => ("▌", Scope::Accent),
        Verdict::TableMissing(_) => ("–", Scope::Warning),
        Verdict::Refused(_) | Verdict::Failed(_) => ("✗", Scope::Error),
        Verdict::Dropped => ("■", Scope::Dim),
    }
}

fn rows_text(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Hits { rows, or_more } => format!("{}{}", if *or_more { "≥" } else { "" }, grouped(*rows as i64)),
        Verdict::Empty => "0".to_owned(),
        _ => "–".to_owned(),
    }
}

/// Draws at the right end of a column.
fn right(paint: &mut Painter<'_>, line: Rect, x: u16, width: u16, words: &str, style: Style) {
    let area = Rect { x, width: width.min(line.right().saturating_sub(x)), ..line };
    paint.pieces_right(area, x, &[(words.to_owned(), style)]);
}
