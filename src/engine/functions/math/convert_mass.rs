//! `convert_mass(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{MASS, convert};

pub(super) const FUNCTION: Function = Function::new("convert_mass", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, MASS)
}
