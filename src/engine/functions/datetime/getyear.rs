//! `getyear(date)`

use crate::engine::functions::prelude::*;

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("getyear", evaluate);

/// The year.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.longs(0);
    call.make_longs(|row| Some(Part::Year.of(dates.get(row)?)))
}
