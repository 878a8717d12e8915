//! `tohex(number, [min_length])`

use std::fmt::Write;

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("tohex", evaluate);

/// Two's complement of the number's own width; zeros up to the length, never cut.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.longs(0);
    let lengths = (call.len() > 1).then(|| call.longs(1));
    let is_int = call.ty(0) == ScalarType::Int;
    call.make_strings(|row, out| {
        let Some(value) = values.get(row) else { return };
        let length = lengths.as_ref().and_then(|lengths| lengths.get(row)).unwrap_or(0);
        let width = length.clamp(0, 1024) as usize;
        let _ = if is_int { write!(out, "{:0width$x}", value as i32) } else { write!(out, "{value:0width$x}") };
    })
}
