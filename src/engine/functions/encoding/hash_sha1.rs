//! `hash_sha1(value)`

use sha1::Sha1;

use crate::engine::functions::prelude::*;

use super::digest::hexadecimal;

pub(super) const FUNCTION: Function = Function::new("hash_sha1", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    hexadecimal::<Sha1>(call)
}
