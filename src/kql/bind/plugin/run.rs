//! Plugins as the engine runs them: other operators where these say the same.

use super::PluginCall;
use crate::kql::bind::Binder;
use crate::kql::bind::convert::convert;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, Operator, Plugin, Relation, Scalar, ScalarKind, ScalarType as T, Span, Value};

/// The columns that `evaluate p() : (x:long)` says.
pub(in crate::kql::bind) struct Declared {
    pub(in crate::kql::bind) columns: Vec<ColumnSymbol>,
    /// `(*, x:long)`: the other columns of the input come out too.
    pub(in crate::kql::bind) with_rest: bool,
}

/// The plugins that run. Others are refused by their name, whatever stands between the brackets.
pub(in crate::kql) const RUN_PLUGINS: [&str; 15] = [
    "active_users_count",
    "activity_counts_metrics",
    "bag_unpack",
    "dcount_intersect",
    "geo_line_lookup",
    "geo_polygon_lookup",
    "identity",
    "ipv4_lookup",
    "ipv6_lookup",
    "narrow",
    "pivot",
    "rolling_percentile",
    "rows_near",
    "schema_merge",
    "sliding_window_counts",
];

impl Binder<'_> {
    pub(super) fn run_plugin(
        &mut self,
        call: &PluginCall<'_>,
        input: &Table,
        declared: Option<&Declared>,
        span: &Span,
    ) -> Option<Table> {
        if call.plugin.name == "bag_unpack" {
            return self.bag_unpack(call, input, declared, span);
        }
        let table = match call.plugin.name {
            "dcount_intersect" => self.dcount_intersect(call, input, span)?,
            "pivot" => self.pivot(call, input, span)?,
            "identity" => input.clone(),
            "narrow" => self.narrow(call, input, span)?,
            "rows_near" => self.rows_near(call, input, span)?,
            "schema_merge" => self.schema_merge(call, input, span)?,
            "ipv4_lookup" | "ipv6_lookup" => self.ip_lookup(call, input, span)?,
            "geo_polygon_lookup" | "geo_line_lookup" => self.geo_lookup(call, input, span)?,
            "rolling_percentile" => self.rolling_percentile(call, input, span)?,
            "activity_counts_metrics" | "sliding_window_counts" | "active_users_count" => {
                self.activity(call, input, span)?
            }
            name => return self.refuse(&format!("evaluate {name}()"), span.clone()),
        };
        match declared {
            Some(declared) if !table.unknown.is_open => self.as_declared(table, declared, span),
            _ => Some(table),
        }
    }

    /// The columns in the order that was declared, which must be those that there are.
    fn as_declared(&mut self, table: Table, declared: &Declared, span: &Span) -> Option<Table> {
        let mut places = Vec::new();
        let is_declared = |column: &ColumnSymbol| declared.columns.iter().any(|other| other.name == column.name);
        for (place, column) in table.columns().iter().enumerate().filter(|(_, column)| !is_declared(column)) {
            if !declared.with_rest {
                let message = format!("the columns are not those that were declared: there is '{}' too", column.name);
                return self.error("SEM0100", span.clone(), message);
            }
            places.push(place);
        }
        for column in &declared.columns {
            let place = table.columns().iter().position(|other| other.name == column.name && other.ty == column.ty);
            let Some(place) = place else {
                let message =
                    format!("the columns are not those that were declared: no {} '{}'", column.ty, column.name);
                return self.error("SEM0100", span.clone(), message);
            };
            places.push(place);
        }
        let columns: Vec<ColumnSymbol> = places.iter().map(|place| table.columns()[*place].clone()).collect();
        let values = places.iter().map(|place| column(&table.relation, *place, span)).collect();
        let relation = project(table.relation, values, columns, span);
        self.table(relation, table.unknown, table.depth + 1)
    }

    pub(super) fn plugin_table(
        &mut self,
        plugin: Plugin,
        inputs: Vec<Relation>,
        columns: Vec<ColumnSymbol>,
        depth: usize,
        span: &Span,
    ) -> Option<Table> {
        let relation = Relation::new(Operator::Plugin { inputs, plugin }, columns, span.clone());
        self.table(relation, Unknown::default(), depth + 2)
    }

    fn narrow(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let names: Vec<String> = input.columns().iter().map(|column| column.name.clone()).collect();
        let values = (0..names.len()).map(|place| convert(column(&input.relation, place, span), T::String)).collect();
        let columns = names.iter().map(|name| ColumnSymbol::new(name.clone(), T::String)).collect();
        let texts = project(input.relation.clone(), values, columns, span);
        let columns = self.schema_of(call, input).columns;
        self.plugin_table(Plugin::Narrow { names }, vec![texts], columns, input.depth, span)
    }

    fn rows_near(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        let condition = call.arguments.first()?.scalar()?.clone();
        let before = self.near_count(call, 1, span)?;
        let after = if call.arguments.len() > 2 { self.near_count(call, 2, span)? } else { before };
        let mut values: Vec<Scalar> =
            (0..input.columns().len()).map(|place| column(&input.relation, place, span)).collect();
        values.push(convert(condition, T::Bool));
        let mut columns = input.columns().to_vec();
        columns.push(ColumnSymbol::new("", T::Bool));
        let marked = project(input.relation.clone(), values, columns, span);
        self.plugin_table(Plugin::RowsNear { before, after }, vec![marked], input.columns().to_vec(), input.depth, span)
    }

    fn near_count(&mut self, call: &PluginCall<'_>, place: usize, span: &Span) -> Option<u64> {
        let value = call.arguments.get(place).and_then(|argument| argument.scalar());
        let number = match value.map(|value| &value.kind) {
            Some(ScalarKind::Literal(Value::Long(number))) => u64::try_from(*number).ok(),
            Some(ScalarKind::Literal(Value::Int(number))) => u64::try_from(*number).ok(),
            _ => None,
        };
        match number {
            Some(number) => Some(number),
            None => self.refuse("rows_near() of a number of rows that is no whole literal", span.clone()),
        }
    }

    fn schema_merge(&mut self, call: &PluginCall<'_>, input: &Table, span: &Span) -> Option<Table> {
        if !call.arguments.iter().all(|argument| matches!(literal_of(argument.scalar()), Some(Value::Bool(true)))) {
            return self.refuse("schema_merge(PreserveOrder=false)", span.clone());
        }
        let columns = self.schema_of(call, input).columns;
        let mut values = Vec::new();
        for wanted in &columns {
            let Some(place) = input.columns().iter().position(|column| column.name == wanted.name) else {
                let message = format!("schema_merge() wants what getschema gives, and there is no '{}'", wanted.name);
                return self.error("SEM0100", span.clone(), message);
            };
            values.push(convert(column(&input.relation, place, span), wanted.ty));
        }
        let schemas = project(input.relation.clone(), values, columns.clone(), span);
        self.plugin_table(Plugin::SchemaMerge, vec![schemas], columns, input.depth, span)
    }
}

/// A reference to a column of a relation.
pub(in crate::kql::bind) fn column(relation: &Relation, index: usize, span: &Span) -> Scalar {
    Scalar { kind: ScalarKind::Column(index), ty: relation.columns[index].ty, span: span.clone() }
}

pub(in crate::kql::bind) fn project(
    input: Relation,
    values: Vec<Scalar>,
    columns: Vec<ColumnSymbol>,
    span: &Span,
) -> Relation {
    Relation::new(Operator::Project { input: Box::new(input), values }, columns, span.clone())
}

pub(super) fn literal_of(value: Option<&Scalar>) -> Option<&Value> {
    match value.map(|value| &value.kind) {
        Some(ScalarKind::Literal(value)) => Some(value),
        _ => None,
    }
}

impl<'t> PluginCall<'t> {
    /// The argument of this name, or without one at this place.
    pub(super) fn given(&self, name: &str, place: usize) -> Option<&super::Argument<'t>> {
        let named = self.arguments.iter().find(|argument| argument.name.as_deref() == Some(name));
        named.or_else(|| self.arguments.get(place).filter(|argument| argument.name.is_none()))
    }

    /// The column of a table that the argument at a place is.
    pub(super) fn column_at(&self, place: usize) -> Option<usize> {
        match self.arguments.get(place)?.scalar()?.kind {
            ScalarKind::Column(index) => Some(index),
            _ => None,
        }
    }

    /// True where the argument of this name is the literal `true`.
    pub(super) fn is_set(&self, name: &str) -> bool {
        let found = self.arguments.iter().filter(|argument| argument.is(name));
        found.into_iter().any(|argument| matches!(literal_of(argument.scalar()), Some(Value::Bool(true))))
    }
}
