//! `unicode_codepoints_to_string(codepoint | array, …)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("unicode_codepoints_to_string", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let points: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_strings(|row, out| {
        for json in points.iter().filter_map(|point| point.some(row)) {
            if json::is_array(json) {
                out.extend(json::elements(json).filter_map(character));
            } else {
                out.extend(character(json));
            }
        }
    })
}

fn character(json: &str) -> Option<char> {
    json.parse().ok().and_then(char::from_u32)
}
