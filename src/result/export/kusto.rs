//! What both answers of Kusto's REST API share: rows as arrays, how the run ended, and how the result is drawn.

use serde_json::{Map, Value, json};

use super::super::cell::Row;
use super::super::set::{NamedResult, Truncation};
use super::json::push_json;
use crate::kql::Render;

/// What an answer of Kusto says beside its rows.
#[derive(Debug, Clone, Copy)]
pub struct KustoEnvelope<'a> {
    /// As the client gave it, or as it was made up for one that gave none.
    pub client_request_id: &'a str,
    pub activity_id: &'a str,
    /// When the query ended, in ticks.
    pub ended: i64,
    pub render: Option<&'a Render>,
    /// Results behind the first.
    pub more: &'a [NamedResult],
    /// Rows are missing.
    pub cut: Option<&'a Truncation>,
    /// The error of the rows that are missing, as `{"error": …}`.
    pub failure: Option<&'a Value>,
}

/// The status code of `E_QUERY_RESULT_SET_TOO_LARGE`, 0x80DA0003.
const TOO_LARGE: i32 = -2_133_196_797;

/// One row of the table that tells how a query ended, without what names the request.
pub(super) struct Ending {
    pub(super) level: i32,
    pub(super) level_name: &'static str,
    pub(super) status: i32,
    pub(super) status_name: &'static str,
    pub(super) event: i32,
    pub(super) event_name: &'static str,
    pub(super) text: String,
}

impl KustoEnvelope<'_> {
    /// The first row of the table that tells how the query ended; statistics come behind it.
    pub(super) fn ending(&self) -> Ending {
        match self.cut {
            None => Ending {
                level: 4,
                level_name: "Info",
                status: 0,
                status_name: "S_OK (0)",
                event: 4,
                event_name: "QueryInfo",
                text: "Query completed successfully".to_owned(),
            },
            Some(cut) => Ending {
                level: 2,
                level_name: "Error",
                status: TOO_LARGE,
                status_name: "Query result set too large (E_QUERY_RESULT_SET_TOO_LARGE). (-2133196797)",
                event: 1,
                event_name: "QueryLimitsExceeded",
                text: cut_text(cut),
            },
        }
    }
}

/// Kusto's words for rows that are missing.
pub fn cut_text(cut: &Truncation) -> String {
    let (what, limit) = match cut {
        Truncation::Rows { limit } => ("record count", limit),
        Truncation::Bytes { limit } => ("data size", limit),
        Truncation::Service { message } => return message.clone(),
    };
    format!(
        "Query result set has exceeded the internal {what} limit {limit} (E_QUERY_RESULT_SET_TOO_LARGE; see http://aka.ms/kustoquerylimits)"
    )
}

/// `[1,"a",null]`
pub(super) fn push_row(out: &mut String, row: Row<'_>) {
    out.push('[');
    for (col, (_, cell)) in row.cells().enumerate() {
        out.push_str(if col > 0 { "," } else { "" });
        push_json(out, cell);
    }
    out.push(']');
}

/// Kusto's names of what `render` can say, and what each is when nothing was said.
const PROPERTIES: [(&str, Property); 17] = [
    ("Visualization", Property::Text),
    ("Title", Property::Text),
    ("XColumn", Property::Text),
    ("Series", Property::Names),
    ("YColumns", Property::Names),
    ("AnomalyColumns", Property::Names),
    ("XTitle", Property::Text),
    ("YTitle", Property::Text),
    ("XAxis", Property::Text),
    ("YAxis", Property::Text),
    ("Legend", Property::Text),
    ("YSplit", Property::Text),
    ("Accumulate", Property::Flag),
    ("IsQuerySorted", Property::Flag),
    ("Kind", Property::Text),
    ("Ymin", Property::Number),
    ("Ymax", Property::Number),
];

#[derive(Clone, Copy)]
enum Property {
    Text,
    Names,
    Flag,
    Number,
}

impl Property {
    fn value(self, written: Option<&str>) -> Value {
        match (self, written) {
            (Self::Text | Self::Names, None) => Value::Null,
            (Self::Text, Some(text)) => Value::from(text),
            (Self::Names, Some(text)) => text.split(',').map(str::trim).collect(),
            (Self::Flag, text) => Value::from(text.is_some_and(|text| text.eq_ignore_ascii_case("true"))),
            (Self::Number, text) => match text.and_then(|text| text.parse::<f64>().ok()) {
                Some(number) if number.is_finite() => Value::from(number),
                _ => Value::from("NaN"),
            },
        }
    }
}

/// How the result is drawn, with every key, as Kusto names them.
pub(super) fn visualization(render: Option<&Render>) -> Map<String, Value> {
    let written = |name: &str| {
        let render = render?;
        if name == "Visualization" {
            return Some(render.chart.as_str());
        }
        let found = render.properties.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    PROPERTIES.iter().map(|(name, property)| ((*name).to_owned(), property.value(written(name)))).collect()
}

/// The payload of the first row.
pub(super) fn payload(ending: &Ending) -> String {
    json!({ "Count": 1, "Text": ending.text }).to_string()
}
