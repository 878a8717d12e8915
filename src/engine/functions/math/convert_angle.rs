//! `convert_angle(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{ANGLE, convert};

pub(super) const FUNCTION: Function = Function::new("convert_angle", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, ANGLE)
}
