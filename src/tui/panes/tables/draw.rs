//! Draws the list of tables.

use ratatui::layout::{Position, Rect};

use super::super::results::grouped;
use super::super::side::{begin, draw_words, foot, mark, search_line};
use super::{Entry, Tables};
use crate::tui::action::Action;
use crate::tui::app::{App, Link, Pane};
use crate::tui::keymap::Section;
use crate::tui::widgets::{Painter, line_of};

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) -> Option<Position> {
    if pane.is_empty() {
        return None;
    }
    let tables = &app.tables;
    let n = tables.n_tables();
    let mut body =
        begin(paint, pane, app, &format!("{} {}", grouped(n as i64), if n == 1 { "table" } else { "tables" }));
    let focused = app.is_focused(Pane::Side);
    let cursor = search_line(paint, &mut body, &tables.search, tables.is_searching);
    if tables.entries.is_empty() {
        draw_words(paint, body, &empty_words(app));
        return cursor.filter(|_| focused);
    }
    let said: Vec<_> = tables.said().into_iter().map(|it| (it, paint.look.dim())).collect();
    foot(paint, &mut body, &said);
    let seen = tables.entries.iter().enumerate().skip(tables.place.top).take(usize::from(body.height));
    for (row, (at, entry)) in seen.enumerate() {
        let line = line_of(body, row as u16);
        if at == tables.place.chosen {
            mark(paint, line, focused);
        }
        draw_entry(paint, line, tables, entry);
    }
    cursor.filter(|_| focused)
}

fn empty_words(app: &App) -> String {
    let tables = &app.tables;
    if !tables.search.text().is_empty() {
        return "No table, column or description has that.".to_owned();
    }
    let refresh = app.keys.name(Section::Tables, Action::RefreshSchema);
    match app.link {
        Link::Open(_) => format!("This connection has no tables. {refresh} asks again."),
        Link::Opening(_) => "The connection is being made ready; its tables come here.".to_owned(),
        Link::Failed(_) => "The connection could not be opened; its tables are not known.".to_owned(),
    }
}

fn draw_entry(paint: &mut Painter<'_>, line: Rect, tables: &Tables, entry: &Entry) {
    let (plain, dim) = (paint.look.text(), paint.look.dim());
    let arrow = |is_open: bool| if is_open { "▾" } else { "▸" };
    let (pieces, behind) = match entry {
        Entry::Section { name, n_tables, is_open } => {
            let bold = plain.add_modifier(ratatui::style::Modifier::BOLD);
            (vec![(format!(" {} ", arrow(*is_open)), dim), ((*name).to_owned(), bold)], n_tables.to_string())
        }
        Entry::Table { name, is_open } => {
            let n = tables.table(name).map_or(0, |it| it.columns.len());
            let columns = if n == 1 { "column" } else { "columns" };
            (vec![(format!("   {} ", arrow(*is_open)), dim), (name.clone(), plain)], format!("{n} {columns}"))
        }
        Entry::Column { table, at } => {
            let Some(column) = tables.table(table).and_then(|it| it.columns.get(*at)) else { return };
            (vec![("       ".to_owned(), dim), (column.name.clone(), plain)], column.ty.name().to_owned())
        }
    };
    let end = paint.pieces(line, &pieces);
    let inner = Rect { width: line.width.saturating_sub(1), ..line };
    paint.pieces_right(inner, end + 1, &[(behind, dim)]);
}
