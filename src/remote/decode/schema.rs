//! The columns of an answer: names, and type names of .NET, OData or Kusto.

use serde_json::Value;

use super::Fault;
use super::lexer::Lexer;
use crate::kql::ScalarType;

/// A column as an answer declares it.
#[derive(Debug, Clone)]
pub(super) struct WireColumn {
    pub(super) name: String,
    pub(super) ty: ScalarType,
    /// The name of a type that nobody knows.
    pub(super) unknown_type: Option<String>,
}

impl WireColumn {
    pub(super) fn new(name: String, ty: ScalarType) -> Self {
        Self { name, ty, unknown_type: None }
    }
}

/// Reads the columns; `None` when there is `null` instead of a list.
pub(super) fn read(lexer: &mut Lexer<'_>) -> Result<Option<Vec<WireColumn>>, Fault> {
    if lexer.peek()? == b'n' {
        lexer.null()?;
        return Ok(None);
    }
    lexer.begin(b'[', "a list of columns")?;
    let (mut columns, mut is_first) = (Vec::new(), true);
    while lexer.next(&mut is_first, b']')? {
        if lexer.peek()? != b'{' {
            return Err(lexer.malformed("a column as an object"));
        }
        let column = column(&lexer.tree()?, columns.len());
        columns.push(column);
    }
    Ok(Some(columns))
}

/// Kusto gives its own name of the type and that of .NET, or only one of them.
pub(super) fn column(entry: &Value, idx: usize) -> WireColumn {
    let text = |name: &str| {
        let members = entry.as_object().into_iter().flatten();
        members.filter(|(key, _)| key.eq_ignore_ascii_case(name)).find_map(|(_, value)| value.as_str())
    };
    let name = text("columnname").or_else(|| text("name")).map_or_else(|| format!("Column{}", idx + 1), str::to_owned);
    let type_names = [text("columntype"), text("type"), text("datatype")];
    let known = type_names.into_iter().flatten().find_map(type_of);
    let unknown_type = match known {
        Some(_) => None,
        None => Some(type_names.into_iter().flatten().next().unwrap_or_default().to_owned()),
    };
    WireColumn { name, ty: known.unwrap_or(ScalarType::Dynamic), unknown_type }
}

/// The type that a service means, in any case, with or without a namespace. A name that nobody knows is a dynamic, which
/// can hold whatever comes.
fn type_of(name: &str) -> Option<ScalarType> {
    let name = name.trim().trim_start_matches('#');
    let last = name.rsplit('.').next().unwrap_or(name);
    Some(match last.to_ascii_lowercase().as_str() {
        "sbyte" | "boolean" | "bool" => ScalarType::Bool,
        "int32" | "int" | "int16" | "byte" | "uint16" => ScalarType::Int,
        "int64" | "long" | "uint32" | "uint64" => ScalarType::Long,
        "double" | "real" | "single" | "float" => ScalarType::Real,
        "sqldecimal" | "decimal" => ScalarType::Decimal,
        "datetime" | "date" | "datetimeoffset" => ScalarType::Datetime,
        "timespan" | "time" | "duration" => ScalarType::Timespan,
        "guid" | "uuid" | "uniqueid" => ScalarType::Guid,
        "string" => ScalarType::String,
        "object" | "dynamic" | "jtoken" => ScalarType::Dynamic,
        _ => return None,
    })
}
