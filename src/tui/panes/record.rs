//! One row with all its fields, wrapped, in the place of the grid.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::config::Scope;
use crate::kql::ScalarType;
use crate::result::{Cell, ResultSet, datetime_text};
use crate::text;
use crate::tui::action::Action;
use crate::tui::widgets::{Painter, line_of};

/// Lines of one field that are shown; the cell can be copied whole.
const MAX_FIELD_LINES: usize = 2_000;
/// Bytes of one field that are shown.
const MAX_FIELD_BYTES: usize = 256 * 1024;

/// The open record.
#[derive(Debug, Default)]
pub(in crate::tui) struct Record {
    /// Its place among the rows that are seen.
    pub(in crate::tui) row: usize,
    top: usize,
    page: usize,
    /// What is shown, made for this row and width.
    lines: Vec<Line>,
    made_for: Option<(usize, u16)>,
}

/// A line of the record; only the first line of a field has its column.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    column: Option<usize>,
    text: String,
    /// Null, or a remark of ours.
    dim: bool,
}

impl Record {
    pub(super) fn new(row: usize) -> Self {
        Self { row, ..Self::default() }
    }

    pub(super) fn show(&mut self, row: usize) {
        self.row = row;
    }

    pub(super) fn scroll(&mut self, action: Action) {
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

    /// Lines that are not seen below the view.
    pub(super) fn n_below(&self) -> usize {
        self.lines.len().saturating_sub(self.top + self.page)
    }

    /// `row` is its place in the answer.
    pub(super) fn arrange(&mut self, set: &ResultSet, row: usize, area: Rect) {
        if self.made_for != Some((row, area.width)) {
            self.lines = lines(set, row, area.width);
            self.made_for = Some((row, area.width));
        }
        self.page = usize::from(area.height);
        self.top = self.top.min(self.lines.len().saturating_sub(self.page));
    }
}

/// Columns of the terminal that the names take.
fn names_width(set: &ResultSet, width: u16) -> usize {
    let widest = set.columns().iter().map(|it| text::width(&text::sanitize(&it.name))).max().unwrap_or(0);
    widest.min(usize::from(width) * 9 / 20).min(44)
}

fn lines(set: &ResultSet, row: usize, width: u16) -> Vec<Line> {
    let room = usize::from(width).saturating_sub(names_width(set, width) + 4).max(8);
    let mut out = Vec::new();
    for col in 0..set.columns().len() {
        let first = out.len();
        field(set, row, col, room, &mut out);
        if let Some(line) = out.get_mut(first) {
            line.column = Some(col);
        }
    }
    out
}

fn field(set: &ResultSet, row: usize, col: usize, room: usize, out: &mut Vec<Line>) {
    let mut push = |text: String, dim: bool| out.push(Line { column: None, text, dim });
    let cell = set.cell(row, col);
    let text = match cell {
        Cell::Null => return push("–".to_owned(), true),
        Cell::Datetime(ticks) => datetime_text(ticks).replacen('T', " ", 1),
        Cell::Dynamic(json) => indented(json),
        _ => cell.text().into_owned(),
    };
    let shown = &text[..text.floor_char_boundary(MAX_FIELD_BYTES)];
    let mut n_lines = 0;
    for paragraph in shown.split('\n') {
        let safe = text::sanitize(paragraph.strip_suffix('\r').unwrap_or(paragraph));
        for line in text::wrap(&safe, room) {
            if n_lines == MAX_FIELD_LINES {
                return push(format!("… {} bytes in all; y copies", text.len()), true);
            }
            push(line.to_owned(), false);
            n_lines += 1;
        }
    }
    if shown.len() < text.len() {
        push(format!("… {} bytes in all; y copies", text.len()), true);
    }
}

/// JSON text with a line for each element. Only blanks between its tokens are added: no value is read and written
/// again, so every number stays as it came.
fn indented(json: &str) -> String {
    if json.len() > MAX_FIELD_BYTES || !json.starts_with(['{', '[']) {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if in_string {
            out.push(c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => (in_string, escaped) = (true, false),
            '{' | '[' if chars.peek().is_some_and(|next| matches!(next, '}' | ']')) => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
            }
            _ => {}
        }
        out.push(c);
        match c {
            '{' | '[' => {
                depth += 1;
                new_line(&mut out, depth);
            }
            ',' => new_line(&mut out, depth),
            ':' => out.push(' '),
            _ => {}
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    // Deep nesting must not push everything out of sight.
    out.push_str(&"  ".repeat(depth.min(12)));
}

pub(super) fn draw(paint: &mut Painter<'_>, area: Rect, record: &Record, set: &ResultSet) {
    let names = names_width(set, area.width);
    for row in 0..area.height {
        let Some(line) = record.lines.get(record.top + usize::from(row)) else { break };
        let at = line_of(area, row);
        if let Some(column) = line.column.and_then(|it| set.columns().get(it)) {
            let safe = text::sanitize(&column.name);
            paint.text(at, at.x + 1, &text::clip(&safe, names), paint.look.scope(Scope::GridHeader));
        }
        let style = if line.dim { paint.look.dim() } else { value_style(paint, set, line) };
        paint.text(at, at.x + names as u16 + 3, &line.text, style);
    }
}

fn value_style(paint: &Painter<'_>, set: &ResultSet, line: &Line) -> Style {
    let ty = line.column.and_then(|it| set.columns().get(it)).map(|it| it.ty);
    if ty.is_some_and(ScalarType::is_numeric) { paint.look.scope(Scope::Info) } else { Style::default() }
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn json_is_only_given_blanks() {
        assert_eq!(
            indented(r#"{"a":[1,2],"b":{},"c":"x:{,}\"y"}"#),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": \"x:{,}\\\"y\"\n}"
        );
        assert_eq!(indented("12345678901234567890123"), "12345678901234567890123");
        assert_eq!(indented("[[[").lines().count(), 4);
    }
}
