//! `extract_json(path, text, [typeof])`

use crate::engine::functions::bag::json_path::{descend, parse};
use crate::engine::functions::conversion::convert;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("extract_json", evaluate);

/// What the path leads to, as text: empty when it leads nowhere. As another type null then.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (paths, texts) = (call.strings(0), call.strings(1));
    if let Some(path) = paths.constant().filter(|path| parse(path).is_none()) {
        return Err(call.error(&format!("tallyho does not follow the path '{path}' yet")));
    }
    let found = call.make_strings(|row, out| {
        let Some(steps) = parse(paths.get(row)) else { return };
        let value = descend(texts.get(row).trim(), &steps).and_then(json::compact);
        out.push_str(value.as_deref().map(json::leaf_text).as_deref().unwrap_or_default());
    })?;
    Ok(convert(&found, ScalarType::String, call.returns()))
}
