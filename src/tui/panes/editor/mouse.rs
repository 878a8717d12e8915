//! Where in the text a place of the screen is.

use ratatui::layout::{Position, Rect};
use ratatui_textarea::CursorMove;

use super::Editor;
use super::draw::{gutter_width, pieces};

impl Editor {
    /// Puts the cursor where the mouse is; with `extend` what lies between is selected.
    pub(in crate::tui) fn click(&mut self, body: Rect, at: Position, extend: bool) {
        let gutter = gutter_width(self.n_lines(), body.width).min(body.width);
        let row = (self.top + usize::from(at.y - body.y)).min(self.n_lines().saturating_sub(1));
        let column = self.left + usize::from(at.x.saturating_sub(body.x + gutter));
        let Some(line) = self.area.lines().get(row) else { return };
        let (mut x, mut chars) = (0, 0);
        for piece in pieces(line) {
            let end = piece.end(x);
            if end > column {
                break;
            }
            (x, chars) = (end, chars + piece.text.chars().count());
        }
        if !extend {
            self.area.cancel_selection();
        } else if self.selection().is_none() {
            self.area.start_selection();
        }
        let (Ok(row), Ok(chars)) = (u16::try_from(row), u16::try_from(chars)) else { return };
        self.area.move_cursor(CursorMove::Jump(row, chars));
        self.goal = None;
        self.undo.close();
    }
}
