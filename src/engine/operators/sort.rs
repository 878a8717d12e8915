//! `sort`: rows in order, and kept in order through every operator that keeps order in Kusto.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, LogicalPlanBuilder, SortExpr};

use crate::engine::error::EngineError;
use crate::engine::nodes::KeepOrder;
use crate::engine::plan::{Planned, Planner, mark, references};
use crate::kql::{Relation, ScalarKind, SortKey};

pub(in crate::engine) fn sort(
    planner: &mut Planner<'_>,
    input: &Relation,
    keys: &[SortKey],
    mut needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    for key in keys {
        mark(&mut needed, &key.value);
    }
    let input = planner.plan_coded(input, needed)?;
    sorted(planner, input, keys, None)
}

/// Sorts by expressions: they become columns of their own beside the input's, so that each is computed once a row. Codes
/// are in the order of their texts.
pub(super) fn sorted(
    planner: &mut Planner<'_>,
    input: Planned,
    keys: &[SortKey],
    fetch: Option<usize>,
) -> Result<Planned, EngineError> {
    let computed = keys.iter().map(|key| &key.value).filter(|it| !matches!(it.kind, ScalarKind::Column(_)));
    let input = planner.texts_for(input, computed)?;
    let n_columns = input.columns.len();
    let mut values = references(&input.columns);
    let mut places = Vec::with_capacity(keys.len());
    for key in keys {
        let value = match planner.coded(&input, &key.value) {
            Some((code, _)) => Expr::Column(code),
            None => planner.values(&input, std::slice::from_ref(&key.value))?.remove(0),
        };
        let known = values.iter().position(|have| *have == value && matches!(have, Expr::Column(_)));
        places.push(known.unwrap_or_else(|| {
            values.push(value);
            values.len() - 1
        }));
    }
    let input = if values.len() == n_columns { input } else { planner.project(input, values)? };
    let orders: Vec<SortExpr> =
        keys.iter().zip(&places).map(|(key, place)| order(&input.columns[*place], key)).collect();
    let sorted = LogicalPlanBuilder::from(input.plan).sort_with_limit(orders.clone(), fetch)?.build()?;
    let node = KeepOrder::new(sorted, orders);
    let kept = Planned { plan: LogicalPlan::Extension(Extension { node: Arc::new(node) }), columns: input.columns };
    if kept.columns.len() == n_columns {
        return Ok(kept);
    }
    let wanted = references(&kept.columns[..n_columns]);
    planner.project(kept, wanted)
}

fn order(column: &Column, key: &SortKey) -> SortExpr {
    SortExpr::new(Expr::Column(column.clone()), !key.descending, key.nulls_first)
}
