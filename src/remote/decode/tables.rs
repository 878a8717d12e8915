//! A list of tables: version 1 of Kusto's query API, its management commands, and Log Analytics.
//!
//! The first table is the result. In version 1 the last one of three or more says what the others are.

use serde_json::Value;

use super::aside::{Aside, Row, each_row};
use super::lexer::Lexer;
use super::schema::WireColumn;
use super::table::Table;
use super::{Fault, Shape, rows, schema};
use crate::result::RunStats;

pub(super) fn read(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>, aside: &mut Aside) -> Result<(), Fault> {
    lexer.begin(b'{', "an object with tables")?;
    let (mut further, mut is_first) = (Vec::new(), true);
    while lexer.next(&mut is_first, b'}')? {
        match lexer.lower_key()?.as_str() {
            "tables" => read_tables(lexer, table, aside, &mut further)?,
            "statistics" => aside.stats = Some(RunStats::from_wire(&lexer.tree()?)),
            "render" => aside.set_visualization(&lexer.tree()?),
            "error" | "exceptions" | "oneapierrors" => aside.add_error(lexer.tree()?),
            _ => drop(lexer.raw()?),
        }
    }
    if table.shape == Shape::LogAnalytics {
        for it in further {
            aside.add_further_result(&it.name, it.n_rows());
        }
        return Ok(());
    }
    read_kusto(further, aside)
}

/// A table behind the first.
struct Further {
    name: String,
    columns: Vec<String>,
    rows: Value,
}

impl Further {
    fn n_rows(&self) -> u64 {
        self.rows.as_array().map_or(0, |rows| rows.len() as u64)
    }

    fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|it| it.eq_ignore_ascii_case(name))
    }
}

fn read_tables(
    lexer: &mut Lexer<'_>,
    table: &mut Table<'_, '_>,
    aside: &mut Aside,
    further: &mut Vec<Further>,
) -> Result<(), Fault> {
    if lexer.peek()? == b'n' {
        return lexer.null();
    }
    lexer.begin(b'[', "a list of tables")?;
    let mut is_first = true;
    while lexer.next(&mut is_first, b']')? {
        if table.is_started() {
            further.push(read_further(&lexer.tree()?));
        } else {
            read_result(lexer, table, aside)?;
        }
    }
    Ok(())
}

/// The table that is shown.
fn read_result(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>, aside: &mut Aside) -> Result<(), Fault> {
    lexer.begin(b'{', "a table as an object")?;
    let (mut failures, mut is_first) = (Vec::new(), true);
    while lexer.next(&mut is_first, b'}')? {
        match lexer.lower_key()?.as_str() {
            "columns" if !table.is_started() => table.start(schema::read(lexer)?.unwrap_or_default())?,
            "rows" if table.is_started() => rows::read_lists(lexer, table, &mut failures)?,
            "rows" => return Err(lexer.malformed("the columns of a table before its rows")),
            _ => drop(lexer.raw()?),
        }
    }
    if !table.is_started() {
        return Err(lexer.malformed("a table with columns"));
    }
    aside.add_error(Value::Array(failures));
    Ok(())
}

fn read_further(tree: &Value) -> Further {
    let member = |names: [&str; 2]| {
        let members = tree.as_object().into_iter().flatten();
        members.filter(|(key, _)| names.iter().any(|it| key.eq_ignore_ascii_case(it))).map(|(_, value)| value).next()
    };
    let columns = member(["columns", "columns"]).and_then(Value::as_array).into_iter().flatten();
    let columns: Vec<WireColumn> = columns.enumerate().map(|(idx, entry)| schema::column(entry, idx)).collect();
    Further {
        name: member(["tablename", "name"]).and_then(Value::as_str).unwrap_or_default().to_owned(),
        columns: columns.into_iter().map(|column| column.name).collect(),
        rows: member(["rows", "rows"]).cloned().unwrap_or_default(),
    }
}

/// Tells the tables apart by the table of contents, else by their columns.
fn read_kusto(mut further: Vec<Further>, aside: &mut Aside) -> Result<(), Fault> {
    let is_contents = |it: &Further| ["ordinal", "kind", "name", "id"].iter().all(|name| it.has_column(name));
    let contents = further.pop_if(|it| is_contents(it)).map(|it| kinds(&it)).unwrap_or_default();
    if contents.iter().any(|(ordinal, kind)| *ordinal == 0 && kind != "QueryResult") {
        return Err(Fault::Malformed("its first table is not the result of the query".to_owned()));
    }
    for (idx, it) in further.into_iter().enumerate() {
        let kind = contents.iter().find(|(ordinal, _)| *ordinal == idx as i64 + 1).map(|(_, kind)| kind.as_str());
        match kind {
            Some("QueryResult") => aside.add_further_result(&it.name, it.n_rows()),
            _ if it.has_column("StatusDescription") => each_row(aside, &it.columns, it.rows, Aside::add_completion),
            _ if it.has_column("Value") => each_row(aside, &it.columns, it.rows, Aside::add_property),
            Some(_) => {}
            None => aside.add_further_result(&it.name, it.n_rows()),
        }
    }
    Ok(())
}

/// Number and kind of each table.
fn kinds(contents: &Further) -> Vec<(i64, String)> {
    let rows = contents.rows.as_array().into_iter().flatten().filter_map(Value::as_array);
    let kind = |cells: &Vec<Value>| {
        let row = Row { names: &contents.columns, cells };
        Some((row.get(&["ordinal"])?.as_i64()?, row.get(&["kind"])?.as_str()?.to_owned()))
    };
    rows.filter_map(kind).collect()
}
