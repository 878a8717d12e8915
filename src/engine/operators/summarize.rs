//! `summarize`: one row for each combination of keys, a null being a key like any other; without keys exactly one row.

use arrow::array::Array;
use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};

use crate::engine::aggregates::reduction;
use crate::engine::error::EngineError;
use crate::engine::expression::Scope;
use crate::engine::own_functions::real_key;
use crate::engine::packed_keys::PackedKeys;
use crate::engine::plan::{Planned, Planner, mark, references};
use crate::kql::{AggregateCall, Relation, Scalar, ScalarKind, ScalarType, Value};

pub(in crate::engine) fn summarize(
    planner: &mut Planner<'_>,
    input: &Relation,
    keys: &[Scalar],
    aggregates: &[AggregateCall],
    needed: &[bool],
) -> Result<Planned, EngineError> {
    let aggregates = without_unread(aggregates, &needed[keys.len()..]);
    let mut read = vec![false; input.columns.len()];
    for scalar in keys.iter().chain(aggregates.iter().flat_map(|call| &call.args)) {
        mark(&mut read, scalar);
    }
    let input = planner.plan_coded(input, read)?;
    let computed = keys.iter().filter(|key| !matches!(key.kind, ScalarKind::Column(_)));
    let input = planner.texts_for(input, computed.chain(aggregates.iter().flat_map(|call| &call.args)))?;
    let key_types: Vec<ScalarType> = keys.iter().map(|key| key.ty).collect();
    let mut key_values = group_keys(planner.values(&input, keys)?, &key_types);
    let coded: Vec<_> = keys.iter().map(|key| planner.coded(&input, key)).collect();
    for (value, coded) in key_values.iter_mut().zip(&coded) {
        if let Some((code, _)) = coded {
            *value = Expr::Column(code.clone());
        }
    }
    let n_codes: Vec<Option<usize>> =
        coded.iter().map(|coded| coded.as_ref().map(|(_, codes)| codes.texts().len())).collect();
    let packed = PackedKeys::of(keys, &n_codes);
    if let Some(packed) = &packed {
        let operands: Vec<Scalar> = keys.iter().map(|key| PackedKeys::operand(key).clone()).collect();
        let operands = planner.values(&input, &operands)?.into_iter().zip(&coded);
        let operands = operands.map(|(operand, coded)| coded.as_ref().map_or(operand, |(code, _)| code.clone().into()));
        key_values = vec![packed.pack(operands.collect())];
    }
    // Keys become columns first: a key that the optimiser finds constant must stay a key, for of no rows there are no
    // groups.
    let n_columns = input.columns.len();
    let n_keys = key_values.len();
    let mut values = references(&input.columns);
    values.extend(key_values);
    let (aggregates, codes) = counting_codes(planner, &input, aggregates);
    values.extend(codes);
    let mut input = planner.project(input, values)?;
    let key_columns: Vec<Column> = input.columns.drain(n_columns..n_columns + n_keys).collect();
    let scope = Scope { columns: &input.columns, prepared: planner.prepared };
    let reductions = aggregates.iter().map(|call| reduction(scope, call)).collect::<Result<Vec<_>, EngineError>>()?;
    let names: Vec<String> = reductions.iter().map(|_| planner.fresh()).collect();
    let calls: Vec<Expr> =
        reductions.iter().zip(&names).map(|(reduction, name)| reduction.call.clone().alias(name)).collect();
    let plan = LogicalPlanBuilder::from(input.plan).aggregate(references(&key_columns), calls)?.build()?;
    let mut outputs = references(&key_columns);
    if let Some(packed) = &packed {
        let number = outputs.remove(0);
        outputs.extend((0..keys.len()).map(|place| packed.unpack(place, number.clone())));
    }
    for ((reduction, name), call) in reductions.iter().zip(&names).zip(&aggregates) {
        outputs.extend(reduction.outputs(Expr::Column(Column::new_unqualified(name)), &call.outputs));
    }
    let planned = planner.project(Planned { plan, columns: Vec::new() }, outputs)?;
    for (column, coded) in planned.columns.iter().zip(coded) {
        if let Some((_, codes)) = coded {
            planner.is_coded(column, codes);
        }
    }
    Ok(planned)
}

/// The calls, with those that count different texts counting their codes instead: columns behind the input's, of no
/// type of KQL.
fn counting_codes(
    planner: &Planner<'_>,
    input: &Planned,
    mut calls: Vec<AggregateCall>,
) -> (Vec<AggregateCall>, Vec<Expr>) {
    let mut codes = Vec::new();
    for call in &mut calls {
        if matches!(call.function, "dcount" | "dcountif" | "count_distinct" | "count_distinctif")
            && let Some(value) = call.args.first_mut()
            && let Some((code, _)) = planner.coded(input, value)
        {
            *value = Scalar {
                kind: ScalarKind::Column(input.columns.len() + codes.len()),
                ty: ScalarType::Unknown,
                span: value.span.clone(),
            };
            codes.push(Expr::Column(code));
        }
    }
    (calls, codes)
}

/// The calls, with nulls in the place of values that would be carried along for nothing. The first argument of
/// `arg_max` decides which row it is, and so it stays.
fn without_unread(calls: &[AggregateCall], needed: &[bool]) -> Vec<AggregateCall> {
    let mut calls = calls.to_vec();
    let mut needed = needed.iter();
    for call in &mut calls {
        let outputs: Vec<bool> = needed.by_ref().take(call.outputs.len()).copied().collect();
        if matches!(call.function, "arg_max" | "arg_min") {
            for (arg, _) in call.args.iter_mut().zip(outputs).skip(1).filter(|(_, needed)| !needed) {
                arg.kind = ScalarKind::Literal(Value::Null(arg.ty));
            }
        } else if call.function == "take_any" && outputs == [false] {
            call.args[0].kind = ScalarKind::Literal(Value::Null(call.args[0].ty));
        }
    }
    calls
}

/// Expressions fit to be compared for equality: a real key has one NaN and one zero.
pub(super) fn group_keys(values: Vec<Expr>, types: &[ScalarType]) -> Vec<Expr> {
    values
        .into_iter()
        .zip(types)
        .map(|(value, ty)| if *ty == ScalarType::Real { real_key(value) } else { value })
        .collect()
}
