//! The grid: what its keys ask of others, and what workers have found.

use std::sync::Arc;

use super::language;
use crate::config::{Scope, Zone};
use crate::kql::{TextEdit, add_condition, analyze, apply_edits, block_at};
use crate::result::{CopyFormat, condition};
use crate::tui::action::Action;
use crate::tui::app::{App, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::results::{Arranged, grouped};
use crate::tui::popups::chooser::{Choice, Chooser, List};

/// A value that is longer is not written into a query.
const MAX_VALUE: usize = 4_096;

/// An action in the grid or in the line over it.
pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::AddToQuery | Action::ExcludeFromQuery => add_to_query(app, action == Action::AddToQuery),
        Action::GoToColumn => show_columns(app),
        Action::CopyMenu => show_copies(app),
        _ => {
            if let Some(words) = app.results.act(action) {
                app.notify(Scope::Dim, words);
            }
            if app.results.wants_zone() {
                return vec![Effect::ReadZone];
            }
        }
    }
    Vec::new()
}

/// What workers have to do now.
pub(super) fn questions(app: &mut App) -> Vec<Effect> {
    let arrange = app.results.arranging().map(|it| Effect::Arrange(Box::new(it)));
    let search = app.results.searching().map(|it| Effect::SearchRows(Box::new(it)));
    arrange.into_iter().chain(search).collect()
}

pub(super) fn arranged(app: &mut App, arranged: Option<Box<Arranged>>) -> Vec<Effect> {
    app.redraw = arranged.is_some_and(|it| app.results.arranged(*it));
    Vec::new()
}

pub(super) fn searched(app: &mut App, revision: u64, rows: Option<Arc<Vec<u32>>>) -> Vec<Effect> {
    app.redraw = rows.is_some_and(|it| app.results.found(revision, it));
    Vec::new()
}

pub(super) fn zone_read(app: &mut App, zone: Result<Arc<Zone>, String>) -> Vec<Effect> {
    if let Err(words) = &zone {
        app.notify(Scope::Warning, format!("Times stay in UTC: {words}."));
    }
    app.results.set_zone(zone.ok());
    super::charts::again(app)
}

/// Adds a condition on the value of the cell to the query that the rows came from, as one change that can be taken back.
fn add_to_query(app: &mut App, wanted: bool) {
    let Some((column, cell)) = app.results.cell() else {
        return app.notify(Scope::Dim, "There is no cell here.");
    };
    let name = column.name.clone();
    if !app.results.is_only_name(&name) {
        let words = format!("Two columns are called {name}: a condition cannot say which is meant.");
        return app.notify(Scope::Warning, words);
    }
    if cell.text().len() > MAX_VALUE {
        let words = format!("The value is too long for a query: more than {} bytes.", grouped(MAX_VALUE as i64));
        return app.notify(Scope::Warning, words);
    }
    let condition = condition(column, cell, wanted);
    put_condition(app, &name, &condition);
}

/// Adds a condition on a column to the query that the rows came from.
pub(super) fn put_condition(app: &mut App, name: &str, condition: &str) {
    let Some((start, block)) = asked_block(app, name) else {
        let words = format!("No query with a column {name} is where these rows were asked for, or at the cursor.");
        return app.notify(Scope::Warning, words);
    };
    let Some(edit) = add_condition(&block, name, condition) else {
        return app.notify(Scope::Warning, "There is no query to add it to.");
    };
    let line = app.editor.text()[..start].matches('\n').count()
        + apply_edits(&block, std::slice::from_ref(&edit))[..edit.span.start + edit.text.len()].matches('\n').count()
        + 1;
    let edit = TextEdit { span: edit.span.start + start..edit.span.end + start, text: edit.text };
    language::apply(app, &[edit]);
    let (run, undo) = (app.keys.name(Section::Results, Action::Run), app.keys.name(Section::Editor, Action::Undo));
    app.notify(
        Scope::Info,
        format!("Line {line}: where {condition}. {run} runs it, {undo} in the editor takes it back."),
    );
}

/// The query that the rows came from and where it begins: where it still stands, else what it has become, else the one at
/// the cursor. One that was changed must still have the column.
fn asked_block(app: &App, column: &str) -> Option<(usize, String)> {
    let text = app.editor.text();
    let (asked, offset) = app.last_asked.as_ref().map_or(("", 0), |(asked, offset)| (asked.as_str(), *offset));
    let stands = |at: usize| !asked.is_empty() && text.get(at..at + asked.len()) == Some(asked);
    if let Some(at) = Some(offset).filter(|it| stands(*it)).or_else(|| text.find(asked).filter(|it| stands(*it))) {
        // The same text with something behind it is another query by now.
        let block = block_at(text, at).filter(|it| it.start <= at && at + asked.len() <= it.end);
        if block.is_none_or(|it| text[it].trim() == asked.trim()) {
            return Some((at, asked.to_owned()));
        }
    }
    let there = block_at(text, offset.min(text.len()));
    let blocks = there.into_iter().chain(app.editor.query());
    blocks.map(|it| (it.start, text[it].to_owned())).find(|(_, block)| has_column(app, block, column))
}

/// False when it is known that the query has no such column.
fn has_column(app: &App, block: &str, column: &str) -> bool {
    let Some(open) = app.open_connection() else { return false };
    let schema = open.schema();
    let context = open.context(&schema);
    match analyze(block, &context).query {
        Some(query) => query.result.columns.iter().any(|it| it.name == column),
        // A service may know what is not known here.
        None => app.only_advises() && !block.trim().is_empty(),
    }
}

fn show_columns(app: &mut App) {
    let (columns, here) = app.results.columns_to_choose();
    if columns.is_empty() || !app.results.shows_grid() {
        return app.notify(Scope::Dim, "There are no rows to look at.");
    }
    let choice = |(column, how): &(&crate::result::Column, &str)| Choice {
        label: column.name.clone(),
        detail: if how.is_empty() { column.ty.to_string() } else { format!("{}, {how}", column.ty) },
        key: String::new(),
    };
    let choices = columns.iter().map(choice).collect();
    app.popup = Popup::Chooser(Chooser::new(List::Columns, "go to column", choices).at(here));
}

pub(super) fn go_to_column(app: &mut App, at: usize) -> Vec<Effect> {
    app.results.go_to_column(at);
    Vec::new()
}

/// Rows and columns that can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Cell,
    Row,
    Column,
    Marked,
    Everything,
}

/// What can be copied here and in which form, the most wanted first.
fn copies(app: &App) -> Vec<(Part, CopyFormat)> {
    let Some(places) = app.results.copy_places() else { return Vec::new() };
    let parts = if places.n_marked > 0 {
        vec![Part::Marked, Part::Cell, Part::Row, Part::Column]
    } else {
        vec![Part::Cell, Part::Row, Part::Column, Part::Everything]
    };
    let makes_sense = |part: Part, format: CopyFormat| match (part, format) {
        (Part::Cell, CopyFormat::Csv | CopyFormat::Markdown) => false,
        // A list of values is made of one column.
        (Part::Row | Part::Everything, CopyFormat::InList) => false,
        _ => true,
    };
    let all = parts.into_iter().flat_map(|part| CopyFormat::ALL.map(|format| (part, format)));
    all.filter(|(part, format)| makes_sense(*part, *format)).collect()
}

fn show_copies(app: &mut App) {
    let Some(places) = app.results.copy_places() else {
        return app.notify(Scope::Dim, "There is nothing to copy.");
    };
    let column = app.results.column().map_or_else(String::new, |it| it.name);
    let rows = |n: usize| if n == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(n as i64)) };
    let detail = |part: Part, format: CopyFormat| match (part, format) {
        (Part::Marked, CopyFormat::InList) => format!("{column}, {}", rows(places.n_marked)),
        (Part::Cell, _) => column.clone(),
        (Part::Row, _) => format!("row {}, columns as shown", places.row + 1),
        (Part::Column, _) => format!("{column}, {}", rows(places.n_rows)),
        (Part::Marked, _) => format!("{}, columns as shown", rows(places.n_marked)),
        (Part::Everything, _) => format!("{}, columns as shown", rows(places.n_rows)),
    };
    let choice = |(part, format): (Part, CopyFormat)| Choice {
        label: format!("{} as {}", part_name(part), format.name()),
        detail: detail(part, format),
        key: String::new(),
    };
    let choices = copies(app).into_iter().map(choice).collect();
    app.popup = Popup::Chooser(Chooser::new(List::Copies, "copy", choices));
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Cell => "cell",
        Part::Row => "row",
        Part::Column => "column",
        Part::Marked => "marked rows",
        Part::Everything => "all rows",
    }
}

/// Writes what was chosen, on a worker: it may be a hundred thousand rows.
pub(super) fn copy(app: &mut App, at: usize) -> Vec<Effect> {
    let (Some(places), Some((part, format))) = (app.results.copy_places(), copies(app).get(at).copied()) else {
        return Vec::new();
    };
    let in_list = format == CopyFormat::InList;
    let one = Some(Arc::new(vec![places.row]));
    let (rows, columns) = match part {
        Part::Cell => (one, vec![places.col]),
        Part::Row => (one, places.columns),
        Part::Column => (app.results.view_rows(), vec![places.col]),
        Part::Marked => {
            let columns = if in_list { vec![places.col] } else { places.columns };
            (Some(Arc::new(app.results.marked_rows())), columns)
        }
        Part::Everything => (app.results.view_rows(), places.columns),
    };
    let what = format!("{} as {}", part_name(part), format.name());
    vec![Effect::WriteCopy { rows, columns, format, what }]
}

pub(super) fn copy_written(app: &mut App, what: &str, outcome: Result<String, String>) -> Vec<Effect> {
    match outcome {
        Ok(text) => {
            let n_characters = grouped(text.chars().count() as i64);
            app.notify(Scope::Dim, format!("Copied {what}: {n_characters} characters."));
            vec![Effect::Copy(text)]
        }
        Err(words) => {
            app.notify(Scope::Error, format!("Nothing was copied: {words}."));
            Vec::new()
        }
    }
}
