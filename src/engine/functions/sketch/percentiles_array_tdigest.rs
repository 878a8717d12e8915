//! `percentiles_array_tdigest(digest, percentiles)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::engine::sketch::Digest;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("percentiles_array_tdigest", evaluate);

/// The percentiles one by one, or as one array.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let digests = call.raw(0);
    let listed = (call.len() == 2 && call.ty(1) == ScalarType::Dynamic).then(|| call.raw(1));
    let apart: Vec<_> =
        if listed.is_some() { Vec::new() } else { (1..call.len()).map(|index| call.reals(index)).collect() };
    call.make_texts(|row, out| {
        let Some(mut digest) = digests.some(row).and_then(Digest::read) else { return false };
        let percents: Vec<Option<f64>> = match &listed {
            Some(lists) => json::elements(lists.get(row)).map(|percent| percent.parse().ok()).collect(),
            None => apart.iter().map(|column| column.get(row)).collect(),
        };
        out.push('[');
        for (place, percent) in percents.into_iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            match percent.and_then(|percent| digest.percentile(percent)) {
                Some(value) => json::push_real(value, out),
                None => out.push_str("null"),
            }
        }
        out.push(']');
        true
    })
}
