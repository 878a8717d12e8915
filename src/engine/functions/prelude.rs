//! What every function's file needs.

pub(super) use datafusion::arrow::array::ArrayRef;
pub(super) use datafusion::common::Result;

pub(super) use super::call::Call;
pub(super) use super::kql_function::Function;
