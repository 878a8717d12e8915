//! Draws the visible part of the text: tokens in their colours, then selection and mistakes over them.

use std::ops::Range;

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{Editor, TAB, display_column, piece_width};
use crate::config::Scope;
use crate::kql::{Diagnostic, Severity};
use crate::text;
use crate::tui::widgets::{Painter, line_of};

/// A grapheme of a line.
pub(super) struct Piece<'a> {
    /// Byte offset in the line.
    pub(super) at: usize,
    pub(super) text: &'a str,
}

impl Piece<'_> {
    /// The column behind the piece when it starts at a column.
    pub(super) fn end(&self, x: usize) -> usize {
        if self.text == "\t" { x + TAB - x % TAB } else { x + piece_width(self.text) }
    }
}

pub(super) fn pieces(line: &str) -> impl Iterator<Item = Piece<'_>> {
    line.grapheme_indices(true).map(|(at, text)| Piece { at, text })
}

/// Columns that the line numbers take: block mark, digits, mark of a mistake.
pub(in crate::tui) fn gutter_width(n_lines: usize, columns: u16) -> u16 {
    let digits = n_lines.max(1).ilog10() as u16 + 1;
    if columns < 30 { 1 } else { digits.max(2) + 3 }
}

/// Draws the text and returns where the cursor stands, if it is seen. `advice` says that mistakes found here do not
/// keep the query from being run; `running` is what is being run now.
pub(in crate::tui) fn draw(
    paint: &mut Painter<'_>,
    area: Rect,
    editor: &Editor,
    advice: bool,
    running: Option<&Range<usize>>,
) -> Option<Position> {
    let gutter = gutter_width(editor.area.lines().len(), area.width).min(area.width);
    let inner = Rect { x: area.x + gutter, width: area.width - gutter, ..area };
    let asked = editor.query();
    for row in 0..area.height {
        let line_idx = editor.top + usize::from(row);
        let Some(line) = editor.area.lines().get(line_idx) else { break };
        let start = editor.line_starts[line_idx];
        let span = start..start + line.len();
        let holds = |it: &Range<usize>| it.start <= span.end && span.start < it.end;
        let mark = match running {
            Some(running) if holds(running) => "▸",
            _ if asked.as_ref().is_some_and(holds) => "▎",
            _ => " ",
        };
        let worst = findings_in(editor, &span).map(|it| it.severity).min();
        draw_gutter(paint, line_of(Rect { width: gutter, ..area }, row), line_idx, mark, worst, advice);
        draw_line(paint, line_of(inner, row), editor, line, start, advice);
    }
    let (row, col) = editor.cursor();
    let y = row.checked_sub(editor.top)?;
    let x = display_column(&editor.area.lines()[row], col).checked_sub(editor.left)?;
    (y < usize::from(inner.height) && x < usize::from(inner.width))
        .then(|| Position { x: inner.x + x as u16, y: inner.y + y as u16 })
}

/// `2 errors`, `1 warning`: what was found in the whole text, each in its colour.
pub(in crate::tui) fn counts(paint: &Painter<'_>, editor: &Editor, advice: bool) -> Vec<(String, Style)> {
    let count = |scope, one: &str, many: &str| {
        let n = editor.findings.iter().filter(|it| severity_scope(it.severity, advice) == scope).count();
        let words = if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
        (n > 0).then(|| (words, paint.look.scope(scope)))
    };
    [
        count(Scope::Error, "error", "errors"),
        count(Scope::Warning, "warning", "warnings"),
        count(Scope::Info, "remark", "remarks"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn findings_in<'a>(editor: &'a Editor, span: &Range<usize>) -> impl Iterator<Item = &'a Diagnostic> {
    let span = span.clone();
    editor.findings.iter().filter(move |it| it.span.start <= span.end && span.start <= it.span.end)
}

fn draw_gutter(
    paint: &mut Painter<'_>,
    area: Rect,
    line_idx: usize,
    mark: &str,
    worst: Option<Severity>,
    advice: bool,
) {
    paint.text(area, area.x, mark, paint.look.scope(Scope::BorderFocus));
    if area.width > 1 {
        let digits = usize::from(area.width - 3);
        let style = paint.look.scope(Scope::Gutter);
        let x = paint.text(area, area.x + 1, &format!("{:>digits$}", line_idx + 1), style);
        if let Some(severity) = worst {
            paint.text(area, x, severity_mark(severity, advice), paint.look.scope(severity_scope(severity, advice)));
        }
    }
}

fn severity_mark(severity: Severity, advice: bool) -> &'static str {
    if severity_scope(severity, advice) == Scope::Error { "✗" } else { "!" }
}

/// The colour of a finding: only what stops a run is an error.
pub(in crate::tui) fn severity_scope(severity: Severity, advice: bool) -> Scope {
    match severity {
        Severity::Error | Severity::Refusal if !advice => Scope::Error,
        Severity::Error | Severity::Refusal | Severity::Warning => Scope::Warning,
        Severity::Information => Scope::Info,
    }
}

fn draw_line(paint: &mut Painter<'_>, area: Rect, editor: &Editor, line: &str, start: usize, advice: bool) {
    if area.is_empty() {
        return;
    }
    let selected = editor.selection();
    // Plain ASCII needs no measuring of what is left of the view: one byte is one column.
    let plain = line.bytes().all(|it| (0x20..0x7F).contains(&it));
    let (skip, mut x) = if plain { (editor.left.min(line.len()), editor.left) } else { (0, 0) };
    let mut class_idx = editor.classes.partition_point(|(span, _)| span.end <= start + skip);
    let right = editor.left + usize::from(area.width);
    for piece in pieces(&line[skip..]) {
        let at = start + skip + piece.at;
        let end = piece.end(x);
        if x >= right {
            // What is cut shows that it goes on.
            paint.text(Rect { x: area.right() - 1, width: 1, ..area }, area.right() - 1, "…", paint.look.dim());
            return;
        }
        if end <= editor.left {
            x = end;
            continue;
        }
        while editor.classes.get(class_idx).is_some_and(|(span, _)| span.end <= at) {
            class_idx += 1;
        }
        let class = editor.classes.get(class_idx).filter(|(span, _)| span.contains(&at)).map(|(_, class)| *class);
        let style = class.map_or_else(Style::default, |it| paint.look.class(it));
        let style = style.patch(overlay(paint, editor, selected.as_ref(), at, advice));
        if x >= editor.left && end <= right {
            let shown = if piece.text == "\t" { " ".repeat(end - x).into() } else { text::sanitize(piece.text) };
            paint.text(area, area.x + (x - editor.left) as u16, &shown, style);
        }
        x = end;
    }
    if editor.left > 0 && x > editor.left {
        paint.text(Rect { width: 1, ..area }, area.x, "…", paint.look.dim());
    }
    // A selected line break is seen as one selected blank, an error at the end of the line as one underlined blank.
    let over = overlay(paint, editor, selected.as_ref(), start + line.len(), advice);
    if over != Style::default() && x >= editor.left && x < right {
        paint.text(area, area.x + (x - editor.left) as u16, " ", over);
    }
}

/// What lies over the colour of the token at a byte: a mistake's underline, the places of a name, the selection.
fn overlay(paint: &Painter<'_>, editor: &Editor, selected: Option<&Range<usize>>, at: usize, advice: bool) -> Style {
    let mut style = Style::default();
    let covers = |span: &Range<usize>| span.contains(&at) || span.is_empty() && span.start == at;
    if let Some(finding) = editor.findings.iter().filter(|it| covers(&it.span)).min_by_key(|it| it.severity) {
        style = paint.look.mistake(severity_scope(finding.severity, advice));
    }
    if editor.pair.iter().flatten().any(|it| it.contains(&at)) {
        style = style.patch(paint.look.accent()).add_modifier(Modifier::BOLD);
    }
    // There may be thousands of places of what is looked for.
    let mark = editor.marks.partition_point(|it| it.end <= at);
    if editor.marks.get(mark).is_some_and(|it| it.contains(&at)) {
        style = style.patch(paint.look.scope(Scope::Selection));
    }
    if selected.is_some_and(|it| it.contains(&at)) {
        style = style.patch(paint.look.scope(Scope::Selection));
    }
    style
}
