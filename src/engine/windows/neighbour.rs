//! What `prev` and `next` have in common: a value, how far away, and what stands where there is no such row.

use datafusion::common::ScalarValue;

use super::{constant, whole};
use crate::engine::error::EngineError;
use crate::kql::{Scalar, WindowCall};

pub(super) fn value(call: &WindowCall) -> Vec<&Scalar> {
    call.args.first().into_iter().collect()
}

pub(super) fn distance(call: &WindowCall) -> Result<usize, EngineError> {
    // Nobody has so many rows that more would make a difference.
    Ok(usize::try_from(whole(call, 1)?).unwrap_or(1).min(usize::MAX / 2))
}

pub(super) fn default(call: &WindowCall) -> Result<ScalarValue, EngineError> {
    constant(call, 2)
}
