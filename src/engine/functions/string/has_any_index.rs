//! `has_any_index(text, values)`

use crate::engine::functions::json;
use crate::engine::functions::operator::Term;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("has_any_index", evaluate);

/// The place of the first element that the text has as a term, or -1.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, values) = (call.strings(0), call.jsons(1));
    let terms = |row: usize| -> Vec<Term> {
        json::elements(values.get(row)).map(|element| Term::has(&json::leaf_text(element))).collect()
    };
    let fixed = values.constant().map(|key| call.built::<Vec<Term>>(key, |_| terms(0)));
    call.make_longs(|row| {
        let place = |terms: &[Term]| terms.iter().position(|term| term.is_in(texts.get(row)));
        let found = fixed.as_ref().map_or_else(|| place(&terms(row)), |terms| place(terms));
        Some(found.map_or(-1, |place| place as i64))
    })
}
