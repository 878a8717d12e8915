//! Aggregates as the language library judges them, and the columns that those give that give several.

use super::Binder;
use super::library::Argument;
use super::overload::placeholder;
use super::scope::Row;
use crate::kql::catalog::{self, Ty, library_aggregate};
use crate::kql::{AggregateCall, CallExpr, Element, Expr, ScalarKind, ScalarType, Value};

/// A column of an aggregate; without a name when the aggregate gives one column, which is named where it is given out.
type Column = (String, Ty);

impl Binder<'_> {
    /// Binds the call of an aggregate; `keys` are the names of the bare columns that rows are grouped by.
    pub(super) fn library_aggregate_call(
        &mut self,
        written: &str,
        call: CallExpr<'_>,
        row: &Row<'_>,
        keys: &[String],
    ) -> Option<(AggregateCall, Vec<String>)> {
        let function = library_aggregate(written)?;
        let name = call.name()?;
        let arguments: Vec<Argument<'_>> = call.arguments().map(|it| self.library_argument(it, row)).collect();
        let ty = self.library_result(function, written, &arguments, &name.span());
        let written_arguments: Vec<Expr<'_>> = call.arguments().collect();
        let arguments = Arguments { written: &written_arguments, bound: &arguments, keys };
        let columns = match (written, ty) {
            (_, Ty::Error) => return None,
            ("arg_max" | "arg_min", _) => self.extreme_columns(written.trim_start_matches("arg_"), &arguments, row),
            ("argmax" | "argmin", _) => self.old_extreme_columns(written.trim_start_matches("arg"), &arguments, row),
            ("take_any", _) => self.any_columns("any_", &arguments, row),
            ("any", Ty::Tuple) => {
                let mut columns = self.any_columns("", &arguments, row);
                for (name, _) in &mut columns {
                    name.insert_str(0, "any_");
                }
                columns
            }
            ("percentile" | "percentiles", _) => self.percentile_columns(1, &arguments, row),
            ("percentilew" | "percentilesw", _) => self.percentile_columns(2, &arguments, row),
            ("percentiles_array" | "percentilesw_array", _) => {
                let name = written_arguments.first().and_then(|first| self.made_name(*first, row));
                vec![(format!("percentiles_{}", name.unwrap_or_default()), Ty::Array(Element::Any))]
            }
            (_, ty) => vec![(String::new(), ty)],
        };
        let args = arguments.bound.iter().map(|argument| argument.value.clone());
        let args = args.map(|value| value.unwrap_or_else(|| placeholder(call.span()))).collect();
        let canonical = catalog::aggregate(written).map_or(function.name, |function| function.name);
        let outputs = columns.iter().map(|(_, ty)| ty.scalar()).collect();
        if let [(_, ty)] = columns.as_slice() {
            self.note_shape(&call.span(), ty.shape());
        }
        let names = columns.into_iter().map(|(name, _)| name).collect();
        Some((AggregateCall { function: canonical, args, outputs, span: call.span() }, names))
    }

    /// `arg_max(m, a, *)`: what is maximised, then what stands beside it.
    fn extreme_columns(&self, prefix: &str, arguments: &Arguments<'_, '_>, row: &Row<'_>) -> Vec<Column> {
        let first_name = arguments.written.first().and_then(|first| self.made_name(*first, row)).unwrap_or_default();
        let unnamed = |index: usize| match index {
            0 => format!("{prefix}_"),
            _ => format!("{prefix}_{first_name}_arg{index}"),
        };
        self.returned_columns(arguments, row, 0, 1, &unnamed, &|name| name)
    }

    /// `argmax(m, a, *)`, the old spelling: every column has the prefix, and those returned have the name of the first.
    fn old_extreme_columns(&self, prefix: &str, arguments: &Arguments<'_, '_>, row: &Row<'_>) -> Vec<Column> {
        let Some((first, bound)) = arguments.written.first().zip(arguments.bound.first()) else { return Vec::new() };
        let first_name = self.made_name(*first, row).unwrap_or_default();
        let named = |name: String| format!("{prefix}_{first_name}_{name}");
        let mut columns = vec![(format!("{prefix}_{first_name}"), bound.ty)];
        columns.extend(self.returned_columns(arguments, row, 1, 1, &|index| format!("arg{index}"), &named));
        columns
    }

    fn any_columns(&self, prefix: &str, arguments: &Arguments<'_, '_>, row: &Row<'_>) -> Vec<Column> {
        self.returned_columns(arguments, row, 0, 0, &|index| format!("{prefix}arg{index}"), &|name| name)
    }

    /// The columns of the arguments from one on, with those that `*` stands for. Where there is a `*`, arguments from
    /// `exempt` on that are given already, or grouped by, are left out.
    fn returned_columns(
        &self,
        arguments: &Arguments<'_, '_>,
        row: &Row<'_>,
        from: usize,
        exempt: usize,
        unnamed: &dyn Fn(usize) -> String,
        named: &dyn Fn(String) -> String,
    ) -> Vec<Column> {
        let any_star = arguments.bound.iter().any(Argument::is_star);
        let mut given: Vec<usize> = Vec::new();
        given.extend(arguments.bound.iter().take(from).filter_map(column_of));
        let is_key = |index: usize| arguments.keys.contains(&row.columns[index].name);
        let mut columns = Vec::new();
        for (index, (expr, bound)) in arguments.written.iter().zip(arguments.bound).enumerate().skip(from) {
            if bound.is_star() {
                for (place, column) in row.columns.iter().enumerate() {
                    if !given.contains(&place) && !is_key(place) {
                        given.push(place);
                        columns.push((named(column.name.clone()), Ty::of(column.ty, column.shape)));
                    }
                }
                continue;
            }
            if let Some(place) = column_of(bound) {
                if index >= exempt && any_star && (given.contains(&place) || is_key(place)) {
                    continue;
                }
                given.push(place);
            }
            let name = self.made_name(*expr, row).unwrap_or_else(|| unnamed(index));
            columns.push((named(name), bound.ty));
        }
        columns
    }

    /// One column for each percentile, of which `before` arguments do not speak.
    fn percentile_columns(&self, before: usize, arguments: &Arguments<'_, '_>, row: &Row<'_>) -> Vec<Column> {
        let Some((first, bound)) = arguments.written.first().zip(arguments.bound.first()) else { return Vec::new() };
        let name = self.made_name(*first, row).unwrap_or_default();
        let ty = match bound.ty {
            Ty::Scalar(ScalarType::Int) => Ty::Scalar(ScalarType::Long),
            Ty::Scalar(ScalarType::Decimal) => Ty::Scalar(ScalarType::Real),
            ty => ty,
        };
        let fragment = |argument: &Argument<'_>| {
            let text = argument.value.as_ref().map(constant_text).unwrap_or_default();
            text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect::<String>()
        };
        arguments.bound.iter().skip(before).map(|it| (format!("percentile_{name}_{}", fragment(it)), ty)).collect()
    }
}

/// The arguments of one call.
struct Arguments<'c, 't> {
    written: &'c [Expr<'t>],
    bound: &'c [Argument<'t>],
    keys: &'c [String],
}

/// The place of the column that an argument is, when it is nothing but that.
fn column_of(argument: &Argument<'_>) -> Option<usize> {
    match argument.value.as_ref()?.kind {
        ScalarKind::Column(index) => Some(index),
        _ => None,
    }
}

/// A constant number as the library writes it.
fn constant_text(value: &crate::kql::Scalar) -> String {
    match &value.kind {
        ScalarKind::Literal(Value::Int(number)) => number.to_string(),
        ScalarKind::Literal(Value::Long(number)) => number.to_string(),
        ScalarKind::Literal(Value::Real(number)) => number.to_string(),
        ScalarKind::Literal(Value::Decimal(digits)) => digits.clone(),
        _ => String::new(),
    }
}
