//! What `hll()` and `tdigest()` hold, and its JSON text: the dynamic value that other functions read again.

mod hll;
mod registers;
mod tdigest;

pub(in crate::engine) use hll::Hll;
pub(in crate::engine) use registers::{estimate, register};
pub(in crate::engine) use tdigest::Digest;
