//! `datetime_part(part, date)`

use crate::engine::functions::prelude::*;

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("datetime_part", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (names, dates) = (call.strings(0), call.longs(1));
    let part = Part::named(names.get(0)).filter(|part| *part != Part::Week);
    let Some(part) = part else { return Err(call.error("unknown part of a datetime")) };
    call.make_longs(|row| Some(part.of(dates.get(row)?)))
}
