//! `extract(regex, group, text, [typeof])`

use std::sync::Arc;

use datafusion::arrow::array::Array;

use crate::engine::functions::conversion::convert;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("extract", evaluate);

/// A group of the first match, empty without one; as another type null without one.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (groups, texts) = (call.longs(1), call.strings(2));
    let regexes = call.regexes(0)?;
    let mut failure = Ok(());
    let found = call.make_strings(|row, out| match regexes.get(row) {
        Ok(regex) => {
            let group = groups.get(row).and_then(|group| usize::try_from(group).ok());
            let found = group.and_then(|group| regex.captures(texts.get(row))?.get(group));
            out.push_str(found.map_or("", |found| found.as_str()));
        }
        Err(error) => failure = Err(error),
    })?;
    failure?;
    if call.returns() == ScalarType::String {
        return Ok(found);
    }
    debug_assert_eq!(found.len(), call.rows());
    Ok(convert(&Arc::clone(&found), ScalarType::String, call.returns()))
}
