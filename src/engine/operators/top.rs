//! `top`: the first rows of an order, without ordering the rest.

use super::sort::sorted;
use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::{Relation, SortKey};

pub(in crate::engine) fn top(
    planner: &mut Planner<'_>,
    input: &Relation,
    count: i64,
    keys: &[SortKey],
) -> Result<Planned, EngineError> {
    let input = planner.plan(input)?;
    sorted(planner, input, keys, Some(usize::try_from(count).unwrap_or(0)))
}
