//! What the lists beside the editor have in common: the rule with their names, the edge, a search line, and a foot that
//! says more about what is chosen.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::config::Scope;
use crate::text;
use crate::tui::app::{App, Pane, Side};
use crate::tui::layout::{below_rule, is_wide};
use crate::tui::widgets::{Input, Painter, line_of};

/// A foot is drawn in a list of at least so many lines, and is a third of it at most.
const MIN_FOR_FOOT: u16 = 6;
const MAX_FOOT: usize = 8;

/// Draws what stands beside the editor; returns where one types in it.
pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) -> Option<Position> {
    match app.side.side {
        Side::History => super::history::draw(paint, pane, app),
        Side::Tables => super::tables::draw(paint, pane, app),
        Side::Library => super::library::draw(paint, pane, app),
    }
}

/// Draws the rule and the edge of a list; returns what is left for it.
pub(in crate::tui) fn begin(paint: &mut Painter<'_>, pane: Rect, app: &App, count: &str) -> Rect {
    rule(paint, pane, app, count);
    let body = below_rule(pane);
    if pane.x == 0 {
        return body;
    }
    let style = paint.look.scope(Scope::Border);
    for row in 0..pane.height {
        let glyph = if row == 0 && is_wide(app.size.0) { "┬" } else { "│" };
        paint.text(Rect { width: 1, ..line_of(pane, row) }, pane.x, glyph, style);
    }
    Rect { x: body.x + 1, width: body.width - 1, ..body }
}

/// The names of the lists, the one that is shown marked; at the right how much is in it.
pub(in crate::tui) fn rule(paint: &mut Painter<'_>, pane: Rect, app: &App, count: &str) {
    let focused = app.is_focused(Pane::Side);
    let names = [(Side::History, "history"), (Side::Tables, "tables"), (Side::Library, "library")];
    let shown = names.iter().find(|(side, _)| *side == app.side.side).map_or("history", |(_, name)| name);
    let others: Vec<(String, Style)> = names
        .iter()
        .filter(|(side, _)| *side != app.side.side)
        .map(|(_, name)| ((*name).to_owned(), paint.look.dim()))
        .collect();
    let counted = (!count.is_empty()).then(|| (count.to_owned(), paint.look.text()));
    let room = usize::from(pane.width);
    let mut notes: Vec<_> = counted.into_iter().collect();
    let used = |notes: &[(String, Style)]| -> usize { notes.iter().map(|(it, _)| text::width(it) + 3).sum() };
    for other in others {
        let width = used(&notes) + text::width(&other.0) + 3 + text::width(shown) + 4;
        if width <= room {
            notes.push(other);
        }
    }
    paint.rule(pane, shown, &notes, focused);
}

/// Draws the line that is searched with, where there is one, and takes it off the area.
pub(in crate::tui) fn search_line(
    paint: &mut Painter<'_>,
    area: &mut Rect,
    search: &Input,
    is_typing: bool,
) -> Option<Position> {
    if !is_typing && search.text().is_empty() || area.height < 2 {
        return None;
    }
    let line = line_of(*area, 0);
    paint.text(line, line.x + 1, "/", paint.look.accent());
    let typed = Rect { x: line.x + 3, width: line.width.saturating_sub(4), ..line };
    let cursor = search.draw(paint, typed);
    *area = below_rule(*area);
    cursor.filter(|_| is_typing)
}

/// Draws what is to be said of the chosen entry at the foot of the list, and takes it off the area. Nothing where the
/// list has no room for it.
pub(in crate::tui) fn foot(paint: &mut Painter<'_>, area: &mut Rect, said: &[(String, Style)]) {
    if said.is_empty() || area.height < MIN_FOR_FOOT {
        return;
    }
    let columns = usize::from(area.width.saturating_sub(2)).max(1);
    let most = MAX_FOOT.min(usize::from(area.height) / 3).max(1);
    let mut lines: Vec<(String, Style)> = Vec::new();
    for (words, style) in said {
        let safe = text::sanitize(words).into_owned();
        lines.extend(text::wrap(&safe, columns).into_iter().map(|it| (it.to_owned(), *style)));
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some((last, _)) = lines.last_mut() {
            last.push('…');
        }
    }
    let height = lines.len() as u16 + 1;
    area.height -= height;
    let top = area.bottom();
    paint.plain_rule(Rect { y: top, height: 1, ..*area });
    for (row, (words, style)) in (1..).zip(&lines) {
        let line = Rect { y: top + row, height: 1, ..*area };
        paint.text(line, line.x + 1, words, *style);
    }
}

/// Lines of a foot of what is to be said, for who has to know how many entries are seen.
pub(in crate::tui) fn without_foot(area: Rect, said: &[String]) -> usize {
    if said.is_empty() || area.height < MIN_FOR_FOOT {
        return usize::from(area.height);
    }
    let columns = usize::from(area.width.saturating_sub(2)).max(1);
    let most = MAX_FOOT.min(usize::from(area.height) / 3).max(1);
    let lines: usize = said.iter().map(|it| text::wrap(&text::sanitize(it), columns).len()).sum();
    usize::from(area.height).saturating_sub(lines.min(most) + 1).max(1)
}

/// Words in the middle of nothing: why a list is empty and what to do.
pub(in crate::tui) fn draw_words(paint: &mut Painter<'_>, area: Rect, words: &str) {
    let safe = text::sanitize(words);
    for (row, line) in text::wrap(&safe, usize::from(area.width.saturating_sub(2)).max(1)).into_iter().enumerate() {
        paint.text(line_of(area, row as u16), area.x + 1, line, paint.look.dim());
    }
}

/// The style of an entry that is chosen.
pub(in crate::tui) fn mark(paint: &mut Painter<'_>, line: Rect, focused: bool) {
    let scope = if focused { Scope::GridCell } else { Scope::GridRow };
    let style = paint.look.scope(scope);
    paint.style(line, style);
}

/// Where one is in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tui) struct Place {
    pub(in crate::tui) chosen: usize,
    pub(in crate::tui) top: usize,
    /// Entries that are seen at once.
    pub(in crate::tui) page: usize,
}

impl Place {
    /// Moves; false for an action that does not.
    pub(in crate::tui) fn act(&mut self, action: crate::tui::action::Action, n_entries: usize) -> bool {
        use crate::tui::action::Action;
        let page = self.page.max(1);
        self.chosen = match action {
            Action::Up => self.chosen.saturating_sub(1),
            Action::Down => self.chosen + 1,
            Action::PageUp => self.chosen.saturating_sub(page),
            Action::PageDown => self.chosen + page,
            Action::First => 0,
            Action::Last => usize::MAX,
            _ => return false,
        };
        self.keep_within(n_entries);
        true
    }

    pub(in crate::tui) fn keep_within(&mut self, n_entries: usize) {
        self.chosen = self.chosen.min(n_entries.saturating_sub(1));
    }

    /// Brings the chosen entry into view.
    pub(in crate::tui) fn arrange(&mut self, page: usize, n_entries: usize) {
        self.page = page.max(1);
        self.keep_within(n_entries);
        self.top = self.top.min(self.chosen).max((self.chosen + 1).saturating_sub(self.page));
        self.top = self.top.min(n_entries.saturating_sub(self.page));
    }
}

/// All words of a search stand in a text that is in small letters already.
pub(in crate::tui) fn fits(words: &[String], text: &str) -> bool {
    words.iter().all(|it| text.contains(it.as_str()))
}

/// The words of a search, in small letters.
pub(in crate::tui) fn words_of(search: &Input) -> Vec<String> {
    search.text().split_whitespace().map(str::to_lowercase).collect()
}
