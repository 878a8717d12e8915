//! `getschema`: the columns themselves as rows; they are known now.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, GetSchemaOperator, Operator, Relation, ScalarType, TabularOperator, Value};

impl Binder<'_> {
    pub(super) fn getschema(&mut self, operator: GetSchemaOperator<'_>, input: Table) -> Option<Table> {
        let elsewhere = self.context.capabilities.is_none();
        let kind = TabularOperator::GetSchema(operator).parameters().next();
        if let (Some(parameter), false) = (kind, elsewhere) {
            return self.refuse(&format!("getschema {}", parameter.node().text()), parameter.span());
        }
        if kind.is_some_and(|kind| kind.value().is_some_and(|value| value.node().text() == "csl")) {
            let columns = vec![ColumnSymbol::new("Schema", ScalarType::String)];
            return self.opaque("getschema", &[&input], columns, Unknown::default(), operator.span());
        }
        if !input.unknown.is_empty() {
            return None;
        }
        let rows = input.columns().iter().enumerate().map(|(ordinal, column)| {
            vec![
                Value::String(column.name.clone()),
                Value::Int(i32::try_from(ordinal).unwrap_or(i32::MAX)),
                Value::String(column.ty.system_name().to_owned()),
                Value::String(column.ty.name().to_owned()),
            ]
        });
        let columns = vec![
            ColumnSymbol::new("ColumnName", ScalarType::String),
            // Recorded as int from this operator, though the service's library predicts long.
            ColumnSymbol::new("ColumnOrdinal", if elsewhere { ScalarType::Long } else { ScalarType::Int }),
            ColumnSymbol::new("DataType", ScalarType::String),
            ColumnSymbol::new("ColumnType", ScalarType::String),
        ];
        let relation = Relation::new(Operator::Datatable { rows: rows.collect() }, columns, operator.span());
        self.table(relation, Unknown::default(), 1)
    }
}
