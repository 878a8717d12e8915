//! `top`: the first rows of an order, without ordering the rest.

use super::sort::sorted;
use super::take::take;
use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner, mark};
use crate::kql::{Relation, SortKey};

pub(in crate::engine) fn top(
    planner: &mut Planner<'_>,
    input: &Relation,
    count: i64,
    keys: &[SortKey],
    mut needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    match usize::try_from(count) {
        // DataFusion's top-k cannot keep nothing.
        Err(_) | Ok(0) => take(planner, input, 0, needed),
        Ok(count) => {
            for key in keys {
                mark(&mut needed, &key.value);
            }
            let input = planner.plan_coded(input, needed)?;
            sorted(planner, input, keys, Some(count))
        }
    }
}
