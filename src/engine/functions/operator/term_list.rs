//! `has_any` and `has_all`: several terms sought in one text.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::column::Strings;
use crate::engine::functions::json;
use crate::kql::ScalarType;

use super::Term;

/// A null needle matches every text, and no needle none.
pub(super) fn has_any(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, false)
}

/// A null needle does not count, and no needle matches every text.
pub(super) fn has_all(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, true)
}

/// The needles; an empty text is found everywhere, which is what a null needle does in either operator.
struct Terms(Vec<Term>);

fn search(call: &Call<'_>, all: bool) -> Result<ArrayRef> {
    let texts = call.strings(0);
    let lists: Vec<Strings> = (1..call.len()).map(|index| call.jsons(index)).collect();
    if lists.iter().all(Strings::is_constant) && !texts.is_constant() {
        let key: String = needles(call, &lists, 0).join("\0");
        let terms = call.built::<Terms>(&key, |_| Terms(terms(call, &lists, 0)));
        let mut found = if all { BooleanBuffer::new_set(call.rows()) } else { BooleanBuffer::new_unset(call.rows()) };
        for term in &terms.0 {
            let hits = term.scan(texts.array());
            found = if all { &found & &hits } else { &found | &hits };
        }
        return Ok(Arc::new(BooleanArray::new(found, None)));
    }
    call.make_bools(|row| {
        let text = texts.get(row);
        let terms = terms(call, &lists, row);
        Some(if all { terms.iter().all(|term| term.is_in(text)) } else { terms.iter().any(|term| term.is_in(text)) })
    })
}

fn terms(call: &Call<'_>, lists: &[Strings], row: usize) -> Vec<Term> {
    needles(call, lists, row).iter().map(|needle| Term::has(needle)).collect()
}

fn needles(call: &Call<'_>, lists: &[Strings], row: usize) -> Vec<String> {
    let mut needles = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        let json = list.some(row).unwrap_or("null");
        if call.ty(index + 1) == ScalarType::Dynamic && json::is_array(json) {
            needles.extend(json::elements(json).map(|element| json::leaf_text(element).into_owned()));
        } else {
            needles.push(json::leaf_text(json).into_owned());
        }
    }
    needles
}
