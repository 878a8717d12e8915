//! Small boxes near the cursor. They never cover its line.

use ratatui::layout::{Position, Rect};

use crate::config::Scope;
use crate::text;
use crate::tui::view::clear;
use crate::tui::widgets::{Painter, line_of};

/// Entries of a list that are seen at once.
pub(in crate::tui) const MAX_ROWS: usize = 8;
/// Columns of an entry's name, and of what stands behind it.
const MAX_LABEL: usize = 40;
const MAX_DETAIL: usize = 26;

/// Where a box of at most so many rows and columns goes: below the line of the anchor, else above it, whole where that
/// is possible. Nothing where there is not even room for its frame and one line.
pub(in crate::tui) fn place(area: Rect, anchor: Position, columns: u16, rows: u16) -> Option<Rect> {
    let below = area.bottom().saturating_sub(anchor.y + 1);
    let above = anchor.y.saturating_sub(area.y);
    let (y, height) = if below >= rows || below >= above {
        (anchor.y + 1, rows.min(below))
    } else {
        let height = rows.min(above);
        (anchor.y - height, height)
    };
    let width = columns.min(area.width);
    let x = anchor.x.clamp(area.x, area.right() - width);
    (height >= 3 && width >= 8).then_some(Rect { x, y, width, height })
}

/// Draws an empty box with words in its lower edge and returns what is inside.
pub(in crate::tui) fn frame(paint: &mut Painter<'_>, area: Rect, note: &str) -> Rect {
    clear(paint, area);
    let style = paint.look.scope(Scope::Border);
    let edge = "─".repeat(usize::from(area.width.saturating_sub(2)));
    paint.text(area, area.x, &format!("┌{edge}┐"), style);
    for row in 1..area.height - 1 {
        let line = line_of(area, row);
        paint.text(line, line.x, "│", style);
        paint.text(line, line.right() - 1, "│", style);
    }
    let bottom = line_of(area, area.height - 1);
    paint.text(bottom, bottom.x, &format!("└{edge}┘"), style);
    if !note.is_empty() {
        let inner = Rect { x: bottom.x + 1, width: bottom.width.saturating_sub(2), ..bottom };
        paint.pieces_right(inner, inner.x + 1, &[(format!(" {note} "), paint.look.dim())]);
    }
    Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
}

/// The first entry that is seen of a list in which one is chosen.
pub(in crate::tui) fn first_seen(chosen: usize, n_entries: usize, n_rows: usize) -> usize {
    // The chosen one moves through the view and takes it along at its ends.
    let last_first = n_entries.saturating_sub(n_rows);
    chosen.saturating_sub(n_rows.saturating_sub(1)).min(last_first)
}

/// Draws a list of names with what stands behind them, and returns the box; the anchor is where the names begin.
pub(in crate::tui) fn list(
    paint: &mut Painter<'_>,
    area: Rect,
    anchor: Position,
    entries: &[(&str, &str)],
    chosen: usize,
) -> Option<Rect> {
    // As wide as what can be seen at once with the chosen one: a long list has something very long in it somewhere.
    let first = first_seen(chosen, entries.len(), MAX_ROWS);
    let seen = &entries[first..entries.len().min(first + MAX_ROWS)];
    let widest = |of: &dyn Fn(&(&str, &str)) -> usize| seen.iter().map(of).max().unwrap_or(0);
    let label = widest(&|it| text::width(&text::sanitize(it.0))).clamp(16, MAX_LABEL.max(usize::from(area.width) / 3));
    let detail = widest(&|it| text::width(&text::sanitize(it.1))).min(MAX_DETAIL);
    let columns = label + detail + if detail > 0 { 6 } else { 4 };
    let rows = entries.len().min(MAX_ROWS) + 2;
    // Names stand below the word that they complete: the frame and the pointer are left of it.
    let anchor = Position { x: anchor.x.saturating_sub(2), ..anchor };
    let sheet = place(area, anchor, columns as u16, rows as u16)?;
    let n_rows = usize::from(sheet.height - 2);
    let note = if entries.len() > n_rows { format!("{} of {}", chosen + 1, entries.len()) } else { String::new() };
    let inner = frame(paint, sheet, &note);
    let top = first_seen(chosen, entries.len(), n_rows);
    for (row, (idx, (name, behind))) in entries.iter().enumerate().skip(top).take(n_rows).enumerate() {
        let line = line_of(inner, row as u16);
        if idx == chosen {
            paint.style(line, paint.look.scope(Scope::GridCell));
            paint.text(line, line.x, "▸", paint.look.accent());
        }
        let names = Rect { x: line.x + 1, width: (label as u16).min(line.width.saturating_sub(1)), ..line };
        let style = if idx == chosen { paint.look.accent() } else { paint.look.text() };
        paint.text(names, names.x, name, style);
        let behind_x = names.right() + 2;
        if behind_x < line.right() {
            let room = Rect { x: behind_x, width: line.right() - behind_x, ..line };
            paint.text(Rect { width: room.width.saturating_sub(1), ..room }, room.x, behind, paint.look.dim());
        }
    }
    Some(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_never_covers_the_line_of_the_cursor() {
        for height in 0..30_u16 {
            let area = Rect { x: 0, y: 1, width: 80, height };
            for y in area.y..area.bottom() {
                for x in [0, 40, 79] {
                    let Some(sheet) = place(area, Position { x, y }, 50, 10) else { continue };
                    assert!(y < sheet.y || y >= sheet.bottom(), "{sheet:?} over line {y}");
                    assert_eq!(sheet.intersection(area), sheet, "{sheet:?} in {area:?}");
                }
            }
        }
    }

    #[test]
    fn the_chosen_entry_is_seen() {
        for n in 1..30 {
            for chosen in 0..n {
                for rows in 1..9 {
                    let first = first_seen(chosen, n, rows);
                    assert!((first..first + rows).contains(&chosen), "{chosen} of {n} in {rows}");
                }
            }
        }
    }
}
