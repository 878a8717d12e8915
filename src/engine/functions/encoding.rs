//! Hashes, Base64, URL escapes and bit patterns as text.

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[];
