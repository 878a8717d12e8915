//! Where the panes are. The window decides what fits: as it shrinks the history becomes an overlay, the cost one line,
//! the editor five lines; 40×10 still has an editor and rows.

use ratatui::layout::Rect;

use super::app::{App, Pane};

/// From this width on the side stands beside the editor.
const WIDE: u16 = 110;
/// From this height on the cost is shown in several lines.
const TALL: u16 = 30;
/// Below this height there is no line for the cost.
const LOW: u16 = 14;

/// The regions of one screen; the first row of a pane is its rule. What does not fit is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) title: Rect,
    pub(super) editor: Rect,
    pub(super) side: Rect,
    /// The side lies over the other panes.
    pub(super) side_over: bool,
    pub(super) results: Rect,
    pub(super) cost: Rect,
    pub(super) hint: Rect,
}

/// True when the history has a place beside the editor.
pub(super) fn is_wide(columns: u16) -> bool {
    columns >= WIDE
}

impl Layout {
    pub(super) fn new(app: &App, area: Rect) -> Self {
        let mut layout = Self::default();
        let row = |y: u16, height: u16| Rect { y: area.y + y, height, ..area };
        if area.height == 0 || area.width == 0 {
            return layout;
        }
        let title = u16::from(area.height >= 4);
        let hint = u16::from(area.height >= 2);
        let middle = row(title, area.height - title - hint);
        layout.title = row(0, title);
        layout.hint = row(area.height - hint, hint);
        if app.zoom || middle.height < 6 {
            *layout.pane_mut(app.focus) = middle;
            return layout;
        }
        let editor =
            if area.height < LOW { (middle.height * 2 / 5).max(2) } else { (area.height * 22 / 100).clamp(5, 18) + 1 };
        let cost = if area.height < LOW {
            0
        } else if area.height >= LOW + 4 && app.cost.is_open(area.height >= TALL) {
            if area.height >= 44 { 8 } else { 5 }
        } else {
            1
        };
        layout.editor = Rect { height: editor, ..middle };
        layout.cost = Rect { y: middle.bottom() - cost, height: cost, ..middle };
        layout.results = Rect { y: middle.y + editor, height: middle.height - editor - cost, ..middle };
        if app.side.is_shown(is_wide(area.width)) {
            layout.place_side(area, middle);
        }
        layout
    }

    fn place_side(&mut self, area: Rect, middle: Rect) {
        if is_wide(area.width) {
            let width = (area.width * 2 / 5).min(64);
            self.editor.width -= width;
            self.side = Rect { x: self.editor.right(), width, ..self.editor };
        } else {
            let width = if area.width < 60 { area.width } else { (area.width * 5 / 8).max(44) };
            self.side = Rect { x: area.right() - width, width, height: middle.height - self.cost.height, ..middle };
            self.side_over = true;
        }
    }

    fn pane_mut(&mut self, pane: Pane) -> &mut Rect {
        match pane {
            Pane::Editor => &mut self.editor,
            Pane::Results => &mut self.results,
            Pane::Side => &mut self.side,
            Pane::Cost => &mut self.cost,
        }
    }
}

/// What is below a pane's rule.
pub(super) fn below_rule(pane: Rect) -> Rect {
    let rule = pane.height.min(1);
    Rect { y: pane.y + rule, height: pane.height - rule, ..pane }
}
