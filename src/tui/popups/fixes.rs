//! What can be done with the text at the cursor: fixes of mistakes, and other ways to write it.

use ratatui::layout::{Position, Rect};

use super::float;
use crate::kql::Fix;
use crate::tui::action::Action;
use crate::tui::widgets::Painter;

/// The offers for one revision of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct FixList {
    pub(in crate::tui) revision: u64,
    fixes: Vec<Fix>,
    chosen: usize,
}

impl FixList {
    /// `None` without a fix.
    pub(in crate::tui) fn new(revision: u64, fixes: Vec<Fix>) -> Option<Self> {
        (!fixes.is_empty()).then_some(Self { revision, fixes, chosen: 0 })
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        let last = self.fixes.len() - 1;
        self.chosen = match action {
            Action::Up => self.chosen.checked_sub(1).unwrap_or(last),
            Action::Down if self.chosen == last => 0,
            Action::Down => self.chosen + 1,
            Action::PageUp => self.chosen.saturating_sub(float::MAX_ROWS),
            Action::PageDown => (self.chosen + float::MAX_ROWS).min(last),
            Action::First => 0,
            Action::Last => last,
            _ => self.chosen,
        };
    }

    pub(in crate::tui) fn chosen(&self) -> &Fix {
        &self.fixes[self.chosen]
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, cursor: Position, list: &FixList) {
    let entries: Vec<_> = list.fixes.iter().map(|it| (it.title.as_str(), "")).collect();
    float::list(paint, area, cursor, &entries, list.chosen);
}
