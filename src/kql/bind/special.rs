//! Functions that the binder itself puts in other words: `now`, `ago`, `toscalar`, `not`, `column_ifexists` and so on.

use std::sync::Arc;

use super::Binder;
use super::comparison::{boolean, negate_if};
use super::convert::{a, convert, literal};
use super::expression::text_of;
use super::scope::{Row, Table, Unknown};
use crate::kql::{
    CallExpr, ColumnSymbol, Expr, Operator, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType, Span, SyntaxKind,
    Value,
};

/// The functions that are bound here.
pub(super) const SPECIAL: [&str; 10] = [
    "around",
    "ago",
    "bag_pack_columns",
    "column_ifexists",
    "column_names_of",
    "columnifexists",
    "not",
    "now",
    "pack_all",
    "toscalar",
];

/// The functions that are put in other words, here or where the kind of call tells them.
pub(in crate::kql) const BOUND_FUNCTIONS: [&str; 11] = [
    "around",
    "ago",
    "bag_pack_columns",
    "bin_auto",
    "column_ifexists",
    "column_names_of",
    "not",
    "now",
    "pack_all",
    "table",
    "toscalar",
];

impl Binder<'_> {
    /// A call of one of [`SPECIAL`].
    pub(super) fn special_call(&mut self, name: &str, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        match name {
            "now" => self.now(call, row),
            "ago" => self.ago(call, row),
            "not" => self.not(call, row),
            "toscalar" => self.toscalar(call, row),
            "pack_all" => self.pack_all(call, row),
            "bag_pack_columns" => self.bag_pack_columns(call, row),
            "around" => self.around(call, row),
            "column_names_of" => self.column_names_of(call),
            _ => self.column_ifexists(call, row),
        }
    }

    fn instant(&self, span: Span) -> Scalar {
        literal(Value::Datetime(self.settings.now), span)
    }

    fn now(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let args = self.arguments("now", call, row, 0..=1)?;
        let now = self.instant(call.span());
        match args.into_iter().next() {
            None => Some(now),
            Some(offset) => self.shift("now", now, offset, SyntaxKind::Plus, call.span()),
        }
    }

    fn ago(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let args = self.arguments("ago", call, row, 1..=1)?;
        let now = self.instant(call.span());
        self.shift("ago", now, args.into_iter().next()?, SyntaxKind::Minus, call.span())
    }

    fn shift(&mut self, name: &str, now: Scalar, by: Scalar, operator: SyntaxKind, span: Span) -> Option<Scalar> {
        if by.ty != ScalarType::Timespan {
            let message = format!("{name}() takes a timespan, and this is {}", a(by.ty));
            return self.error("SEM0254", by.span, message);
        }
        self.arithmetic_of(operator, now, by, span)
    }

    fn not(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let value = self.arguments("not", call, row, 1..=1)?.into_iter().next()?;
        if value.ty != ScalarType::Bool && !value.ty.is_numeric() {
            let message = format!("not() takes a condition, and this is {}", a(value.ty));
            return self.error("SEM0254", value.span, message);
        }
        let mut result = negate_if(true, convert(value, ScalarType::Bool));
        result.span = call.span();
        Some(result)
    }

    /// `around(x, c, d)` is `x between (c - d .. c + d)`.
    fn around(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let mut args = self.arguments("around", call, row, 3..=3)?.into_iter();
        let (value, center, delta) = (args.next()?, args.next()?, args.next()?);
        let low = self.arithmetic_of(SyntaxKind::Minus, center.clone(), delta.clone(), call.span())?;
        let high = self.arithmetic_of(SyntaxKind::Plus, center, delta, call.span())?;
        let (value, low) = self.comparable(value, low, false, "around", &call.span())?;
        let high = convert(high, value.ty);
        Some(boolean(ScalarOperator::Between, vec![value, low, high], call.span()))
    }

    fn toscalar(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let mut arguments = call.arguments();
        let (Some(argument), None) = (arguments.next(), arguments.next()) else {
            return self.error("SEM0219", call.span(), "toscalar() takes one argument");
        };
        if !self.is_tabular(argument, row) {
            // A single value is allowed too, but it cannot see the row either.
            let value = self.scalar(argument, &Row::NONE)?;
            return self.evaluated_once(value, call.span());
        }
        let table = self.nested_table(argument)?;
        let table = self.first_column(table)?;
        Some(self.value_of(table, call.span()))
    }

    /// The value as a table of one row: `toscalar(rand())` is one number wherever it is read.
    fn evaluated_once(&mut self, value: Scalar, span: Span) -> Option<Scalar> {
        if super::convert::is_literal(&value) {
            return Some(value);
        }
        let columns = vec![ColumnSymbol::new("value".to_owned(), value.ty)];
        let operator = Operator::Print { values: vec![value] };
        let table = self.table(Relation::new(operator, columns, span.clone()), Unknown::default(), 1)?;
        Some(self.value_of(table, span))
    }

    /// The first value of a table of one column.
    fn value_of(&mut self, table: Table, span: Span) -> Scalar {
        let ty = table.columns()[0].ty;
        let relation = self.only_row(table, span.clone());
        Scalar { kind: ScalarKind::ToScalar(Box::new(relation)), ty, span }
    }

    /// The first row, materialized: `let x = toscalar(…)` is one value however often `x` is used.
    fn only_row(&mut self, table: Table, span: Span) -> Relation {
        let columns = Arc::clone(&table.relation.columns);
        let take = Relation {
            operator: Operator::Take { input: Box::new(table.relation), count: 1 },
            columns: Arc::clone(&columns),
            span: span.clone(),
        };
        let id = self.next_materialize;
        self.next_materialize += 1;
        Relation::new(Operator::Materialize { id, input: Arc::new(take) }, columns, span)
    }

    /// The first column of a table alone.
    pub(super) fn first_column(&mut self, table: Table) -> Option<Table> {
        let span = table.relation.span.clone();
        let Some(column) = table.columns().first().cloned() else {
            if table.unknown.is_open {
                return None;
            }
            return self.error("SEM0100", span, "this table has no column");
        };
        if table.is_unknown(&column.name) {
            return None;
        }
        if table.columns().len() == 1 {
            return Some(table);
        }
        let value = Scalar { kind: ScalarKind::Column(0), ty: column.ty, span: span.clone() };
        let depth = table.depth + 1;
        let operator = Operator::Project { input: Box::new(table.relation), values: vec![value] };
        let columns = vec![ColumnSymbol::new(column.name, column.ty)];
        self.table(Relation::new(operator, columns, span), table.unknown, depth)
    }

    fn column_ifexists(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let arguments: Vec<Expr<'_>> = call.arguments().collect();
        let [name, default] = arguments.as_slice() else {
            return self.error("SEM0219", call.span(), "column_ifexists() takes two arguments");
        };
        let name = self.constant(*name)?;
        let Some(name) = text_of(&name).map(str::to_owned) else {
            return self.error("SEM0040", name.span, "the name of the column must be a constant text");
        };
        if row.is_unknown(&name) {
            return None;
        }
        match row.position(&name) {
            Some(index) => {
                Some(Scalar { kind: ScalarKind::Column(index), ty: row.columns[index].ty, span: call.span() })
            }
            None => self.scalar(*default, row),
        }
    }

    /// The names of the columns of a table, which need no row of it.
    fn column_names_of(&mut self, call: CallExpr<'_>) -> Option<Scalar> {
        let mut arguments = call.arguments();
        let (Some(argument), None) = (arguments.next(), arguments.next()) else {
            return self.error("SEM0219", call.span(), "column_names_of() takes one argument");
        };
        let table = self.nested_table(argument)?;
        if !table.unknown.is_empty() {
            return None;
        }
        let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
        let json = serde_json::to_string(&names).unwrap_or_default();
        Some(literal(Value::Dynamic(json), call.span()))
    }

    fn pack_all(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let args = self.arguments("pack_all", call, row, 0..=1)?;
        let function = match args.first().map(|flag| &flag.kind) {
            None | Some(ScalarKind::Literal(Value::Bool(false))) => "bag_pack",
            Some(ScalarKind::Literal(Value::Bool(true))) => "pack_all",
            Some(_) => return self.refuse("pack_all() with a flag that is no literal", call.span()),
        };
        if row.unknown.is_some_and(|unknown| !unknown.is_empty()) {
            return None;
        }
        let span = call.span();
        let columns = 0..row.columns.len();
        let args = columns.flat_map(|index| pair(row, index, &span)).collect();
        self.charge(2 * row.columns.len(), &span)?;
        self.capable_call(function, args, ScalarType::Dynamic, span)
    }

    fn bag_pack_columns(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let mut args = Vec::new();
        for argument in call.arguments() {
            let value = self.scalar(argument, row)?;
            let ScalarKind::Column(index) = value.kind else {
                return self.error("SEM0254", value.span, "bag_pack_columns() takes columns");
            };
            args.extend(pair(row, index, &value.span));
        }
        if args.is_empty() {
            return self.error("SEM0219", call.span(), "bag_pack_columns() takes one argument or more");
        }
        self.capable_call("bag_pack", args, ScalarType::Dynamic, call.span())
    }

    /// The bound arguments of a function that takes so many.
    fn arguments(
        &mut self,
        name: &str,
        call: CallExpr<'_>,
        row: &Row<'_>,
        allowed: std::ops::RangeInclusive<usize>,
    ) -> Option<Vec<Scalar>> {
        let bound: Vec<Option<Scalar>> = call.arguments().map(|argument| self.scalar(argument, row)).collect();
        if !allowed.contains(&bound.len()) {
            let message = super::call::arity_message(name, *allowed.start(), *allowed.end());
            return self.error("SEM0219", call.span(), message);
        }
        bound.into_iter().collect()
    }
}

impl Table {
    pub(super) fn is_unknown(&self, name: &str) -> bool {
        self.unknown.contains(name)
    }
}

/// The name of a column and the column.
fn pair(row: &Row<'_>, index: usize, span: &Span) -> [Scalar; 2] {
    let column = &row.columns[index];
    [
        literal(Value::String(column.name.clone()), span.clone()),
        Scalar { kind: ScalarKind::Column(index), ty: column.ty, span: span.clone() },
    ]
}
