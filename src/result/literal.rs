//! Values and conditions written as KQL, so that what a grid shows can go back into a query.

use std::borrow::Cow;
use std::collections::HashSet;

use super::cell::Cell;
use super::set::{Column, ResultSet};
use crate::kql::{ScalarType, quoted_name, string_literal};

impl Cell<'_> {
    /// The value as a KQL literal; null as the null of the column's type.
    pub fn literal(self, ty: ScalarType) -> String {
        match self {
            Self::Null | Self::Misstored => {
                format!("{}(null)", if ty == ScalarType::Unknown { "dynamic" } else { ty.name() })
            }
            Self::Bool(value) => value.to_string(),
            // A minus is an operator before a number; in brackets it is a part of it, also for the least number.
            Self::Int(value) if value < 0 => format!("int({value})"),
            Self::Int(value) => value.to_string(),
            Self::Long(value) if value < 0 => format!("long({value})"),
            Self::Long(value) => value.to_string(),
            Self::Real(value) if value.is_nan() => "real(nan)".to_owned(),
            Self::Real(value) if value.is_infinite() => {
                if value < 0.0 { "real(-inf)" } else { "real(+inf)" }.to_owned()
            }
            Self::Real(_) => format!("real({})", self.text()),
            Self::Decimal(_) => format!("decimal({})", self.text()),
            Self::Datetime(_) => format!("datetime({})", self.text()),
            Self::Timespan(_) => format!("timespan({})", self.text()),
            Self::Guid(text) => format!("guid({text})"),
            Self::String(text) => string_literal(text),
            Self::Dynamic(_) => {
                let mut json = String::new();
                super::export::push_json(&mut json, self);
                format!("dynamic({json})")
            }
        }
    }
}

/// The condition that a column has this value, or that it has not. A row in which the column is null has neither a value
/// nor the lack of one for KQL, so leaving a value out keeps such rows only where the condition says so.
pub fn condition(column: &Column, cell: Cell<'_>, wanted: bool) -> String {
    let name = quoted_name(&column.name);
    let not = if wanted { "" } else { "not" };
    match cell {
        Cell::Null | Cell::Misstored => format!("is{not}null({name})"),
        Cell::String("") => format!("is{not}empty({name})"),
        Cell::Real(value) if value.is_nan() => {
            format!("{}isnan({name}){}", if wanted { "" } else { "not(" }, if wanted { "" } else { ")" })
        }
        Cell::Bool(_) if !wanted => format!("{name} != {}", cell.literal(column.ty)),
        Cell::Dynamic(_) => {
            let text = string_literal(&dynamic_text(cell));
            format!("tostring({name}) {} {text}", if wanted { "==" } else { "!=" })
        }
        _ => format!("{name} {} {}", if wanted { "==" } else { "!=" }, cell.literal(column.ty)),
    }
}

/// What `tostring()` makes of a dynamic.
fn dynamic_text(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Dynamic(json) if json.starts_with('"') => {
            serde_json::from_str::<String>(json).map_or_else(|_| Cow::Borrowed(json), Cow::Owned)
        }
        _ => cell.text(),
    }
}

/// The condition that a column has one of the values that it has in the result, each once in the order in which they
/// come, and how many there are. Nulls are left out: no list has them.
pub fn in_list(set: &ResultSet, col: usize) -> (String, usize) {
    let Some(column) = set.columns().get(col) else { return (String::new(), 0) };
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    for row in 0..set.n_rows() {
        let cell = set.cell(row, col);
        if cell.is_null() || cell == Cell::Misstored {
            continue;
        }
        let literal = match cell {
            Cell::Dynamic(_) => string_literal(&dynamic_text(cell)),
            _ => cell.literal(column.ty),
        };
        if seen.insert(literal.clone()) {
            values.push(literal);
        }
    }
    let name = quoted_name(&column.name);
    let name =
        if matches!(column.ty, ScalarType::Dynamic | ScalarType::Unknown) { format!("tostring({name})") } else { name };
    (format!("{name} in ({})", values.join(", ")), values.len())
}
