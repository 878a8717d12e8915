//! `parse-kv`: columns out of a text of keys and values.

use std::collections::BTreeSet;

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::declared_column;
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, Name, ParseKvOperator, RowSchema};

impl Binder<'_> {
    pub(super) fn parse_kv(&mut self, operator: ParseKvOperator<'_>, input: Table) -> Option<Table> {
        if let Some(expr) = operator.expr() {
            let _ = self.scalar(expr, &input.row());
        }
        let mut columns = input.columns().to_vec();
        let declared = operator.schema().map(|schema| self.row_schema(schema)).unwrap_or_default();
        self.append_declared(&mut columns, declared);
        self.check_parameters("parse-kv with", operator.properties().filter_map(Given::of_property), &input.row());
        let unknown = input.unknown.clone();
        self.opaque("parse-kv", &[&input], columns, unknown, operator.span())
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
