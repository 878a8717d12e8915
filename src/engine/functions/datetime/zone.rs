//! Clocks of time zones, by the names of the IANA database.

use arrow::array::timezone::Tz;
use arrow::datatypes::TimestampSecondType;
use arrow::temporal_conversions::as_datetime_with_timezone;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

/// What the clocks of the zone show when it is `ticks` in UTC.
pub(super) fn to_local(call: &Call<'_>, zone: &str, ticks: i64) -> Result<i64> {
    let known = call.built::<Option<Tz>>(zone, |zone| {
        // Names only: what Kusto makes of "+02:00" is another matter.
        zone.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| zone.parse().ok())?
    });
    let Some(tz) = *known else { return Err(call.error(&format!("'{zone}' is no time zone"))) };
    let seconds = (ticks - UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_SECOND);
    let local = as_datetime_with_timezone::<TimestampSecondType>(seconds, tz);
    let shifted = local.map_or(0, |local| local.naive_local().and_utc().timestamp() - seconds);
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
