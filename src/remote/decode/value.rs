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
#[inline]
fn utc(bytes: &[u8]) -> Option<i64> {
    let (seconds, fraction) = bytes.split_first_chunk::<19>()?;
    let mut is_good = [4, 7].iter().all(|idx| seconds[*idx] == b'-') && seconds[10] == b'T';
    is_good &= seconds[13] == b':' && seconds[16] == b':';
    let mut two = |idx: usize| {
        let (tens, ones) = (seconds[idx].wrapping_sub(b'0'), seconds[idx + 1].wrapping_sub(b'0'));
        is_good &= tens < 10 && ones < 10;
        i64::from(tens) * 10 + i64::from(ones)
    };
    let (century, year, month, day) = (two(0), two(2), two(5), two(8));
    let (hour, minute, second) = (two(11), two(14), two(17));
    let fraction = fraction_ticks(fraction)?;
    if !is_good || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let date = CivilDate::new(century * 100 + year, month as u32, day as u32)?;
    let clock = (hour * 60 + minute) * 60 + second;
    Some(date.days() * TICKS_PER_DAY + clock * TICKS_PER_SECOND + fraction)
}

/// `Z`, or a point, one to seven digits and `Z`.
#[inline]
fn fraction_ticks(bytes: &[u8]) -> Option<i64> {
    const SCALE: [i64; 8] = [0, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    match bytes {
        [b'Z'] => Some(0),
        [b'.', digits @ .., b'Z'] if (1..=7).contains(&digits.len()) => {
            let digit = |ticks: i64, digit: &u8| digit.is_ascii_digit().then(|| ticks * 10 + i64::from(*digit - b'0'));
            Some(digits.iter().try_fold(0, digit)? * SCALE[digits.len()])
        }
        _ => None,
    }
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
