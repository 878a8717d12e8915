//! `convert_speed(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{SPEED, convert};

pub(super) const FUNCTION: Function = Function::new("convert_speed", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, SPEED)
}
