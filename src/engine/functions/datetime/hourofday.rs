//! `hourofday(date)`

use crate::engine::functions::prelude::*;

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("hourofday", evaluate);

/// 0 to 23.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.longs(0);
    call.make_longs(|row| Some(Part::Hour.of(dates.get(row)?)))
}
