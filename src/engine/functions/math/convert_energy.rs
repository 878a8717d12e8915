//! `convert_energy(value, from, to)`

use crate::engine::functions::prelude::*;

use super::units::{ENERGY, convert};

pub(super) const FUNCTION: Function = Function::new("convert_energy", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    convert(call, ENERGY)
}
