//! Draws the library.

use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::super::side::{begin, draw_words, foot, mark, search_line};
use super::{Entry, Known, Library, fault_words};
use crate::config::Scope;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Section;
use crate::tui::widgets::{Painter, line_of};

/// A list of at least this width has a column for techniques.
const WIDE: u16 = 44;

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) -> Option<Position> {
    if pane.is_empty() {
        return None;
    }
    let library = &app.library;
    let mut body = begin(paint, pane, app, &count(library));
    let focused = app.is_focused(Pane::Side);
    let cursor = search_line(paint, &mut body, &library.search, library.is_searching);
    if library.entries.is_empty() || library.hunts.is_empty() && library.faults.is_empty() {
        draw_words(paint, body, &empty_words(app));
        return cursor.filter(|_| focused);
    }
    let dim = paint.look.dim();
    let style = if let Some(Entry::Fault { .. }) = library.chosen() { paint.look.scope(Scope::Error) } else { dim };
    let said: Vec<_> = library.said().into_iter().map(|it| (it, style)).collect();
    foot(paint, &mut body, &said);
    let seen = library.entries.iter().enumerate().skip(library.place.top).take(usize::from(body.height));
    for (row, (at, entry)) in seen.enumerate() {
        let line = line_of(body, row as u16);
        if at == library.place.chosen {
            mark(paint, line, focused);
        }
        draw_entry(paint, line, library, entry);
    }
    cursor.filter(|_| focused)
}

/// `12 queries, 1 fault`.
fn count(library: &Library) -> String {
    if library.known != Known::Read {
        return String::new();
    }
    let counted = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let queries = counted(library.hunts.len(), "query", "queries");
    match library.faults.len() {
        0 => queries,
        n => format!("{queries}, {}", counted(n, "fault", "faults")),
    }
}

fn empty_words(app: &App) -> String {
    let library = &app.library;
    let reload = app.keys.name(Section::Library, Action::Reload);
    if library.known != Known::Read {
        return "The folders are being read.".to_owned();
    }
    if !library.search.text().is_empty() {
        return "No query, description, technique or file name has that.".to_owned();
    }
    let folders: Vec<_> = library.missing.iter().map(|it| it.display().to_string()).collect();
    let place = match folders.as_slice() {
        [] => "The library's folders hold no query.".to_owned(),
        [one] => format!("There is no folder {one} yet."),
        several => format!("There are no folders {}.", several.join(", ")),
    };
    format!(
        "{place} Put .kql files or hunting queries in Sentinel's YAML there, or name other folders as 'library' in the \
         configuration; {reload} reads them again. Opening a query never runs it."
    )
}

fn draw_entry(paint: &mut Painter<'_>, line: Rect, library: &Library, entry: &Entry) {
    let (plain, dim) = (paint.look.text(), paint.look.dim());
    let indent = |depth: usize| " ".repeat(1 + depth.min(8) * 2);
    let (pieces, behind) = match entry {
        Entry::Folder { name, depth, n_hunts, is_open, .. } => {
            let arrow = if *is_open { "▾" } else { "▸" };
            let bold = plain.add_modifier(Modifier::BOLD);
            (vec![(format!("{}{arrow} ", indent(*depth)), dim), (name.clone(), bold)], n_hunts.to_string())
        }
        Entry::Hunt { at, depth } => {
            let Some(hunt) = library.hunt(*at) else { return };
            let star = if library.is_favourite(hunt) { "★ " } else { "  " };
            let behind = if line.width >= WIDE { hunt.techniques.join(" ") } else { String::new() };
            (vec![(format!("{}{star}", indent(*depth)), paint.look.accent()), (hunt.name.clone(), plain)], behind)
        }
        Entry::Fault { at, depth } => {
            let Some(fault) = library.fault(*at) else { return };
            let (glyph, scope) = if fault.is_fatal { ("✗", Scope::Error) } else { ("!", Scope::Warning) };
            let style = paint.look.scope(scope);
            (vec![(format!("{}{glyph} ", indent(*depth)), style), (fault_words(fault), style)], String::new())
        }
    };
    // What stands behind keeps its room: a long name is cut before it.
    let kept = if behind.is_empty() { 1 } else { crate::text::width(&crate::text::sanitize(&behind)) as u16 + 3 };
    let named = Rect { width: line.width.saturating_sub(kept), ..line };
    let end = paint.pieces(named, &pieces);
    let inner = Rect { width: line.width.saturating_sub(1), ..line };
    paint.pieces_right(inner, end + 1, &[(behind, dim)]);
}
