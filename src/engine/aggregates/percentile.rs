//! `percentile()` and its kin: the nearest rank, never a value that does not occur. Kusto estimates large inputs; we
//! count them. Nulls are left out; of nothing it is null.

use super::percentile_values::{Answer, percentiles};
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::json::array_elements;
use crate::kql::{ScalarKind, Value};

pub(super) fn percentile(input: &Input<'_>) -> Result<Reduction, EngineError> {
    columns(input, false)
}

pub(super) fn percentilew(input: &Input<'_>) -> Result<Reduction, EngineError> {
    columns(input, true)
}

pub(super) fn percentiles_array(input: &Input<'_>) -> Result<Reduction, EngineError> {
    array(input, false)
}

pub(super) fn percentilesw_array(input: &Input<'_>) -> Result<Reduction, EngineError> {
    array(input, true)
}

fn columns(input: &Input<'_>, weighted: bool) -> Result<Reduction, EngineError> {
    let n_values = 1 + usize::from(weighted);
    let shares = shares(input, n_values)?;
    let n = shares.len();
    let function = percentiles(shares, weighted, Answer::Fields);
    let call = input.call(function, input.args[..n_values].to_vec());
    Ok(Reduction { call, finish: Finish::Fields { from: 0, n } })
}

fn array(input: &Input<'_>, weighted: bool) -> Result<Reduction, EngineError> {
    let n_values = 1 + usize::from(weighted);
    let function = percentiles(shares(input, n_values)?, weighted, Answer::Array(input.ty(0)));
    Ok(Reduction { call: input.call(function, input.args[..n_values].to_vec()), finish: Finish::AsIs })
}

/// The percentiles asked for: numbers, or one array of numbers.
fn shares(input: &Input<'_>, from: usize) -> Result<Vec<f64>, EngineError> {
    let wrong = || EngineError::unsupported("percentiles that are not literals", input.span);
    if let Some(ScalarKind::Literal(Value::Dynamic(text))) = input.scalars.get(from).map(|scalar| &scalar.kind) {
        let elements = array_elements(text).ok_or_else(wrong)?;
        return elements.into_iter().map(|element| element.parse().map_err(|_| wrong())).collect();
    }
    (from..input.args.len()).map(|index| input.number(index)?.ok_or_else(wrong)).collect()
}
