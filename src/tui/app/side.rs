//! The region beside the editor: which of its lists is shown, and whether it is.

/// What the region shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tui) enum Side {
    #[default]
    History,
    /// Tables and columns of the connection.
    Tables,
    /// Saved queries and packs.
    Library,
}

/// The state of the region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tui) struct SideRegion {
    pub(in crate::tui) side: Side,
    /// Whether the user wants to see it; by default it is seen where it has a place of its own.
    shown: Option<bool>,
}

impl SideRegion {
    pub(in crate::tui) fn is_shown(self, by_default: bool) -> bool {
        self.shown.unwrap_or(by_default)
    }

    /// What the user wants, if that was said.
    pub(in crate::tui) fn shown(self) -> Option<bool> {
        self.shown
    }

    pub(in crate::tui) fn show(&mut self, shown: bool) {
        self.shown = Some(shown);
    }

    /// Back to what the width of the window decides.
    pub(in crate::tui) fn fold(&mut self) {
        self.shown = None;
    }
}
