//! `abs(number)`

use datafusion::arrow::datatypes::i256;

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("abs", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    match call.returns() {
        ScalarType::Real => {
            let values = call.reals(0);
            call.make_reals(|row| values.get(row).map(f64::abs))
        }
        ScalarType::Decimal => {
            let values = call.decimals(0);
            call.make_decimals(|row| values.get(row).map(i256::wrapping_abs))
        }
        _ => {
            let values = call.longs(0);
            call.make_longs(|row| values.get(row).map(i64::wrapping_abs))
        }
    }
}
