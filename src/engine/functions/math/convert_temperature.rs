//! `convert_temperature(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{TEMPERATURE, convert};

pub(super) const FUNCTION: Function = Function::new("convert_temperature", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, TEMPERATURE)
}
