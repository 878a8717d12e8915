//! Puts text on the screen. Everything that is drawn goes through here, and so through the sanitiser.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::config::Scope;
use crate::text;
use crate::tui::look::Look;

/// The screen and the styles to draw on it with.
pub(in crate::tui) struct Painter<'a> {
    pub(in crate::tui) buf: &'a mut Buffer,
    pub(in crate::tui) look: &'a Look,
}

/// A grapheme of several characters, or an emoji: their width differs between terminals.
fn is_odd(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let first = chars.next();
    !symbol.is_ascii() && (chars.next().is_some() || first.is_some_and(|it| it >= '\u{1F000}'))
}

/// One row of an area, counted from its top; empty when the area is not that high.
pub(in crate::tui) fn line_of(area: Rect, row: u16) -> Rect {
    if row < area.height { Rect { y: area.y + row, height: 1, ..area } } else { Rect { height: 0, ..area } }
}

impl Painter<'_> {
    /// Draws text from a column of the area's first row, cut at the area's right edge. Returns the column behind it.
    pub(in crate::tui) fn text(&mut self, area: Rect, x: u16, content: &str, style: Style) -> u16 {
        let area = area.intersection(self.buf.area);
        if area.is_empty() || x >= area.right() || x < area.left() {
            return x;
        }
        let room = usize::from(area.right() - x);
        let safe = text::sanitize(content);
        let shown = text::clip(&safe, room);
        self.buf.set_stringn(x, area.y, &shown, room, style).0
    }

    /// Draws pieces one behind the other from the area's left edge.
    pub(in crate::tui) fn pieces(&mut self, area: Rect, pieces: &[(String, Style)]) -> u16 {
        let mut x = area.x;
        for (content, style) in pieces {
            x = self.text(area, x, content, *style);
        }
        x
    }

    /// Draws pieces so that they end at the area's right edge; nothing when they do not fit behind `left`.
    pub(in crate::tui) fn pieces_right(&mut self, area: Rect, left: u16, pieces: &[(String, Style)]) {
        let width: usize = pieces.iter().map(|(content, _)| text::width(&text::sanitize(content))).sum();
        let Some(x) = usize::from(area.right()).checked_sub(width).filter(|x| *x >= usize::from(left)) else { return };
        self.pieces(Rect { x: x as u16, width: width as u16, ..area }, pieces);
    }

    pub(in crate::tui) fn style(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buf.area);
        self.buf.set_style(area, style);
    }

    /// A rule over the whole row with a title in it: heavy and marked when its pane has the focus, so that the focus is
    /// plain without colour.
    pub(in crate::tui) fn rule(&mut self, area: Rect, title: &str, notes: &[(String, Style)], focused: bool) {
        let area = area.intersection(self.buf.area);
        if area.is_empty() {
            return;
        }
        let (glyph, scope) = if focused { ("━", Scope::BorderFocus) } else { ("─", Scope::Border) };
        let style = self.look.scope(scope);
        let full = glyph.repeat(usize::from(area.width));
        self.buf.set_stringn(area.x, area.y, &full, usize::from(area.width), style);
        let x = if focused {
            let x = self.text(area, area.x + 1, "▌", self.look.accent());
            self.text(area, x, title, self.look.accent())
        } else {
            self.text(area, area.x + 1, &format!(" {title} "), self.look.dim())
        };
        // A piece of the rule stands between the title and each note.
        let mut x = x + 1;
        for (content, style) in notes {
            x = self.text(area, x, &format!(" {content} "), *style) + 1;
        }
    }

    /// A rule over the whole row without words.
    pub(in crate::tui) fn plain_rule(&mut self, area: Rect) {
        let full = "─".repeat(usize::from(area.width));
        self.text(area, area.x, &full, self.look.scope(Scope::Border));
    }

    /// Writes in the rule at its right end.
    pub(in crate::tui) fn rule_right(&mut self, area: Rect, left: u16, content: &str, style: Style) {
        let inner = Rect { width: area.width.saturating_sub(2), ..area };
        self.pieces_right(inner, left, &[(format!(" {content} "), style)]);
    }

    /// Terminals do not agree on how wide some graphemes are. What stands behind one is written with every frame, so that
    /// nothing of them is left over beside it, and nothing of what they covered is lost.
    pub(in crate::tui) fn rewrite_behind_odd_graphemes(&mut self) {
        let width = usize::from(self.buf.area.width).max(1);
        for row in self.buf.content.chunks_mut(width) {
            let Some(first) = row.iter().position(|cell| is_odd(cell.symbol())) else { continue };
            for cell in &mut row[first..] {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
    }

    /// Replaces what is not ASCII, for terminals that show nothing else.
    pub(in crate::tui) fn replace_unicode(&mut self) {
        for cell in &mut self.buf.content {
            let symbol = cell.symbol();
            if symbol.is_ascii() {
                continue;
            }
            let plain = match symbol {
                "━" => "=",
                "─" | "–" => "-",
                "▌" | "█" | "▉" | "▊" => "#",
                "▋" | "▍" | "▎" | "▏" => ":",
                "│" | "┆" => "|",
                "┤" | "▲" => "+",
                "░" => ".",
                "▒" => ":",
                "▓" => "%",
                "┌" | "┐" | "└" | "┘" | "┬" | "┴" | "┷" | "✓" => "+",
                "…" | "▸" => ">",
                "▾" => "v",
                "▁" | "▂" | "▃" => ".",
                "▄" | "▅" => ":",
                "▆" | "▇" => "#",
                "→" => ">",
                "▼" => "v",
                "×" => "x",
                "·" => ".",
                "●" => "*",
                "○" => "o",
                "✗" => "x",
                "⌛" => "w",
                "■" => "s",
                _ => "?",
            };
            cell.set_symbol(plain);
        }
    }
}
