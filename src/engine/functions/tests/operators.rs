//! Operators, conversions and choices.

use crate::kql::ScalarOperator as Op;
use crate::kql::ScalarType::{self, Bool, Datetime, Dynamic, Guid, Int, Long, Real, String, Timespan};

use super::{b, check, check_conversion, check_operator, d, days, dt, i, l, null, r, s, seconds};

#[test]
fn whole_numbers_truncate_wrap_and_divide_by_zero_to_null() {
    for (left, right, quotient, rest) in
        [(7, 2, "3", "1"), (-7, 2, "-3", "1"), (-1, 2, "0", "1"), (7, 0, "null", "null"), (-14, 12, "-1", "10")]
    {
        check_operator(Op::Divide, &[l(left), l(right)], Long, quotient);
        check_operator(Op::Modulo, &[l(left), l(right)], Long, rest);
    }
    check_operator(Op::Modulo, &[l(14), l(-12)], Long, "2");
    check_operator(Op::Modulo, &[l(-14), l(-12)], Long, "10");
    check_operator(Op::Add, &[l(i64::MAX), l(1)], Long, "-9223372036854775808");
    check_operator(Op::Add, &[l(1), null(Long)], Long, "null");
    check_operator(Op::Divide, &[r(1.0), r(0.0)], Real, "\"Infinity\"");
    check_operator(Op::Negate, &[i(5)], Int, "-5");
}

#[test]
fn spans_and_datetimes_combine() {
    check_operator(Op::Divide, &[seconds(7200.0), seconds(3600.0)], Real, "2.0");
    check_operator(Op::Multiply, &[l(3), seconds(1.0)], Timespan, "\"00:00:03\"");
    check_operator(Op::Divide, &[seconds(60.0), r(2.0)], Timespan, "\"00:00:30\"");
    let (early, late) = (dt("2020-01-01"), dt("2020-01-03"));
    check_operator(Op::Subtract, &[early.clone(), late.clone()], Timespan, "\"-2.00:00:00\"");
    check_operator(Op::Add, &[early, days(2)], Datetime, "\"2020-01-03T00:00:00.0000000Z\"");
}

#[test]
fn nulls_in_comparisons() {
    check_operator(Op::Equal, &[l(5), null(Long)], Bool, "false");
    check_operator(Op::Equal, &[null(Long), null(Long)], Bool, "null");
    check_operator(Op::Less, &[l(5), null(Long)], Bool, "null");
    check_operator(Op::Between, &[l(5), l(1), null(Long)], Bool, "null");
    check_operator(Op::Between, &[l(5), l(5), l(9)], Bool, "true");
    check_operator(Op::And, &[b(false), null(Bool)], Bool, "false");
    check_operator(Op::And, &[b(true), null(Bool)], Bool, "null");
    check_operator(Op::Or, &[b(true), null(Bool)], Bool, "true");
    check_operator(Op::In, &[null(Long), l(1)], Bool, "false");
}

#[test]
fn terms() {
    let cases = [
        (Op::Has, "a_b", "a", true),
        (Op::Has, "éa", "a", false),
        (Op::Has, "xa b", "a ", false),
        (Op::Has, "a b", "a ", true),
        (Op::Has, "x a-b y", "a-b", true),
        (Op::Has, "x a_b y", "a-b", false),
        (Op::Has, "PowerShell -ENC abc", "enc", true),
        (Op::HasCs, "PowerShell -ENC abc", "enc", false),
        (Op::Has, "anything", "", true),
        (Op::HasPrefix, "x-error", "err", true),
        (Op::HasPrefix, "err or", "r o", false),
        (Op::HasPrefix, "x ab y", " a", true),
        (Op::HasSuffix, "x-error", "err", false),
        (Op::HasSuffix, "xa b", "a ", true),
        (Op::Contains, "userXid", "user_id", false),
        (Op::Contains, "100pct", "%", false),
        (Op::Contains, "ÜBER", "über", true),
        (Op::ContainsCs, "ABC", "bc", false),
        (Op::StartsWith, "PowerShell", "powers", true),
        (Op::EndsWithCs, "a.EXE", ".exe", false),
        (Op::EndsWith, "a.EXE", ".exe", true),
        (Op::EqualIgnoreCase, "Straße", "sTRASSE", false),
        (Op::MatchesRegex, "٣", r"\d", true),
    ];
    for (operator, text, needle, expected) in cases {
        check_operator(operator, &[s(text), s(needle)], Bool, if expected { "true" } else { "false" });
    }
}

#[test]
fn term_lists() {
    check_operator(Op::HasAny, &[s("errors"), s("error")], Bool, "false");
    check_operator(Op::HasAny, &[s("an error 42"), s("x"), l(42)], Bool, "true");
    check_operator(Op::HasAny, &[s("x"), d("[null]")], Bool, "true");
    check_operator(Op::HasAny, &[s("x"), d("[]")], Bool, "false");
    check_operator(Op::HasAll, &[s("x"), d("[]")], Bool, "true");
    check_operator(Op::HasAll, &[s("a b c"), d(r#"["a","c"]"#)], Bool, "true");
    check_operator(Op::HasAll, &[s("a b c"), d(r#"["a","d"]"#)], Bool, "false");
    check_operator(Op::In, &[s("b"), d(r#"["a","b"]"#), s("z")], Bool, "true");
    check_operator(Op::InIgnoreCase, &[s("B"), s("a"), s("b")], Bool, "true");
    check_operator(Op::In, &[l(2), d("[2.0]")], Bool, "true");
    check_operator(Op::In, &[dt("2020-01-01"), dt("2020-01-01")], Bool, "true");
}

#[test]
fn numbers_from_everything() {
    let cases: [(super::Value, ScalarType, &str); 27] = [
        (r(f64::INFINITY), Long, "null"),
        (s("Inf"), Real, "\"Infinity\""),
        (s("1d"), Timespan, "\"1.00:00:00\""),
        (l(9_999_999_999), Int, "1410065407"),
        (r(1e10), Int, "2147483647"),
        (s("9999999999"), Int, "null"),
        (s("5.7"), Long, "null"),
        (s("1e3"), Long, "null"),
        (s(" 7 "), Long, "7"),
        (s("+4"), Long, "4"),
        (s("0x10"), Long, "16"),
        (r(-5.7), Long, "-5"),
        (r(f64::NAN), Long, "null"),
        (r(1e30), Long, "9223372036854775807"),
        (s("0x10"), Real, "null"),
        (s("1e3"), Real, "1000.0"),
        (s("2"), Bool, "true"),
        (s("yes"), Bool, "null"),
        (s("1.5"), Bool, "null"),
        (r(1.5), Bool, "true"),
        (s("10"), Timespan, "null"),
        (s("1.02:03:04.5"), Timespan, "\"1.02:03:04.5000000\""),
        (d("50"), Timespan, "\"00:00:00.0000050\""),
        (d("\"7\""), Long, "7"),
        (d("[7]"), Long, "null"),
        (s("0123456789ab-cdef-0123-456789abcdef"), Guid, "\"01234567-89ab-cdef-0123-456789abcdef\""),
        (b(true), Real, "1.0"),
    ];
    for (value, to, expected) in cases {
        check_conversion(value, to, expected);
    }
}

#[test]
fn texts_and_dynamics_from_everything() {
    check_conversion(b(true), String, "\"True\"");
    check_conversion(d("true"), String, "\"true\"");
    check_conversion(r(6.0), String, "\"6.0\"");
    check_conversion(d(r#""a\"b""#), String, r#""a\"b""#);
    check_conversion(null(Dynamic), String, "\"\"");
    check_conversion(s("abc"), Dynamic, "\"abc\"");
    check_conversion(s(r#" { "a" : [1, 118.0 , "\u0041"] } "#), Dynamic, r#"{"a":[1,118.0,"A"]}"#);
    check_conversion(s(r#"{"a":"#), Dynamic, r#""{\"a\":""#);
    check_conversion(s("null"), Dynamic, "null");
}

#[test]
fn choices() {
    check("iff", &[null(Bool), l(1), l(2)], Long, "2");
    check("case", &[b(false), s("a"), b(true), s("b"), s("c")], String, "\"b\"");
    check("coalesce", &[s(""), s("fb")], String, "\"fb\"");
    check("coalesce", &[null(Long), l(0), l(1)], Long, "0");
    check("max_of", &[null(Int), i(2), i(1)], Int, "2");
    check("min_of", &[null(Real), r(2.5), r(1.0)], Real, "1.0");
    check("isnull", &[s("")], Bool, "false");
    check("isempty", &[d("\"\"")], Bool, "true");
    check("isempty", &[d("[]")], Bool, "false");
    check("isnotempty", &[null(Datetime)], Bool, "false");
}

#[test]
fn numbers() {
    check("bin", &[l(-7), l(5)], Long, "-10");
    check("bin", &[l(7), l(-5)], Long, "10");
    check("bin", &[l(-7), l(-5)], Long, "-5");
    check("bin", &[l(7), l(0)], Long, "null");
    check("bin", &[l(-9_223_372_036_854_775_806), l(4)], Long, "9223372036854775804");
    check("bin", &[r(0.3), r(0.1)], Real, "0.2");
    check("bin", &[dt("2007-01-04"), days(7)], Datetime, "\"2007-01-01T00:00:00.0000000Z\"");
    check("bin_at", &[r(6.5), r(2.5), r(7.0)], Real, "4.5");
    check("bin_at", &[seconds(3600.0), days(1), seconds(43200.0)], Timespan, "\"-12:00:00\"");
    check("round", &[r(1.005), l(2)], Real, "1.0");
    check("round", &[r(-2.5)], Real, "-3.0");
    check("sign", &[null(Real)], Real, "0.0");
    check("asin", &[r(2.0)], Real, "null");
    check("log", &[r(-1.0)], Real, "null");
    check("gamma", &[r(5.0)], Real, "24.0");
    check("tohex", &[l(-256)], String, "\"ffffffffffffff00\"");
    check("tohex", &[i(-256)], String, "\"ffffff00\"");
}
