//! Window functions: `prev`, `row_number` and their like, which look at rows in their order.
//!
//! Where they may stand, each call becomes a column of one [`Operator::Window`] below the operator that it is written in.

use std::sync::Arc;

use super::Binder;
use super::convert::{convert, literal};
use super::scope::Table;
use crate::kql::{ColumnSymbol, Operator, Relation, Scalar, ScalarKind, ScalarType, Span, Value, WindowCall};

const FUNCTIONS: [&str; 7] =
    ["next", "prev", "row_cumsum", "row_number", "row_rank_dense", "row_rank_min", "row_window_session"];

pub(super) fn is_window_function(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

/// The window functions of one operator, in the order they were met.
#[derive(Debug)]
pub(super) struct Windowing {
    /// Columns of the input, which stand before those of the calls.
    n_columns: usize,
    /// The input has an order to count on.
    is_serialized: bool,
    calls: Vec<WindowCall>,
}

/// True when the order of the rows is a promise: they were sorted, or `serialize` was said of them.
pub(super) fn is_serialized(relation: &Relation) -> bool {
    match &relation.operator {
        Operator::Sort { .. } | Operator::Top { .. } | Operator::Range { .. } | Operator::Window { .. } => true,
        // What is wrong with it has been said.
        Operator::Opaque { .. } => true,
        Operator::Where { input, .. }
        | Operator::Project { input, .. }
        | Operator::Take { input, .. }
        | Operator::Extract { input, .. }
        | Operator::Scan { input, .. } => is_serialized(input),
        Operator::Materialize { input, .. } => is_serialized(input),
        _ => false,
    }
}

impl Binder<'_> {
    /// Binds expressions in which window functions may stand, and gives the calls beside them.
    pub(super) fn windowed<T>(
        &mut self,
        input: &Table,
        bind: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<(T, Vec<WindowCall>)> {
        let is_serialized = is_serialized(&input.relation);
        let windowing = Windowing { n_columns: input.columns().len(), is_serialized, calls: Vec::new() };
        let outer = self.windowing.replace(windowing);
        let bound = bind(self);
        let calls = std::mem::replace(&mut self.windowing, outer).map(|windowing| windowing.calls);
        Some((bound?, calls.unwrap_or_default()))
    }

    /// The rows with a column for each call behind their own.
    pub(super) fn with_windows(relation: Relation, calls: Vec<WindowCall>, span: &Span) -> Relation {
        if calls.is_empty() {
            return relation;
        }
        let mut columns = relation.columns.to_vec();
        let names = calls.iter().enumerate();
        columns.extend(names.map(|(index, call)| ColumnSymbol::new(format!("${index}"), call.ty)));
        Relation::new(Operator::Window { input: Box::new(relation), calls }, columns, span.clone())
    }

    /// The input, its order being one to count on from here.
    pub(super) fn serialized(&mut self, input: Table, span: Span) -> Option<Table> {
        let columns = Arc::clone(&input.relation.columns);
        let operator = Operator::Window { input: Box::new(input.relation), calls: Vec::new() };
        self.table(Relation::new(operator, columns, span), input.unknown, input.depth + 1)
    }

    /// A bound call of a window function becomes a column.
    pub(super) fn window_call(&mut self, value: Scalar, written: &str) -> Option<Scalar> {
        let ScalarKind::Call(function, args) = value.kind else { return Some(value) };
        let Some(windowing) = &self.windowing else {
            return self.refuse(&format!("{written}() here"), value.span);
        };
        if !windowing.is_serialized {
            let message = format!("{written}() needs rows in an order");
            let finding = crate::kql::Diagnostic::error("TLY0020", value.span, message);
            return self.report(finding.with_hint("sort or serialize before it"));
        }
        let n_columns = windowing.n_columns;
        let args = self.window_arguments(function, written, args, n_columns, &value.span)?;
        let windowing = self.windowing.as_mut()?;
        let place = n_columns + windowing.calls.len();
        windowing.calls.push(WindowCall { function, args, ty: value.ty, span: value.span.clone() });
        Some(Scalar { kind: ScalarKind::Column(place), ty: value.ty, span: value.span })
    }

    /// The arguments, with those that were left out.
    fn window_arguments(
        &mut self,
        function: &str,
        written: &str,
        args: Vec<Scalar>,
        n_columns: usize,
        span: &Span,
    ) -> Option<Vec<Scalar>> {
        let n_values = match function {
            "row_window_session" => 3,
            "prev" | "next" => return self.neighbour_arguments(written, args, n_columns, span),
            _ => 1,
        };
        let mut args = args;
        if args.is_empty() {
            args.push(literal(Value::Long(1), span.clone()));
        }
        if args.len() == n_values {
            args.push(literal(Value::Bool(false), span.clone()));
        }
        let constants = match function {
            "row_number" => &args[..1],
            "row_window_session" => &args[1..3],
            _ => &[],
        };
        let varies = |value: &&Scalar| !matches!(&value.kind, ScalarKind::Literal(it) if !matches!(it, Value::Null(_)));
        if let Some(value) = constants.iter().find(varies) {
            let span = value.span.clone();
            return self.refuse(&format!("{written}() of what is not a constant"), span);
        }
        Some(args)
    }

    /// Value, distance and default of `prev` and `next`.
    fn neighbour_arguments(
        &mut self,
        written: &str,
        args: Vec<Scalar>,
        n_columns: usize,
        span: &Span,
    ) -> Option<Vec<Scalar>> {
        let mut args = args.into_iter();
        let value = args.next()?;
        if matches!(value.kind, ScalarKind::Column(place) if place >= n_columns) {
            return self.refuse(&format!("{written}() of another window function"), value.span);
        }
        let offset = args.next().unwrap_or_else(|| literal(Value::Long(1), span.clone()));
        match &offset.kind {
            ScalarKind::Literal(Value::Long(1..)) => {}
            ScalarKind::Literal(Value::Long(_) | Value::Null(_)) => {
                return self.error("SEM0254", offset.span, format!("{written}() looks one row away at the least"));
            }
            _ => return self.refuse(&format!("{written}() of a distance that is not a constant"), offset.span),
        }
        let default = match args.next() {
            None => literal(Value::Null(value.ty), span.clone()),
            Some(default) => self.neighbour_default(written, default, value.ty)?,
        };
        Some(vec![value, offset, default])
    }

    fn neighbour_default(&mut self, written: &str, default: Scalar, ty: ScalarType) -> Option<Scalar> {
        let is_null = matches!(default.kind, ScalarKind::Literal(Value::Null(_)));
        let widens = matches!(
            (default.ty, ty),
            (ScalarType::Int, ScalarType::Long) | (ScalarType::Int | ScalarType::Long, ScalarType::Real)
        );
        // A literal is a long, also where an int is meant.
        let narrows = (default.ty, ty) == (ScalarType::Long, ScalarType::Int);
        if default.ty == ty {
            return Some(default);
        }
        if is_null || widens || narrows {
            let span = default.span.clone();
            let converted = if is_null { literal(Value::Null(ty), span) } else { convert(default, ty) };
            return Some(converted);
        }
        self.refuse(&format!("{written}() with a default of another type"), default.span)
    }
}
