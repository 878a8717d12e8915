//! What a service says beside the rows: statistics, a limit that was reached, a failure in the middle, warnings, how to
//! draw the result. Kusto's tables for this are read here, in the names of both versions of its API.

use serde_json::Value;

use super::table::Table;
use super::{DecodeError, Decoded};
use crate::kql::Render;
use crate::result::{RunStats, Truncation};

/// What marks a failure as rows that were left out at a limit: words of the code, the type or the message.
const LIMIT_WORDS: [&str; 4] = ["e_query_result_set_too_large", "80da0003", "queryresultsettoolarge", "-2133196797"];

#[derive(Debug, Default)]
pub(super) struct Aside {
    pub(super) stats: Option<RunStats>,
    pub(super) render: Option<Render>,
    limit: Option<String>,
    /// Failures, each with whether it is a limit that was reached.
    errors: Vec<(Value, bool)>,
    /// The service says that something failed, which may be said elsewhere.
    pub(super) has_errors: bool,
    notes: Vec<String>,
    /// Results behind the first: name, and rows.
    further: Vec<(String, u64)>,
}

impl Aside {
    /// A failure: Defender's and Log Analytics' object, Kusto's `{"error":…}`, its lists of them, or a text.
    pub(super) fn add_error(&mut self, error: Value) {
        match error {
            Value::Null => {}
            Value::Array(errors) => {
                for error in errors {
                    self.add_error(error);
                }
            }
            Value::Object(mut members) => {
                let wrapped = ["OneApiErrors", "Exceptions", "error"].iter().find_map(|name| members.remove(*name));
                match wrapped {
                    Some(inner) => self.add_error(inner),
                    None => self.keep_error(Value::Object(members)),
                }
            }
            text => self.keep_error(text),
        }
    }

    fn keep_error(&mut self, error: Value) {
        let all = error.to_string().to_ascii_lowercase();
        let is_limit = LIMIT_WORDS.iter().any(|word| all.contains(word));
        if is_limit {
            self.set_limit(&message(&error));
        }
        self.errors.push((error, is_limit));
    }

    pub(super) fn set_limit(&mut self, message: &str) {
        self.limit.get_or_insert_with(|| message.trim_end_matches(['.', ' ', ':']).to_owned());
    }

    pub(super) fn add_note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn add_further_result(&mut self, name: &str, n_rows: u64) {
        match self.further.iter_mut().find(|(known, _)| known == name) {
            Some((_, n_known)) => *n_known += n_rows,
            None => self.further.push((name.to_owned(), n_rows)),
        }
    }

    /// A row of `QueryCompletionInformation` (version 2) or `QueryStatus` (version 1).
    pub(super) fn add_completion(&mut self, row: &Row<'_>) {
        let level = row.get(&["level", "severity"]).and_then(Value::as_i64).unwrap_or(i64::MAX);
        let payload = row.get(&["payload", "statusdescription"]).unwrap_or(&Value::Null);
        let event = row.get(&["eventtypename"]).and_then(Value::as_str).unwrap_or_default();
        let level_name = row.get(&["levelname", "severityname"]).and_then(Value::as_str).unwrap_or_default();
        if event == "QueryResourceConsumption" || event.is_empty() && level_name == "Stats" {
            let tree = payload.as_str().and_then(|text| serde_json::from_str(text).ok());
            self.stats = Some(RunStats::from_wire(tree.as_ref().unwrap_or(payload)));
            return;
        }
        let text = completion_text(payload);
        match level {
            ..=2 if event == "QueryLimitsExceeded" => self.set_limit(&text),
            ..=2 => self.keep_error(Value::from(text)),
            3 => self.add_note(format!("The service warns: {text}")),
            _ => {}
        }
    }

    /// A row of `@ExtendedProperties`.
    pub(super) fn add_property(&mut self, row: &Row<'_>) {
        if row.get(&["key"]).and_then(Value::as_str) == Some("Visualization") {
            self.set_visualization(row.get(&["value"]).unwrap_or(&Value::Null));
        } else if let Some(text) = row.get(&["value"]).and_then(Value::as_str).filter(|_| row.len() == 1) {
            // Version 1 has one column, whose text holds the properties.
            self.set_visualization(&Value::from(text));
        }
    }

    /// How the result is to be drawn, as an object or its text; nothing when no drawing is asked for.
    pub(super) fn set_visualization(&mut self, value: &Value) {
        let tree: Option<Value> = value.as_str().and_then(|text| serde_json::from_str(text).ok());
        self.render = render(tree.as_ref().unwrap_or(value)).or(self.render.take());
    }

    /// The body has ended well.
    pub(super) fn finish(mut self, table: &Table<'_, '_>) -> Result<Decoded, DecodeError> {
        if !table.is_started() || table.n_rows() == 0 && !self.errors.is_empty() {
            let nothing = || DecodeError::Malformed("it has neither columns nor rows".to_owned());
            let error = self.errors.into_iter().next();
            return Err(error.map_or_else(nothing, |(error, _)| DecodeError::Service(error)));
        }
        let mut notes = table.notes();
        if !self.further.is_empty() {
            let list: Vec<String> = self.further.iter().map(|(name, n)| format!("'{name}' with {n} rows")).collect();
            notes.push(format!("only the first result is shown; several are not supported yet: {}", list.join(", ")));
        }
        notes.append(&mut self.notes);
        for (error, _) in self.errors.iter().filter(|(_, is_limit)| !is_limit) {
            let note = format!("The service says that the answer is not complete: {}", message(error));
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        if self.has_errors && self.errors.is_empty() && self.limit.is_none() {
            notes.push("The service says that the answer is not complete, and not why".to_owned());
        }
        let truncation = self.limit.map(|message| Truncation::Service { message });
        Ok(Decoded { stats: self.stats, n_rows: table.n_rows(), truncation, render: self.render, notes })
    }
}

/// Kusto names every property, and most of them say nothing: null, the number NaN, false.
fn render(tree: &Value) -> Option<Render> {
    let mut render = Render { chart: String::new(), properties: Vec::new() };
    for (key, value) in tree.as_object()? {
        let text = match value {
            Value::String(text) if !text.is_empty() && text != "NaN" => text.clone(),
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
            Value::Number(_) | Value::Bool(true) => value.to_string(),
            _ => continue,
        };
        match key.to_ascii_lowercase() {
            key if key == "visualization" => render.chart = text,
            // It is about the rows, and no property that a query can give.
            key if key == "isquerysorted" => {}
            key => render.properties.push((key, text)),
        }
    }
    (!render.chart.is_empty()).then_some(render)
}

/// `{"Count":1,"Text":"…"}`, or the text itself.
fn completion_text(payload: &Value) -> String {
    let text = payload.as_str().map_or_else(|| payload.to_string(), str::to_owned);
    let tree: Option<Value> = serde_json::from_str(&text).ok();
    tree.and_then(|it| it.get("Text")?.as_str().map(str::to_owned)).unwrap_or(text)
}

/// What an error says: the words of the innermost object that has some, because the outer ones are general.
fn message(error: &Value) -> String {
    if let Value::String(text) = error {
        return text.clone();
    }
    innermost(error, 0).unwrap_or_else(|| error.to_string())
}

fn innermost(error: &Value, depth: usize) -> Option<String> {
    if depth > 16 {
        return None;
    }
    let inside = ["innererror", "innerError", "details"].iter().find_map(|name| match error.get(*name)? {
        Value::Array(all) => innermost(all.first()?, depth + 1),
        inner => innermost(inner, depth + 1),
    });
    let own = || {
        let texts = ["@message", "message", "Message"].iter().filter_map(|name| error.get(*name)?.as_str());
        texts.map(str::trim).find(|text| !text.is_empty()).map(str::to_owned)
    };
    inside.or_else(own)
}

/// A row of a small table: its cells by the names of their columns.
pub(super) struct Row<'r> {
    pub(super) names: &'r [String],
    pub(super) cells: &'r [Value],
}

impl<'r> Row<'r> {
    /// The cell of the first of these columns that there is; names in lower case.
    pub(super) fn get(&self, names: &[&str]) -> Option<&'r Value> {
        let idx = names.iter().find_map(|name| self.names.iter().position(|it| it.eq_ignore_ascii_case(name)))?;
        self.cells.get(idx)
    }

    fn len(&self) -> usize {
        self.cells.len()
    }
}

/// Gives each row of a small table to `take`; rows that are objects are failures.
pub(super) fn each_row(aside: &mut Aside, names: &[String], rows: Value, take: fn(&mut Aside, &Row<'_>)) {
    let Value::Array(rows) = rows else { return };
    for row in rows {
        match row {
            Value::Array(cells) => take(aside, &Row { names, cells: &cells }),
            other => aside.add_error(other),
        }
    }
}
