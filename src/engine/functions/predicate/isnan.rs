//! `isnan(number)`

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::kql_function::Function;

pub(in crate::engine::functions) const FUNCTION: Function = Function::new("isnan", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.reals(0);
    call.make_bools(|row| Some(values.get(row)?.is_nan()))
}
