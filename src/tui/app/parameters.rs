//! Values for what queries ask for with `declare query_parameters`, remembered by what they declare.

use crate::kql::{DeclaredParameter, declared_parameters};

/// Sets of values that are remembered.
const MAX_REMEMBERED: usize = 200;
/// A query of more bytes is read for its parameters only when it is run.
const MAX_SHOWN: usize = 20_000;

/// Values by name.
type Values = Vec<(String, String)>;

/// What was given for the parameters of queries.
#[derive(Debug, Clone, Default)]
pub(in crate::tui) struct Parameters {
    /// By the names and types that a query declares, the latest last.
    remembered: Vec<(String, Values)>,
    /// What the query at the cursor would be run with, in words, and the text that this was found for.
    shown: Option<(u64, usize, String)>,
}

impl Parameters {
    /// The values for a query that were given before, of those that it declares.
    pub(in crate::tui) fn of(&self, text: &str) -> Values {
        if !text.contains("query_parameters") {
            return Vec::new();
        }
        self.of_declared(&declared_parameters(text))
    }

    pub(in crate::tui) fn of_declared(&self, declared: &[DeclaredParameter]) -> Values {
        let key = key(declared);
        self.remembered.iter().find(|it| it.0 == key).map_or_else(Vec::new, |it| it.1.clone())
    }

    /// Names that have neither a value nor a default.
    pub(in crate::tui) fn missing(&self, text: &str) -> bool {
        let declared = declared_parameters(text);
        let values = self.of_declared(&declared);
        declared.iter().any(|it| it.default.is_none() && !values.iter().any(|(name, _)| *name == it.name))
    }

    pub(in crate::tui) fn remember(&mut self, declared: &[DeclaredParameter], values: Values) {
        let key = key(declared);
        self.remembered.retain(|it| it.0 != key);
        if !values.is_empty() {
            self.remembered.push((key, values));
        }
        if self.remembered.len() > MAX_REMEMBERED {
            self.remembered.remove(0);
        }
        self.shown = None;
    }

    /// What is kept between two starts.
    pub(in crate::tui) fn kept(&self) -> &[(String, Values)] {
        &self.remembered
    }

    pub(in crate::tui) fn restore(&mut self, kept: Vec<(String, Values)>) {
        self.remembered = kept;
        self.shown = None;
    }

    /// Finds the words for the query at the cursor, which begins at `start` in the text of that revision.
    pub(in crate::tui) fn look_at(&mut self, revision: u64, start: usize, query: &str) {
        if self.shown.as_ref().is_some_and(|it| (it.0, it.1) == (revision, start)) {
            return;
        }
        let declared = if query.len() > MAX_SHOWN { Vec::new() } else { declared_parameters(query) };
        let values = self.of_declared(&declared);
        let word = |it: &DeclaredParameter| {
            let given = values.iter().find(|(name, _)| *name == it.name).map(|(_, value)| value.as_str());
            format!("{} = {}", it.name, given.or(it.default.as_deref()).unwrap_or("?"))
        };
        let words: Vec<String> = declared.iter().map(word).collect();
        self.shown = Some((revision, start, words.join(" · ")));
    }

    /// `n = 5 · who = ?`; empty for a query without parameters.
    pub(in crate::tui) fn words(&self) -> &str {
        self.shown.as_ref().map_or("", |it| it.2.as_str())
    }
}

/// Queries that declare the same share their values.
fn key(declared: &[DeclaredParameter]) -> String {
    let parts: Vec<String> = declared.iter().map(|it| format!("{}:{}", it.name, it.type_name)).collect();
    parts.join(",")
}
