//! Draws the result pane. Only cells that are seen are asked for.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::columns::{Placed, is_right_aligned};
use super::rows::{cell_text, grouped};
use super::{Arrival, Content, Results};
use crate::config::Scope;
use crate::kql::ScalarType;
use crate::result::{CellText, Truncation};
use crate::text;
use crate::tui::app::{App, Pane};
use crate::tui::layout::below_rule;
use crate::tui::panes::cost::duration;
use crate::tui::panes::record;
use crate::tui::widgets::{Painter, line_of};

/// A run takes this long before its predecessor's rows are called old.
const PAUSE_BEFORE_OLD: Duration = Duration::from_millis(300);

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) {
    if pane.is_empty() {
        return;
    }
    let results = &app.results;
    let focused = app.is_focused(Pane::Results);
    let body = below_rule(pane);
    if let Some(record) = &results.record {
        let title = format!("row {} of {}", grouped(record.row as i64 + 1), grouped(results.n_view_rows() as i64));
        paint.rule(pane, &title, &[], focused);
        if record.n_below() > 0 {
            let more = format!("{} more lines", record.n_below());
            paint.rule_right(pane, pane.x + pane.width / 2, &more, paint.look.text());
        }
        record::draw(paint, body, record, &results.set);
        return;
    }
    let notes = notes(paint, app);
    paint.rule(pane, "results", &notes, focused);
    if results.shows_grid() {
        if results.set.columns().iter().any(|it| it.ty == ScalarType::Datetime) {
            paint.rule_right(pane, pane.x + pane.width * 3 / 4, "UTC", paint.look.dim());
        }
        draw_grid(paint, body, results, focused);
    } else {
        super::words::draw(paint, body, app);
    }
}

/// What the rule says about the rows: how many, and always if some are missing.
fn notes(paint: &Painter<'_>, app: &App) -> Vec<(String, Style)> {
    let results = &app.results;
    let Content::Rows(arrival) = &results.content else { return Vec::new() };
    let count = results.n_rows();
    let rows = (format!("{} {}", grouped(count as i64), if count == 1 { "row" } else { "rows" }), paint.look.text());
    let warning = paint.look.scope(Scope::Warning);
    let more = match arrival {
        Arrival::Coming => Some(("so far".to_owned(), paint.look.dim())),
        Arrival::Complete { truncation: Some(it), .. } => Some((truncation_text(it), warning)),
        Arrival::Complete { notes, .. } => match notes.len() {
            0 => None,
            1 => Some(("1 note".to_owned(), warning)),
            n => Some((format!("{n} notes"), warning)),
        },
        Arrival::Stopped(after) => Some((format!("not all: stopped after {}", duration(*after)), warning)),
        Arrival::Broken(message) => Some((format!("not all: {message}"), paint.look.scope(Scope::Error))),
    };
    let older = is_old(app).then(|| ("of the run before".to_owned(), paint.look.dim()));
    let elsewhere = app.connections.get(app.rows_from).filter(|_| app.rows_from != app.connection);
    let elsewhere = elsewhere.map(|it| (format!("of '{}'", it.name), paint.look.scope(Scope::Warning)));
    [Some(rows), elsewhere, older, more].into_iter().flatten().collect()
}

/// True when the rows are still those of an older run than the one under way. Of a quick run it is not said: the words
/// would come and go faster than they can be read.
pub(super) fn is_old(app: &App) -> bool {
    let Some(run) = &app.run else { return false };
    run.sent && !app.results.is_coming() && app.now.duration_since(run.started) >= PAUSE_BEFORE_OLD
}

fn truncation_text(truncation: &Truncation) -> String {
    match truncation {
        Truncation::Rows { limit } => format!("not all: cut at the limit of {} rows", grouped(*limit as i64)),
        Truncation::Bytes { limit } => format!("not all: cut at the limit of {} bytes", grouped(*limit as i64)),
        Truncation::Service { message } => format!("not all: {message}"),
    }
}

/// Columns that the row numbers take, with the gap behind them.
pub(super) fn row_number_width(n_rows: usize) -> usize {
    n_rows.max(1).ilog10() as usize + 4
}

/// The rows of the grid within the pane: below the header, above the line that tells the position.
pub(super) fn grid_rows(area: Rect) -> Rect {
    let header = area.height.min(1);
    let position = u16::from(has_position(area));
    Rect { y: area.y + header, height: area.height - header - position, ..area }
}

fn has_position(area: Rect) -> bool {
    area.height >= 6
}

fn draw_grid(paint: &mut Painter<'_>, area: Rect, results: &Results, focused: bool) {
    let numbers = row_number_width(results.n_rows()) as u16;
    let inner = Rect { x: area.x + numbers.min(area.width), width: area.width.saturating_sub(numbers), ..area };
    let placed = results.widths.placed(&results.set, results.view_columns(), results.left, usize::from(inner.width));
    draw_header(paint, line_of(inner, 0), results, &placed);
    let rows = grid_rows(area);
    for row in 0..rows.height {
        let row_idx = results.top + usize::from(row);
        if row_idx >= results.n_view_rows() {
            break;
        }
        let line = line_of(rows, row);
        if row_idx == results.row {
            paint.style(line, paint.look.scope(Scope::GridRow));
        }
        // The number is the row's place in the answer, whatever was sorted or filtered.
        let number = format!("{:>width$}", results.row_of(row_idx) + 1, width = usize::from(numbers).saturating_sub(2));
        paint.text(line, line.x, &number, paint.look.scope(Scope::Gutter));
        draw_row(paint, Rect { x: inner.x, width: inner.width, ..line }, results, &placed, row_idx, focused);
    }
    if has_position(area) {
        draw_position(paint, line_of(area, area.height - 1), results, &placed);
    }
}

fn draw_header(paint: &mut Painter<'_>, line: Rect, results: &Results, placed: &[Placed]) {
    let style = paint.look.scope(Scope::GridHeader);
    for it in placed {
        let column = &results.set.columns()[it.col];
        let safe = text::sanitize(&column.name);
        let name = text::clip(&safe, it.width);
        let style = if it.view == results.col { style.patch(paint.look.accent()) } else { style };
        put(paint, line, it, &name, is_right_aligned(column.ty), style);
    }
}

fn draw_row(paint: &mut Painter<'_>, line: Rect, results: &Results, placed: &[Placed], row: usize, focused: bool) {
    for it in placed {
        let column = &results.set.columns()[it.col];
        if focused && row == results.row && it.view == results.col {
            let cell = Rect { x: line.x + it.x as u16, width: it.width as u16, ..line }.intersection(line);
            paint.style(cell, paint.look.scope(Scope::GridCell));
        }
        match cell_text(&results.set, results.row_of(row), it.col, it.width) {
            CellText::Null => put(paint, line, it, "–", is_right_aligned(column.ty), paint.look.scope(Scope::GridNull)),
            CellText::Text(text) => put(paint, line, it, &text, is_right_aligned(column.ty), Style::default()),
        }
    }
}

fn put(paint: &mut Painter<'_>, line: Rect, place: &Placed, content: &str, right: bool, style: Style) {
    let indent = if right { place.width.saturating_sub(text::width(content)) } else { 0 };
    paint.text(line, line.x + (place.x + indent) as u16, content, style);
}

/// `row 1 of 20 · col 5 of 60  ProcessId long   12 more to the right`
fn draw_position(paint: &mut Painter<'_>, line: Rect, results: &Results, placed: &[Placed]) {
    let Some(column) = results.set_col().and_then(|it| results.set.columns().get(it)) else { return };
    let dim = paint.look.dim();
    let row = format!(" row {} of {}", grouped(results.row as i64 + 1), grouped(results.n_view_rows() as i64));
    let col = format!(" · col {} of {}  ", results.col + 1, results.n_view_columns());
    let mut pieces = vec![(row, paint.look.text()), (col, dim), (column.name.clone(), paint.look.text())];
    pieces.push((format!(" {}", column.ty), dim));
    let hidden = placed.last().map_or(0, |it| results.n_view_columns() - it.view - 1);
    if hidden > 0 {
        pieces.push((format!("   {hidden} more ▸"), dim));
    }
    paint.pieces(line, &pieces);
}
