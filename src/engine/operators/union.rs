//! `union`: rows of every branch one after the other; the binder has decided which column goes where.

use std::sync::Arc;

use datafusion::logical_expr::{Expr, LogicalPlan, Union};

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::engine::storage;
use crate::kql::{Relation, UnionInput};

pub(in crate::engine) fn union(
    planner: &mut Planner<'_>,
    relation: &Relation,
    inputs: &[UnionInput],
) -> Result<Planned, EngineError> {
    let names: Vec<String> = relation.columns.iter().map(|_| planner.fresh()).collect();
    let columns: Vec<_> = names.iter().map(datafusion::common::Column::new_unqualified).collect();
    let mut branches = Vec::with_capacity(inputs.len());
    for input in inputs {
        branches.push(Arc::new(branch(planner, relation, input, &names)?));
    }
    let plan = match branches.len() {
        0 => return Err(EngineError::internal("a union of nothing")),
        1 => LogicalPlan::clone(&branches[0]),
        _ => LogicalPlan::Union(Union::try_new(branches)?),
    };
    Ok(Planned { plan, columns })
}

/// One branch with the union's columns under the union's names.
fn branch(
    planner: &mut Planner<'_>,
    relation: &Relation,
    input: &UnionInput,
    names: &[String],
) -> Result<LogicalPlan, EngineError> {
    let planned = planner.plan(&input.relation)?;
    let values: Vec<Expr> = relation
        .columns
        .iter()
        .zip(&input.columns)
        .zip(names)
        .map(|((column, place), name)| {
            let value = match place {
                Some(place) => Expr::Column(planned.columns[*place].clone()),
                None => Expr::Literal(storage::null(column.ty), None),
            };
            value.alias(name)
        })
        .collect();
    Ok(datafusion::logical_expr::LogicalPlanBuilder::from(planned.plan).project(values)?.build()?)
}
