//! `make_set()`: the distinct values as an array, in order of first appearance. An array among them is taken element
//! by element.

use datafusion::common::HashSet;

use super::collect::{Gather, Shape, collect};
use super::make_list::limit;
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::json::array_elements;

/// Up to this many elements are looked through one by one; most sets are small, and a hash table is not.
const SMALL: usize = 12;

pub(super) fn make_set(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let function = collect(Shape::Set, input.ty(0), limit(input)?);
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}

#[derive(Debug, Default)]
pub(super) struct Set {
    elements: Vec<Box<str>>,
    /// The same elements, once there are more than a few.
    known: HashSet<Box<str>>,
    n_bytes: usize,
}

impl Set {
    fn insert(&mut self, element: &str, limit: usize) {
        if self.elements.len() >= limit || self.contains(element) {
            return;
        }
        self.elements.push(element.into());
        self.n_bytes += element.len() + size_of::<Box<str>>();
        if self.elements.len() > SMALL {
            let have = self.known.len();
            self.known.extend(self.elements[have..].iter().cloned());
            self.n_bytes += (self.known.len() - have) * (element.len() + 2 * size_of::<Box<str>>());
        }
    }

    fn contains(&self, element: &str) -> bool {
        if self.known.is_empty() {
            self.elements.iter().any(|known| **known == *element)
        } else {
            self.known.contains(element)
        }
    }
}

impl Gather for Set {
    fn add(&mut self, value: &str, limit: usize) {
        match array_elements(value) {
            Some(elements) => elements.into_iter().for_each(|element| self.insert(element, limit)),
            None => self.insert(value, limit),
        }
    }

    fn merge(&mut self, text: &str, limit: usize) {
        for element in array_elements(text).unwrap_or_default() {
            self.insert(element, limit);
        }
    }

    fn text(&self) -> String {
        format!("[{}]", self.elements.join(","))
    }

    fn size(&self) -> usize {
        self.n_bytes
    }
}
