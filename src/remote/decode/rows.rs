//! The rows of an answer: objects whose keys are column names, or lists in the order of the columns.

use serde_json::{Map, Value};

use super::Fault;
use super::lexer::Lexer;
use super::schema::WireColumn;
use super::table::Table;
use crate::kql::ScalarType;

const ANNOTATION: &str = "@odata.type";
/// Error objects among the rows that are kept.
const MAX_OBJECTS: usize = 100;

/// Reads a list of rows as objects; `null` is an empty one.
pub(super) fn read_objects(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>) -> Result<(), Fault> {
    if lexer.peek()? == b'n' {
        return lexer.null();
    }
    lexer.begin(b'[', "a list of rows")?;
    let mut is_first = true;
    while lexer.next(&mut is_first, b']')? {
        read_object(lexer, table)?;
        table.end_row(lexer)?;
    }
    Ok(())
}

fn read_object(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>) -> Result<(), Fault> {
    lexer.begin(b'{', "a row as an object")?;
    // The next column, as long as the keys come in the order of the columns, which is nearly always.
    let (mut expected, mut in_order, mut is_first) = (0, true, true);
    while lexer.next(&mut is_first, b'}')? {
        if in_order
            && let Some(quoted) = table.keys.quoted.get(expected)
            && lexer.is_key(quoted)
        {
            table.builders[expected].read(lexer)?;
            table.n_filled += 1;
            expected += 1;
            continue;
        }
        match place(lexer, table)? {
            Place::Column(idx) => {
                in_order &= idx >= expected;
                expected = idx + 1;
                table.builders[idx].read(lexer)?;
                table.n_filled += 1;
            }
            Place::Annotation(idx) => {
                let odata_type = lexer.raw()?;
                table.builders[idx].is_collection = odata_type.contains("Collection(");
            }
            Place::Nowhere => drop(lexer.raw()?),
        }
    }
    Ok(())
}

/// Where the value behind a key belongs.
enum Place {
    Column(usize),
    /// `X@odata.type` before the column `X`.
    Annotation(usize),
    Nowhere,
}

fn place(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>) -> Result<Place, Fault> {
    let key = lexer.key()?;
    let keys = &table.keys;
    let mut found = keys.find(key);
    if found.is_none() {
        if let Some(name) = key.strip_suffix(ANNOTATION) {
            return Ok(keys.find(name).or_else(|| keys.find_lower(name)).map_or(Place::Nowhere, Place::Annotation));
        }
        found = keys.find_lower(key);
    }
    if let Some(idx) = found {
        if table.builders[idx].len() == table.n_pending {
            return Ok(Place::Column(idx));
        }
        // A key that comes twice counts the first time.
        table.faults.n_repeated_keys += 1;
        return Ok(Place::Nowhere);
    }
    let name = key.to_owned();
    // The null of a column that nobody knows yet says nothing.
    let ty = match lexer.peek()? {
        b'n' => return Ok(Place::Nowhere),
        b'"' => ScalarType::String,
        _ => ScalarType::Dynamic,
    };
    Ok(table.add_column(&name, ty)?.map_or(Place::Nowhere, Place::Column))
}

/// Reads a list of rows as lists; `null` is an empty one. Objects among them are no rows, but what the service says of
/// a failure in the middle of them.
pub(super) fn read_lists(
    lexer: &mut Lexer<'_>,
    table: &mut Table<'_, '_>,
    objects: &mut Vec<Value>,
) -> Result<(), Fault> {
    if lexer.peek()? == b'n' {
        return lexer.null();
    }
    lexer.begin(b'[', "a list of rows")?;
    let mut is_first = true;
    while lexer.next(&mut is_first, b']')? {
        if lexer.peek()? == b'{' {
            keep_object(lexer, objects)?;
        } else {
            read_list(lexer, table)?;
            table.end_row(lexer)?;
        }
    }
    Ok(())
}

fn keep_object(lexer: &mut Lexer<'_>, objects: &mut Vec<Value>) -> Result<(), Fault> {
    let object = lexer.tree()?;
    if objects.len() < MAX_OBJECTS {
        objects.push(object);
    }
    Ok(())
}

fn read_list(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>) -> Result<(), Fault> {
    lexer.begin(b'[', "a row as a list")?;
    let mut is_first = true;
    while lexer.next(&mut is_first, b']')? {
        if let Some(builder) = table.builders.get_mut(table.n_filled) {
            builder.read(lexer)?;
            table.n_filled += 1;
        } else {
            lexer.raw()?;
            table.faults.n_surplus += 1;
        }
    }
    table.faults.n_short += u64::from(table.n_filled < table.builders.len());
    Ok(())
}

/// Passes a list of rows that is not shown, and counts them. `objects` as above.
pub(super) fn count_lists(lexer: &mut Lexer<'_>, objects: &mut Vec<Value>) -> Result<u64, Fault> {
    if lexer.peek()? == b'n' {
        lexer.null()?;
        return Ok(0);
    }
    lexer.begin(b'[', "a list of rows")?;
    let (mut n_rows, mut is_first) = (0, true);
    while lexer.next(&mut is_first, b']')? {
        if lexer.peek()? == b'{' {
            keep_object(lexer, objects)?;
        } else {
            lexer.raw()?;
            n_rows += 1;
        }
    }
    Ok(n_rows)
}

/// The columns that rows have which come without a schema, in the order they are first met: a string when every value
/// is one, else dynamic.
#[derive(Default)]
pub(super) struct Guess {
    columns: Vec<WireColumn>,
    places: std::collections::HashMap<String, usize>,
}

impl Guess {
    pub(super) fn look_at(&mut self, row: &str) {
        let cells: Map<String, Value> = serde_json::from_str(row).unwrap_or_default();
        for (name, value) in cells.into_iter().filter(|(name, _)| !name.ends_with(ANNOTATION)) {
            let columns = &mut self.columns;
            let idx = *self.places.entry(name).or_insert_with_key(|name| {
                columns.push(WireColumn::new(name.clone(), ScalarType::String));
                columns.len() - 1
            });
            if !matches!(value, Value::String(_) | Value::Null) {
                columns[idx].ty = ScalarType::Dynamic;
            }
        }
    }

    pub(super) fn into_columns(self) -> Vec<WireColumn> {
        self.columns
    }
}
