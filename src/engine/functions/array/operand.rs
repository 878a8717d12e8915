//! The array of each row as a list of JSON texts.

use crate::engine::functions::column::Strings;
use crate::engine::functions::json;

/// `None` for what is no array.
pub(super) fn list(arrays: &Strings, row: usize) -> Option<Vec<&str>> {
    arrays.some(row).filter(|array| json::is_array(array)).map(|array| json::elements(array).collect())
}

/// A text that is equal for equal values: a string's characters count, not how they are escaped.
pub(super) fn identity(json: &str) -> String {
    match json::kind(json) {
        Some(json::Kind::String) => format!("\"{}", json::unquote(json)),
        _ => json.to_owned(),
    }
}

/// A position counted from the end when it is negative.
pub(super) fn from_end(position: i64, length: usize) -> i64 {
    if position < 0 { position.saturating_add(length as i64) } else { position }
}
