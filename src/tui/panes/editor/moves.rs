//! Moving the cursor, with and without a selection.

use ratatui_textarea::CursorMove;

use super::Editor;
use crate::tui::action::Action;

impl Editor {
    /// Takes an action that moves the cursor; false when it is not one. `page` is the height of the view.
    pub(in crate::tui) fn travel(&mut self, action: Action, page: usize) -> bool {
        let (base, extend) = unselected(action);
        let selected = self.selection();
        if extend && !self.area.is_selecting() {
            self.area.start_selection();
        } else if !extend {
            self.area.cancel_selection();
        }
        let vertical = matches!(base, Action::Up | Action::Down | Action::PageUp | Action::PageDown);
        match base {
            Action::Left | Action::Right if !extend && selected.is_some() => {
                let range = selected.unwrap_or_default();
                self.jump_to_offset(if base == Action::Left { range.start } else { range.end });
            }
            Action::Left => self.area.move_cursor(CursorMove::Back),
            Action::Right => self.area.move_cursor(CursorMove::Forward),
            Action::WordLeft => self.area.move_cursor(CursorMove::WordBack),
            Action::WordRight => self.area.move_cursor(CursorMove::WordForward),
            Action::Up => self.move_rows(-1),
            Action::Down => self.move_rows(1),
            Action::PageUp => self.move_rows(-(page.max(2) as isize - 1)),
            Action::PageDown => self.move_rows(page.max(2) as isize - 1),
            Action::LineStart => self.line_start(),
            Action::LineEnd => self.area.move_cursor(CursorMove::End),
            Action::First => self.jump(0, 0),
            Action::Last => self.jump(usize::MAX, usize::MAX),
            Action::PreviousBlock => self.jump_block(false),
            Action::NextBlock => self.jump_block(true),
            Action::SelectAll => self.area.select_all(),
            _ => return false,
        }
        if !vertical {
            self.goal = None;
        }
        self.undo.close();
        true
    }

    /// Puts the cursor at the start of a line, counted from 0.
    pub(in crate::tui) fn go_to_line(&mut self, line: usize) {
        self.area.cancel_selection();
        self.jump(line, 0);
        self.goal = None;
        self.undo.close();
    }

    /// Takes the selection away; false when there was none.
    pub(in crate::tui) fn unselect(&mut self) -> bool {
        let had = self.selection().is_some();
        self.area.cancel_selection();
        had
    }

    fn move_rows(&mut self, by: isize) {
        let (row, col) = self.cursor();
        let goal = *self.goal.get_or_insert(col);
        if by < 0 && row == 0 {
            self.jump(0, 0);
        } else if by > 0 && row + 1 == self.area.lines().len() {
            self.jump(row, usize::MAX);
        } else {
            self.jump(row.saturating_add_signed(by), goal);
        }
    }

    /// To the first character that is not blank; from there to the very start.
    fn line_start(&mut self) {
        let (row, col) = self.cursor();
        let indent = self.area.lines()[row].chars().take_while(|it| it.is_whitespace()).count();
        self.jump(row, if col == indent { 0 } else { indent });
    }

    fn jump_block(&mut self, forward: bool) {
        let offset = self.offset();
        let found = if forward {
            self.blocks.blocks().iter().find(|it| it.start > offset)
        } else {
            self.blocks.blocks().iter().rev().find(|it| it.start < offset)
        };
        match found.map(|it| it.start) {
            Some(start) => self.jump_to_offset(start),
            None if forward => self.jump(usize::MAX, usize::MAX),
            None => self.jump(0, 0),
        }
    }

    /// Puts the cursor on a byte of the text.
    pub(in crate::tui) fn jump_to_offset(&mut self, offset: usize) {
        let (row, col) = self.place_of(offset);
        self.jump(row, col);
    }
}

/// The movement that a selecting action makes, and whether it selects.
fn unselected(action: Action) -> (Action, bool) {
    let base = match action {
        Action::SelectLeft => Action::Left,
        Action::SelectRight => Action::Right,
        Action::SelectUp => Action::Up,
        Action::SelectDown => Action::Down,
        Action::SelectWordLeft => Action::WordLeft,
        Action::SelectWordRight => Action::WordRight,
        Action::SelectLineStart => Action::LineStart,
        Action::SelectLineEnd => Action::LineEnd,
        Action::SelectFirst => Action::First,
        Action::SelectLast => Action::Last,
        other => return (other, false),
    };
    (base, true)
}
