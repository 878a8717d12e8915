//! `evaluate`: a plugin makes a table of the input.

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::{Declared, declared_column};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, EvaluateOperator, TabularOperator};

impl Binder<'_> {
    pub(super) fn evaluate(&mut self, operator: EvaluateOperator<'_>, input: Option<Table>) -> Option<Table> {
        let span = operator.span();
        let input = match input {
            Some(input) => input,
            None => Table { unknown: Unknown::default(), ..Table::in_error([].into(), span.clone()) },
        };
        self.note_row(&span, &input);
        let parameters = TabularOperator::Evaluate(operator).parameters().map(Given::of_parameter);
        self.check_parameters("evaluate", parameters, &input.row());
        let declared = operator.schema().map(|schema| {
            let mut columns: Vec<ColumnSymbol> = Vec::new();
            for column in schema.columns().filter_map(declared_column) {
                if !columns.iter().any(|other| other.name == column.name) {
                    columns.push(column);
                }
            }
            Declared { columns, with_rest: schema.is_any() }
        });
        let result = operator.call().and_then(|call| self.plugin_call(call, &input, declared.as_ref(), span.clone()));
        if self.context.capabilities.is_some() {
            return result;
        }
        let Some(declared) = declared else { return result };
        // What is declared is what comes out, and with a star the columns that the plugin has besides.
        let mut columns = Vec::new();
        if let (true, Some(result)) = (declared.with_rest, &result) {
            let is_declared = |column: &&ColumnSymbol| declared.columns.iter().any(|other| other.name == column.name);
            columns.extend(result.columns().iter().filter(|column| !is_declared(column)).cloned());
        }
        columns.extend(declared.columns);
        self.opaque("evaluate", &[&input], columns, Unknown::default(), span)
    }
}
