//! `buildschema()`: the least schema that fits all the values.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::{Gather, Shape, collect};
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::json::{array_elements, bag_members};

/// The member of a schema that says what the elements of an array are.
const INDEXER: &str = "\"`indexer`\"";
/// Levels of bags and arrays past which nothing is looked at.
const MAX_DEPTH: usize = 64;

pub(super) fn buildschema(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let function = collect(Shape::Schema, input.ty(0), 0);
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}

/// What values at one place were.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    scalars: BTreeSet<&'static str>,
    /// By the key in its quotes.
    members: Option<BTreeMap<Box<str>, Kinds>>,
    elements: Option<Box<Kinds>>,
    n_bytes: usize,
}

impl Kinds {
    fn value(&mut self, value: &str, depth: usize) {
        if let Some(members) = bag_members(value).filter(|_| depth < MAX_DEPTH) {
            let known = self.members.get_or_insert_default();
            for (key, member) in members {
                if !known.contains_key(key) {
                    known.insert(key.into(), Self::default());
                }
                if let Some(kinds) = known.get_mut(key) {
                    kinds.value(member, depth + 1);
                }
            }
            return;
        }
        if let Some(elements) = array_elements(value).filter(|_| depth < MAX_DEPTH) {
            let known = self.elements.get_or_insert_default();
            elements.into_iter().for_each(|element| known.value(element, depth + 1));
            return;
        }
        self.scalars.extend(match value.as_bytes().first() {
            Some(b'"') => Some("\"string\""),
            Some(b't' | b'f') => Some("\"bool\""),
            Some(b'-' | b'0'..=b'9') if value.contains(['.', 'e', 'E']) => Some("\"double\""),
            Some(b'-' | b'0'..=b'9') => Some("\"long\""),
            _ => None,
        });
    }

    /// Takes in a schema as it was written.
    fn schema(&mut self, text: &str, depth: usize) {
        if depth > 2 * MAX_DEPTH {
            return;
        }
        if let Some(members) = bag_members(text) {
            if let [(INDEXER, element)] = members.as_slice() {
                self.elements.get_or_insert_default().schema(element, depth + 1);
                return;
            }
            let known = self.members.get_or_insert_default();
            for (key, member) in members {
                known.entry(key.into()).or_default().schema(member, depth + 1);
            }
        } else if let Some(alternatives) = array_elements(text) {
            alternatives.into_iter().for_each(|alternative| self.schema(alternative, depth + 1));
        } else {
            let scalars = ["\"string\"", "\"bool\"", "\"double\"", "\"long\""];
            self.scalars.extend(scalars.into_iter().find(|scalar| *scalar == text));
        }
    }

    fn write(&self, out: &mut String) {
        let mut alternatives = Vec::new();
        if let Some(members) = &self.members {
            let mut bag = String::from("{");
            for (key, kinds) in members {
                if bag.len() > 1 {
                    bag.push(',');
                }
                bag.push_str(key);
                bag.push(':');
                kinds.write(&mut bag);
            }
            bag.push('}');
            alternatives.push(bag);
        }
        if let Some(elements) = &self.elements {
            let mut array = format!("{{{INDEXER}:");
            elements.write(&mut array);
            array.push('}');
            alternatives.push(array);
        }
        alternatives.extend(self.scalars.iter().map(|scalar| (*scalar).to_owned()));
        match alternatives.as_slice() {
            [only] => out.push_str(only),
            _ => {
                out.push('[');
                out.push_str(&alternatives.join(","));
                out.push(']');
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.scalars.is_empty() && self.members.is_none() && self.elements.is_none()
    }
}

impl Gather for Kinds {
    fn add(&mut self, value: &str, _limit: usize) {
        self.value(value, 0);
        self.n_bytes = self.n_bytes.max(value.len() * 4);
    }

    fn merge(&mut self, text: &str, _limit: usize) {
        self.schema(text, 0);
        self.n_bytes = self.n_bytes.max(text.len() * 4);
    }

    fn text(&self) -> String {
        if self.is_empty() {
            return "null".to_owned();
        }
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn size(&self) -> usize {
        self.n_bytes
    }
}
