//! `dayofmonth(date)`

use crate::engine::functions::prelude::*;

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("dayofmonth", evaluate);

/// 1 to 31.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.longs(0);
    call.make_longs(|row| Some(Part::Day.of(dates.get(row)?)))
}
