//! `series_sum(array)`, which `array_sum` is another name of.

use crate::engine::functions::conversion::Leaf;
use crate::engine::functions::prelude::*;

use super::operand::list;

pub(super) const FUNCTION: Function = Function::new("series_sum", evaluate);

/// A real; null when an element is no number.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = call.jsons(0);
    call.make_reals(|row| {
        let number = |element: &str| match Leaf::of(element) {
            Some(Leaf::Long(number)) => Some(number as f64),
            Some(Leaf::Real(number)) => Some(number),
            _ => None,
        };
        // Of nothing Rust makes -0.
        list(&arrays, row)?.into_iter().map(number).sum::<Option<f64>>().map(|sum| sum + 0.0)
    })
}
