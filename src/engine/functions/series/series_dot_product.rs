//! `series_dot_product(series, series)`; either may be one number.

use super::numbers::{Operands, sum};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_dot_product", evaluate);

/// The longer series is cut to the shorter one, and places where there is no number count nothing. Null of nothing.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (Operands::of(call, 0), Operands::of(call, 1));
    call.make_reals(|row| {
        let length = left.length(row).max(right.length(row));
        let (left, right) = (left.get(row, length)?.into_reals(), right.get(row, length)?.into_reals());
        if left.is_empty() || right.is_empty() {
            return None;
        }
        Some(dot(left.into_iter().zip(right).filter_map(|(left, right)| left.zip(right))))
    })
}

pub(super) fn dot(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    sum(pairs.map(|(left, right)| left * right))
}
