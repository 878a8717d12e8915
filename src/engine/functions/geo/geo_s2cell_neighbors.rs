//! `geo_s2cell_neighbors(s2cell)`

use crate::engine::functions::prelude::*;

use crate::engine::functions::json;

use super::read::s2cell;

pub(super) const FUNCTION: Function = Function::new("geo_s2cell_neighbors", evaluate);

/// The cells around at the same level, corners included.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    call.make_texts(|row, out| {
        let Some(cell) = s2cell(tokens.get(row)) else { return false };
        let mut neighbors: Vec<String> = Vec::new();
        for token in cell.all_neighbors(cell.level()).iter().map(s2::cellid::CellID::to_token) {
            if !neighbors.contains(&token) {
                neighbors.push(token);
            }
        }
        json::push_strings(neighbors.iter().map(String::as_str), out);
        true
    })
}
