//! `hash(value)`: XXH64 with seed 0.

use std::sync::Arc;

use datafusion::arrow::array::Int64Builder;
use twox_hash::XxHash64;

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("hash", evaluate).when(is_known);

/// The bytes that other types are hashed over are not established.
fn is_known(args: &[ScalarType]) -> bool {
    let known = |ty| matches!(ty, ScalarType::String | ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan);
    args.first().copied().is_some_and(known)
}

/// Strings over their UTF-8, numbers and ticks over eight bytes, least first; null as the empty string.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let hash = |bytes: &[u8]| XxHash64::oneshot(0, bytes) as i64;
    let (texts, values) = (call.strings(0), call.longs(0));
    let of_text = call.ty(0) == ScalarType::String;
    let hash_of = |row: usize| match values.get(row) {
        _ if of_text => hash(texts.get(row).as_bytes()),
        Some(value) => hash(&value.to_le_bytes()),
        None => hash(b""),
    };
    if call.len() < 2 {
        return call.make_longs(|row| Some(hash_of(row)));
    }
    let moduli = call.longs(1);
    let mut rests = Int64Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        rests.append_option(rest(call, hash_of(row), moduli.get(row))?);
    }
    Ok(Arc::new(rests.finish()))
}

/// The rest of a division. Of a negative hash it depends on whether the hash counts as one, which is not established,
/// except for powers of two, where both come to the same.
fn rest(call: &Call<'_>, hash: i64, modulus: Option<i64>) -> Result<Option<i64>> {
    match modulus {
        Some(modulus) if modulus > 0 && (hash >= 0 || modulus.count_ones() == 1) => Ok(Some(hash.rem_euclid(modulus))),
        Some(modulus) if modulus > 0 => {
            Err(call.error("the rest of a negative hash by a number that is no power of two is not established"))
        }
        _ => Err(call.error("the modulus must be above zero")),
    }
}
