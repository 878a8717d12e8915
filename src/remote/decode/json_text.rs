//! The JSON text of a dynamic: compact, without what OData wrote into it.

use serde_json::{Map, Value};

const ANNOTATION: &str = "@odata.type";

/// A dynamic from its JSON text; `None` is the dynamic null. A string that holds an object or array is that object or
/// array, because a service may send dynamics so. Digits and keys stay as they were sent.
pub(super) fn dynamic(raw: &str, from_graph: bool, is_collection: bool) -> Option<String> {
    if raw == "null" {
        return None;
    }
    if from_graph && (is_collection || raw.contains(ANNOTATION) || raw.starts_with('{')) {
        return annotated(raw, is_collection);
    }
    if raw.starts_with('"')
        && let Ok(text) = serde_json::from_str::<String>(raw)
        && is_nested_json(&text)
    {
        return Some(compact(&text));
    }
    Some(compact(raw))
}

fn annotated(raw: &str, is_collection: bool) -> Option<String> {
    match serde_json::from_str(raw) {
        // Only an object without even its own annotation is a null.
        Ok(Value::Object(members)) if members.is_empty() => None,
        Ok(value) => Some(without_annotations(value, is_collection).to_string()),
        // Nested too deeply to be taken apart: shown as it came.
        Err(_) => Some(compact(raw)),
    }
}

/// The value without `@odata.type`, whose collections of text are made objects and arrays again where they were some.
pub(super) fn without_annotations(value: Value, is_collection: bool) -> Value {
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
        Value::String(text) if is_nested_json(&text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => without_annotations(other, false),
    }
}

fn is_nested_json(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Valid JSON without the blanks between its values.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut in_string = false;
    let mut escaped = false;
    for char in json.chars() {
        if in_string {
            in_string = escaped || char != '"';
            escaped = !escaped && char == '\\';
        } else if matches!(char, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            in_string = char == '"';
        }
        out.push(char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dynamics_of_both_services() {
        let defender = |raw| dynamic(raw, false, false).unwrap_or("null".into());
        assert_eq!(
            defender(r#"{ "b" : [1.50, "x \" y"] ,"a":10000000000000000000000}"#),
            r#"{"b":[1.50,"x \" y"],"a":10000000000000000000000}"#
        );
        assert_eq!(defender(r#""[1, 2]""#), "[1,2]");
        assert_eq!(defender(r#""[not json""#), r#""[not json""#);
        assert_eq!(defender(r#""7""#), r#""7""#);
        assert_eq!(defender("{}"), "{}");
        assert_eq!(defender("null"), "null");
        let graph = |raw, is_collection| dynamic(raw, true, is_collection).unwrap_or("null".into());
        assert_eq!(graph("{}", false), "null");
        assert_eq!(graph(r##"{"@odata.type":"#microsoft.graph.security.dynamicColumnValue"}"##, false), "{}");
        assert_eq!(
            graph(
                r##"{"@odata.type":"#x","k@odata.type":"#Collection(String)","k":["a","{\"z\":1}","1"],"n@odata.type":"#Int64","n":5}"##,
                false
            ),
            r#"{"k":["a",{"z":1},"1"],"n":5}"#
        );
        assert_eq!(graph(r#"["a","[1]"]"#, true), r#"["a",[1]]"#);
        assert_eq!(graph(r#""text""#, false), r#""text""#);
    }
}
