//! Draws the result pane. Only cells that are seen are asked for.

use std::time::Duration;

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::columns::{Placed, is_right_aligned};
use super::rows::{cell_text, grouped};
use super::{Arrival, Content, Results, View};
use crate::config::Scope;
use crate::kql::ScalarType;
use crate::result::{Cell, CellText, Truncation};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Section;
use crate::tui::layout::below_rule;
use crate::tui::panes::cost::duration;
use crate::tui::panes::record;
use crate::tui::widgets::{Painter, line_of};

/// From this width on the record stands beside the grid.
const BESIDE: u16 = 110;
/// A run takes this long before its predecessor's rows are called old.
const PAUSE_BEFORE_OLD: Duration = Duration::from_millis(300);

/// Returns where one types, when the line over the grid is open.
pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) -> Option<Position> {
    if pane.is_empty() {
        return None;
    }
    let results = &app.results;
    let focused = app.is_focused(Pane::Results);
    let body = below_rule(pane);
    if let (View::Pack, Some(pack)) = (&results.view, &app.pack) {
        crate::tui::panes::pack::draw(paint, pane, app, pack);
        return None;
    }
    if let Some(record) = &results.record {
        let (grid, place) = split_record(body);
        let is_beside = grid != place;
        let side = Rect { x: place.x, width: place.width, ..pane };
        if is_beside {
            let left = Rect { width: grid.width, ..pane };
            paint.rule(left, "results", &notes(paint, app), false);
            draw_body(paint, grid, app, false);
            for row in 0..body.height {
                paint.text(line_of(body, row), grid.right(), "│", paint.look.scope(Scope::Border));
            }
        }
        let pane = if is_beside { side } else { pane };
        let title = format!("row {} of {}", grouped(record.row as i64 + 1), grouped(results.n_view_rows() as i64));
        paint.rule(pane, &title, &[], focused);
        if record.n_below() > 0 {
            let more = match record.n_below() {
                1 => "1 more line".to_owned(),
                n => format!("{n} more lines"),
            };
            paint.rule_right(pane, pane.x + pane.width / 2, &more, paint.look.text());
        }
        record::draw(paint, place, record, focused);
        return None;
    }
    let is_grid = results.view.is_grid();
    let zone = results.set.columns().iter().any(|it| it.ty == ScalarType::Datetime).then(|| results.times.words());
    let zone = match &results.view {
        View::Chart(it) => it.has_times(&results.set).then(|| results.times.words()),
        _ => zone.filter(|_| results.shows_grid() && is_grid),
    };
    let notes = match &results.view {
        View::Grid | View::Pack => notes(paint, app),
        View::Profile(it) => it.notes(paint, &results.set),
        View::Groups(it) => it.notes(paint, &results.set),
        View::Pivot(it) => it.notes(paint, &results.set),
        View::Difference(it) => it.notes(paint, results),
        View::Chart(it) => super::chart::notes(paint, it, results).into_iter().chain(notes(paint, app)).collect(),
    };
    let notes = fitting(notes, pane, zone.as_ref());
    paint.rule(pane, results.view.title(), &notes, focused);
    if let Some(zone) = zone {
        paint.rule_right(pane, pane.x + 12, &zone, paint.look.dim());
    }
    draw_body(paint, body, app, focused)
}

/// The rows in the view that was chosen, or in words why there are none.
fn draw_body(paint: &mut Painter<'_>, body: Rect, app: &App, focused: bool) -> Option<Position> {
    let results = &app.results;
    if let View::Difference(it) = &results.view
        && results.is_comparable()
    {
        it.draw(paint, body, results);
        return None;
    }
    if !results.shows_grid() {
        super::words::draw(paint, body, app);
        return None;
    }
    match &results.view {
        View::Grid | View::Pack => return draw_grid(paint, body, app, focused),
        View::Profile(it) => it.draw(paint, body, &results.set),
        View::Groups(it) => it.draw(paint, body, &results.set),
        View::Pivot(it) => it.draw(paint, body, &results.set),
        View::Difference(_) => {}
        View::Chart(it) => super::chart::draw(paint, body, it),
    }
    None
}

/// Where grid and record are: beside each other when there is room for both, else in the same place. Between them is a
/// line.
pub(super) fn split_record(body: Rect) -> (Rect, Rect) {
    if body.width < BESIDE {
        return (body, body);
    }
    let left = body.width * 9 / 20;
    let right = Rect { x: body.x + left + 1, width: body.width - left - 1, ..body };
    (Rect { width: left, ..body }, right)
}

/// As many of the notes as there is room for before the zone of the times, which always has its place. The last one may
/// be cut.
fn fitting(notes: Vec<(String, Style)>, pane: Rect, zone: Option<&String>) -> Vec<(String, Style)> {
    let taken = zone.map_or(0, |it| text::width(it) + 5);
    let mut room = usize::from(pane.width).saturating_sub(taken + 12);
    let mut kept = Vec::new();
    for (words, style) in notes {
        if room < 6 {
            break;
        }
        let words = text::clip(&text::sanitize(&words), room - 3).into_owned();
        room = room.saturating_sub(text::width(&words) + 3);
        kept.push((words, style));
    }
    kept
}

/// What the rule says about the rows: how many, and always if some are missing.
fn notes(paint: &Painter<'_>, app: &App) -> Vec<(String, Style)> {
    let results = &app.results;
    let Content::Rows(arrival) = &results.content else { return Vec::new() };
    let (count, seen) = (results.n_rows(), results.n_view_rows());
    let noun = if count == 1 { "row" } else { "rows" };
    let rows = if seen == count {
        format!("{} {noun}", grouped(count as i64))
    } else {
        format!("{} of {} {noun}", grouped(seen as i64), grouped(count as i64))
    };
    let rows = (rows, paint.look.text());
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
    let elsewhere = results.connection().filter(|it| *it != app.connection).and_then(|it| app.connections.get(it));
    let elsewhere = elsewhere.map(|it| (format!("of '{}'", it.name), paint.look.scope(Scope::Warning)));
    let kept = results.kept.clone().map(|it| (it, paint.look.scope(Scope::Info)));
    [Some(rows), kept, elsewhere, older, more].into_iter().flatten().chain(arrangement_notes(paint, results)).collect()
}

/// What the user has made of the rows and columns, so that nobody takes a part for the whole.
fn arrangement_notes(paint: &Painter<'_>, results: &Results) -> Vec<(String, Style)> {
    let arranged = &results.arranged;
    let mut notes = Vec::new();
    if !arranged.filter.is_empty() && results.bar.is_none() {
        let words = format!("{}: {}", arranged.filter.kind.name(), text::clip(arranged.filter.text.trim(), 30));
        notes.push((words, paint.look.accent()));
    }
    if let Some(fault) = arranged.fault.as_ref().filter(|_| results.bar.is_none()) {
        notes.push((format!("not filtered: {fault}"), paint.look.scope(Scope::Error)));
    }
    if arranged.only_marked {
        notes.push(("only marked".to_owned(), paint.look.accent()));
    }
    for key in arranged.sort.iter().take(3) {
        let Some(column) = results.set.columns().get(key.col) else { continue };
        let sign = if key.descending { "↓" } else { "↑" };
        notes.push((format!("{} {sign}", text::clip(&column.name, 24)), paint.look.accent()));
    }
    if results.n_marked() > 0 {
        notes.push((format!("{} marked", grouped(results.n_marked() as i64)), paint.look.text()));
    }
    match arranged.n_left_out() {
        (0, 0) => {}
        (hidden, 0) => notes.push((format!("{hidden} hidden"), paint.look.dim())),
        (0, folded) => notes.push((format!("{folded} folded"), paint.look.dim())),
        (hidden, folded) => notes.push((format!("{hidden} hidden, {folded} folded"), paint.look.dim())),
    }
    notes
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

/// The rows of the grid within the pane: below the header and the open line, above the line that tells the position.
pub(super) fn grid_rows(area: Rect, has_bar: bool) -> Rect {
    let above = area.height.min(1 + u16::from(has_bar));
    let position = u16::from(has_position(area));
    Rect { y: area.y + above, height: (area.height - above).saturating_sub(position), ..area }
}

fn has_position(area: Rect) -> bool {
    area.height >= 6
}

fn draw_grid(paint: &mut Painter<'_>, area: Rect, app: &App, focused: bool) -> Option<Position> {
    let results = &app.results;
    let numbers = row_number_width(results.n_rows()) as u16;
    let sheet = results.sheet();
    let cursor =
        results.bar.as_ref().and_then(|it| super::bar::draw(paint, line_of(area, 0), results, it, has_position(area)));
    let rows = grid_rows(area, results.bar.is_some());
    let inner = Rect { x: area.x + numbers.min(area.width), width: area.width.saturating_sub(numbers), ..rows };
    let staying = results.widths.n_staying(&sheet, usize::from(inner.width));
    let placed = results.widths.placed(&sheet, results.left, usize::from(inner.width));
    if rows.y > area.y {
        draw_header(paint, Rect { y: rows.y - 1, height: 1, ..inner }, results, &placed);
    }
    for row in 0..rows.height {
        let row_idx = results.top + usize::from(row);
        if row_idx >= results.n_view_rows() {
            break;
        }
        let line = line_of(rows, row);
        if row_idx == results.row {
            paint.style(line, paint.look.scope(Scope::GridRow));
        }
        // The number is the row's place in the answer, however the rows were sorted or filtered.
        let set_row = results.row_of(row_idx);
        let number = format!("{:>width$}", set_row + 1, width = usize::from(numbers).saturating_sub(2));
        let behind = paint.text(line, line.x, &number, paint.look.scope(Scope::Gutter));
        if results.arranged.marks.has(set_row) {
            paint.text(line, behind, "●", paint.look.accent());
        }
        draw_row(paint, Rect { x: inner.x, width: inner.width, ..line }, results, &placed, row_idx, focused);
    }
    draw_border(
        paint,
        Rect { y: rows.y.saturating_sub(1).max(area.y), height: rows.height + 1, ..inner },
        &placed,
        staying,
    );
    if results.n_view_rows() == 0 {
        draw_nothing_seen(paint, inner, app);
    }
    if has_position(area) {
        draw_position(paint, line_of(area, area.height - 1), app, &placed);
    }
    cursor
}

/// A line behind the columns that stay.
fn draw_border(paint: &mut Painter<'_>, area: Rect, placed: &[Placed], staying: usize) {
    let Some(last) = staying.checked_sub(1).and_then(|it| placed.get(it)) else { return };
    let x = area.x + (last.x + last.width) as u16;
    for row in 0..area.height {
        paint.text(line_of(area, row), x, "│", paint.look.scope(Scope::Border));
    }
}

/// Why no row is seen although some have come.
fn draw_nothing_seen(paint: &mut Painter<'_>, area: Rect, app: &App) {
    let cancel = app.keys.name(Section::Results, Action::Cancel);
    let n_rows = grouped(app.results.n_rows() as i64);
    let words = format!("None of the {n_rows} rows fits the filter. {cancel} takes it away.");
    paint.text(line_of(area, u16::from(area.height > 2)), area.x, &words, paint.look.text());
}

fn draw_header(paint: &mut Painter<'_>, line: Rect, results: &Results, placed: &[Placed]) {
    let style = paint.look.scope(Scope::GridHeader);
    let sheet = results.sheet();
    for it in placed {
        let column = &results.set.columns()[it.col];
        let sign = sheet.sort_sign(it.col);
        let safe = text::sanitize(&column.name);
        let name = text::clip(&safe, it.width.saturating_sub(text::width(&sign)));
        let style = if it.view == results.col { style.patch(paint.look.accent()) } else { style };
        put(paint, line, it, &format!("{name}{sign}"), is_right_aligned(column.ty), style);
    }
}

fn draw_row(paint: &mut Painter<'_>, line: Rect, results: &Results, placed: &[Placed], row: usize, focused: bool) {
    let set_row = results.row_of(row);
    for it in placed {
        let column = &results.set.columns()[it.col];
        let is_here = row == results.row && it.view == results.col;
        if focused && is_here {
            let cell = Rect { x: line.x + it.x as u16, width: it.width as u16, ..line }.intersection(line);
            paint.style(cell, paint.look.scope(Scope::GridCell));
        }
        match cell_text(&results.set, set_row, it.col, it.width, &results.times) {
            CellText::Null => {
                put(paint, line, it, "–", is_right_aligned(column.ty), paint.look.scope(Scope::GridNull));
            }
            CellText::Text(text) => {
                let style = if focused && is_here { Style::default() } else { type_style(paint, column.ty) };
                let x = put(paint, line, it, &text, is_right_aligned(column.ty), style);
                draw_hits(paint, line, x, &text, results);
            }
        }
    }
}

/// What looks like text and is none is told by its colour.
fn type_style(paint: &Painter<'_>, ty: ScalarType) -> Style {
    match ty {
        ScalarType::Bool | ScalarType::Guid => paint.look.scope(Scope::Info),
        _ => Style::default(),
    }
}

/// Marks what is looked for where it stands in a shown text.
fn draw_hits(paint: &mut Painter<'_>, line: Rect, x: u16, shown: &str, results: &Results) {
    if !results.search.is_on() {
        return;
    }
    let marked = paint.look.accent().add_modifier(Modifier::REVERSED);
    for place in results.search.places(shown) {
        let start = x.saturating_add(text::width(&shown[..place.start]) as u16);
        paint.text(line, start, &shown[place], marked);
    }
}

/// Returns the column at which the text begins.
fn put(paint: &mut Painter<'_>, line: Rect, place: &Placed, content: &str, right: bool, style: Style) -> u16 {
    let indent = if right { place.width.saturating_sub(text::width(content)) } else { 0 };
    let x = line.x + (place.x + indent) as u16;
    paint.text(line, x, content, style);
    x
}

/// `row 1 of 20 · col 5 of 60  ProcessId long   12 more ▸` and what can be done with the cell.
fn draw_position(paint: &mut Painter<'_>, line: Rect, app: &App, placed: &[Placed]) {
    let results = &app.results;
    if let Some(fault) = results.bar_fault() {
        paint.text(line, line.x + 1, fault, paint.look.scope(Scope::Error));
        return;
    }
    let Some(column) = results.set_col().and_then(|it| results.set.columns().get(it)) else { return };
    let dim = paint.look.dim();
    let at = if results.n_view_rows() == 0 { 0 } else { results.row as i64 + 1 };
    let row = format!(" row {} of {}", grouped(at), grouped(results.n_view_rows() as i64));
    let col = format!(" · col {} of {}  ", results.col + 1, results.n_view_columns());
    let mut pieces = vec![(row, paint.look.text()), (col, dim), (column.name.clone(), paint.look.text())];
    pieces.push((format!(" {}", column.ty), dim));
    if matches!(results.cell(), Some((_, Cell::String("")))) {
        pieces.push((", empty".to_owned(), dim));
    } else if matches!(results.cell(), Some((_, Cell::Null))) {
        pieces.push((", null".to_owned(), dim));
    }
    let hidden = placed.last().map_or(0, |it| results.n_view_columns() - it.view - 1);
    if hidden > 0 {
        pieces.push((format!("   {hidden} more ▸"), dim));
    }
    let x = paint.pieces(line, &pieces);
    if app.is_focused(Pane::Results) {
        draw_cell_keys(paint, line, x + 2, app);
    }
}

/// The keys for the cell under the cursor, as many as there is room for.
fn draw_cell_keys(paint: &mut Painter<'_>, line: Rect, left: u16, app: &App) {
    let keys =
        [Action::FilterLikeThis, Action::AddToQuery, Action::ExcludeFromQuery, Action::GridFilter, Action::GridSort];
    let mut pieces: Vec<(String, Style)> = Vec::new();
    let mut width = 1;
    for (key, words) in keys.iter().filter_map(|it| app.keys.hint(Section::Results, *it)) {
        width += text::width(&key) + text::width(words) + 4;
        if usize::from(left) + width > usize::from(line.right()) {
            break;
        }
        pieces.extend([(key, paint.look.accent()), (format!(" {words}   "), paint.look.dim())]);
    }
    paint.pieces_right(line, left, &pieces);
}
