//! `format_datetime(date, format)`

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

use super::format::{Format, Moment};
use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("format_datetime", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (dates, formats) = (call.longs(0), call.strings(1));
    let Some(format) = Format::parse(formats.get(0), ScalarType::Datetime) else {
        return Err(call.error("the format has a letter that it cannot have"));
    };
    call.make_strings(|row, out| {
        if let Some(ticks) = dates.get(row) {
            let moment =
                Moment { year: Part::Year.of(ticks), month: Part::Month.of(ticks), day: Part::Day.of(ticks), ticks };
            format.write(&moment, out);
        }
    })
}
