//! `make_list()`: the values as an array, in the order of the input. An array among them is taken element by element.

use super::collect::{Gather, Shape, collect};
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::json::array_elements;

/// Kusto's own limit on the elements of a list or a set.
pub(super) const MAX_VALUES: usize = 1_048_576;

pub(super) fn make_list(input: &Input<'_>) -> Result<Reduction, EngineError> {
    list(input, false)
}

pub(super) fn make_list_with_nulls(input: &Input<'_>) -> Result<Reduction, EngineError> {
    list(input, true)
}

fn list(input: &Input<'_>, with_nulls: bool) -> Result<Reduction, EngineError> {
    let function = collect(Shape::List { with_nulls }, input.ty(0), limit(input)?);
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}

/// The argument `maxSize`, at most Kusto's own limit.
pub(super) fn limit(input: &Input<'_>) -> Result<usize, EngineError> {
    Ok(input.number(1)?.map_or(MAX_VALUES, |number| (number as usize).min(MAX_VALUES)))
}

/// Elements with commas between them.
#[derive(Debug, Default)]
pub(super) struct List {
    body: String,
    n: usize,
}

impl List {
    fn push(&mut self, element: &str, limit: usize) {
        if self.n >= limit {
            return;
        }
        if self.n > 0 {
            self.body.push(',');
        }
        self.body.push_str(element);
        self.n += 1;
    }
}

impl Gather for List {
    fn add(&mut self, value: &str, limit: usize) {
        match array_elements(value) {
            Some(elements) => self.merge_elements(&elements, limit),
            None => self.push(value, limit),
        }
    }

    fn merge(&mut self, text: &str, limit: usize) {
        self.merge_elements(&array_elements(text).unwrap_or_default(), limit);
    }

    fn text(&self) -> String {
        format!("[{}]", self.body)
    }

    fn size(&self) -> usize {
        self.body.capacity()
    }
}

impl List {
    fn merge_elements(&mut self, elements: &[&str], limit: usize) {
        for element in elements {
            self.push(element, limit);
        }
    }
}
