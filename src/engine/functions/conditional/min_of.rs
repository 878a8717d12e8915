//! `min_of(value, …)`

use std::cmp::Ordering;

use crate::engine::functions::prelude::*;

use super::extreme::extreme;

pub(super) const FUNCTION: Function = Function::new("min_of", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    extreme(call, Ordering::Less)
}
