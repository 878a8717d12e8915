//! What a reader of a service's own schema has found, and what all readers need.

use serde_json::Value;

use super::SchemaError;
use crate::kql::{ColumnSymbol, FunctionSymbol, ScalarType, Schema, TableSymbol};

/// A schema as a service tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub schema: Schema,
    /// One line each: what was not understood and therefore left out or taken for something else. Names in it are the
    /// service's words: make them harmless before showing them.
    pub notes: Vec<String>,
}

/// Notes kept; a schema that is wrong throughout would give one for each column.
const MAX_NOTES: usize = 50;
/// Characters of a name inside a note.
const MAX_NAME: usize = 100;

impl Found {
    pub(super) fn note(&mut self, note: String) {
        match self.notes.len() {
            n if n < MAX_NOTES => self.notes.push(note),
            MAX_NOTES => self.notes.push("more was not understood and is not listed".to_owned()),
            _ => {}
        }
    }

    /// Takes a table over, unless its name is empty. Of columns of one name the first counts, as for a query.
    pub(super) fn table(&mut self, name: &str, description: String, columns: Vec<(String, String, String)>) {
        if name.is_empty() {
            return self.note("a table without a name is left out".to_owned());
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut symbols = Vec::with_capacity(columns.len());
        for (column, type_name, description) in columns {
            if column.is_empty() || !seen.insert(column.clone()) {
                let what = match column.as_str() {
                    "" => "a column without a name".to_owned(),
                    column => format!("a second column {}", clip(column)),
                };
                self.note(format!("{}: {what} is left out", clip(name)));
                continue;
            }
            let ty = type_of(&type_name).unwrap_or_else(|| {
                let (name, column, type_name) = (clip(name), clip(&column), clip(&type_name));
                self.note(format!("{name}: {column} has the unknown type '{type_name}' and is read as dynamic"));
                ScalarType::Dynamic
            });
            symbols.push(ColumnSymbol { description, ..ColumnSymbol::new(column, ty) });
        }
        self.schema.insert(TableSymbol { name: name.to_owned(), columns: symbols.into(), description });
    }

    /// Takes over the list `tables` of an answer whose columns name their type under one of these words.
    pub(super) fn tables(&mut self, answer: &Value, type_words: &[&str]) -> Result<(), SchemaError> {
        let Some(Value::Array(tables)) = member(answer, "tables") else {
            return Err(SchemaError::new("the answer has no list 'tables'"));
        };
        for table in tables {
            let column = |it: &Value| (text(it, &["name"]), text(it, type_words), text(it, &["description"]));
            let columns = elements(member(table, "columns")).into_iter().map(column).collect();
            self.table(&text(table, &["name"]), text(table, &["description"]), columns);
        }
        Ok(())
    }

    pub(super) fn function(&mut self, name: String, parameters: String, description: String) {
        if name.is_empty() {
            return self.note("a function without a name is left out".to_owned());
        }
        self.schema.insert_function(FunctionSymbol { name, parameters, description, ..FunctionSymbol::default() });
    }
}

/// The type that a schema's word for it means: KQL's own names and their aliases, and the .NET names with or without
/// `System.`, in any case. `None` for words that nobody has told us about.
pub fn type_of(word: &str) -> Option<ScalarType> {
    let word = word.trim();
    if let Some(ty) = ScalarType::from_name(word) {
        return Some(ty);
    }
    let lower = word.to_ascii_lowercase();
    let short = lower.rsplit('.').next().unwrap_or(&lower);
    Some(match short {
        "sbyte" => ScalarType::Bool,
        "object" => ScalarType::Dynamic,
        "sqldecimal" => ScalarType::Decimal,
        "single" => ScalarType::Real,
        other => return ScalarType::from_name(other),
    })
}

/// The text of the first of these members that is one, names compared without regard to case; else empty.
pub(super) fn text(object: &Value, names: &[&str]) -> String {
    names.iter().find_map(|name| member(object, name)?.as_str()).unwrap_or_default().to_owned()
}

/// A member by its name in any case: services have changed the case of theirs before.
pub(super) fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let object = object.as_object()?;
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The elements of an array, or the values of an object; nothing for anything else.
pub(super) fn elements(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(Value::Object(members)) => members.values().collect(),
        _ => Vec::new(),
    }
}

/// Parameters as KQL writes them: `(x:long, y:string)`.
pub(super) fn parameters(list: Option<&Value>) -> String {
    let one = |parameter: &Value| {
        let (name, ty) = (text(parameter, &["name"]), text(parameter, &["cslType", "type"]));
        if ty.is_empty() { name } else { format!("{name}:{ty}") }
    };
    let all: Vec<String> = elements(list).into_iter().map(one).collect();
    format!("({})", all.join(", "))
}

fn clip(name: &str) -> String {
    name.chars().take(MAX_NAME).collect()
}
