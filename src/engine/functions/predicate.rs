//! Tests of one value.

mod around;
mod assert;
mod gettype;
mod isempty;
mod isfinite;
mod isinf;
mod isnan;
mod isnotempty;
mod isnotnull;
mod isnull;
mod not;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    around::FUNCTION,
    assert::FUNCTION,
    gettype::FUNCTION,
    isempty::FUNCTION,
    isfinite::FUNCTION,
    isinf::FUNCTION,
    isnan::FUNCTION,
    isnotempty::FUNCTION,
    isnotnull::FUNCTION,
    isnull::FUNCTION,
    not::FUNCTION,
];
