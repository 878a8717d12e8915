//! `ingestion_time()`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("ingestion_time", evaluate);

/// Null: files do not say when a row was ingested, and neither does Kusto for a table without that policy.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    call.make_longs(|_| None)
}
