//! `series_fill_const(series, constant_value, [missing_value_placeholder])`

use super::gaps::Placeholders;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_fill_const", evaluate).when(|args| args.len() > 1);

/// The constant keeps its own type.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (series, constants, placeholders) = (call.jsons(0), call.jsons(1), Placeholders::of(call, 2));
    call.make_texts(|row, out| {
        let Some(text) = series.some(row).filter(|text| json::is_array(text)) else { return false };
        let (missing, constant) = (placeholders.get(row), constants.some(row));
        json::push_array(json::elements(text).map(|it| if missing.is(it) { constant } else { Some(it) }), out);
        true
    })
}
