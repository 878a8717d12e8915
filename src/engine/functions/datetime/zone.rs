//! Clocks of time zones, by the names of the IANA database.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, TimestampSecondArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampSecondType};
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

/// What the clocks of the zone show when it is `ticks` in UTC.
pub(super) fn to_local(call: &Call<'_>, zone: &str, ticks: i64) -> Result<i64> {
    let seconds = (ticks - UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_SECOND);
    let instant: ArrayRef = Arc::new(TimestampSecondArray::from(vec![seconds]).with_timezone(zone));
    let local = cast(&instant, &DataType::Timestamp(TimeUnit::Second, None))
        .map_err(|_| call.error(&format!("'{zone}' is no time zone")))?;
    let shifted = local.as_primitive::<TimestampSecondType>().value(0) - seconds;
    Ok(ticks + shifted * TICKS_PER_SECOND)
}

/// The time in UTC when the clocks of the zone show `local`. A time that they leave out counts by the clocks after it.
pub(super) fn to_utc(call: &Call<'_>, zone: &str, local: i64) -> Result<i64> {
    let shift = |ticks: i64| Ok::<_, datafusion::common::DataFusionError>(to_local(call, zone, ticks)? - ticks);
    let (before, after) = (shift(local - TICKS_PER_DAY)?, shift(local + TICKS_PER_DAY)?);
    let shows = |utc: i64| Ok::<_, datafusion::common::DataFusionError>(to_local(call, zone, utc)? == local);
    if before != after && shows(local - before)? {
        if shows(local - after)? {
            return Err(call.error("what Kusto makes of a time that comes twice is not established"));
        }
        return Ok(local - before);
    }
    Ok(local - after)
}
