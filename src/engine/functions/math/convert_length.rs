//! `convert_length(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{LENGTH, convert};

pub(super) const FUNCTION: Function = Function::new("convert_length", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, LENGTH)
}
