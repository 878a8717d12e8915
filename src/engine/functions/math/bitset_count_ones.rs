//! `bitset_count_ones(value)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("bitset_count_ones", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.longs(0);
    call.make_longs(|row| {
        let value = values.get(row)?;
        Some(i64::from(value.count_ones()))
    })
}
