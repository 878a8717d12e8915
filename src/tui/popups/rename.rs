//! The field in which a name gets another one, and what that would change.

use ratatui::layout::{Position, Rect};

use super::{delete_back, float};
use crate::config::Scope;
use crate::text;
use crate::tui::action::Action;
use crate::tui::widgets::{Painter, line_of};

/// The name at the cursor and what is typed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Renaming {
    /// Of the text in which the places are.
    pub(in crate::tui) revision: u64,
    pub(in crate::tui) old: String,
    pub(in crate::tui) typed: String,
    pub(in crate::tui) n_places: usize,
    /// Why what is typed cannot be the name.
    pub(in crate::tui) fault: Option<String>,
    /// Nothing was typed yet: the first character takes the place of the old name.
    fresh: bool,
}

impl Renaming {
    pub(in crate::tui) fn new(revision: u64, old: String, n_places: usize) -> Self {
        Self { revision, typed: old.clone(), old, n_places, fault: None, fresh: true }
    }

    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        if std::mem::take(&mut self.fresh) {
            self.typed.clear();
        }
        self.typed.push(typed);
    }

    /// Takes away what was typed; false for an action that does not.
    pub(in crate::tui) fn act(&mut self, action: Action) -> bool {
        let is_deletion = matches!(action, Action::DeleteBack | Action::DeleteWordBack);
        if is_deletion {
            self.fresh = false;
            delete_back(&mut self.typed, action == Action::DeleteWordBack);
        }
        is_deletion
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, cursor: Position, renaming: &Renaming) {
    let places = if renaming.n_places == 1 { "1 place".to_owned() } else { format!("{} places", renaming.n_places) };
    let head = format!("rename {} in {places} to ", renaming.old);
    let head = text::sanitize(&head);
    let typed = text::sanitize(&renaming.typed);
    let fault = renaming.fault.as_ref().map(|it| text::sanitize(it));
    let widest = text::width(&head) + text::width(&typed) + 1;
    let widest = widest.max(fault.as_ref().map_or(0, |it| text::width(it))).max(44);
    let columns = usize::from(area.width).min(widest + 4).saturating_sub(4).max(4);
    let faults = fault.as_ref().map_or_else(Vec::new, |it| text::wrap(it, columns));
    // What is typed is seen, whatever the old name is.
    let apart = text::width(&head) + text::width(&typed) + 1 > columns;
    let rows = 3 + u16::from(apart) + faults.len() as u16;
    let Some(sheet) = float::place(area, cursor, columns as u16 + 4, rows) else { return };
    let inner = float::frame(paint, sheet, "");
    let line = line_of(inner, 0);
    let x = paint.text(line, line.x + 1, &head, paint.look.dim());
    let line = if apart { line_of(inner, 1) } else { line };
    let x = if apart { line.x + 1 } else { x };
    let style = if renaming.fresh { paint.look.scope(Scope::Selection) } else { paint.look.accent() };
    let x = paint.text(line, x, &typed, style);
    paint.text(line, x, "▏", paint.look.accent());
    for (row, words) in (1 + u16::from(apart)..inner.height).zip(faults) {
        paint.text(line_of(inner, row), inner.x + 1, words, paint.look.scope(Scope::Error));
    }
}
