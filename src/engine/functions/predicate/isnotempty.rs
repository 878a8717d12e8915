//! `isnotempty(value)`

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::kql_function::Function;

use super::isempty::emptiness;

pub(in crate::engine::functions) const FUNCTION: Function = Function::new("isnotempty", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let empty = emptiness(call);
    call.make_bools(|row| Some(!empty(row)))
}
