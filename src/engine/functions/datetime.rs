//! Datetimes and timespans.

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[];
