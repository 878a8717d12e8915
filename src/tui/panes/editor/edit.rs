//! Changing the text. Every change goes through [`Editor::change`], which counts it for undo.

use ratatui_textarea::TextArea;

use super::undo::Change;
use super::{Editor, TAB};
use crate::kql::{TextEdit, toggle_comment};
use crate::tui::action::Action;

impl Editor {
    /// Inserts a typed character.
    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        if typed.is_control() {
            return;
        }
        if typed.is_whitespace() {
            // A word and the blank behind it are two steps.
            self.undo.close();
        }
        self.change(Change::Typing, |area| {
            let n_deleted = usize::from(area.delete_str(0));
            area.insert_char(typed);
            n_deleted + 1
        });
    }

    /// Inserts text as one step.
    pub(in crate::tui) fn insert(&mut self, text: &str) {
        self.change(Change::Whole, |area| usize::from(area.delete_str(0)) + usize::from(area.insert_str(text)));
    }

    /// Inserts text at a byte of the text as one step. The cursor stays where it was in the text.
    pub(in crate::tui) fn insert_at(&mut self, offset: usize, text: &str) {
        let cursor = self.offset();
        self.undo.close();
        self.area.cancel_selection();
        self.jump_to_offset(offset);
        self.change(Change::Whole, |area| usize::from(area.insert_str(text)));
        self.jump_to_offset(if cursor >= offset { cursor + text.len() } else { cursor });
    }

    /// Makes changes of the text as one step, and puts the cursor on a byte of the new text.
    pub(in crate::tui) fn apply(&mut self, edits: &[TextEdit], cursor: usize) {
        let start = self.cursor();
        let mut n_edits = 0;
        self.undo.close();
        self.area.cancel_selection();
        // From the last to the first: places before a change stay what they were.
        for edit in edits.iter().rev() {
            let (row, col) = self.place_of(edit.span.start);
            self.jump(row, col);
            let n_characters = self.text[edit.span.clone()].chars().count();
            n_edits += usize::from(self.area.delete_str(n_characters));
            n_edits += usize::from(!edit.text.is_empty() && self.area.insert_str(&edit.text));
        }
        self.undo.note(Change::Whole, n_edits, start, self.cursor());
        self.goal = None;
        if n_edits > 0 {
            self.refresh();
        }
        self.jump_to_offset(cursor);
        self.undo.close();
    }

    /// Selects a range of the text; the cursor is at its end.
    pub(in crate::tui) fn select(&mut self, range: std::ops::Range<usize>) {
        self.area.cancel_selection();
        self.jump_to_offset(range.start);
        self.area.start_selection();
        self.jump_to_offset(range.end);
    }

    /// Replaces the whole text; undo brings it back.
    pub(in crate::tui) fn replace(&mut self, text: &str) {
        self.change(Change::Whole, |area| {
            area.select_all();
            usize::from(area.delete_str(0)) + usize::from(area.insert_str(text))
        });
    }

    /// Takes an action that changes the text; false when it is not one.
    pub(in crate::tui) fn edit(&mut self, action: Action) -> bool {
        match action {
            Action::Newline => self.newline(),
            Action::Indent => self.indent(),
            Action::DeleteBack => self.change(Change::Deleting, |area| usize::from(area.delete_char())),
            Action::DeleteForward => self.change(Change::Deleting, |area| usize::from(area.delete_next_char())),
            Action::DeleteWordBack => self.change(Change::Whole, |area| usize::from(area.delete_word())),
            Action::DeleteWordForward => self.change(Change::Whole, |area| usize::from(area.delete_next_word())),
            Action::DeleteLineEnd => self.change(Change::Whole, |area| usize::from(area.delete_line_by_end())),
            Action::Cut => self.change(Change::Whole, |area| usize::from(area.cut())),
            Action::Paste => self.change(Change::Whole, |area| {
                let yanked = area.yank_text();
                usize::from(area.delete_str(0)) + usize::from(area.insert_str(yanked))
            }),
            Action::ToggleComment => self.toggle_comment(),
            Action::Undo => self.undo_step(),
            Action::Redo => self.redo_step(),
            _ => return false,
        }
        true
    }

    /// Copies the selection for [`Action::Paste`] and returns it. The selection stays.
    pub(in crate::tui) fn copy(&mut self) -> Option<String> {
        let selected = self.text[self.selection()?].to_owned();
        self.area.set_yank_text(selected.as_str());
        Some(selected)
    }

    /// What [`Action::Paste`] would insert.
    pub(in crate::tui) fn copied(&self) -> String {
        self.area.yank_text()
    }

    pub(in crate::tui) fn set_copied(&mut self, copied: String) {
        self.area.set_yank_text(copied);
    }

    fn change(&mut self, change: Change, edit: impl FnOnce(&mut TextArea<'static>) -> usize) {
        let start = self.cursor();
        let n_edits = edit(&mut self.area);
        self.undo.note(change, n_edits, start, self.cursor());
        self.goal = None;
        if n_edits > 0 {
            self.refresh();
        }
    }

    fn newline(&mut self) {
        let (row, col) = self.cursor();
        let line = &self.area.lines()[row];
        let indent: String = line.chars().take(col).take_while(|it| *it == ' ' || *it == '\t').collect();
        self.insert(&format!("\n{indent}"));
    }

    fn indent(&mut self) {
        let (row, col) = self.cursor();
        let x = super::display_column(&self.area.lines()[row], col);
        self.insert(&" ".repeat(TAB - x % TAB));
    }

    fn undo_step(&mut self) {
        let n_edits = self.undo.undo();
        for _ in 0..n_edits {
            self.area.undo();
        }
        self.goal = None;
        if n_edits > 0 {
            self.refresh();
        }
    }

    fn redo_step(&mut self) {
        let n_edits = self.undo.redo();
        for _ in 0..n_edits {
            self.area.redo();
        }
        self.goal = None;
        if n_edits > 0 {
            self.refresh();
        }
    }

    /// Comments out the lines of the selection or of the cursor, or takes that back. What was selected stays so.
    fn toggle_comment(&mut self) {
        let selected = self.selection();
        let at = self.offset();
        let change = toggle_comment(&self.text, selected.clone().unwrap_or(at..at));
        self.apply(&change.edits, change.selection.end);
        if selected.is_some() {
            self.select(change.selection);
        }
    }
}

/// Pasted text as it may enter the editor: line ends made one kind, control characters left out. Also how many were
/// left out, to say so.
pub(in crate::tui) fn clean_paste(pasted: &str) -> (String, usize) {
    let unified = pasted.replace("\r\n", "\n").replace('\r', "\n");
    let n_before = unified.chars().count();
    let kept: String = unified.chars().filter(|it| matches!(it, '\n' | '\t') || !it.is_control()).collect();
    let n_kept = kept.chars().count();
    (kept, n_before - n_kept)
}
