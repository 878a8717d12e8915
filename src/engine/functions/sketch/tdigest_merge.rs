//! `tdigest_merge(a, b, …)`

use crate::engine::functions::prelude::*;
use crate::engine::sketch::Digest;

pub(super) const FUNCTION: Function = Function::new("tdigest_merge", evaluate);

/// One digest of all; what is none is passed over.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let columns: Vec<_> = (0..call.len()).map(|index| call.raw(index)).collect();
    call.make_texts(|row, out| {
        let mut merged = Digest::default();
        for digest in columns.iter().filter_map(|column| Digest::read(column.some(row)?)) {
            merged.merge(&digest);
        }
        if merged.is_empty() {
            return false;
        }
        merged.write(out);
        true
    })
}
