//! `hash_sha256(value)`

use sha2::Sha256;

use crate::engine::functions::prelude::*;

use super::digest::hexadecimal;

pub(super) const FUNCTION: Function = Function::new("hash_sha256", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    hexadecimal::<Sha256>(call)
}
