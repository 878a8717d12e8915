//! `week_of_year(date)`

use crate::engine::functions::prelude::*;

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("week_of_year", evaluate);

/// The week of ISO 8601: the first has the year's first Thursday.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.longs(0);
    call.make_longs(|row| Some(Part::WeekOfYear.of(dates.get(row)?)))
}
