//! `percentile_tdigest(digest, percentile)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::engine::sketch::Digest;

pub(super) const FUNCTION: Function = Function::new("percentile_tdigest", evaluate);

/// A number inside a dynamic; the binder converts it where a type is asked for.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (digests, percents) = (call.raw(0), call.reals(1));
    call.make_texts(|row, out| {
        let digest = digests.some(row).and_then(Digest::read);
        let value = digest.zip(percents.get(row)).and_then(|(mut digest, percent)| digest.percentile(percent));
        if let Some(value) = value {
            json::push_real(value, out);
        }
        value.is_some()
    })
}
