//! `repeat(value, count)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::range::LONGEST;
use crate::kql::ScalarType;

/// Kusto refuses the only query that is known to repeat a bag, and its documentation names no dynamic values.
pub(super) const FUNCTION: Function =
    Function::new("repeat", evaluate).when(|args| args.first() != Some(&ScalarType::Dynamic));

/// Null for a negative count.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, counts) = (call.jsons(0), call.longs(1));
    call.make_texts(|row, out| {
        let Some(count) = counts.get(row).and_then(|count| usize::try_from(count).ok()) else { return false };
        json::push_array(std::iter::repeat_n(values.some(row), count.min(LONGEST)), out);
        true
    })
}
