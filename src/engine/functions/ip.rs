//! Addresses of IPv4 and IPv6.

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[];
