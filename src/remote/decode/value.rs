//! How the texts and numbers of JSON become values of each type: all spellings that the services have.

use arrow::datatypes::i256;

use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND};
use crate::result::{CivilDate, parse_decimal, parse_iso_datetime, parse_timespan};

/// Whole numbers up to here are exact as reals.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole number, also written as `5.0`; beyond 2^53 that would not be the number that was meant.
pub(super) fn long(text: &str) -> Option<i64> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let value: f64 = text.parse().ok()?;
    (value.fract() == 0.0 && value.abs() < EXACT).then_some(value as i64)
}

pub(super) fn bool(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Kusto's words and OData's are all known to the parser: NaN, Infinity, INF, with a sign, in any case.
pub(super) fn real(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// An ISO datetime as ticks. The form that the services write takes the short way.
pub(super) fn datetime(text: &str) -> Option<i64> {
    utc(text.as_bytes()).or_else(|| parse_iso_datetime(text))
}

/// `yyyy-MM-ddTHH:mm:ss[.f…]Z` with up to seven digits of fraction.
fn utc(bytes: &[u8]) -> Option<i64> {
    let (seconds, fraction) = bytes.strip_suffix(b"Z")?.split_at_checked(19)?;
    let digit = |idx: usize| i64::from(seconds[idx].wrapping_sub(b'0'));
    let two = |idx: usize| digit(idx) * 10 + digit(idx + 1);
    let is_sign = |idx: usize, sign: u8| seconds[idx] == sign;
    let signs = is_sign(4, b'-') && is_sign(7, b'-') && is_sign(10, b'T') && is_sign(13, b':') && is_sign(16, b':');
    let places = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    if !signs || !places.into_iter().all(|idx| seconds[idx].is_ascii_digit()) {
        return None;
    }
    let date = CivilDate::new(two(0) * 100 + two(2), two(5) as u32, two(8) as u32)?;
    let (hour, minute, second) = (two(11), two(14), two(17));
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let clock = (hour * 60 + minute) * 60 + second;
    Some(date.days() * TICKS_PER_DAY + clock * TICKS_PER_SECOND + fraction_ticks(fraction)?)
}

/// Nothing, or a point and one to seven digits.
fn fraction_ticks(bytes: &[u8]) -> Option<i64> {
    let Some((point, digits)) = bytes.split_first() else { return Some(0) };
    if *point != b'.' || !(1..=7).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let ticks = digits.iter().fold(0, |ticks, digit| ticks * 10 + i64::from(*digit - b'0'));
    Some(ticks * 10_i64.pow(7 - digits.len() as u32))
}

/// Kusto's form, or the ISO duration of OData.
pub(super) fn timespan(text: &str) -> Option<i64> {
    parse_timespan(text).or_else(|| iso_duration(text))
}

/// `[-]P[nD][T[nH][nM][n[.f]S]]` as ticks. Decimals carry the fraction, since a real has not enough digits.
fn iso_duration(text: &str) -> Option<i64> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mut rest, mut in_time, mut ticks) = (rest.strip_prefix('P')?, false, i256::ZERO);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            (rest, in_time) = (time, true);
            continue;
        }
        let end = rest.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let seconds = match (rest.as_bytes()[end], in_time) {
            (b'D', false) => 86_400,
            (b'H', true) => 3_600,
            (b'M', true) => 60,
            (b'S', true) => 1,
            _ => return None,
        };
        let number = parse_decimal(&rest[..end])?;
        ticks = ticks.checked_add(number.checked_mul(i256::from_i128(seconds))?)?;
        rest = &rest[end + 1..];
    }
    // From the scale of a decimal, 38 digits, to ticks, 7 digits.
    let ticks = ticks.checked_div(i256::from_i128(10_i128.pow(31)))?.to_i128()?;
    i64::try_from(if negative { -ticks } else { ticks }).ok()
}

/// True for a guid that is already written as Tallyho keeps it.
pub(super) fn is_plain_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(idx, byte)| match idx {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
