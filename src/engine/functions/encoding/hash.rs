//! `hash(value)`: XXH64 with seed 0.

use twox_hash::XxHash64;

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("hash", evaluate).when(is_known);

/// The bytes that other types are hashed over are not established, nor is what a modulus does to negative hashes.
fn is_known(args: &[ScalarType]) -> bool {
    matches!(args, [ScalarType::String | ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan])
}

/// Strings over their UTF-8, numbers and ticks over eight bytes, least first; null as the empty string.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let hash = |bytes: &[u8]| XxHash64::oneshot(0, bytes) as i64;
    if call.ty(0) == ScalarType::String {
        let texts = call.strings(0);
        return call.make_longs(|row| Some(hash(texts.get(row).as_bytes())));
    }
    let values = call.longs(0);
    call.make_longs(|row| Some(values.get(row).map_or_else(|| hash(b""), |value| hash(&value.to_le_bytes()))))
}
