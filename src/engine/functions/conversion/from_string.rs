//! What a text means as each type; strict, as Kusto is: `'5.7'` is no long.

use crate::engine::datetime_parse::parse_datetime;

pub(super) fn long(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return if hexadecimal { u64::from_str_radix(digits, 16).ok().map(|bits| bits as i64) } else { None };
    }
    text.parse().ok()
}

/// Past 32 bits is null: texts do not wrap.
pub(super) fn int(text: &str) -> Option<i32> {
    i32::try_from(long(text)?).ok()
}

/// Digits with a fraction and an exponent, or the words for NaN and infinity.
pub(super) fn real(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// `true`, `false`, or a whole number.
pub(super) fn bool(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(false);
    }
    text.parse::<i64>().ok().map(|number| number != 0)
}

pub(super) fn datetime(text: &str) -> Option<i64> {
    parse_datetime(text)
}
