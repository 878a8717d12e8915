//! `make-series` as it runs: rows summarized by their bin, then put into arrays (`kql-semantics` §17).

use crate::kql::bind::Binder;
use crate::kql::bind::aggregate::Collecting;
use crate::kql::bind::convert::{a, convert, is_literal, literal};
use crate::kql::bind::name::{NameRule, Wanted, give_names};
use crate::kql::bind::scope::{Row, Table, Unknown};
use crate::kql::{
    ColumnSymbol, Expr, MakeSeriesOperator, Operator, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType, Series,
    SeriesItem, Span, TabularOperator, Value,
};

/// Aggregates that make-series takes.
const AGGREGATES: [&str; 18] = [
    "avg",
    "avgif",
    "count",
    "countif",
    "count_distinct",
    "count_distinctif",
    "dcount",
    "dcountif",
    "max",
    "maxif",
    "min",
    "minif",
    "percentile",
    "stdev",
    "stdevif",
    "sum",
    "sumif",
    "take_any",
];

/// One series: its name, its value over the columns of the summary, what stands where there is none.
struct Line {
    wanted: Wanted,
    span: Span,
    value: Scalar,
    default: Scalar,
}

/// Where the axis begins, ends, and how far its points are apart.
struct Axis {
    value: Scalar,
    from: Option<Scalar>,
    to: Option<Scalar>,
    step: Scalar,
}

impl Binder<'_> {
    pub(super) fn make_arrays(&mut self, operator: MakeSeriesOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        let is_never_empty = self.is_never_empty(operator)?;
        let keys = self.targets(operator.keys(), &input.row())?;
        let axis = self.axis(operator, &input)?;
        if is_never_empty && (!keys.is_empty() || axis.from.is_none() || axis.to.is_none()) {
            return self.refuse("make-series kind=nonempty without both ends, or by a column", span);
        }
        let mut key_values = Vec::new();
        for key in &keys {
            let value = key.value.clone()?;
            if value.ty == ScalarType::Dynamic {
                return self.error("SEM0480", value.span, "rows cannot be grouped by a dynamic value");
            }
            key_values.push(value);
        }
        let n_keys = key_values.len();
        self.collecting = Some(Collecting { keys: n_keys + 1, key_columns: Vec::new(), calls: Vec::new() });
        let lines: Vec<Option<Line>> = operator.items().map(|item| self.line(item, &input)).collect();
        let calls = self.collecting.take()?.calls;
        let lines: Vec<Line> = lines.into_iter().collect::<Option<_>>()?;
        let mut wanted: Vec<(Wanted, Span)> = keys.iter().map(|key| (key.wanted.clone(), key.span.clone())).collect();
        wanted.extend(lines.iter().map(|line| (line.wanted.clone(), line.span.clone())));
        wanted.push((self.axis_name(operator, &input), span.clone()));
        let names = give_names(self, NameRule::Group, &wanted, &input.row())?;
        let depth = input.depth + 3;
        let relation = Self::within(input.relation, &axis, &span);
        // The summary: keys, bin, aggregates. Then the values of the lines in the place of the aggregates.
        let mut types: Vec<ScalarType> = key_values.iter().map(|key| key.ty).chain([axis.value.ty]).collect();
        types.extend(calls.iter().flat_map(|call| call.outputs.iter().copied()));
        key_values.push(self.bin_of(&axis, &span)?);
        let summary = Operator::Summarize { input: Box::new(relation), keys: key_values, aggregates: calls };
        let summary = Relation::new(summary, unnamed(&types), span.clone());
        let mut values: Vec<Scalar> = (0..=n_keys).map(|index| super::column(&summary, index, span.clone())).collect();
        values.extend(lines.iter().map(|line| line.value.clone()));
        let types: Vec<ScalarType> = values.iter().map(|value| value.ty).collect();
        let points = Operator::Project { input: Box::new(summary), values };
        let points = Relation::new(points, unnamed(&types), span.clone());
        let series = Series {
            keys: n_keys,
            from: axis.from,
            to: axis.to,
            step: axis.step,
            defaults: lines.into_iter().map(|line| line.default).collect(),
            is_never_empty,
        };
        let column = |(index, name): (usize, String)| {
            ColumnSymbol::new(name, if index < n_keys { types[index] } else { ScalarType::Dynamic })
        };
        let columns: Vec<ColumnSymbol> = names.into_iter().enumerate().map(column).collect();
        let operator = Operator::MakeSeries { input: Box::new(points), series: Box::new(series) };
        self.table(Relation::new(operator, columns, span), Unknown::default(), depth)
    }

    fn is_never_empty(&mut self, operator: MakeSeriesOperator<'_>) -> Option<bool> {
        let mut is_never_empty = false;
        for parameter in TabularOperator::MakeSeries(operator).parameters() {
            match (parameter.name().as_str(), parameter.value().map(|value| value.node().text())) {
                ("kind", Some("nonempty")) => is_never_empty = true,
                ("hint.strategy" | "hint.shufflekey" | "hint.num_partitions", _) => {}
                (name, _) => return self.refuse(&format!("make-series {name}"), parameter.span()),
            }
        }
        Some(is_never_empty)
    }

    /// What the axis is called: as its column, or as it is written.
    fn axis_name(&self, operator: MakeSeriesOperator<'_>, input: &Table) -> Wanted {
        match operator.on() {
            Some(Expr::Named(named)) => {
                named.names().next().map_or(Wanted::None, |name| Wanted::Declared(name.value().into_owned()))
            }
            Some(expr) => self.wanted(expr, &input.row()),
            None => Wanted::None,
        }
    }

    fn axis(&mut self, operator: MakeSeriesOperator<'_>, input: &Table) -> Option<Axis> {
        if operator.range().next().is_some() {
            return self.refuse("make-series in range()", operator.span());
        }
        let on = match operator.on()? {
            Expr::Named(named) => named.value()?,
            expr => expr,
        };
        let value = self.scalar(on, &input.row())?;
        let value = if value.ty == ScalarType::Int { convert(value, ScalarType::Long) } else { value };
        let step_ty = match value.ty {
            ScalarType::Datetime | ScalarType::Timespan => ScalarType::Timespan,
            ScalarType::Long | ScalarType::Real => value.ty,
            ty => return self.refuse(&format!("make-series on {}", a(ty)), value.span),
        };
        let ty = value.ty;
        let from = match operator.from() {
            Some(end) => Some(self.end_of_axis(end, ty)?),
            None => None,
        };
        let to = match operator.to() {
            Some(end) => Some(self.end_of_axis(end, ty)?),
            None => None,
        };
        let step = self.end_of_axis(operator.step()?, step_ty)?;
        let is_forward = match &step.kind {
            ScalarKind::Literal(Value::Long(step) | Value::Timespan(step)) => *step > 0,
            ScalarKind::Literal(Value::Real(step)) => *step > 0.0 && step.is_finite(),
            ScalarKind::Literal(_) => false,
            _ => true,
        };
        if !is_forward {
            return self.error("SEM0254", step.span, "the step of make-series is greater than nothing");
        }
        Some(Axis { value, from, to, step })
    }

    /// A constant of the axis.
    fn end_of_axis(&mut self, expr: Expr<'_>, ty: ScalarType) -> Option<Scalar> {
        let value = self.scalar(expr, &Row::NONE)?;
        let widens = matches!((value.ty, ty), (ScalarType::Int, ScalarType::Long | ScalarType::Real))
            || (value.ty, ty) == (ScalarType::Long, ScalarType::Real);
        if value.ty == ty || widens {
            return Some(convert(value, ty));
        }
        let message = format!("the axis wants {} here, and this is {}", a(ty), a(value.ty));
        self.error("SEM0254", value.span, message)
    }

    /// The rows between the ends of the axis.
    fn within(mut relation: Relation, axis: &Axis, span: &Span) -> Relation {
        let ends = [(ScalarOperator::GreaterEqual, &axis.from), (ScalarOperator::Less, &axis.to)];
        for (operator, end) in ends {
            let Some(end) = end else { continue };
            let kind = ScalarKind::Operator(operator, vec![axis.value.clone(), end.clone()]);
            let predicate = Scalar { kind, ty: ScalarType::Bool, span: span.clone() };
            let columns = std::sync::Arc::clone(&relation.columns);
            relation = Relation::new(Operator::Where { input: Box::new(relation), predicate }, columns, span.clone());
        }
        relation
    }

    /// The point of the axis that a row belongs to.
    fn bin_of(&mut self, axis: &Axis, span: &Span) -> Option<Scalar> {
        let (value, step, ty) = (axis.value.clone(), axis.step.clone(), axis.value.ty);
        match &axis.from {
            Some(from) => self.capable_call("bin_at", vec![value, step, from.clone()], ty, span.clone()),
            None => self.capable_call("bin", vec![value, step], ty, span.clone()),
        }
    }

    /// `x = sum(y) default=0`, or a constant for the points that have rows.
    fn line(&mut self, item: SeriesItem<'_>, input: &Table) -> Option<Line> {
        let expr = item.expr()?;
        let (declared, value) = match expr {
            Expr::Named(named) if named.is_tuple() => {
                return self.refuse("several names for one series", named.span());
            }
            Expr::Named(named) => (named.names().next().map(|name| name.value().into_owned()), named.value()?),
            expr => (None, expr),
        };
        let wanted = match declared {
            Some(name) => Wanted::Declared(name),
            None => self.made_name(value, &input.row()).map_or(Wanted::None, Wanted::Made),
        };
        let bound = self.line_value(value, input)?;
        let default = self.line_default(item, bound.ty)?;
        Some(Line { wanted, span: expr.span(), value: bound, default })
    }

    fn line_value(&mut self, expr: Expr<'_>, input: &Table) -> Option<Scalar> {
        let n_before = self.collecting.as_ref().map_or(0, |collecting| collecting.calls.len());
        let value = self.scalar(expr, &input.row())?;
        let met: Vec<_> = self.collecting.iter().flat_map(|it| &it.calls[n_before..]).map(|it| it.function).collect();
        if let Some(function) = met.iter().find(|function| !AGGREGATES.contains(function)) {
            return self.refuse(&format!("{function}() in make-series"), value.span);
        }
        if met.is_empty() && !is_literal(&value) {
            return self.error("SEM0237", value.span, "an aggregate is expected here");
        }
        match value.ty {
            ScalarType::Int | ScalarType::Long | ScalarType::Real => Some(value),
            ty => self.refuse(&format!("make-series of {}", a(ty)), value.span),
        }
    }

    /// Zero of the series' type where nothing is said.
    fn line_default(&mut self, item: SeriesItem<'_>, ty: ScalarType) -> Option<Scalar> {
        let Some(expr) = item.default() else {
            let zero = convert(literal(Value::Long(0), item.expr()?.span()), ty);
            return Some(zero);
        };
        let outer = self.collecting.take();
        let value = self.scalar(expr, &Row::NONE);
        self.collecting = outer;
        let value = value?;
        let ScalarKind::Literal(default) = &value.kind else {
            return self.error("SEM0040", value.span, "the default of a series is a constant");
        };
        match (default, ty) {
            (Value::Null(_), _) => Some(literal(Value::Null(ty), value.span)),
            (Value::Long(number), ScalarType::Int) if i32::try_from(*number).is_ok() => Some(convert(value, ty)),
            (Value::Int(_) | Value::Long(_), ScalarType::Long | ScalarType::Real)
            | (Value::Real(_), ScalarType::Real)
            | (Value::Int(_), ScalarType::Int) => Some(convert(value, ty)),
            _ => self.refuse("a default of another type than the series", value.span),
        }
    }
}

fn unnamed(types: &[ScalarType]) -> Vec<ColumnSymbol> {
    types.iter().enumerate().map(|(index, ty)| ColumnSymbol::new(format!("${index}"), *ty)).collect()
}
