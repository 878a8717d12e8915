//! What `hll()` and `tdigest()` have gathered, asked.

mod dcount_hll;
mod hll_merge;
mod percentile_tdigest;
mod percentiles_array_tdigest;
mod percentrank_tdigest;
mod rank_tdigest;
mod tdigest_merge;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    dcount_hll::FUNCTION,
    hll_merge::FUNCTION,
    percentile_tdigest::FUNCTION,
    percentiles_array_tdigest::FUNCTION,
    percentrank_tdigest::FUNCTION,
    rank_tdigest::FUNCTION,
    tdigest_merge::FUNCTION,
];
