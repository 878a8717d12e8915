//! `isnotempty(value)`

use crate::engine::functions::prelude::*;

use super::isempty::emptiness;

pub(super) const FUNCTION: Function = Function::new("isnotempty", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let empty = emptiness(call);
    call.make_bools(|row| Some(!empty(row)))
}
