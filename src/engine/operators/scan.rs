//! `scan`: rows in their order against the steps of a sequence.

use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::nodes::Restarting;
use crate::engine::plan::{Planned, Planner, references, types};
use crate::engine::sequence::{Compiler, Sequence};
use crate::engine::storage;
use crate::kql::{BoundScan, Relation, ScalarType};
use datafusion::logical_expr::Expr;

pub(in crate::engine) fn scan(
    planner: &mut Planner<'_>,
    input: &Relation,
    scan: &BoundScan,
    mut needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    let n_columns = input.columns.len();
    let groups = std::mem::take(&mut planner.begins_anew_at);
    let mut types = types(input);
    types.extend(scan.declared.iter().map(|default| default.ty));
    let compiler = Compiler::new(&types, n_columns, scan.steps.len(), planner.prepared);
    let sequence = Sequence::new(&compiler, scan)?;
    needed.truncate(n_columns);
    for place in sequence.reads() {
        if let Some(needed) = needed.get_mut(place) {
            *needed = true;
        }
    }
    let planned = planner.plan_input(input, needed.clone())?;
    // What nobody reads is not carried along.
    let mut values: Vec<Expr> = references(&planned.columns);
    for ((value, ty), _) in values.iter_mut().zip(&types).zip(&needed).filter(|(_, needed)| !**needed) {
        *value = Expr::Literal(storage::null(*ty), None);
    }
    let planned = planner.project(planned, values)?;
    let passed: Vec<usize> = (0..n_columns).collect();
    let mut new = types.split_off(n_columns);
    new.extend(scan.with_match_id.then_some(ScalarType::Long));
    let operator = Restarting::wrap(Arc::new(sequence), groups);
    planner.own(operator, vec![planned], &passed, &new, false)
}
