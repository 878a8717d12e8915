//! `geo_line_to_s2cells(line[, level[, radius]])`

use crate::engine::functions::prelude::*;

use crate::engine::functions::json;

use super::covering::{self, Shape};
use super::read::{level, lines, reach};

pub(super) const FUNCTION: Function = Function::new("geo_line_to_s2cells", evaluate);

/// Null when there are more than 65,536.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (lines, level, reach) = (lines(call, 0), level(call, 1, 0..=30, 11), reach(call, 2));
    call.make_texts(|row, out| {
        let lines = lines.get(row);
        let (Some(lines), Some(level), Some(reach)) = (lines.as_ref(), level(row), reach(row)) else { return false };
        let edges = lines.iter().flat_map(|line| line.windows(2).map(|edge| (edge[0], edge[1]))).collect();
        let Some(cells) = covering::cells(&Shape { edges, region: None, reach }, level) else { return false };
        let tokens: Vec<String> = cells.iter().map(s2::cellid::CellID::to_token).collect();
        json::push_strings(tokens.iter().map(String::as_str), out);
        true
    })
}
