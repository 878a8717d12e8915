//! Arrays inside a dynamic.

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[];
