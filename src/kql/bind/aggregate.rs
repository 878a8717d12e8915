//! Aggregates inside the expressions of `summarize`.

use super::Binder;
use super::comparison::common;
use super::convert::{a, convert, is_literal, literal};
use super::facts::Meaning;
use super::name::percentile_name;
use super::scope::Row;
use crate::kql::catalog::{self, Class, Constancy, Function, Parameter, Returns, Signature};
use crate::kql::{AggregateCall, CallExpr, Diagnostic, Expr, Name, Scalar, ScalarKind, ScalarType, Span, Value};

/// The aggregates of one `summarize`, in the order they were met.
#[derive(Debug, Default)]
pub(super) struct Collecting {
    /// Columns that stand before the aggregates' own: the keys.
    pub(super) keys: usize,
    /// Names of keys that are bare columns; `*` leaves them out.
    pub(super) key_columns: Vec<String>,
    pub(super) calls: Vec<AggregateCall>,
}

impl Collecting {
    /// Adds a call; its first output's index among the columns of the `Summarize`.
    fn push(&mut self, call: AggregateCall) -> usize {
        let before: usize = self.calls.iter().map(|call| call.outputs.len()).sum();
        self.calls.push(call);
        self.keys + before
    }
}

/// What an aggregate gives: where its columns are, and how those after the first are named.
pub(super) struct AggregateColumns {
    pub(super) first: usize,
    pub(super) outputs: Vec<(String, ScalarType)>,
}

impl Binder<'_> {
    /// An aggregate amid an expression: it stands for its first column.
    pub(super) fn aggregate_in_expression(&mut self, name: &str, call: CallExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let function = catalog::aggregate(name)?;
        let columns = self.aggregate(name, call, row)?;
        if columns.outputs.len() != 1 {
            if self.is_official() {
                let kind = ScalarKind::Call(function.name, Vec::new());
                return Some(Scalar { kind, ty: ScalarType::Unknown, span: call.span() });
            }
            return self.refuse(&format!("{name}() with several columns inside an expression"), call.span());
        }
        Some(Scalar { kind: ScalarKind::Column(columns.first), ty: columns.outputs[0].1, span: call.span() })
    }

    /// Binds a call of an aggregate and collects it.
    pub(super) fn aggregate(&mut self, name: &str, call: CallExpr<'_>, row: &Row<'_>) -> Option<AggregateColumns> {
        let function = catalog::aggregate(name)?;
        // Inside its arguments there are columns and no further aggregates.
        let Some(collecting) = self.collecting.take() else {
            let message = format!("the aggregate {name}() is not allowed here");
            let (code, official) = (self.code("SEM0237", "KS144"), self.is_official());
            let span = call.name().filter(|_| official).map_or_else(|| call.span(), Name::span);
            return self.error(code, span, message);
        };
        if let Some(written) = call.name() {
            self.note_name(&written.span(), name, Meaning::Aggregate, None, None);
        }
        let result = if self.is_official() {
            self.library_aggregate_call(name, call, row, &collecting.key_columns)
        } else {
            self.aggregate_call(function, name, call, row, &collecting.key_columns)
        };
        self.collecting = Some(collecting);
        let (aggregate, names) = result?;
        if self.context.capabilities.is_some_and(|known| !known.aggregates.contains(aggregate.function)) {
            return self.refuse(&format!("{name}()"), call.span());
        }
        let outputs = names.into_iter().zip(aggregate.outputs.iter().copied()).collect();
        let first = self.collecting.as_mut()?.push(aggregate);
        Some(AggregateColumns { first, outputs })
    }

    fn aggregate_call(
        &mut self,
        function: &'static Function,
        written: &str,
        call: CallExpr<'_>,
        row: &Row<'_>,
        keys: &[String],
    ) -> Option<(AggregateCall, Vec<String>)> {
        let span = call.span();
        match function.name {
            "arg_max" | "arg_min" => return self.arg_extreme(function.name, written, call, row, keys),
            "take_any" => return self.take_any(written, call, row, keys),
            "count" if matches!(call.arguments().next(), Some(Expr::Star(_))) => {
                return Some(single("count", Vec::new(), ScalarType::Long, span));
            }
            _ => {}
        }
        let mut args = self.aggregate_arguments(call, row)?;
        if function.name == "count" {
            // Recorded: `count(x)` counts every row, nulls too.
            if args.len() > 1 {
                return self.error("SEM0219", span, super::call::arity_message(written, 0, 1));
            }
            return Some(single("count", Vec::new(), ScalarType::Long, span));
        }
        let signature = self.aggregate_signature(function, written, &args, &call)?;
        let parameters = signature.assignments(args.len()).into_iter().next()?;
        for (parameter, arg) in parameters.iter().zip(&mut args) {
            let value = std::mem::replace(arg, literal(Value::Bool(false), 0..0));
            match accept(written, function.name, parameter, value) {
                Ok(value) => *arg = value,
                Err(finding) => return self.report(finding),
            }
        }
        if matches!(written, "makelist" | "makeset") && args.len() == 1 {
            args.push(literal(Value::Long(128), span.clone()));
        }
        if matches!(function.name, "percentiles" | "percentilesw") {
            return Some(percentiles(self, function.name, call, args, row));
        }
        let ty = aggregate_type(function.name, signature.returns, args.first().map(|arg| arg.ty));
        Some(single(function.name, args, ty, span))
    }

    fn aggregate_arguments(&mut self, call: CallExpr<'_>, row: &Row<'_>) -> Option<Vec<Scalar>> {
        let bound: Vec<Option<Scalar>> = call.arguments().map(|argument| self.scalar(argument, row)).collect();
        bound.into_iter().collect()
    }

    fn aggregate_signature(
        &mut self,
        function: &'static Function,
        written: &str,
        args: &[Scalar],
        call: &CallExpr<'_>,
    ) -> Option<&'static Signature> {
        let mut fitting = function.signatures.iter().filter(|signature| !signature.assignments(args.len()).is_empty());
        let Some(first) = fitting.next() else {
            let (fewest, most) = function
                .signatures
                .iter()
                .map(Signature::arity)
                .fold((usize::MAX, 0), |all, one| (all.0.min(one.0), all.1.max(one.1)));
            let span = call.name().map_or_else(|| call.span(), Name::span);
            return self.error("SEM0219", span, super::call::arity_message(written, fewest, most));
        };
        // Where several fit by number the first argument's type decides, as for avg().
        let decides = |signature: &&'static Signature| match (&signature.parameters[0].class, args.first()) {
            (Class::Types(types), Some(arg)) => types.contains(&arg.ty),
            (Class::Integer, Some(arg)) => matches!(arg.ty, ScalarType::Int | ScalarType::Long),
            _ => true,
        };
        let rest: Vec<&'static Signature> = std::iter::once(first).chain(fitting).collect();
        Some(rest.iter().copied().find(decides).unwrap_or(first))
    }

    /// `arg_max(m, a, *)`: what is maximised, then what stands beside it in that row.
    fn arg_extreme(
        &mut self,
        function: &'static str,
        written: &str,
        call: CallExpr<'_>,
        row: &Row<'_>,
        keys: &[String],
    ) -> Option<(AggregateCall, Vec<String>)> {
        let mut arguments = call.arguments();
        let Some(first) = arguments.next() else {
            return self.error("SEM0219", call.span(), super::call::arity_message(written, 1, usize::MAX));
        };
        let extreme = self.scalar(first, row)?;
        if extreme.ty == ScalarType::Dynamic {
            let message = format!("{written}() needs values that have an order, and a dynamic value has none");
            return self.error("SEM0254", extreme.span, message);
        }
        let prefix = function.trim_start_matches("arg_");
        let old = written == "argmax" || written == "argmin";
        let own_name = self.made_name(first, row);
        let name = match own_name.clone() {
            Some(name) if !old => name,
            name => format!("{prefix}_{}", name.unwrap_or_default()),
        };
        let mut skipped = keys.to_vec();
        if let (ScalarKind::Column(_), Some(own)) = (&extreme.kind, own_name) {
            skipped.push(own);
        }
        let mut args = vec![extreme];
        let mut names = vec![name.clone()];
        for (index, argument) in arguments.enumerate() {
            let (argument, own) = self.returned_name(argument, row);
            let name = own.unwrap_or_else(|| format!("{name}_arg{}", index + 1));
            self.returned(argument?, row, &skipped, name, &mut args, &mut names)?;
        }
        Some(several(function, args, names, call.span()))
    }

    fn take_any(
        &mut self,
        written: &str,
        call: CallExpr<'_>,
        row: &Row<'_>,
        keys: &[String],
    ) -> Option<(AggregateCall, Vec<String>)> {
        let (mut args, mut names) = (Vec::new(), Vec::new());
        for (index, argument) in call.arguments().enumerate() {
            let (argument, own) = self.returned_name(argument, row);
            let name = match (own, written) {
                (Some(name), "any") => format!("any_{name}"),
                (Some(name), _) => name,
                (None, _) if index == 0 => "any_".to_owned(),
                (None, _) => format!("any_arg{index}"),
            };
            self.returned(argument?, row, keys, name, &mut args, &mut names)?;
        }
        if args.is_empty() {
            return self.error("SEM0219", call.span(), super::call::arity_message(written, 1, usize::MAX));
        }
        Some(several("take_any", args, names, call.span()))
    }

    /// What is returned, and its name: `Size = FileSize` gives one.
    fn returned_name<'t>(&self, argument: Expr<'t>, row: &Row<'_>) -> (Option<Expr<'t>>, Option<String>) {
        match argument {
            Expr::Named(named) => (named.value(), named.names().next().map(|name| name.value().into_owned())),
            Expr::Star(_) => (Some(argument), None),
            _ => (Some(argument), self.made_name(argument, row)),
        }
    }

    /// One returned expression, or all columns for `*`.
    fn returned(
        &mut self,
        argument: Expr<'_>,
        row: &Row<'_>,
        skipped: &[String],
        name: String,
        args: &mut Vec<Scalar>,
        names: &mut Vec<String>,
    ) -> Option<()> {
        if !matches!(argument, Expr::Star(_)) {
            args.push(self.scalar(argument, row)?);
            names.push(name);
            return Some(());
        }
        if row.unknown.is_some_and(|unknown| !unknown.is_empty()) {
            return None;
        }
        self.charge(row.columns.len(), &argument.span())?;
        for (index, column) in row.columns.iter().enumerate() {
            if !skipped.contains(&column.name) {
                args.push(Scalar { kind: ScalarKind::Column(index), ty: column.ty, span: argument.span() });
                names.push(column.name.clone());
            }
        }
        Some(())
    }
}

fn single(function: &'static str, args: Vec<Scalar>, ty: ScalarType, span: Span) -> (AggregateCall, Vec<String>) {
    // The name of a single column is made where it is given out.
    (AggregateCall { function, args, outputs: vec![ty], span }, vec![String::new()])
}

fn several(function: &'static str, args: Vec<Scalar>, names: Vec<String>, span: Span) -> (AggregateCall, Vec<String>) {
    let outputs = args.iter().map(|arg| arg.ty).collect();
    (AggregateCall { function, args, outputs, span }, names)
}

fn percentiles(
    binder: &Binder<'_>,
    function: &'static str,
    call: CallExpr<'_>,
    args: Vec<Scalar>,
    row: &Row<'_>,
) -> (AggregateCall, Vec<String>) {
    let before = if function == "percentiles" { 1 } else { 2 };
    let argument = call.arguments().next().and_then(|first| binder.made_name(first, row)).unwrap_or_default();
    let names = call.arguments().skip(before).map(|value| percentile_name(&argument, value.node().text())).collect();
    let outputs = vec![args[0].ty; args.len() - before];
    (AggregateCall { function, args, outputs, span: call.span() }, names)
}

/// One argument of an aggregate, converted where that is silent.
fn accept(written: &str, function: &str, parameter: &Parameter, value: Scalar) -> Result<Scalar, Diagnostic> {
    use ScalarType as T;
    if parameter.constancy != Constancy::Any && !is_literal(&value) {
        let message = format!("{written}(): '{}' must be a constant", parameter.name);
        return Err(Diagnostic::error("SEM0040", value.span, message));
    }
    let ty = value.ty;
    let summed = matches!(parameter.class, Class::Summable | Class::Integer | Class::Number);
    let accepted = match &parameter.class {
        Class::Types(types) => types.iter().any(|declared| common(*declared, ty) == Some(*declared)),
        Class::Number => ty.is_numeric(),
        Class::Integer => matches!(ty, T::Int | T::Long),
        Class::Summable => ty.is_numeric() || matches!(ty, T::Timespan | T::Datetime),
        Class::Orderable | Class::NonDynamic | Class::SameOrderable => ty != T::Dynamic,
        Class::Array | Class::Bag => ty == T::Dynamic,
        Class::Countable => !matches!(ty, T::Real | T::Bool),
        _ => true,
    };
    if parameter.name.starts_with("expr") && is_unmeasured(function, ty) {
        return Err(Diagnostic::refusal(&format!("{written}() of {}", a(ty)), value.span));
    }
    if function.ends_with("_array") && parameter.name == "percentile" && ty == T::Dynamic {
        return Err(Diagnostic::refusal(&format!("{written}() of an array of percentiles"), value.span));
    }
    if let Some(limits) = limits(parameter.name)
        && number(&value).is_some_and(|number| !limits.contains(&number))
    {
        let (least, most) = (limits.start(), limits.end());
        let message = format!("{written}(): '{}' lies between {least} and {most}", parameter.name);
        return Err(Diagnostic::error("SEM0254", value.span, message));
    }
    if !accepted {
        let code = if summed { "SEM0201" } else { "SEM0254" };
        let message = format!("{written}() does not take {} as '{}'", a(ty), parameter.name);
        return Err(Diagnostic::error(code, value.span, message));
    }
    Ok(match &parameter.class {
        Class::Types(types) if !types.contains(&ty) => convert(value, types[0]),
        _ if ty == T::Int && (summed || function.starts_with("percentile")) => convert(value, T::Long),
        _ => value,
    })
}

/// True where nobody measured what the aggregate makes of values of the type.
fn is_unmeasured(function: &str, ty: ScalarType) -> bool {
    use ScalarType as T;
    match function {
        _ if function.starts_with("percentile") => matches!(ty, T::String | T::Bool | T::Guid | T::Dynamic),
        "sum" | "sumif" => ty == T::Datetime,
        "tdigest" => matches!(ty, T::Timespan | T::Datetime),
        _ if function.starts_with("binary_all") => !matches!(ty, T::Int | T::Long),
        _ if ["stdev", "variance", "covariance"].iter().any(|name| function.starts_with(name)) => {
            matches!(ty, T::Timespan | T::Datetime)
        }
        _ => false,
    }
}

/// Between what a constant of an aggregate lies.
fn limits(parameter: &str) -> Option<std::ops::RangeInclusive<f64>> {
    match parameter {
        "percentile" => Some(0.0..=100.0),
        "accuracy" => Some(0.0..=4.0),
        _ => None,
    }
}

fn number(value: &Scalar) -> Option<f64> {
    match &value.kind {
        ScalarKind::Literal(Value::Int(number)) => Some(f64::from(*number)),
        ScalarKind::Literal(Value::Long(number)) => Some(*number as f64),
        ScalarKind::Literal(Value::Real(number)) => Some(*number),
        _ => None,
    }
}

fn aggregate_type(function: &str, returns: Returns, first: Option<ScalarType>) -> ScalarType {
    let first = first.unwrap_or(ScalarType::Dynamic);
    match (function, returns) {
        ("percentile" | "percentilew", _) | (_, Returns::First) => first,
        (_, Returns::Type(ty)) => ty,
        (_, Returns::Promoted) => {
            if first == ScalarType::Int {
                ScalarType::Long
            } else {
                first
            }
        }
        _ => ScalarType::Dynamic,
    }
}
