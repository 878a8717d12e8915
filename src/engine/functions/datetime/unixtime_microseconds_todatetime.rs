//! `unixtime_microseconds_todatetime(number)`

use crate::engine::functions::prelude::*;

use super::unixtime::from_unix;

pub(super) const FUNCTION: Function = Function::new("unixtime_microseconds_todatetime", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    from_unix(call, 10, 1)
}
