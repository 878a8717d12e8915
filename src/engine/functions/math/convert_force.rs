//! `convert_force(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{FORCE, convert};

pub(super) const FUNCTION: Function = Function::new("convert_force", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, FORCE)
}
