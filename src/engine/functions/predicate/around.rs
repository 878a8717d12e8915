//! `around(value, center, delta)`

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("around", evaluate);

/// Both ends included.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    if (0..3).any(|index| matches!(call.ty(index), ScalarType::Real | ScalarType::Decimal)) {
        let (value, center, delta) = (call.reals(0), call.reals(1), call.reals(2));
        return call.make_bools(|row| {
            let (value, center, delta) = (value.get(row)?, center.get(row)?, delta.get(row)?);
            Some(center - delta <= value && value <= center + delta)
        });
    }
    let (value, center, delta) = (call.longs(0), call.longs(1), call.longs(2));
    call.make_bools(|row| {
        let (value, center, delta) = (value.get(row)?, center.get(row)?, delta.get(row)?);
        Some(center.saturating_sub(delta) <= value && value <= center.saturating_add(delta))
    })
}
