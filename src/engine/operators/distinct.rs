//! `distinct`: one row for each combination of values; a null is a value, and not the same as the empty string.

use datafusion::logical_expr::{Expr, LogicalPlanBuilder};

use super::summarize::group_keys;
use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner, references, types};
use crate::kql::Relation;

pub(in crate::engine) fn distinct(planner: &mut Planner<'_>, input: &Relation) -> Result<Planned, EngineError> {
    let types = types(input);
    let input = planner.plan_coded(input, vec![true; types.len()])?;
    let mut keys = group_keys(references(&input.columns), &types);
    let coded: Vec<_> = (0..types.len()).map(|at| planner.coded_at(&input, at)).collect();
    for (key, coded) in keys.iter_mut().zip(&coded) {
        if let Some((code, _)) = coded {
            *key = Expr::Column(code.clone());
        }
    }
    let input = planner.project(input, keys)?;
    let columns = input.columns.clone();
    for (column, coded) in columns.iter().zip(coded) {
        if let Some((_, codes)) = coded {
            planner.is_coded(column, codes);
        }
    }
    let plan = LogicalPlanBuilder::from(input.plan).aggregate(references(&columns), Vec::<Expr>::new())?.build()?;
    Ok(Planned { plan, columns })
}
