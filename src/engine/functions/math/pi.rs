//! `pi()`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("pi", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    call.make_reals(|_| Some(std::f64::consts::PI))
}
