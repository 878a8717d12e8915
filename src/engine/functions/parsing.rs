//! Texts taken apart into dynamics.

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[];
