//! Window functions and `serialize`: rows in their order, with a column for each call.

use std::sync::Arc;

use datafusion::logical_expr::Expr;

use crate::engine::error::EngineError;
use crate::engine::nodes::Restarting;
use crate::engine::plan::{Planned, Planner, mark, references};
use crate::engine::storage;
use crate::engine::windows::Windows;
use crate::kql::{Relation, Scalar, ScalarKind, ScalarType, WindowCall};

/// A call may read what the calls before it gave, so they are made in as many rounds as that takes.
pub(in crate::engine) fn window(
    planner: &mut Planner<'_>,
    input: &Relation,
    calls: &[WindowCall],
    mut needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    let n_columns = input.columns.len();
    let groups = std::mem::take(&mut planner.begins_anew_at);
    for arg in calls.iter().flat_map(|call| &call.args) {
        mark(&mut needed, arg);
    }
    needed.truncate(n_columns);
    let mut planned = planner.plan_input(input, needed.clone())?;
    let mut types: Vec<ScalarType> = input.columns.iter().map(|column| column.ty).collect();
    let mut rest = calls;
    while !rest.is_empty() {
        let known = types.len();
        let n_ready = rest.iter().take_while(|call| call.args.iter().all(|arg| reads_below(arg, known))).count();
        let (round, later) = rest.split_at(n_ready.max(1));
        planned = one_round(planner, planned, &types, &needed, round, &groups)?;
        types.extend(round.iter().map(|call| call.ty));
        rest = later;
    }
    Ok(planned)
}

fn one_round(
    planner: &mut Planner<'_>,
    input: Planned,
    types: &[ScalarType],
    needed: &[bool],
    calls: &[WindowCall],
    groups: &[usize],
) -> Result<Planned, EngineError> {
    // What nobody reads is not carried along.
    let mut values: Vec<Expr> = references(&input.columns);
    for ((value, ty), _) in values.iter_mut().zip(types).zip(needed).filter(|(_, needed)| !**needed) {
        *value = Expr::Literal(storage::null(*ty), None);
    }
    let n_passed = values.len();
    let operator = Windows::new(calls, n_passed)?;
    for arg in operator.evaluated(calls) {
        values.extend(planner.values(&input, std::slice::from_ref(arg))?);
    }
    let input = planner.project(input, values)?;
    let passed: Vec<usize> = (0..n_passed).collect();
    let new: Vec<ScalarType> = calls.iter().map(|call| call.ty).collect();
    let operator = Restarting::wrap(Arc::new(operator), groups.to_vec());
    planner.own(operator, vec![input], &passed, &new, false)
}

/// True when only columns before a place are read.
fn reads_below(scalar: &Scalar, place: usize) -> bool {
    let mut read = Vec::new();
    columns(scalar, &mut read);
    read.into_iter().all(|column| column < place)
}

fn columns(scalar: &Scalar, read: &mut Vec<usize>) {
    match &scalar.kind {
        ScalarKind::Column(index) => read.push(*index),
        ScalarKind::Operator(_, operands) | ScalarKind::Call(_, operands) => {
            operands.iter().for_each(|operand| columns(operand, read));
        }
        ScalarKind::Convert(operand) | ScalarKind::InRelation { needle: operand, .. } => columns(operand, read),
        ScalarKind::Path { base, steps } => {
            columns(base, read);
            for step in steps {
                if let crate::kql::PathStep::Computed(step) = step {
                    columns(step, read);
                }
            }
        }
        ScalarKind::Literal(_) | ScalarKind::Open(_) | ScalarKind::Parameter(_) | ScalarKind::ToScalar(_) => {}
    }
}
