//! `not(condition)`, the operator written as a function.

use crate::engine::functions::kql_function::Function;
use crate::engine::functions::operator;

pub(super) const FUNCTION: Function = operator::NOT;
