//! `dcount_hll(hll)`

use crate::engine::functions::prelude::*;
use crate::engine::sketch::Hll;

pub(super) const FUNCTION: Function = Function::new("dcount_hll", evaluate);

/// Null where there is no sketch.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let sketches = call.raw(0);
    call.make_longs(|row| Some(Hll::read(sketches.some(row)?)?.count()))
}
