//! Paths, arrays and bags.

use crate::kql::ScalarType::{Bool, Dynamic, Long, Real, String, Timespan};

use super::{Step, b, check, check_path, d, days, dt, l, null, r, s, seconds};

#[test]
fn paths() {
    let key = |key: &str| Step::Key(key.to_owned());
    let json = r#"{"a":{"b":[10,{"c d":"{\"x\":1}"},118.0]},"n":null,"\u0071":5}"#;
    check_path(json, &[key("a"), key("b"), Step::Index(0)], "10");
    check_path(json, &[key("a"), key("b"), Step::Index(-1)], "118.0");
    check_path(json, &[key("a"), key("b"), Step::Index(1), key("c d")], r#""{\"x\":1}""#);
    check_path(json, &[key("a"), key("b"), Step::Index(1), key("c d"), key("x")], "null");
    check_path(json, &[key("n")], "null");
    check_path(json, &[key("q")], "5");
    check_path(json, &[key("missing"), Step::Index(0)], "null");
    check_path("{\"a\":[1,", &[key("a"), Step::Index(0)], "null");
}

#[test]
fn arrays() {
    let five = d("[1,2,3,4,5]");
    check("array_length", &[d("{}")], Long, "null");
    check("array_length", &[d("[1,[2,3],\"a,b\"]")], Long, "3");
    check("pack_array", &[days(1), s("x"), null(Long), d("[1]")], Dynamic, r#"["1.00:00:00","x",null,[1]]"#);
    check("array_rotate_left", &[five.clone(), l(-2)], Dynamic, "[4,5,1,2,3]");
    check("array_shift_right", &[five.clone(), l(2)], Dynamic, "[null,null,1,2,3]");
    check("array_shift_left", &[five.clone(), l(2), l(-1)], Dynamic, "[3,4,5,-1,-1]");
    check("array_slice", &[five.clone(), l(-3), l(-2)], Dynamic, "[3,4]");
    check("array_split", &[five.clone(), d("[1,3]")], Dynamic, "[[1],[2,3],[4,5]]");
    check("array_split", &[five, l(2)], Dynamic, "[[1,2],[3,4,5]]");
    let words = d(r#"["this","is","an","example","an","example"]"#);
    check("array_index_of", &[words.clone(), s("example"), l(1), l(2)], Long, "-1");
    check("array_index_of", &[words.clone(), s("an"), l(1), l(-1), l(2)], Long, "4");
    check("array_index_of", &[words, s("an"), l(-3)], Long, "4");
    check("array_sort_desc", &[d(r#"[null,"blue","yellow",null]"#)], Dynamic, r#"["yellow","blue",null,null]"#);
    check("array_sort_asc", &[d("[3,null,1]"), b(false)], Dynamic, "[null,1,3]");
    check("array_iff", &[d("[true,0,\"x\"]"), s("yes"), d("[1,2]")], Dynamic, r#"["yes",2,null]"#);
    check("zip", &[d("[1,3]"), d("[2]")], Dynamic, "[[1,2],[3,null]]");
    check("series_sum", &[d("[1,2.5]")], Real, "3.5");
    check("range", &[l(1), l(8), l(3)], Dynamic, "[1,4,7]");
    check("range", &[r(1.0), l(3), l(1)], Dynamic, "[1.0,2.0,3.0]");
    check(
        "range",
        &[dt("2020-01-01"), dt("2020-01-02"), days(1)],
        Dynamic,
        r#"["2020-01-01T00:00:00.0000000Z","2020-01-02T00:00:00.0000000Z"]"#,
    );
    check("repeat", &[s("a"), l(2)], Dynamic, r#"["a","a"]"#);
    check("set_union", &[d(r#"["b","a"]"#), d(r#"["a","c"]"#)], Dynamic, r#"["b","a","c"]"#);
    check("set_difference", &[d("[1,2,1,4]"), d("[1]"), d("[2]")], Dynamic, "[4]");
    check("set_intersect", &[d("[3,1,2]"), d("[2,3]")], Dynamic, "[3,2]");
    check("set_has_element", &[d(r#"["an"]"#), s("an")], Bool, "true");
}

#[test]
fn bags() {
    check("bag_keys", &[d(r#"{"b":1,"a":{}}"#)], Dynamic, r#"["b","a"]"#);
    check("bag_keys", &[d("[1]")], Dynamic, "null");
    check("bag_merge", &[d(r#"{"a":1}"#), d("5"), d(r#"{"a":2,"b":3}"#)], Dynamic, r#"{"a":1,"b":3}"#);
    check("bag_pack", &[s("k"), seconds(1.0), s("l"), null(Timespan)], Dynamic, r#"{"k":"00:00:01","l":null}"#);
    let nested = d(r#"{"key1":123,"key2":{"prop1":"abc","prop2":"xyz"}}"#);
    check("bag_has_key", &[nested.clone(), s("$.key2.prop1")], Bool, "true");
    check("bag_has_key", &[nested.clone(), s("prop1")], Bool, "false");
    check(
        "bag_remove_keys",
        &[nested.clone(), d(r#"["key1","$.key2.prop2","x"]"#)],
        Dynamic,
        r#"{"key2":{"prop1":"abc"}}"#,
    );
    check(
        "bag_set_key",
        &[nested, s("$.key2.prop1"), l(1)],
        Dynamic,
        r#"{"key1":123,"key2":{"prop2":"xyz","prop1":1}}"#,
    );
    check("bag_zip", &[d(r#"["a",8,"b"]"#), d("1")], Dynamic, r#"{"a":null,"b":null}"#);
    check("treepath", &[d(r#"{"a":{"b":1},"x":[1,2]}"#)], Dynamic, r#"["['a']","['a']['b']","['x']","['x'][0]"]"#);
    check(
        "dynamic_to_json",
        &[d(r#"{"b":[{"d":1,"c":2}],"a":null}"#)],
        String,
        r#""{\"a\":null,\"b\":[{\"c\":2,\"d\":1}]}""#,
    );
    check("gettype", &[d("1.5")], String, "\"double\"");
}
