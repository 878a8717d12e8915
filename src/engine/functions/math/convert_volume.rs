//! `convert_volume(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{VOLUME, convert};

pub(super) const FUNCTION: Function = Function::new("convert_volume", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, VOLUME)
}
