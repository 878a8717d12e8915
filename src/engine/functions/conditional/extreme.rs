//! The greatest or least argument of a row. Nulls do not count, unless all are null.

use std::cmp::Ordering;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::kql::ScalarType;

use super::choice::Choice;

/// `wanted` is how the picked argument compares with the others.
pub(super) fn extreme(call: &Call<'_>, wanted: Ordering) -> Result<ArrayRef> {
    let indices = 0..call.len();
    match call.returns() {
        ScalarType::Real => {
            let values: Vec<_> = indices.map(|index| call.reals(index)).collect();
            pick(call, |index, row| values[index].get(row), wanted)
        }
        ScalarType::Decimal => {
            let values: Vec<_> = indices.map(|index| call.decimals(index)).collect();
            pick(call, |index, row| values[index].get(row), wanted)
        }
        ScalarType::String | ScalarType::Guid | ScalarType::Dynamic => {
            let values: Vec<_> = indices.map(|index| call.strings(index)).collect();
            pick(call, |index, row| (!call.is_null(index, row)).then(|| values[index].get(row)), wanted)
        }
        _ => {
            let values: Vec<_> = indices.map(|index| call.longs(index)).collect();
            pick(call, |index, row| values[index].get(row), wanted)
        }
    }
}

fn pick<T: PartialOrd>(
    call: &Call<'_>,
    value: impl Fn(usize, usize) -> Option<T>,
    wanted: Ordering,
) -> Result<ArrayRef> {
    let mut choice = Choice::new(call, 0..call.len());
    for row in 0..call.rows() {
        let mut best = 0;
        for index in 1..call.len() {
            let better = match (value(index, row), value(best, row)) {
                (Some(candidate), Some(current)) => candidate.partial_cmp(&current) == Some(wanted),
                (Some(_), None) => true,
                _ => false,
            };
            if better {
                best = index;
            }
        }
        choice.take(best, row);
    }
    choice.finish()
}
