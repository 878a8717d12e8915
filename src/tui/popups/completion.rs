//! What could stand at the cursor, below the word that is being typed.

use ratatui::layout::{Position, Rect};

use super::float::{self, MAX_ROWS};
use crate::kql::{Completion, CompletionItem, CompletionKind, Span};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::widgets::{Painter, line_of};

/// Columns beside the list from which on the documentation is shown there.
const MIN_BESIDE: u16 = 26;
const MAX_BESIDE: u16 = 60;

/// The offers for one word, and which of them is chosen.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Completing {
    completion: Completion,
    /// Where the word begins in the editor's text, and how much of it stands behind the cursor.
    start: usize,
    behind: usize,
    /// What there is of the word before the cursor.
    typed: String,
    chosen: usize,
    /// The user has asked for the list, or has moved in it: then Enter takes what is chosen.
    asked: bool,
    moved: bool,
}

impl Completing {
    /// Offers for a word that ends at the cursor or goes on behind it. `None` when there is nothing that helps.
    pub(in crate::tui) fn new(completion: Completion, text: &str, cursor: usize, asked: bool) -> Option<Self> {
        let Span { start, end } = completion.edit;
        let typed = text.get(start..cursor)?.to_owned();
        let behind = end.saturating_sub(cursor);
        Self { completion, start, behind, typed, chosen: 0, asked, moved: false }.if_it_helps()
    }

    /// Follows what is typed. `None` when the cursor has left the word, or nothing is left to offer.
    pub(in crate::tui) fn follow(mut self, text: &str, cursor: usize) -> Option<Self> {
        let typed = text.get(self.start..cursor)?;
        if !typed.chars().all(is_word) || typed.is_empty() && !self.asked {
            return None;
        }
        if typed != self.typed {
            typed.clone_into(&mut self.typed);
            (self.chosen, self.moved) = (0, false);
        }
        self.if_it_helps()
    }

    /// Nothing to offer, or only what stands there already, is no help.
    fn if_it_helps(self) -> Option<Self> {
        let matching = self.matching(&[]);
        let done = matching.first().is_some_and(|it| it.label == self.typed && it.insert == self.typed);
        let helps = !matching.is_empty() && (!done || self.asked || self.behind != 0);
        helps.then_some(self)
    }

    pub(in crate::tui) fn start(&self) -> usize {
        self.start
    }

    /// The items that what is typed can mean, best first.
    pub(in crate::tui) fn matching(&self, recent: &[&str]) -> Vec<&CompletionItem> {
        self.completion.matching(&self.typed, recent)
    }

    /// Moves the choice; false for an action that does not.
    pub(in crate::tui) fn act(&mut self, action: Action) -> bool {
        let last = self.matching(&[]).len().saturating_sub(1);
        let page = MAX_ROWS - 1;
        self.chosen = match action {
            Action::Up if self.chosen == 0 => last,
            Action::Up => self.chosen - 1,
            Action::Down if self.chosen == last => 0,
            Action::Down => self.chosen + 1,
            Action::PageUp => self.chosen.saturating_sub(page),
            Action::PageDown => (self.chosen + page).min(last),
            _ => return false,
        };
        self.moved = true;
        true
    }

    /// True when Enter means the choice.
    pub(in crate::tui) fn is_chosen_by_hand(&self) -> bool {
        self.asked || self.moved
    }

    /// What the choice puts where: the bytes that it replaces and the item.
    pub(in crate::tui) fn choice(&self, recent: &[&str], cursor: usize) -> Option<(Span, CompletionItem)> {
        let matching = self.matching(recent);
        let item = matching.get(self.chosen).copied()?.clone();
        Some((self.start..cursor + self.behind, item))
    }
}

/// True for what words consist of.
pub(in crate::tui) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '-' | '*')
}

/// The word for an item that says nothing of itself.
fn kind_name(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Column => "column",
        CompletionKind::Table => "table",
        CompletionKind::Variable => "variable",
        CompletionKind::Parameter => "parameter",
        CompletionKind::Function | CompletionKind::LocalFunction | CompletionKind::ServiceFunction => "function",
        CompletionKind::Aggregate => "aggregate",
        CompletionKind::Plugin => "plugin",
        CompletionKind::Operator => "operator",
        CompletionKind::ScalarOperator => "comparison",
        CompletionKind::Keyword => "keyword",
        CompletionKind::Option => "option",
        CompletionKind::Value => "value",
        CompletionKind::Type => "type",
        CompletionKind::Chart => "chart",
    }
}

fn detail(item: &CompletionItem) -> &str {
    // Of a signature the result is what one chooses by; all of it stands in the documentation.
    let whole = item.detail.as_str();
    let short = if text::width(whole) > 26 { whole.rsplit_once("-> ").map_or(whole, |it| it.1) } else { whole };
    if short.is_empty() { kind_name(item.kind) } else { short }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, cursor: Position, app: &App, completing: &Completing) {
    let recent = app.recent_names();
    let matching = completing.matching(&recent);
    let entries: Vec<_> = matching.iter().map(|it| (it.label.as_str(), detail(it))).collect();
    let typed = text::width(&text::sanitize(&completing.typed)) as u16;
    let anchor = Position { x: cursor.x.saturating_sub(typed), ..cursor };
    let Some(sheet) = float::list(paint, area, anchor, &entries, completing.chosen) else { return };
    let Some(item) = matching.get(completing.chosen) else { return };
    let beside = area.right().saturating_sub(sheet.right() + 1).min(MAX_BESIDE);
    let said = documentation(item);
    if beside < MIN_BESIDE || said.is_empty() {
        return;
    }
    let room = Rect { x: sheet.right(), width: beside, ..sheet };
    let safe: Vec<_> = said.iter().map(|it| text::sanitize(it)).collect();
    let lines = safe.iter().flat_map(|it| text::wrap(it, usize::from(beside.saturating_sub(2))));
    let lines: Vec<_> = lines.take(usize::from(sheet.height)).collect();
    let room = Rect { height: lines.len() as u16, ..room };
    crate::tui::view::clear(paint, room);
    for (row, words) in lines.into_iter().enumerate() {
        let line = line_of(room, row as u16);
        paint.text(line, line.x + 1, words, paint.look.dim());
    }
}

/// What there is to say of an item: its signature, then what it does.
fn documentation(item: &CompletionItem) -> Vec<&str> {
    let signature = Some(item.detail.as_str()).filter(|it| it.contains('('));
    signature.into_iter().chain([item.documentation.as_str()]).filter(|it| !it.is_empty()).collect()
}

/// The documentation of the chosen item in one line, for screens with no room beside the list.
pub(in crate::tui) fn in_a_line(app: &App, completing: &Completing) -> Option<String> {
    let recent = app.recent_names();
    let item = completing.matching(&recent).get(completing.chosen).copied()?;
    let said = documentation(item).join("  ");
    (!said.is_empty()).then_some(said)
}
