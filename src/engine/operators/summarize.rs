//! `summarize`: one row for each combination of keys, a null being a key like any other; without keys exactly one row.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};

use crate::engine::aggregates::reduction;
use crate::engine::error::EngineError;
use crate::engine::expression::Scope;
use crate::engine::own_functions::real_key;
use crate::engine::plan::{Planned, Planner, references};
use crate::kql::{AggregateCall, Relation, Scalar, ScalarType};

pub(in crate::engine) fn summarize(
    planner: &mut Planner<'_>,
    input: &Relation,
    keys: &[Scalar],
    aggregates: &[AggregateCall],
) -> Result<Planned, EngineError> {
    let input = planner.plan(input)?;
    let key_types: Vec<ScalarType> = keys.iter().map(|key| key.ty).collect();
    let key_values = group_keys(planner.values(&input, keys)?, &key_types);
    // Keys become columns first: a key that the optimiser finds constant must stay a key, for of no rows there are no
    // groups.
    let n_columns = input.columns.len();
    let mut values = references(&input.columns);
    values.extend(key_values);
    let input = planner.project(input, values)?;
    let key_columns = references(&input.columns[n_columns..]);
    let scope = Scope { columns: &input.columns[..n_columns], prepared: planner.prepared };
    let reductions = aggregates.iter().map(|call| reduction(scope, call)).collect::<Result<Vec<_>, EngineError>>()?;
    let names: Vec<String> = reductions.iter().map(|_| planner.fresh()).collect();
    let calls: Vec<Expr> =
        reductions.iter().zip(&names).map(|(reduction, name)| reduction.call.clone().alias(name)).collect();
    let plan = LogicalPlanBuilder::from(input.plan).aggregate(key_columns.clone(), calls)?.build()?;
    let mut outputs = key_columns;
    for ((reduction, name), call) in reductions.iter().zip(&names).zip(aggregates) {
        outputs.extend(reduction.outputs(Expr::Column(Column::new_unqualified(name)), &call.outputs));
    }
    planner.project(Planned { plan, columns: Vec::new() }, outputs)
}

/// Expressions fit to be compared for equality: a real key has one NaN and one zero.
pub(super) fn group_keys(values: Vec<Expr>, types: &[ScalarType]) -> Vec<Expr> {
    values
        .into_iter()
        .zip(types)
        .map(|(value, ty)| if *ty == ScalarType::Real { real_key(value) } else { value })
        .collect()
}
