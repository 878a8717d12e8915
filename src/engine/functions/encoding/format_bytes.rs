//! `format_bytes(size, [precision], [unit])`

use std::fmt::Write;

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("format_bytes", evaluate);

const UNITS: [&str; 9] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

/// In steps of 1024, in the unit asked for or the greatest of which there is at least one.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let sizes = call.reals(0);
    let precisions = (call.len() > 1).then(|| call.longs(1));
    let units = (call.len() > 2).then(|| call.strings(2));
    call.make_strings(|row, out| {
        let Some(size) = sizes.get(row) else { return };
        let digits = precisions.as_ref().and_then(|precision| precision.get(row)).unwrap_or(0).clamp(0, 15) as usize;
        let wanted = units.as_ref().and_then(|units| UNITS.iter().position(|unit| *unit == units.get(row)));
        let step = wanted.unwrap_or_else(|| fitting(size.abs()));
        let scaled = size / 1024.0_f64.powi(step as i32);
        let scale = 10.0_f64.powi(digits as i32);
        let _ = write!(out, "{} {}", (scaled * scale).round() / scale, UNITS[step]);
    })
}

fn fitting(size: f64) -> usize {
    (1..UNITS.len()).take_while(|step| size >= 1024.0_f64.powi(*step as i32)).count()
}
