//! The time that queries are asked about: set where the connection narrows it itself; elsewhere the same is offered as a
//! filter in the query, and only the user puts it there.

use crate::config::{Scope, TimeRange};
use crate::kql::{Node, Schema, SyntaxKind, TICKS_PER_DAY, TICKS_PER_SECOND, parse};
use crate::result::datetime_text;
use crate::tui::action::Action;
use crate::tui::app::{App, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::popups::time_range::{Narrowing, TimePicker};

pub(super) fn show(app: &mut App) {
    app.popup = Popup::TimeRange(TimePicker::at(app.time_range.as_ref()));
}

/// The range that a connection names is in force, where it can be.
pub(super) fn take_from_connection(app: &mut App) {
    let Some(connection) = app.connections.get(app.connection) else { return };
    let mut set = connection.time_range.clone();
    if let Some((_, restored)) = app.restored_range.take_if(|(at, _)| *at == app.connection) {
        set = restored;
    }
    app.time_range = None;
    let Some(range) = set else { return };
    if Narrowing::of(connection) != Narrowing::InQuery {
        app.time_range = Some(range);
        return;
    }
    let key = app.keys.name(Section::Editor, Action::TimeRange);
    let (name, words) = (&connection.name, range.words());
    let notice =
        format!("'{name}' takes no time beside the query: its '{words}' is not applied. {key} offers a filter.");
    app.notify(Scope::Warning, notice);
}

/// Sets the chosen range, or offers what takes its place; asked again, puts that into the query.
pub(super) fn choose(app: &mut App) -> Vec<Effect> {
    let Popup::TimeRange(picker) = &mut app.popup else { return Vec::new() };
    if picker.offer.is_some() {
        insert(app);
        return Vec::new();
    }
    let Ok(range) = picker.range() else { return Vec::new() };
    let narrowing = app.connection().map_or(Narrowing::InQuery, Narrowing::of);
    match range {
        Some(range) if narrowing == Narrowing::InQuery => offer(app, &range),
        range => {
            let words = range.as_ref().map_or_else(
                || "Queries are asked about the time that they name themselves.".to_owned(),
                |it| format!("Queries are asked about: {}.", it.words()),
            );
            (app.time_range, app.popup) = (range, Popup::None);
            app.notify(Scope::Info, words);
        }
    }
    Vec::new()
}

fn offer(app: &mut App, range: &TimeRange) {
    let found = place(app);
    let Popup::TimeRange(picker) = &mut app.popup else { return };
    match found {
        Some(place) => picker.offer = Some(filter(&place.column, range)),
        None => picker.fault("There is no table in the query at the cursor that could be filtered."),
    }
}

/// Puts the filter that was offered behind the table.
fn insert(app: &mut App) {
    let Popup::TimeRange(picker) = &app.popup else { return };
    let filter = picker.offer.clone().unwrap_or_default();
    let found = place(app);
    app.popup = Popup::None;
    let Some(place) = found else { return };
    let on_a_line = app.editor.text()[place.at..].lines().next().is_some_and(|it| !it.trim().is_empty());
    let inserted = if on_a_line { format!(" {filter}") } else { format!("\n{filter}") };
    app.editor.insert_at(place.at, &inserted);
    let undo = app.keys.name(Section::Editor, Action::Undo);
    let others = match place.n_tables {
        0 | 1 => String::new(),
        2 => format!(" The other table is not filtered, only {}.", place.table),
        n => format!(" The other {} tables are not filtered, only {}.", n - 1, place.table),
    };
    app.notify(Scope::Info, format!("The filter is in the query; {undo} takes it back.{others}"));
}

/// Where a filter goes: behind the first table of the query at the cursor.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// Byte of the text.
    at: usize,
    table: String,
    /// Its time column.
    column: String,
    /// Different tables that the query names.
    n_tables: usize,
}

fn place(app: &App) -> Option<Place> {
    let range = app.editor.query()?;
    let schema = app.open_connection()?.schema();
    let place = place_in(&app.editor.text()[range.clone()], &schema)?;
    Some(Place { at: place.at + range.start, ..place })
}

fn place_in(query: &str, schema: &Schema) -> Option<Place> {
    let tree = parse(query);
    let named = tree.root().descendants().filter(|it| it.kind() == SyntaxKind::Name);
    let tables: Vec<_> = named.filter_map(|it| Some((it, schema.table(it.text())?))).collect();
    let (node, table) = tables.first()?;
    // A filter behind one operand of a `union` that begins the query would cut it in two.
    let within = node.ancestors().take_while(|it| it.kind() != SyntaxKind::PipeExpr);
    let behind = within.filter(|it| it.kind() == SyntaxKind::UnionOperator && is_head(*it)).last().unwrap_or(*node);
    let column = table.time_column().map_or("Timestamp", |idx| table.columns[idx].name.as_str());
    let mut names: Vec<_> = tables.iter().map(|(_, it)| it.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    Some(Place { at: behind.span().end, table: table.name.clone(), column: column.to_owned(), n_tables: names.len() })
}

/// True for what stands at the begin of its pipe.
fn is_head(node: Node<'_>) -> bool {
    let pipe = node.parent().filter(|it| it.kind() == SyntaxKind::PipeExpr);
    pipe.and_then(|it| it.children().next()).is_none_or(|first| first.span() == node.span())
}

/// A time that stands for now: what ends there is open at its end.
const LATER: i64 = 3_000_000_000_000_000_000;

/// `| where Timestamp > ago(7d)`, or between two instants.
fn filter(column: &str, range: &TimeRange) -> String {
    if let Some(span) = range.last() {
        return format!("| where {column} > ago({})", timespan(span));
    }
    let (from, to) = range.resolve(LATER);
    let instant = |ticks| format!("datetime({})", datetime_text(ticks).replace(".0000000Z", "Z"));
    if to == LATER {
        return format!("| where {column} >= {}", instant(from));
    }
    format!("| where {column} between ({} .. {})", instant(from), instant(to))
}

/// As one writes it: `7d`, `36h`, `90m`; in ticks where it is not that plain.
fn timespan(ticks: i64) -> String {
    let units =
        [(TICKS_PER_DAY, "d"), (TICKS_PER_DAY / 24, "h"), (60 * TICKS_PER_SECOND, "m"), (TICKS_PER_SECOND, "s")];
    match units.into_iter().find(|(unit, _)| ticks % unit == 0) {
        Some((unit, letter)) => format!("{}{letter}", ticks / unit),
        None => format!("{ticks}tick"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::{ColumnSymbol, ScalarType, TableSymbol};

    fn schema() -> Schema {
        let mut schema = Schema::default();
        for (name, time) in [("DeviceInfo", "Timestamp"), ("SigninLogs", "TimeGenerated")] {
            let columns = vec![ColumnSymbol::new(time, ScalarType::Datetime)];
            schema.insert(TableSymbol { name: name.to_owned(), columns: columns.into(), description: String::new() });
        }
        schema
    }

    #[test]
    fn a_filter_goes_behind_the_first_table() {
        for (query, head, column, n_tables) in [
            ("DeviceInfo", "DeviceInfo", "Timestamp", 1),
            ("// all\nSigninLogs\n| take 5", "// all\nSigninLogs", "TimeGenerated", 1),
            ("let a = DeviceInfo | take 5;\na | join SigninLogs on x", "let a = DeviceInfo", "Timestamp", 2),
            ("union DeviceInfo, SigninLogs | count", "union DeviceInfo, SigninLogs", "Timestamp", 2),
            ("union (DeviceInfo | take 1), SigninLogs", "union (DeviceInfo", "Timestamp", 2),
            ("DeviceInfo | union SigninLogs", "DeviceInfo", "Timestamp", 2),
            ("DeviceInfo | where x in (", "DeviceInfo", "Timestamp", 1),
        ] {
            let place = place_in(query, &schema()).unwrap();
            assert_eq!(
                (&query[..place.at], place.column.as_str(), place.n_tables),
                (head, column, n_tables),
                "{query}"
            );
        }
        assert_eq!(place_in("print 1", &schema()), None);
    }

    #[test]
    fn filters_say_what_the_range_says() {
        for (range, expected) in [
            ("P7D", "| where Timestamp > ago(7d)"),
            ("PT36H", "| where Timestamp > ago(36h)"),
            ("P1DT30M", "| where Timestamp > ago(1470m)"),
            ("2024-02-01", "| where Timestamp >= datetime(2024-02-01T00:00:00Z)"),
            (
                "P1D/2024-02-15T08:00:00Z",
                "| where Timestamp between (datetime(2024-02-14T08:00:00Z) .. datetime(2024-02-15T08:00:00Z))",
            ),
        ] {
            assert_eq!(filter("Timestamp", &TimeRange::parse(range).unwrap()), expected, "{range}");
        }
    }
}
