//! Cells as values.

use super::{Cell, Unfit, to_bool, to_datetime, to_dynamic, to_int, to_long, to_real};
use crate::kql::{TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

#[test]
fn longs() {
    for (text, expected) in [
        ("4242", Ok(Some(4242))),
        (" 7 ", Ok(Some(7))),
        ("+4", Ok(Some(4))),
        ("0x1092", Ok(Some(4242))),
        ("42.0", Ok(Some(42))),
        ("1e3", Ok(Some(1000))),
        ("9223372036854775807", Ok(Some(i64::MAX))),
        ("-9223372036854775808", Ok(Some(i64::MIN))),
        ("9007199254740993", Ok(Some(9_007_199_254_740_993))),
        ("", Ok(None)),
        ("null", Ok(None)),
        ("18446744073709551615", Err(Unfit)),
        ("42.5", Err(Unfit)),
        ("1e30", Err(Unfit)),
        ("inf", Err(Unfit)),
        ("1,000", Err(Unfit)),
        ("0x+1", Err(Unfit)),
    ] {
        assert_eq!(to_long(Cell::Text(text)), expected, "{text}");
    }
    assert_eq!(to_int(Cell::Number("2147483648")), Err(Unfit));
}

#[test]
fn truth_values_of_the_portal() {
    for (text, expected) in
        [("1", Ok(Some(true))), ("0", Ok(Some(false))), ("True", Ok(Some(true))), ("", Ok(None)), ("yes", Err(Unfit))]
    {
        assert_eq!(to_bool(Cell::Text(text)), expected, "{text}");
    }
}

#[test]
fn numbers_are_unix_time_of_the_unit_they_fit() {
    let second = UNIX_EPOCH_TICKS + 1_600_691_696 * TICKS_PER_SECOND;
    for (text, expected) in [
        ("1600691696", Ok(Some(second))),
        ("1600691696123", Ok(Some(second + 1_230_000))),
        ("1600691696123456", Ok(Some(second + 1_234_560))),
        ("1600691696123456789", Ok(Some(second + 1_234_567))),
        ("1600691696.123", Ok(Some(second + 1_230_000))),
        ("42", Err(Unfit)),
        ("-1600691696", Err(Unfit)),
    ] {
        assert_eq!(to_datetime(Cell::Number(text)), expected, "{text}");
    }
    assert_eq!(to_datetime(Cell::Text("Invalid date")), Ok(None));
}

#[test]
fn reals_and_dynamics() {
    assert_eq!(to_real(Cell::Text("-inf")), Ok(Some(f64::NEG_INFINITY)));
    assert_eq!(to_real(Cell::Text("abc")), Err(Unfit));
    for (text, expected) in
        [("{ \"a\" : 1 }", Some("{\"a\":1}")), ("plain", Some("\"plain\"")), ("17", Some("17")), ("", None)]
    {
        assert_eq!(to_dynamic(Cell::Text(text)).as_deref(), expected, "{text}");
    }
}
