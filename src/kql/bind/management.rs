//! Management commands: recognised, and never run. Of those that `tallyho serve` answers the columns are known, so that a
//! text that is only looked at says what would come back from a service.

use super::Binder;
use super::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, Diagnostic, Operator, Query, Relation, ScalarType, Severity};

/// A command's words and its columns, as Kusto's language library states them.
const COMMANDS: &[(&str, &[(&str, ScalarType)])] = &[
    (
        ".show tables",
        &[
            ("TableName", ScalarType::String),
            ("DatabaseName", ScalarType::String),
            ("Folder", ScalarType::String),
            ("DocString", ScalarType::String),
        ],
    ),
    (
        ".show databases",
        &[
            ("DatabaseName", ScalarType::String),
            ("PersistentStorage", ScalarType::String),
            ("Version", ScalarType::String),
            ("IsCurrent", ScalarType::Bool),
            ("DatabaseAccessMode", ScalarType::String),
            ("PrettyName", ScalarType::String),
            ("ReservedSlot1", ScalarType::Bool),
            ("DatabaseId", ScalarType::Guid),
            ("InTransitionTo", ScalarType::String),
        ],
    ),
    (
        ".show version",
        &[
            ("BuildVersion", ScalarType::String),
            ("BuildTime", ScalarType::Datetime),
            ("ServiceType", ScalarType::String),
            ("ProductVersion", ScalarType::String),
        ],
    ),
    (
        ".show functions",
        &[
            ("Name", ScalarType::String),
            ("Parameters", ScalarType::String),
            ("Body", ScalarType::String),
            ("Folder", ScalarType::String),
            ("DocString", ScalarType::String),
        ],
    ),
];

impl Binder<'_> {
    /// Refused; it is no mistake, and a service may well run it.
    pub(super) fn management_command(&mut self, query: Query<'_>) -> Option<Table> {
        let span = query.span();
        let message = "management commands are not run: tallyho only reads";
        let mistake = Diagnostic::error("TLY0012", span.clone(), message);
        if !self.is_official() {
            return self.report(mistake);
        }
        let _: Option<()> = self.report(Diagnostic { severity: Severity::Refusal, ..mistake });
        let words: Vec<&str> = query.node().text().split_whitespace().collect();
        let words = words.join(" ").to_ascii_lowercase();
        let (_, columns) = COMMANDS.iter().find(|(command, _)| *command == words.trim_end_matches(';'))?;
        let columns: Vec<ColumnSymbol> = columns.iter().map(|(name, ty)| ColumnSymbol::new(*name, *ty)).collect();
        let operator = Operator::Opaque { construct: ".show", inputs: Vec::new() };
        self.table(Relation::new(operator, columns, span), Unknown::default(), 1)
    }
}
