//! Names that do not exist, and what may have been meant.

use super::Binder;
use super::scope::{LetValue, Row};
use crate::kql::{Diagnostic, Span, catalog};

/// Mistakes in one query for which a better name is looked for: nobody reads on, and each look takes all names.
const MAX_HINTED: usize = 50;

impl Binder<'_> {
    fn near<'n>(&self, name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<String> {
        if self.diagnostics.len() < MAX_HINTED { did_you_mean(name, candidates) } else { None }
    }

    pub(super) fn unknown_column<T>(&mut self, name: &str, span: Span, row: &Row<'_>) -> Option<T> {
        let columns = row.columns.iter().map(|column| column.name.as_str());
        let lets = self.lets.iter().filter(|l| matches!(l.value, LetValue::Scalar(_))).map(|l| l.name.as_str());
        let hint = self.near(name, columns.chain(lets));
        let what = if row.columns.is_empty() { "value" } else { "column" };
        let code = self.code("SEM0100", "KS142");
        self.unknown(code, span, format!("there is no {what} named '{name}'"), hint)
    }

    pub(super) fn unknown_table<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let tables = self.context.schema.tables().map(|table| table.name.as_str());
        let lets = self.lets.iter().filter(|l| matches!(l.value, LetValue::Table(_))).map(|l| l.name.as_str());
        let hint = self.near(name, tables.chain(lets));
        self.missing_tables += 1;
        if self.context.is_open {
            return self.refuse(&format!("{name}, a table that it does not know"), span);
        }
        let code = self.code("SEM0100", "KS204");
        self.unknown(code, span, format!("there is no table named '{name}'"), hint)
    }

    pub(super) fn unknown_function<T>(&mut self, name: &str, span: Span) -> Option<T> {
        if self.context.schema.function(name).is_some() {
            return self.refuse(&format!("{name}(), a function of the service"), span);
        }
        if !self.is_official() && super::source::HUNTING_FUNCTIONS.contains(&name) {
            return self.refuse(&format!("{name}()"), span);
        }
        if self.context.is_open {
            return self.refuse(&format!("{name}(), a function that it does not know"), span);
        }
        let functions = catalog::function_names();
        let hint = match (&self.collecting, functions) {
            (Some(_), functions) => self.near(name, functions.chain(catalog::aggregate_names())),
            (None, functions) => self.near(name, functions),
        };
        let code = self.code("SEM0260", "KS211");
        self.unknown(code, span, format!("there is no function named '{name}'"), hint)
    }

    fn unknown<T>(&mut self, code: &'static str, span: Span, message: String, hint: Option<String>) -> Option<T> {
        let finding = Diagnostic::error(code, span, message);
        self.report(match hint {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        })
    }
}

/// `Did you mean X?` for the nearest of the candidates, when it is near enough to be a slip.
pub(super) fn did_you_mean<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<String> {
    if name.len() > 128 {
        return None;
    }
    let most = (name.chars().count() / 3).clamp(1, 3);
    let nearest = candidates
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)?;
    Some(format!("Did you mean {}?", nearest.1))
}

/// Edits between two names; case alone is no edit, and neighbours that changed places are one.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    if left.len().abs_diff(right.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut cost = (last[j + 1] + 1).min(row[j] + 1).min(last[j] + usize::from(a != b));
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}
