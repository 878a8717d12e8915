//! `parse-kv`: columns out of a text of keys and values.

use std::collections::BTreeSet;

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::declared_column;
use crate::kql::bind::scope::Table;
use crate::kql::{
    ColumnSymbol, KeyValuePattern, KeyValueRule, Name, ParseKvOperator, RowSchema, ScalarKind, Severity, Span,
    TextPattern, Value,
};

impl Binder<'_> {
    pub(super) fn parse_kv(&mut self, operator: ParseKvOperator<'_>, input: Table) -> Option<Table> {
        let text = operator.expr().and_then(|expr| self.scalar(expr, &input.row()));
        let found = self.diagnostics.len();
        let declared = operator.schema().map(|schema| self.row_schema(schema)).unwrap_or_default();
        let given =
            self.check_parameters("parse-kv with", operator.properties().filter_map(Given::of_property), &input.row());
        if self.is_official() {
            let mut columns = input.columns().to_vec();
            self.append_declared(&mut columns, declared);
            let unknown = input.unknown.clone();
            return self.opaque("parse-kv", &[&input], columns, unknown, operator.span());
        }
        if self.diagnostics[found..].iter().any(|finding| finding.severity <= Severity::Refusal) {
            return None;
        }
        let keys = declared.iter().map(|column| column.name.clone()).collect();
        let by = self.key_value_rule(&given, &declared, operator.span())?;
        let pattern = TextPattern::KeyValue(KeyValuePattern { keys, by });
        self.extracted(input, text?, pattern, declared, operator.span())
    }

    fn key_value_rule(&mut self, given: &[Given<'_>], declared: &[ColumnSymbol], span: Span) -> Option<KeyValueRule> {
        let mut texts: Vec<(&str, String)> = Vec::new();
        let mut greedy = false;
        for one in given {
            match self.constant(one.value()?)?.kind {
                ScalarKind::Literal(Value::String(text)) => texts.push((&one.name, text)),
                ScalarKind::Literal(Value::Bool(value)) => greedy = value,
                _ => return self.refuse(&format!("parse-kv with a computed {}", one.name), span),
            }
        }
        let all = |name: &str| -> Vec<String> {
            texts.iter().filter(|(given, _)| *given == name).map(|(_, text)| text.clone()).collect()
        };
        let one = |name: &str| all(name).pop().filter(|text| !text.is_empty());
        if let Some(regex) = one("regex") {
            self.check_regex(&regex, &span)?;
            let n_groups = regex::Regex::new(&regex).map_or(0, |regex| regex.captures_len() - 1);
            if n_groups != 2 {
                let message =
                    format!("the regular expression has {n_groups} groups, and two are wanted: key and value");
                return self.error("SEM0213", span, message);
            }
            return Some(KeyValueRule::Regex(regex));
        }
        let mut quotes = Vec::new();
        for quote in all("quote") {
            let chars: Vec<char> = quote.chars().collect();
            match chars.as_slice() {
                [both] => quotes.push((*both, *both)),
                [open, close] => quotes.push((*open, *close)),
                _ => {
                    return self.error(
                        "SEM0040",
                        span,
                        "a quote is one character, or one that opens and one that closes",
                    );
                }
            }
        }
        let mut escapes = Vec::new();
        for escape in all("escape") {
            let mut chars = escape.chars();
            match (chars.next(), chars.next()) {
                (Some(escape), None) => escapes.push(escape),
                _ => return self.error("SEM0040", span, "an escape is one character"),
            }
        }
        match (one("pair_delimiter"), one("kv_delimiter")) {
            (Some(pair), Some(key_value)) => {
                Some(KeyValueRule::Delimiters { pair, key_value, quotes, escapes, greedy })
            }
            (None, None) if !greedy => {
                let is_word = |column: &ColumnSymbol| column.name.chars().all(char::is_alphanumeric);
                if !quotes.is_empty() || declared.iter().all(is_word) {
                    return Some(KeyValueRule::Words { quotes, escapes });
                }
                self.refuse("parse-kv without delimiters for a key that is no word", span)
            }
            (None, None) => self.refuse("parse-kv with greedy and without delimiters", span),
            _ => self.refuse("parse-kv with only one of pair_delimiter and kv_delimiter", span),
        }
    }

    /// The columns of `(x:long, y:string)`; one that is there already is reported.
    pub(super) fn row_schema(&mut self, schema: RowSchema<'_>) -> Vec<ColumnSymbol> {
        let mut columns = Vec::new();
        let mut names = BTreeSet::new();
        for declaration in schema.columns() {
            let Some(column) = declared_column(declaration) else { continue };
            if names.insert(column.name.clone()) {
                columns.push(column);
            } else {
                let span = declaration.name().map_or_else(|| declaration.span(), Name::span);
                let message = format!("there is a column '{}' already", column.name);
                let _: Option<()> = self.error("KS171", span, message);
            }
        }
        columns
    }
}
