//! `round(number, [precision])`

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("round", evaluate).when(is_known);

/// How Kusto rounds decimals is not established.
fn is_known(args: &[ScalarType]) -> bool {
    args.first() != Some(&ScalarType::Decimal)
}

/// Halves go away from zero; the binary number counts, so `round(1.005, 2)` is 1.0.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let precision = (call.len() > 1).then(|| call.longs(1));
    let digits = |row: usize| precision.as_ref().map_or(Some(0), |precision| precision.get(row));
    if call.returns() == ScalarType::Real {
        let values = call.reals(0);
        return call.make_reals(|row| Some(rounded(values.get(row)?, digits(row)?)));
    }
    let values = call.longs(0);
    call.make_longs(|row| {
        let (value, digits) = (values.get(row)?, digits(row)?);
        Some(if digits >= 0 { value } else { rounded(value as f64, digits) as i64 })
    })
}

fn rounded(value: f64, digits: i64) -> f64 {
    let scale = 10.0_f64.powi(digits.unsigned_abs().min(300) as i32);
    let scaled = if digits >= 0 { value * scale } else { value / scale };
    if !scaled.is_finite() {
        return value;
    }
    if digits >= 0 { scaled.round() / scale } else { scaled.round() * scale }
}
