//! Which cell a place of the screen is.

use ratatui::layout::{Position, Rect};

use super::Results;
use super::draw::{grid_rows, row_number_width};

impl Results {
    /// Puts the cursor on the cell where the mouse is, if there is one.
    pub(in crate::tui) fn click(&mut self, body: Rect, at: Position) {
        let rows = grid_rows(body, self.bar.is_some());
        if self.record.is_some() || !self.shows_grid() || !rows.contains(at) {
            return;
        }
        let row = self.top + usize::from(at.y - rows.y);
        if row >= self.n_view_rows() {
            return;
        }
        self.row = row;
        let numbers = row_number_width(self.n_rows());
        let Some(x) = usize::from(at.x - body.x).checked_sub(numbers) else { return };
        let room = usize::from(body.width).saturating_sub(numbers);
        let placed = self.widths.placed(&self.sheet(), self.left, room);
        if let Some(it) = placed.iter().find(|it| (it.x..it.x + it.width.max(1) + 1).contains(&x)) {
            self.col = it.view;
        }
    }
}
