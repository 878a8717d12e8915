//! The condition upon which a running function begins anew: the last argument of most.

use crate::kql::{Scalar, WindowCall};

/// The value and the condition, both evaluated for each row.
pub(super) fn value_and_restart(call: &WindowCall) -> Vec<&Scalar> {
    call.args.iter().collect()
}

/// The condition alone; the arguments before it are constants.
pub(super) fn restart(call: &WindowCall) -> Vec<&Scalar> {
    call.args.last().into_iter().collect()
}
