//! `rand([n])`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("rand", evaluate).volatile();

/// From 0 to 1, 1 excluded; with a number above 1 a whole one from 0 to that, excluded.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let mut random = fastrand::Rng::new();
    if call.len() == 0 {
        return call.make_reals(|_| Some(random.f64()));
    }
    let limits = call.longs(0);
    call.make_reals(|row| {
        let limit = limits.get(row)?;
        Some(if limit > 1 { random.i64(0..limit) as f64 } else { random.f64() })
    })
}
