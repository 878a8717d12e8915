//! `hll()`, `hll_if()` and `hll_merge()`: a count sketch of the values, or of several sketches one.

use super::collect::{Gather, Shape, collect};
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::sketch::Hll;

/// The accuracy where none is given.
const ACCURACY: usize = 1;

pub(super) fn hll(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let accuracy = input.number(1)?.map_or(ACCURACY, |number| number as usize);
    let function = collect(Shape::Hll, input.ty(0), accuracy);
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}

pub(super) fn merge(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let function = collect(Shape::HllMerge, input.ty(0), ACCURACY);
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}

/// The sketch of one group; `limit` is the accuracy.
#[derive(Debug, Default)]
pub(super) struct Sketch(Option<Hll>);

impl Gather for Sketch {
    fn add(&mut self, value: &str, limit: usize) {
        self.0.get_or_insert_with(|| Hll::new(limit)).add(value);
    }

    fn merge(&mut self, text: &str, _limit: usize) {
        let Some(other) = Hll::read(text) else { return };
        match &mut self.0 {
            Some(sketch) => sketch.merge(other),
            None => self.0 = Some(other),
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        match &self.0 {
            Some(sketch) => sketch.write(&mut out),
            None => out.push_str("null"),
        }
        out
    }

    fn size(&self) -> usize {
        self.0.as_ref().map_or(0, Hll::size)
    }
}
