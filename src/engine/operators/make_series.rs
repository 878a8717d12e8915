//! `make-series`: points of an axis, with the values of each line, become arrays.
//!
//! Bins and values of a group are gathered as lists in one pass, so that they stand in the same order; then each list
//! of values is laid out along the axis.

use datafusion::common::Column;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};

use super::summarize::group_keys;
use crate::engine::aggregates::list_of;
use crate::engine::error::EngineError;
use crate::engine::functions::{axis_udf, points_udf};
use crate::engine::plan::{Planned, Planner, references, types};
use crate::engine::storage;
use crate::kql::{Relation, ScalarType, Series};

pub(in crate::engine) fn make_series(
    planner: &mut Planner<'_>,
    input: &Relation,
    series: &Series,
) -> Result<Planned, EngineError> {
    let types = types(input);
    let axis_type = types[series.keys];
    let planned = planner.plan(input)?;
    let mut values = references(&planned.columns);
    let lists = values.split_off(series.keys);
    let keys = group_keys(values, &types[..series.keys]);
    let input = planner.project(planned, keys.into_iter().chain(lists).collect())?;
    let ends = ends(planner, &input, series, axis_type)?;
    let columns = references(&input.columns);
    let (keys, lists) = columns.split_at(series.keys);
    // Bins are gathered as they are stored, ticks of datetimes too.
    let stored = if axis_type == ScalarType::Real { ScalarType::Real } else { ScalarType::Long };
    let mut calls = vec![number_of_rows(), list_of(stored, false, lists[0].clone())];
    calls.extend(lists[1..].iter().zip(&types[series.keys + 1..]).map(|(list, ty)| list_of(*ty, true, list.clone())));
    let names: Vec<String> = calls.iter().map(|_| planner.fresh()).collect();
    let calls: Vec<Expr> = calls.into_iter().zip(&names).map(|(call, name)| call.alias(name)).collect();
    let plan = LogicalPlanBuilder::from(input.plan).filter(lists[0].clone().is_not_null())?;
    let plan = plan.aggregate(keys.to_vec(), calls)?;
    let gathered = |index: usize| Expr::Column(Column::new_unqualified(&names[index]));
    // Without keys there is always one group, and of no rows there is no series.
    let plan = if series.is_never_empty { plan } else { plan.filter(gathered(0).gt(lit(0_i64)))? };
    let plan = Planned { plan: plan.build()?, columns: Vec::new() };
    let mut outputs = keys.to_vec();
    for (index, default) in series.defaults.iter().enumerate() {
        let default_value = planner.values(&plan, std::slice::from_ref(default))?;
        let args = [gathered(1)].into_iter().chain(ends.clone()).chain([gathered(index + 2)]).chain(default_value);
        outputs.push(points_udf(stored, default.ty).call(args.collect()));
    }
    outputs.push(axis_udf(axis_type).call([gathered(1)].into_iter().chain(ends).collect()));
    planner.project(plan, outputs)
}

fn number_of_rows() -> Expr {
    let args = vec![lit(1_i64)];
    Expr::AggregateFunction(AggregateFunction::new_udf(count_udaf(), args, false, None, Vec::new(), None))
}

/// First point, end and step of the axis; null where nothing is said.
fn ends(
    planner: &Planner<'_>,
    input: &Planned,
    series: &Series,
    axis_type: ScalarType,
) -> Result<Vec<Expr>, EngineError> {
    let ends = [series.from.as_ref(), series.to.as_ref(), Some(&series.step)];
    let end = |end: Option<&_>| match end {
        Some(end) => Ok(planner.values(input, std::slice::from_ref(end))?.remove(0)),
        None => Ok(Expr::Literal(storage::null(axis_type), None)),
    };
    ends.into_iter().map(end).collect()
}
