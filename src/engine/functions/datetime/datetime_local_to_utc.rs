//! `datetime_local_to_utc(date, zone)`

use crate::engine::functions::prelude::*;

use datafusion::arrow::array::Int64Builder;
use std::sync::Arc;

use super::zone::to_utc;

pub(super) const FUNCTION: Function = Function::new("datetime_local_to_utc", evaluate);

/// From the clocks of a time zone to UTC.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (dates, zones) = (call.longs(0), call.strings(1));
    let mut moved = Int64Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        let time = dates.get(row).map(|date| to_utc(call, zones.get(row), date)).transpose()?;
        moved.append_option(time.filter(|time| (0..=crate::kql::MAX_DATETIME_TICKS).contains(time)));
    }
    Ok(Arc::new(moved.finish()))
}
