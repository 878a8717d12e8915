//! What counts as JSON, and its compact form.

use super::{Kind, Scanner, compact};

#[test]
fn compact_keeps_order_numbers_and_meaning() {
    for (text, expected) in [
        (r#" { "b" : 1.0 , "a" : [ 1e3 , -0 , null , true ] } "#, r#"{"b":1.0,"a":[1e3,-0,null,true]}"#),
        (r"[]", "[]"),
        (r#"[{},[[]],{"a":{}}]"#, r#"[{},[[]],{"a":{}}]"#),
        (r#""\u0041\/\ud83d\ude00""#, "\"A/\u{1f600}\""),
        (r#""\ud800 alone""#, "\"\u{fffd} alone\""),
        (r#""\ud800\u0041""#, "\"\u{fffd}A\""),
        ("\"raw\ttab\"", r#""raw\ttab""#),
        (r#""\u0000\u001f""#, r#""\u0000\u001f""#),
        ("18446744073709551616", "18446744073709551616"),
        (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":2}"#),
        (" null ", "null"),
    ] {
        assert_eq!(compact(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_not_json() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[1,]",
        r#"{"a":1,}"#,
        "{a:1}",
        "{'a':1}",
        "01",
        "1.",
        "-",
        "+1",
        "NaN",
        "nul",
        "nullx",
        "1x",
        r#""open"#,
        r#""\x""#,
        r#""\u12g4""#,
        "[1 2]",
        "[1}",
        r#"{"a"}"#,
        "1 2",
        r#"{"a":NaN}"#,
        "tru\u{e9}",
    ] {
        assert_eq!(compact(text), None, "{text}");
    }
}

#[test]
fn depth_has_no_limit() {
    let deep = "[".repeat(200_000) + &"]".repeat(200_000);
    assert_eq!(compact(&deep), Some(deep));
}

#[test]
fn members_come_in_order_with_kinds() {
    let mut seen = Vec::new();
    let mut scanner = Scanner::new(r#"{"t":"x","n":1.50,"o":{"a": 1},"b":false,"z":null} tail"#);
    scanner.object(|key, kind, text| seen.push((key.to_owned(), kind, text.to_owned()))).unwrap();
    let expected = [
        ("t", Kind::Text, "x"),
        ("n", Kind::Number, "1.50"),
        ("o", Kind::Nested, r#"{"a":1}"#),
        ("b", Kind::Bool(false), ""),
        ("z", Kind::Null, ""),
    ];
    assert_eq!(seen, expected.map(|(key, kind, text)| (key.to_owned(), kind, text.to_owned())));
    assert_eq!(scanner.at(), 50);
}
