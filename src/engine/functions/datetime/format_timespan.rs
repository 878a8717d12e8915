//! `format_timespan(timespan, format)`

use crate::engine::functions::prelude::*;
use crate::kql::{ScalarType, TICKS_PER_DAY};

use super::format::{Format, Moment};

pub(super) const FUNCTION: Function = Function::new("format_timespan", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (spans, formats) = (call.longs(0), call.strings(1));
    let Some(format) = Format::parse(formats.get(0), ScalarType::Timespan) else {
        return Err(call.error("the format has a letter that it cannot have"));
    };
    call.make_strings(|row, out| {
        let Some(span) = spans.get(row) else { return };
        if span < 0 {
            out.push('-');
        }
        let ticks = span.saturating_abs();
        format.write(&Moment { year: 0, month: 0, day: ticks / TICKS_PER_DAY, ticks }, out);
    })
}
