//! The JSON text of a dynamic: compact, without what OData wrote into it.

use memchr::memchr;
use serde_json::{Map, Value};

use super::scan;

const ANNOTATION: &str = "@odata.type";

/// Appends a dynamic that was sent as a text. One that holds an object or array is that object or array, because a
/// service may send dynamics so. Digits and keys stay as they were sent. Always true: it is no null.
pub(super) fn push_text(text: &str, out: &mut String) -> bool {
    match nested_extent(text) {
        Some(extent) => push_compact(&text[..extent.n_bytes], extent.has_blanks, out),
        None => out.push_str(&Value::from(text).to_string()),
    }
    true
}

/// Appends a dynamic that was sent as an object or a list, from its JSON. False when that means null.
pub(super) fn push_nested(raw: &str, from_graph: bool, is_collection: bool, out: &mut String) -> bool {
    if from_graph && (is_collection || raw.contains(ANNOTATION) || is_empty_object(raw)) {
        return push_annotated(raw, is_collection, out);
    }
    push_compact(raw, true, out);
    true
}

fn push_annotated(raw: &str, is_collection: bool, out: &mut String) -> bool {
    match serde_json::from_str(raw) {
        // Only an object without even its own annotation is a null.
        Ok(Value::Object(members)) if members.is_empty() => return false,
        Ok(value) => out.push_str(&without_annotations(value, is_collection).to_string()),
        // Nested too deeply to be taken apart: shown as it came.
        Err(_) => push_compact(raw, true, out),
    }
    true
}

pub(super) fn is_empty_object(raw: &str) -> bool {
    raw.strip_prefix('{').and_then(|it| it.strip_suffix('}')).is_some_and(|it| it.trim().is_empty())
}

/// The value without `@odata.type`, whose collections of text are made objects and arrays again where they were some.
fn without_annotations(value: Value, is_collection: bool) -> Value {
    match value {
        Value::Object(members) => Value::Object(plain_members(members)),
        Value::Array(elements) if is_collection => Value::Array(elements.into_iter().map(element).collect()),
        Value::Array(elements) => {
            Value::Array(elements.into_iter().map(|element| without_annotations(element, false)).collect())
        }
        scalar => scalar,
    }
}

fn plain_members(members: Map<String, Value>) -> Map<String, Value> {
    let mut plain = Map::new();
    let mut collection = None;
    for (key, value) in members {
        if let Some(name) = key.strip_suffix(ANNOTATION) {
            let is_collection = value.as_str().is_some_and(|it| it.contains("Collection("));
            collection = is_collection.then(|| name.to_owned());
            continue;
        }
        let is_collection = collection.as_deref() == Some(key.as_str());
        plain.insert(key, without_annotations(value, is_collection));
    }
    plain
}

/// An element that was made text. `"1"` may have been a number or a text: it stays what was sent.
fn element(element: Value) -> Value {
    match element {
        Value::String(text) if nested_extent(&text).is_some() => {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        other => without_annotations(other, false),
    }
}

/// The object or list that the whole text is.
fn nested_extent(text: &str) -> Option<scan::Extent> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let extent = scan::value(text.as_bytes()).ok()?;
    text[extent.n_bytes..].trim_ascii().is_empty().then_some(extent)
}

/// Appends valid JSON without the blanks between its values.
fn push_compact(json: &str, has_blanks: bool, out: &mut String) {
    if !has_blanks {
        return out.push_str(json);
    }
    let mut rest = json;
    // What lies between two texts is written without its blanks, and the texts as they are.
    while let Some(quote) = memchr(b'"', rest.as_bytes()) {
        push_without_blanks(&rest[..quote], out);
        let Ok(len) = scan::text(&rest.as_bytes()[quote + 1..]) else { break };
        let end = quote + len + 2;
        out.push_str(&rest[quote..end]);
        rest = &rest[end..];
    }
    push_without_blanks(rest, out);
}

fn push_without_blanks(json: &str, out: &mut String) {
    out.extend(json.split([' ', '\t', '\n', '\r']));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        let mut out = String::new();
        assert!(push_text(text, &mut out));
        out
    }

    fn nested(raw: &str, from_graph: bool, is_collection: bool) -> String {
        let mut out = String::new();
        if push_nested(raw, from_graph, is_collection, &mut out) { out } else { "null".to_owned() }
    }

    #[test]
    fn dynamics_of_both_services() {
        assert_eq!(
            nested(r#"{ "b" : [1.50, "x \" y"] ,"a":10000000000000000000000}"#, false, false),
            r#"{"b":[1.50,"x \" y"],"a":10000000000000000000000}"#
        );
        assert_eq!(text("[1, 2] "), "[1,2]");
        assert_eq!(text("[not json"), r#""[not json""#);
        assert_eq!(text("[1] 2"), r#""[1] 2""#);
        assert_eq!(text("7"), r#""7""#);
        assert_eq!(text("line\n"), r#""line\n""#);
        assert_eq!(nested("{}", false, false), "{}");
        assert_eq!(nested("{ }", true, false), "null");
        assert_eq!(nested(r##"{"@odata.type":"#microsoft.graph.security.dynamicColumnValue"}"##, true, false), "{}");
        assert_eq!(
            nested(
                r##"{"@odata.type":"#x","k@odata.type":"#Collection(String)","k":["a","{\"z\":1}","1"],"n@odata.type":"#Int64","n":5}"##,
                true,
                false
            ),
            r#"{"k":["a",{"z":1},"1"],"n":5}"#
        );
        assert_eq!(nested(r#"["a","[1]"]"#, true, true), r#"["a",[1]]"#);
        assert_eq!(nested(r#"["a","[1]"]"#, false, false), r#"["a","[1]"]"#);
    }
}
