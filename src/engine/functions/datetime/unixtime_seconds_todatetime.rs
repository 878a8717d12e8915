//! `unixtime_seconds_todatetime(number)`

use crate::engine::functions::prelude::*;
use crate::kql::TICKS_PER_SECOND;

use super::unixtime::from_unix;

pub(super) const FUNCTION: Function = Function::new("unixtime_seconds_todatetime", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    from_unix(call, TICKS_PER_SECOND, 1)
}
