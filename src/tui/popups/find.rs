//! The line in which one looks for text in the editor, and the one for what takes its place.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use crate::config::Scope;
use crate::text;
use crate::tui::action::Action;
use crate::tui::panes::editor::{MAX_PLACES, Wanted};
use crate::tui::view::clear;
use crate::tui::widgets::{Input, Painter, line_of};

/// What is looked for and what was found. It is remembered while it is not shown.
#[derive(Debug, Clone, Default)]
pub(in crate::tui) struct Find {
    pub(in crate::tui) pattern: Input,
    pub(in crate::tui) with: Input,
    pub(in crate::tui) case: bool,
    pub(in crate::tui) word: bool,
    pub(in crate::tui) regex: bool,
    /// There is a line for what takes the place.
    pub(in crate::tui) replaces: bool,
    /// One types into that line.
    pub(in crate::tui) in_with: bool,
    /// Where the cursor was when one began to look.
    pub(in crate::tui) origin: usize,
    /// The places in the text of a revision.
    pub(in crate::tui) places: Vec<Range<usize>>,
    /// Why what is typed is no expression.
    pub(in crate::tui) fault: Option<String>,
    pub(in crate::tui) revision: u64,
    /// The one that is selected.
    pub(in crate::tui) current: Option<usize>,
}

impl Find {
    /// What the lines and switches say.
    pub(in crate::tui) fn wanted(&self) -> Wanted {
        let pattern = self.pattern.text().to_owned();
        Wanted { pattern, case: self.case, word: self.word, regex: self.regex }
    }

    pub(in crate::tui) fn input(&mut self) -> &mut Input {
        if self.in_with && self.replaces { &mut self.with } else { &mut self.pattern }
    }

    /// Turns a switch; false for an action that turns none.
    pub(in crate::tui) fn switch(&mut self, action: Action) -> bool {
        match action {
            Action::FindCase => self.case = !self.case,
            Action::FindWord => self.word = !self.word,
            Action::FindRegex => self.regex = !self.regex,
            _ => return false,
        }
        true
    }

    /// `3 of 12`, or why nothing is found.
    fn count(&self) -> (Scope, String) {
        let n = self.places.len();
        let many = if n == MAX_PLACES { "+" } else { "" };
        match (&self.fault, self.current) {
            (Some(fault), _) => (Scope::Error, fault.clone()),
            _ if self.pattern.text().is_empty() => (Scope::Dim, String::new()),
            _ if n == 0 => (Scope::Warning, "not found".to_owned()),
            (None, Some(at)) => (Scope::Dim, format!("{} of {n}{many}", at + 1)),
            (None, None) => (Scope::Dim, format!("{n}{many} places")),
        }
    }

    /// The lines that it takes.
    fn rows(&self) -> u16 {
        if self.replaces { 2 } else { 1 }
    }
}

/// Draws the lines below the editor, or at the end of the area where the editor has all of it; returns where one types.
pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, below: u16, find: &Find) -> Option<Position> {
    let height = (find.rows() + 1).min(area.height);
    let y = below.clamp(area.y, area.bottom() - height);
    let sheet = Rect { y, height, ..area };
    clear(paint, sheet);
    let switches = [("case", find.case), ("words", find.word), ("regex", find.regex)];
    let on: Vec<&str> = switches.iter().filter(|it| it.1).map(|it| it.0).collect();
    let (scope, words) = find.count();
    let mut notes = Vec::new();
    if !words.is_empty() {
        notes
            .push((text::clip(&text::sanitize(&words), usize::from(area.width)).into_owned(), paint.look.scope(scope)));
    }
    if !on.is_empty() {
        notes.push((on.join(" · "), paint.look.accent()));
    }
    paint.rule(sheet, if find.replaces { "replace" } else { "find" }, &notes, true);
    let (with_label, label) = ("   with ›", if find.replaces { "replace ›" } else { "find ›" });
    let label_width = if find.replaces { 10 } else { 7 };
    let mut draw_field = |row: u16, label: &str, input: &Input| {
        let line = line_of(sheet, row);
        paint.text(line, line.x + 1, label, paint.look.accent());
        let room = Rect { x: line.x + label_width + 1, width: line.width.saturating_sub(label_width + 2), ..line };
        input.draw(paint, room)
    };
    let first = draw_field(1, label, &find.pattern);
    let second = if find.replaces { draw_field(2, with_label, &find.with) } else { None };
    if find.in_with && find.replaces { second } else { first }
}
