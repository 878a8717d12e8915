//! A list to choose from, narrowed as one types.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::{Position, Rect};

use super::{float, sheet};
use crate::config::Scope;
use crate::text;
use crate::tui::action::Action;
use crate::tui::widgets::{Input, Painter, line_of};

/// Entries that are seen at once, where there is room.
const MAX_ROWS: usize = 14;
/// Columns of what stands before the words of an entry.
const MAX_KEY: usize = 20;

/// Bytes of a search beyond which nothing can fit: no entry says that much.
const LONGEST_SEARCH: usize = 500;

/// What is chosen from, which says who gets the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum List {
    /// Every action.
    Palette,
    /// The themes that there are.
    Themes,
    /// Tabs that are open, and those that were closed.
    Tabs,
    /// What to do with a file that another program wrote.
    FileInTheWay,
    /// The columns of the answer.
    Columns,
    /// What can be copied, and in which form.
    Copies,

    // Looking into the rows.
    PivotAcross,
    GroupLevel,
    Measures,
    KeyColumns,
    /// Runs whose rows are kept, to compare with.
    KeptRuns,
    RecordCopy,
    /// Formats of files.
    Export,
    /// Kinds of charts.
    ChartKinds,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::tui) struct Choice {
    /// What is searched and chosen.
    pub(in crate::tui) label: String,
    /// What it does or is; dim, and searched after the label.
    pub(in crate::tui) detail: String,
    /// The key that does the same, at the right end; empty without one.
    pub(in crate::tui) key: String,
}

/// A list under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Chooser {
    pub(in crate::tui) list: List,
    title: String,
    choices: Vec<Choice>,
    input: Input,
    /// The places of those that fit what was typed, the best first.
    fitting: Vec<usize>,
    chosen: usize,
}

impl Chooser {
    pub(in crate::tui) fn new(list: List, title: impl Into<String>, choices: Vec<Choice>) -> Self {
        let fitting = (0..choices.len()).collect();
        Self { list, title: title.into(), choices, input: Input::default(), fitting, chosen: 0 }
    }

    /// The place of the marked entry in the list as it was given.
    pub(in crate::tui) fn chosen(&self) -> Option<usize> {
        self.fitting.get(self.chosen).copied()
    }

    /// The same list with that entry marked.
    pub(in crate::tui) fn at(mut self, chosen: usize) -> Self {
        self.chosen = chosen.min(self.fitting.len().saturating_sub(1));
        self
    }

    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        self.input.type_char(typed);
        self.narrow();
    }

    pub(in crate::tui) fn paste(&mut self, pasted: &str) {
        self.input.paste(pasted);
        self.narrow();
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        let last = self.fitting.len().saturating_sub(1);
        self.chosen = match action {
            Action::Up => self.chosen.checked_sub(1).unwrap_or(last),
            Action::Down if self.chosen >= last => 0,
            Action::Down => self.chosen + 1,
            Action::PageUp => self.chosen.saturating_sub(MAX_ROWS),
            Action::PageDown => (self.chosen + MAX_ROWS).min(last),
            Action::First => 0,
            Action::Last => last,
            action => {
                if self.input.act(action) {
                    self.narrow();
                }
                return;
            }
        };
    }

    /// Finds what fits: in the label first, then in what stands behind it.
    fn narrow(&mut self) {
        self.chosen = 0;
        if self.input.text().trim().is_empty() {
            self.fitting = (0..self.choices.len()).collect();
            return;
        }
        if self.input.text().len() > LONGEST_SEARCH {
            self.fitting.clear();
            return;
        }
        let pattern = Pattern::parse(self.input.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
        let mut scored: Vec<(bool, u32, usize)> = Vec::new();
        for (at, choice) in self.choices.iter().enumerate() {
            if let Some(fit) = score(&choice.label) {
                scored.push((true, fit, at));
            } else if let Some(fit) = score(&format!("{} {}", choice.label, choice.detail)) {
                scored.push((false, fit, at));
            }
        }
        // Among equals the order of the list stays.
        scored.sort_by_key(|(in_label, fit, at)| (!*in_label, u32::MAX - *fit, *at));
        self.fitting = scored.into_iter().map(|(_, _, at)| at).collect();
    }
}

/// Draws the list over the top of the panes; returns where the cursor is.
pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, chooser: &Chooser) -> Option<Position> {
    let n_rows = chooser.choices.len().clamp(1, MAX_ROWS).min(usize::from(area.height.saturating_sub(3)).max(1));
    let note = format!("{} of {}", chooser.fitting.len(), chooser.choices.len());
    let inner = sheet(paint, area, n_rows + 1, &chooser.title, &note);
    let line = line_of(inner, 0);
    paint.text(line, line.x, "›", paint.look.accent());
    let typed = Rect { x: line.x + 2, width: line.width.saturating_sub(3), ..line };
    let cursor = chooser.input.draw(paint, typed);
    let rows = usize::from(inner.height.saturating_sub(1));
    if chooser.fitting.is_empty() {
        paint.text(line_of(inner, 1), inner.x + 2, "Nothing fits.", paint.look.dim());
    }
    let top = float::first_seen(chooser.chosen, chooser.fitting.len(), rows);
    let widest = chooser.choices.iter().map(|it| text::width(&text::sanitize(&it.label))).max().unwrap_or(0);
    let label_width = widest.min(usize::from(inner.width) / 2).max(12) as u16;
    for (row, at) in chooser.fitting.iter().enumerate().skip(top).take(rows) {
        draw_choice(
            paint,
            line_of(inner, (row - top + 1) as u16),
            &chooser.choices[*at],
            row == chooser.chosen,
            label_width,
        );
    }
    cursor
}

fn draw_choice(paint: &mut Painter<'_>, line: Rect, choice: &Choice, is_chosen: bool, label_width: u16) {
    if line.is_empty() {
        return;
    }
    if is_chosen {
        paint.style(line, paint.look.scope(Scope::GridCell));
        paint.text(line, line.x, "▸", paint.look.accent());
    }
    let key = text::clip(&text::sanitize(&choice.key), MAX_KEY).into_owned();
    let key_width = text::width(&key) as u16;
    let body = Rect { x: line.x + 2, width: line.width.saturating_sub(4 + key_width), ..line };
    let label = Rect { width: label_width.min(body.width), ..body };
    let style = if is_chosen { paint.look.accent() } else { paint.look.text() };
    paint.text(label, label.x, &choice.label, style);
    let behind = label.right() + 2;
    if behind < body.right() {
        let room = Rect { x: behind, width: body.right() - behind, ..line };
        paint.text(room, room.x, &choice.detail, paint.look.dim());
    }
    if key_width > 0 {
        let inner = Rect { width: line.width.saturating_sub(1), ..line };
        paint.pieces_right(inner, body.x, &[(key, paint.look.dim())]);
    }
}
