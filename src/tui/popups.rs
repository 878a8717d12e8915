//! What lies over the panes for a while.

pub(super) mod chooser;
pub(super) mod completion;
pub(super) mod connections;
pub(super) mod find;
pub(super) mod fixes;
pub(super) mod float;
pub(super) mod help;
pub(super) mod hover;
pub(super) mod indicators;
pub(super) mod inspector;
pub(super) mod log;
pub(super) mod parameters;
pub(super) mod paths;
pub(super) mod prompt;
pub(super) mod rename;
pub(super) mod signing_in;
pub(super) mod time_range;

use ratatui::layout::{Position, Rect};

use super::app::{App, Overlay, Pane, Popup};
use super::view::clear;
use super::widgets::Painter;

/// Draws what is open over the panes, in the space between title and hints; some of it beside the cursor. Returns where
/// the cursor of what is typed into is.
pub(super) fn draw(paint: &mut Painter<'_>, middle: Rect, cursor: Option<Position>, app: &App) -> Option<Position> {
    let mut near = cursor.unwrap_or_else(|| middle.as_position());
    if app.focus == Pane::Results {
        // What is said there is said of a column: below its name.
        near = Position { x: middle.x + 3, y: app.layout().results.y + 1 };
    }
    match &app.help.overlay {
        Overlay::Completion(completing) if app.popup == Popup::None => {
            completion::draw(paint, middle, near, app, completing);
        }
        Overlay::Hover(it) if app.popup == Popup::None => hover::draw(paint, middle, near, it),
        _ => {}
    }
    match &app.popup {
        Popup::None => {}
        Popup::Help(top) => help::draw(paint, middle, app, *top),
        Popup::Log(below) => log::draw(paint, middle, app, *below),
        Popup::Connections(picker) => connections::draw(paint, middle, app, picker),
        Popup::TimeRange(picker) => time_range::draw(paint, middle, app, picker),
        Popup::SigningIn => signing_in::draw(paint, middle, app),
        Popup::Fixes(list) => fixes::draw(paint, middle, near, list),
        Popup::Rename(renaming) => rename::draw(paint, middle, near, renaming),
        Popup::Prompt(prompt) => return prompt::draw(paint, middle, prompt),
        Popup::Parameters(form) => return parameters::draw(paint, middle, form),
        Popup::Indicators(list) => indicators::draw(paint, middle, list),
        Popup::Find => return find::draw(paint, middle, app.layout().editor.bottom(), &app.find),
        Popup::Chooser(chooser) => return chooser::draw(paint, middle, chooser),
        Popup::Inspector(it) => inspector::draw(paint, middle, app, it),
    }
    None
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
