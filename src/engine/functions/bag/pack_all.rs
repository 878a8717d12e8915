//! `pack_all(true)`: the binder has put every column with its name in its place.

use crate::engine::functions::prelude::*;

use super::bag_pack::packed;

pub(super) const FUNCTION: Function = Function::new("pack_all", evaluate);

/// A bag of what is not null and not empty.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    packed(call, |value| !matches!(value, "null" | "\"\""))
}
