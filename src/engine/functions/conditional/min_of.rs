//! `min_of(value, …)`

use std::cmp::Ordering;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::kql_function::Function;

use super::extreme::extreme;

pub(in crate::engine::functions) const FUNCTION: Function = Function::new("min_of", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    extreme(call, Ordering::Less)
}
