//! `join`: equality of keys, where a null key equals a null key. `lookup` arrives here as a join too.

use std::sync::Arc;

use datafusion::common::{Column, JoinConstraint, JoinType, NullEquality};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, Extension, Join, LogicalPlan, lit};

use super::summarize::group_keys;
use crate::engine::error::EngineError;
use crate::engine::nodes::FirstPerKey;
use crate::engine::plan::{Planned, Planner, references, types};
use crate::kql::{JoinKind, Relation, ScalarType};

pub(in crate::engine) fn join(
    planner: &mut Planner<'_>,
    left: &Relation,
    right: &Relation,
    kind: JoinKind,
    on: &[(usize, usize)],
) -> Result<Planned, EngineError> {
    let (left_types, right_types) = (types(left), types(right));
    let (left_keys, right_keys): (Vec<usize>, Vec<usize>) = on.iter().copied().unzip();
    let left = planner.plan_coded(left, vec![true; left_types.len()])?;
    let right = planner.plan_coded(right, vec![true; right_types.len()])?;
    let codes = common_codes(planner, (&left, &left_keys), (&right, &right_keys));
    let (left_codes, right_codes): (Vec<_>, Vec<_>) = codes.into_iter().unzip();
    let mut left = side(planner, left, &left_types, &left_keys, left_codes)?;
    let right = side(planner, right, &right_types, &right_keys, right_codes)?;
    if kind == JoinKind::InnerUnique {
        left.input.plan = first_per_key(left.input.plan, &left.keys);
    }
    let on = left.keys.into_iter().zip(right.keys).collect();
    let joined = LogicalPlan::Join(Join::try_new(
        Arc::new(left.input.plan),
        Arc::new(right.input.plan),
        on,
        None,
        join_type(kind),
        JoinConstraint::On,
        NullEquality::NullEqualsNull,
        false,
    )?);
    let left_columns = left.input.columns[..left_types.len()].iter().cloned().zip(left_types);
    let right_columns = right.input.columns[..right_types.len()].iter().cloned().zip(right_types);
    let output: Vec<_> = match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => left_columns.collect(),
        JoinKind::RightSemi | JoinKind::RightAnti => right_columns.collect(),
        _ => left_columns.chain(right_columns).collect(),
    };
    let may_miss = matches!(kind, JoinKind::LeftOuter | JoinKind::RightOuter | JoinKind::FullOuter);
    let values = output
        .into_iter()
        .map(|(column, ty)| match ty {
            ScalarType::String if may_miss => coalesce(vec![Expr::Column(column), lit("")]),
            _ => Expr::Column(column),
        })
        .collect();
    planner.project(Planned { plan: joined, columns: Vec::new() }, values)
}

/// One side of a join: its columns, then those keys that had to be made fit for comparing, and all keys in order.
struct Side {
    input: Planned,
    keys: Vec<Expr>,
}

/// For each key the codes of both sides, where they are the same codes.
fn common_codes(
    planner: &Planner<'_>,
    (left, left_keys): (&Planned, &[usize]),
    (right, right_keys): (&Planned, &[usize]),
) -> Vec<(Option<Column>, Option<Column>)> {
    let both = left_keys.iter().zip(right_keys);
    let codes = both.map(|(left_key, right_key)| {
        let (left_code, left_codes) = planner.coded_at(left, *left_key)?;
        let (right_code, right_codes) = planner.coded_at(right, *right_key)?;
        Arc::ptr_eq(&left_codes, &right_codes).then_some((left_code, right_code))
    });
    codes.map(Option::unzip).collect()
}

fn side(
    planner: &mut Planner<'_>,
    input: Planned,
    types: &[ScalarType],
    keys: &[usize],
    codes: Vec<Option<Column>>,
) -> Result<Side, EngineError> {
    let n_columns = input.columns.len();
    let mut values: Vec<Expr> = input.columns.iter().map(|column| planner.text(column)).collect();
    let is_text = values == references(&input.columns);
    let mut places = Vec::with_capacity(keys.len());
    for (key, code) in keys.iter().zip(codes) {
        if let Some(code) = code {
            values.push(Expr::Column(code));
            places.push(values.len() - 1);
            continue;
        }
        let plain = values[*key].clone();
        let fit = group_keys(vec![plain.clone()], &[types[*key]]).remove(0);
        if fit == plain {
            places.push(*key);
        } else {
            values.push(fit);
            places.push(values.len() - 1);
        }
    }
    let input = if is_text && values.len() == n_columns { input } else { planner.project(input, values)? };
    let keys = places.iter().map(|place| Expr::Column(input.columns[*place].clone())).collect();
    Ok(Side { input, keys })
}

fn first_per_key(input: LogicalPlan, keys: &[Expr]) -> LogicalPlan {
    LogicalPlan::Extension(Extension { node: Arc::new(FirstPerKey::new(input, keys.to_vec())) })
}

fn join_type(kind: JoinKind) -> JoinType {
    match kind {
        JoinKind::InnerUnique | JoinKind::Inner => JoinType::Inner,
        JoinKind::LeftOuter => JoinType::Left,
        JoinKind::RightOuter => JoinType::Right,
        JoinKind::FullOuter => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
        JoinKind::RightSemi => JoinType::RightSemi,
        JoinKind::RightAnti => JoinType::RightAnti,
    }
}
