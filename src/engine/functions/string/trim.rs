//! `trim(regex, text)`

use crate::engine::functions::prelude::*;

use super::edges::remove;

pub(super) const FUNCTION: Function = Function::new("trim", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    remove(call, |regex| format!("^({regex})|({regex})$"))
}
