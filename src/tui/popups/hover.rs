//! What stands at the cursor, in a box beside it: until the next key.

use ratatui::layout::{Position, Rect};

use super::float;
use crate::kql::Hover;
use crate::text;
use crate::tui::widgets::{Painter, line_of};

/// Longer lines are hard to read.
const MAX_COLUMNS: u16 = 76;

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, anchor: Position, hover: &Hover) {
    let columns = usize::from(area.width.min(MAX_COLUMNS).saturating_sub(4)).max(8);
    let title = text::sanitize(&hover.title);
    let said: Vec<_> = hover.lines.iter().map(|it| text::sanitize(it)).collect();
    let titles = text::wrap(&title, columns);
    let n_titles = titles.len();
    let lines: Vec<_> = titles.into_iter().chain(said.iter().flat_map(|it| text::wrap(it, columns))).collect();
    let widest = lines.iter().map(|it| text::width(it)).max().unwrap_or(0);
    let size = (widest as u16 + 4, u16::try_from(lines.len() + 2).unwrap_or(u16::MAX));
    let Some(sheet) = float::place(area, anchor, size.0, size.1) else { return };
    let cut = lines.len().saturating_sub(usize::from(sheet.height - 2));
    let note = if cut > 0 { format!("{cut} more lines") } else { String::new() };
    let inner = float::frame(paint, sheet, &note);
    for (row, words) in lines.iter().enumerate().take(usize::from(inner.height)) {
        let style = if row < n_titles { paint.look.accent() } else { paint.look.text() };
        let line = line_of(inner, row as u16);
        paint.text(line, line.x + 1, words, style);
    }
}
