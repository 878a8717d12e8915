//! `rank_tdigest(digest, value)`

use crate::engine::functions::prelude::*;
use crate::engine::sketch::Digest;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("rank_tdigest", evaluate).when(is_number);

fn is_number(args: &[ScalarType]) -> bool {
    args.get(1).is_some_and(|ty| ty.is_numeric())
}

/// How many values of the digest are not greater.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (digests, values) = (call.raw(0), call.reals(1));
    call.make_reals(|row| Some(Digest::read(digests.some(row)?)?.rank(values.get(row)?)))
}
