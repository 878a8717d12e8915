//! `make_bag()`: the members of all bags in one bag. Of members of one name the first stays; what is no bag is left
//! out.

use datafusion::common::HashSet;

use super::collect::{Gather, Shape, collect};
use super::make_list::limit;
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::json::bag_members;

pub(super) fn make_bag(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let function = collect(Shape::Bag, input.ty(0), limit(input)?);
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}

#[derive(Debug, Default)]
pub(super) struct Bag {
    /// Members with commas between them.
    body: String,
    keys: HashSet<Box<str>>,
    n_bytes: usize,
}

impl Gather for Bag {
    fn add(&mut self, value: &str, limit: usize) {
        for (key, member) in bag_members(value).unwrap_or_default() {
            if self.keys.len() >= limit || self.keys.contains(key) {
                continue;
            }
            self.keys.insert(key.into());
            self.n_bytes += key.len() + 2 * size_of::<Box<str>>();
            if !self.body.is_empty() {
                self.body.push(',');
            }
            self.body.push_str(key);
            self.body.push(':');
            self.body.push_str(member);
        }
    }

    fn merge(&mut self, text: &str, limit: usize) {
        self.add(text, limit);
    }

    fn text(&self) -> String {
        format!("{{{}}}", self.body)
    }

    fn size(&self) -> usize {
        self.n_bytes + self.body.capacity()
    }
}
