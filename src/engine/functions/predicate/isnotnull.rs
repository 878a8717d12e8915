//! `isnotnull(value)`

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::kql_function::Function;

pub(in crate::engine::functions) const FUNCTION: Function = Function::new("isnotnull", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    call.make_bools(|row| Some(!call.is_null(0, row)))
}
