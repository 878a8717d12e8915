//! The schema of an answer: a list of names and .NET type names.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::kql::ScalarType;
use crate::result::Column;

/// Reads the columns; `None` when there is `null` instead of a list.
pub(super) struct SchemaSeed;

impl<'de> DeserializeSeed<'de> for SchemaSeed {
    type Value = Option<Vec<Column>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SchemaSeed {
    type Value = Option<Vec<Column>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of columns")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut columns: Vec<Column> = Vec::new();
        while let Some(entry) = seq.next_element::<Map<String, Value>>()? {
            let text = |name: &str| {
                let member = entry.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                member.and_then(|(_, value)| value.as_str()).map(str::to_owned)
            };
            let name = text("name").unwrap_or_else(|| format!("Column{}", columns.len() + 1));
            columns.push(Column { name, ty: text("type").map_or(ScalarType::Dynamic, |name| type_of(&name)) });
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(columns))
    }
}

/// The type that a service means: .NET names with or without their namespace, OData and Kusto names, in any case.
/// A name that nobody knows is a dynamic, which can hold whatever comes.
pub(super) fn type_of(name: &str) -> ScalarType {
    let name = name.trim().trim_start_matches('#');
    let last = name.rsplit('.').next().unwrap_or(name);
    match last.to_ascii_lowercase().as_str() {
        "sbyte" | "boolean" | "bool" => ScalarType::Bool,
        "int32" | "int" | "int16" | "byte" | "uint16" => ScalarType::Int,
        "int64" | "long" | "uint32" | "uint64" => ScalarType::Long,
        "double" | "real" | "single" | "float" => ScalarType::Real,
        "sqldecimal" | "decimal" => ScalarType::Decimal,
        "datetime" | "date" | "datetimeoffset" => ScalarType::Datetime,
        "timespan" | "time" | "duration" => ScalarType::Timespan,
        "guid" | "uuid" | "uniqueid" => ScalarType::Guid,
        "string" => ScalarType::String,
        _ => ScalarType::Dynamic,
    }
}
