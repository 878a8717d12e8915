//! The aggregates of `summarize`: each becomes one aggregate call of a plan, and what is done with its result.
//!
//! DataFusion's own accumulators are used where they count the same; what Kusto answers for nothing (zero, NaN, an
//! empty array, not null) is put right by [`Finish`]. The `…if` forms are the plain ones under a filter.

mod arg_max;
mod avg;
mod best_row;
mod binary_all;
mod buildschema;
mod collect;
mod count;
mod covariance;
mod dcount;
mod distinct_values;
mod grouped;
mod hll;
mod make_bag;
mod make_list;
mod make_set;
mod max;
mod min;
mod number_sets;
mod percentile;
mod percentile_values;
mod stdev;
mod sum;
mod take_any;
mod tdigest;
mod variance;
mod whole_mean;

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::functions::core::expr_fn::{coalesce, get_field};
use datafusion::logical_expr::expr::{AggregateFunction, Cast};
use datafusion::logical_expr::{AggregateUDF, Expr, lit};

use super::error::EngineError;
use super::expression::Scope;
use super::own_functions::round_to_ten_places;
use crate::kql::{AggregateCall, Scalar, ScalarKind, ScalarType, Span, Value};

/// An aggregate of the catalogue.
struct Aggregate {
    name: &'static str,
    /// Place of the argument that says which rows count, for the `…if` forms.
    predicate: Option<usize>,
    plan: fn(&Input<'_>) -> Result<Reduction, EngineError>,
}

const fn plain(name: &'static str, plan: fn(&Input<'_>) -> Result<Reduction, EngineError>) -> Aggregate {
    Aggregate { name, predicate: None, plan }
}

const fn filtered(
    name: &'static str,
    predicate: usize,
    plan: fn(&Input<'_>) -> Result<Reduction, EngineError>,
) -> Aggregate {
    Aggregate { name, predicate: Some(predicate), plan }
}

/// Every aggregate that the engine has, by its canonical name.
const AGGREGATES: &[Aggregate] = &[
    plain("arg_max", arg_max::arg_max),
    plain("arg_min", arg_max::arg_min),
    plain("avg", avg::avg),
    filtered("avgif", 1, avg::avg),
    plain("binary_all_and", binary_all::and),
    plain("binary_all_or", binary_all::or),
    plain("binary_all_xor", binary_all::xor),
    plain("buildschema", buildschema::buildschema),
    plain("count", count::count),
    plain("count_distinct", dcount::count_distinct),
    filtered("count_distinctif", 1, dcount::count_distinct),
    filtered("countif", 0, count::count),
    plain("covariance", covariance::covariance),
    filtered("covarianceif", 2, covariance::covariance),
    plain("covariancep", covariance::covariancep),
    filtered("covariancepif", 2, covariance::covariancep),
    plain("dcount", dcount::dcount),
    filtered("dcountif", 1, dcount::dcount),
    plain("hll", hll::hll),
    filtered("hll_if", 1, hll::hll),
    plain("hll_merge", hll::merge),
    plain("make_bag", make_bag::make_bag),
    filtered("make_bag_if", 1, make_bag::make_bag),
    plain("make_list", make_list::make_list),
    filtered("make_list_if", 1, make_list::make_list),
    plain("make_list_with_nulls", make_list::make_list_with_nulls),
    plain("make_set", make_set::make_set),
    filtered("make_set_if", 1, make_set::make_set),
    plain("max", max::max),
    filtered("maxif", 1, max::max),
    plain("min", min::min),
    filtered("minif", 1, min::min),
    plain("percentile", percentile::percentile),
    plain("percentiles", percentile::percentile),
    plain("percentiles_array", percentile::percentiles_array),
    plain("percentilesw", percentile::percentilew),
    plain("percentilesw_array", percentile::percentilesw_array),
    plain("percentilew", percentile::percentilew),
    plain("stdev", stdev::stdev),
    filtered("stdevif", 1, stdev::stdev),
    plain("stdevp", stdev::stdevp),
    plain("sum", sum::sum),
    filtered("sumif", 1, sum::sum),
    plain("take_any", take_any::take_any),
    filtered("take_anyif", 1, take_any::take_any),
    plain("tdigest", tdigest::tdigest),
    plain("tdigest_merge", tdigest::merge),
    plain("variance", variance::variance),
    filtered("varianceif", 1, variance::variance),
    plain("variancep", variance::variancep),
    filtered("variancepif", 1, variance::variancep),
];

/// The canonical names of the aggregates that run.
pub(in crate::engine) fn aggregate_names() -> impl Iterator<Item = &'static str> {
    AGGREGATES.iter().map(|aggregate| aggregate.name)
}

/// What a call was given, its predicate apart.
struct Input<'a> {
    args: Vec<Expr>,
    scalars: Vec<&'a Scalar>,
    predicate: Option<Expr>,
    outputs: &'a [ScalarType],
    span: &'a Span,
}

impl Input<'_> {
    /// A call of an aggregate function over the rows that count.
    fn call(&self, function: Arc<AggregateUDF>, args: Vec<Expr>) -> Expr {
        let predicate = self.predicate.clone().map(Box::new);
        Expr::AggregateFunction(AggregateFunction::new_udf(function, args, false, predicate, Vec::new(), None))
    }

    fn arg(&self, index: usize) -> Result<Expr, EngineError> {
        let missing = || EngineError::internal(format!("an aggregate lacks its argument {index}"));
        self.args.get(index).cloned().ok_or_else(missing)
    }

    fn real(&self, index: usize) -> Result<Expr, EngineError> {
        Ok(Expr::Cast(Cast::new(Box::new(self.arg(index)?), DataType::Float64)))
    }

    fn ty(&self, index: usize) -> ScalarType {
        self.scalars.get(index).map_or(ScalarType::Dynamic, |scalar| scalar.ty)
    }

    /// Whether the argument is a column of codes of texts: such has no type of its own in KQL.
    fn is_code(&self, index: usize) -> bool {
        self.scalars.get(index).is_some_and(|scalar| scalar.ty == ScalarType::Unknown)
    }

    fn output(&self) -> ScalarType {
        self.outputs.first().copied().unwrap_or(ScalarType::Dynamic)
    }

    /// An argument that must be a number known beforehand, such as `maxSize`; `None` when it is not given.
    fn number(&self, index: usize) -> Result<Option<f64>, EngineError> {
        let Some(scalar) = self.scalars.get(index) else { return Ok(None) };
        match &scalar.kind {
            ScalarKind::Literal(Value::Int(number)) => Ok(Some(f64::from(*number))),
            ScalarKind::Literal(Value::Long(number)) => Ok(Some(*number as f64)),
            ScalarKind::Literal(Value::Real(number)) => Ok(Some(*number)),
            ScalarKind::Literal(Value::Decimal(text)) if text.parse::<f64>().is_ok() => Ok(text.parse().ok()),
            _ => Err(EngineError::unsupported("an aggregate argument that is not a literal", self.span)),
        }
    }
}

/// All values of a group as a list in JSON, as `make_list` gathers them.
pub(in crate::engine) fn list_of(ty: ScalarType, with_nulls: bool, value: Expr) -> Expr {
    let function = collect::collect(collect::Shape::List { with_nulls }, ty, make_list::MAX_VALUES);
    Expr::AggregateFunction(AggregateFunction::new_udf(function, vec![value], false, None, Vec::new(), None))
}

/// One aggregate call, and what makes the outputs of it.
pub(in crate::engine) struct Reduction {
    pub(in crate::engine) call: Expr,
    finish: Finish,
}

/// What is done with the result of an aggregate call.
enum Finish {
    AsIs,
    /// Kusto's answer for no values.
    OrElse(Expr),
    /// No values are zero, and the result is rounded to ten places.
    Rounded,
    Cast(DataType),
    /// A struct holds the outputs: this many fields, from this one on.
    Fields {
        from: usize,
        n: usize,
    },
}

impl Reduction {
    /// The outputs in order, given the column that holds the result of the call.
    pub(in crate::engine) fn outputs(&self, result: Expr, types: &[ScalarType]) -> Vec<Expr> {
        match &self.finish {
            Finish::AsIs => vec![result],
            Finish::OrElse(neutral) => vec![coalesce(vec![result, neutral.clone()])],
            Finish::Rounded => vec![round_to_ten_places(coalesce(vec![result, lit(0.0)]))],
            Finish::Cast(ty) => vec![Expr::Cast(Cast::new(Box::new(result), ty.clone()))],
            Finish::Fields { from, n } => (0..*n).map(|at| field(&result, from + at, types[at])).collect(),
        }
    }
}

fn field(result: &Expr, index: usize, ty: ScalarType) -> Expr {
    let value = get_field(result.clone(), format!("f{index}"));
    if ty == ScalarType::String { coalesce(vec![value, lit("")]) } else { value }
}

/// Translates one call over the columns of the scope.
pub(in crate::engine) fn reduction(scope: Scope<'_>, call: &AggregateCall) -> Result<Reduction, EngineError> {
    let aggregate = AGGREGATES
        .iter()
        .find(|aggregate| aggregate.name == call.function)
        .ok_or_else(|| EngineError::unsupported(call.function, &call.span))?;
    let mut input = Input {
        args: Vec::with_capacity(call.args.len()),
        scalars: Vec::with_capacity(call.args.len()),
        predicate: None,
        outputs: &call.outputs,
        span: &call.span,
    };
    for (index, arg) in call.args.iter().enumerate() {
        if aggregate.predicate == Some(index) {
            input.predicate = Some(scope.predicate(arg)?);
        } else {
            input.args.push(scope.value(arg)?);
            input.scalars.push(arg);
        }
    }
    (aggregate.plan)(&input)
}
