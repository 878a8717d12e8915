//! Functions that choose between values.

mod case;
mod choice;
mod coalesce;
mod extreme;
mod iff;
mod max_of;
mod min_of;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] =
    &[case::FUNCTION, coalesce::FUNCTION, iff::FUNCTION, max_of::FUNCTION, min_of::FUNCTION];
