//! Arrays as sets of values.

use std::collections::HashSet;

use crate::engine::functions::column::Strings;

use super::operand::{identity, list};

/// Every argument as a list; `None` when one is no array.
pub(super) fn sets(arrays: &[Strings], row: usize) -> Option<Vec<Vec<&str>>> {
    arrays.iter().map(|array| list(array, row)).collect()
}

pub(super) fn identities(set: &[&str]) -> HashSet<String> {
    set.iter().map(|element| identity(element)).collect()
}

/// The first of each value.
pub(super) fn distinct<'a>(elements: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    elements.filter(|element| seen.insert(identity(element))).collect()
}
