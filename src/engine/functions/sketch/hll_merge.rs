//! `hll_merge(a, b, …)`

use crate::engine::functions::prelude::*;
use crate::engine::sketch::Hll;

pub(super) const FUNCTION: Function = Function::new("hll_merge", evaluate);

/// One sketch of all; what is none is passed over.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let columns: Vec<_> = (0..call.len()).map(|index| call.raw(index)).collect();
    call.make_texts(|row, out| {
        let sketches = columns.iter().filter_map(|column| Hll::read(column.some(row)?));
        let merged = sketches.reduce(|mut all, one| {
            all.merge(one);
            all
        });
        match merged {
            Some(merged) => merged.write(out),
            None => return false,
        }
        true
    })
}
