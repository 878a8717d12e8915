//! `dayofyear(date)`

use crate::engine::functions::prelude::*;

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("dayofyear", evaluate);

/// 1 for 1 January.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.longs(0);
    call.make_longs(|row| Some(Part::DayOfYear.of(dates.get(row)?)))
}
