//! What lies over the panes for a while.

pub(super) mod connections;
pub(super) mod help;
pub(super) mod signing_in;
pub(super) mod time_range;

use ratatui::layout::Rect;

use super::app::{App, Popup};
use super::view::clear;
use super::widgets::Painter;

/// Draws what is open over the panes, in the space between title and hints.
pub(super) fn draw(paint: &mut Painter<'_>, middle: Rect, app: &App) {
    match &app.popup {
        Popup::None => {}
        Popup::Help(top) => help::draw(paint, middle, app, *top),
        Popup::Connections(picker) => connections::draw(paint, middle, app, picker),
        Popup::TimeRange(picker) => time_range::draw(paint, middle, app, picker),
        Popup::SigningIn => signing_in::draw(paint, middle, app),
    }
}

/// So many lines at the top of the area, cleared, with a rule and a title above and a rule below, as far as there is
/// room. Returns what is between the rules.
fn sheet(paint: &mut Painter<'_>, area: Rect, n_lines: usize, title: &str, note: &str) -> Rect {
    let height = area.height.min(u16::try_from(n_lines + 2).unwrap_or(u16::MAX));
    let sheet = Rect { height, ..area };
    clear(paint, sheet);
    let notes = if note.is_empty() { Vec::new() } else { vec![(note.to_owned(), paint.look.dim())] };
    paint.rule(sheet, title, &notes, true);
    if height < 3 {
        return Rect { y: sheet.y + height.min(1), height: height.saturating_sub(1), ..sheet };
    }
    paint.plain_rule(Rect { y: sheet.bottom() - 1, height: 1, ..sheet });
    Rect { y: sheet.y + 1, height: height - 2, ..sheet }
}

/// Takes away the last character or word of what was typed into a line.
fn delete_back(typed: &mut String, whole_word: bool) {
    if !whole_word {
        typed.pop();
        return;
    }
    let kept = typed.trim_end().rfind(char::is_whitespace).map_or(0, |at| at + 1);
    typed.truncate(typed.ceil_char_boundary(kept));
}
