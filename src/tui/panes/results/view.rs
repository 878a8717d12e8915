//! What the pane shows of an answer: its rows in a grid, or another look at them. A view has a file of its own with its
//! state, `act` and `draw`, and a section of keys; leaving it goes back to the grid.

use crate::tui::keymap::Section;

/// A look at the answer.
#[derive(Debug, Default)]
pub(in crate::tui) enum View {
    #[default]
    Grid,
}

impl View {
    /// The section of the key table that is asked while the view has the focus.
    pub(in crate::tui) fn section(&self) -> Section {
        match self {
            Self::Grid => Section::Results,
        }
    }

    pub(in crate::tui) fn is_grid(&self) -> bool {
        matches!(self, Self::Grid)
    }
}
