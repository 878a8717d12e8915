//! `hash_md5(value)`

use md5::Md5;

use crate::engine::functions::prelude::*;

use super::digest::hexadecimal;

pub(super) const FUNCTION: Function = Function::new("hash_md5", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    hexadecimal::<Md5>(call)
}
