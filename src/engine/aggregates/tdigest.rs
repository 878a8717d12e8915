//! `tdigest()` and `tdigest_merge()`: the distribution of numbers, or of several digests one.

use super::collect::{Gather, Shape, collect};
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::sketch::Digest;

pub(super) fn tdigest(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let mut args = vec![input.arg(0)?];
    if input.args.len() > 1 {
        args.push(input.arg(1)?);
    }
    let function = collect(Shape::Digest, input.ty(0), 0);
    Ok(Reduction { call: input.call(function, args), finish: Finish::AsIs })
}

pub(super) fn merge(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let function = collect(Shape::DigestMerge, input.ty(0), 0);
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}

/// The digest of one group.
#[derive(Debug, Default)]
pub(super) struct Weighed(Digest);

impl Gather for Weighed {
    fn add(&mut self, value: &str, limit: usize) {
        self.add_weighted(value, 1, limit);
    }

    fn add_weighted(&mut self, value: &str, weight: i64, _limit: usize) {
        // A decimal is text inside a dynamic.
        if let Ok(number) = value.trim_matches('"').parse::<f64>() {
            self.0.add(number, weight as f64);
        }
    }

    fn merge(&mut self, text: &str, _limit: usize) {
        if let Some(other) = Digest::read(text) {
            self.0.merge(&other);
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        if self.0.is_empty() {
            out.push_str("null");
        } else {
            self.0.write(&mut out);
        }
        out
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
