//! Draws an open record.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Record;
use super::items::Tint;
use crate::config::Scope;
use crate::tui::widgets::{Painter, line_of};

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, record: &Record, focused: bool) {
    for row in 0..area.height {
        let Some(line) = record.items.lines.get(record.top + usize::from(row)) else { break };
        let at = line_of(area, row);
        let here = line.item == record.item;
        if here {
            paint.style(at, paint.look.scope(Scope::GridRow));
        }
        let first = record.top + usize::from(row) == record.first_line();
        if here && focused && first {
            paint.text(at, at.x, "▸", paint.look.accent());
        }
        for (x, text, tint) in &line.pieces {
            let x = at.x.saturating_add(u16::try_from(*x).unwrap_or(u16::MAX));
            let style = style(paint, *tint);
            let style = if here && *tint == Tint::Name { style.patch(paint.look.accent()) } else { style };
            paint.text(at, x, text, style);
        }
    }
}

fn style(paint: &Painter<'_>, tint: Tint) -> Style {
    match tint {
        Tint::Name => paint.look.scope(Scope::GridHeader),
        Tint::Dim => paint.look.dim(),
        Tint::Value => Style::default(),
        Tint::Figure | Tint::Info => paint.look.scope(Scope::Info),
        Tint::Class(class) => paint.look.class(class),
    }
}
