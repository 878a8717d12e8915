//! Datetime literals and the texts that `todatetime()` accepts (`kql-semantics` §1.4 and §3.2).

use super::timespan::fraction_ticks;
use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What stands in `datetime(…)`: a text as for `todatetime()`, parts with commas, or one number.
pub(super) fn parse_literal(text: &str) -> Option<i64> {
    if text.contains(',') && !text.chars().any(char::is_alphabetic) {
        let parts: Option<Vec<i64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        return match parts?.as_slice() {
            [year, month] => date(*year, *month, 1),
            [year, month, day] => date(*year, *month, *day),
            _ => None,
        };
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            4 => date(text.parse().ok()?, 1, 1),
            8 => parse_datetime(text),
            // The rule by which Kusto tells years from seconds is only known at these sizes.
            _ => text.parse::<i64>().ok()?.checked_mul(TICKS_PER_SECOND)?.checked_add(UNIX_EPOCH_TICKS).filter(|t| *t <= MAX_DATETIME_TICKS),
        };
    }
    // Spaces around hyphens are tolerated: `2017 - 08 - 01`.
    let squeezed = text.replace(" - ", "-");
    parse_datetime(&squeezed)
}

/// Ticks of a date and time as text, always UTC; an offset in the text is taken off. Months come before days where
/// a date does not begin with the year.
pub(in crate::kql) fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    let (day, rest) = leading_date(text)?;
    let rest = rest.trim_start_matches(['T', 't', ' ']).trim();
    let (time, offset) = time_and_offset(rest)?;
    day.checked_add(time)?.checked_sub(offset).filter(|ticks| (0..=MAX_DATETIME_TICKS).contains(ticks))
}

/// Midnight of a date, by the proleptic Gregorian calendar.
pub(super) fn date(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    // Years are counted from March, so that the leap day is the last of its year.
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let days = shifted_year * 365 + shifted_year / 4 - shifted_year / 100 + shifted_year / 400 + day_of_year - 306;
    Some(days * TICKS_PER_DAY)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn leading_date(text: &str) -> Option<(i64, &str)> {
    if text.starts_with(|c: char| c.is_alphabetic()) || text.split([' ', ',']).take(2).any(is_month) {
        return worded_date(text);
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && !"-/.".contains(c)).unwrap_or(text.len());
    let (numbers, rest) = (&text[..end], &text[end..]);
    if numbers.len() == 8 && numbers.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((date(digits(&numbers[..4])?, digits(&numbers[4..6])?, digits(&numbers[6..])?)?, rest));
    }
    let separator = numbers.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = numbers.split(separator).collect();
    let ticks = match parts.as_slice() {
        [year, month] if year.len() == 4 && separator == '-' => date(digits(year)?, digits(month)?, 1)?,
        [year, month, day] if year.len() == 4 => date(digits(year)?, digits(month)?, digits(day)?)?,
        [month, day, year] if year.len() == 4 => date(digits(year)?, digits(month)?, digits(day)?)?,
        [month, day, year] if year.len() == 2 && separator == '/' => {
            let year = digits(year)?;
            date(if year < 50 { 2000 + year } else { 1900 + year }, digits(month)?, digits(day)?)?
        }
        _ => return None,
    };
    Some((ticks, rest))
}

/// `2 Dec 2022`, `Dec 2, 2022`, `Fri, 02 Dec 2022 …`.
fn worded_date(text: &str) -> Option<(i64, &str)> {
    let mut rest = text;
    let first = rest.split([' ', ',']).next()?;
    if WEEKDAYS.contains(&first.get(..3)?.to_ascii_lowercase().as_str()) {
        rest = rest[first.len()..].trim_start_matches([',', ' ']);
    }
    let mut words = Vec::new();
    while words.len() < 3 {
        let word = rest.split([' ', ',', '-']).next().filter(|word| !word.is_empty())?;
        rest = rest[word.len()..].trim_start_matches([' ', ',', '-']);
        words.push(word);
    }
    let (day, month) = if is_month(words[0]) { (words[1], words[0]) } else { (words[0], words[1]) };
    let month = MONTHS.iter().position(|name| month.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(name)))?;
    Some((date(digits(words[2])?, month as i64 + 1, digits(day)?)?, rest))
}

fn is_month(word: &str) -> bool {
    word.get(..3).is_some_and(|start| MONTHS.contains(&start.to_ascii_lowercase().as_str()))
}

/// `HH:mm[:ss[.f…]]` with `Z` or an offset behind it, both as ticks.
fn time_and_offset(text: &str) -> Option<(i64, i64)> {
    if text.is_empty() {
        return Some((0, 0));
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(text.len());
    let offset = offset(text[end..].trim())?;
    let mut parts = text[..end].split(':');
    let (hour, minute) = (digits(parts.next()?)?, parts.next().map_or(Some(0), digits)?);
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(part) => {
            let (second, fraction) = part.split_once('.').unwrap_or((part, "0"));
            (digits(second)?, fraction_ticks(fraction)?)
        }
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 || !text[..end].contains(':') {
        return None;
    }
    Some(((hour * 3_600 + minute * 60 + second) * TICKS_PER_SECOND + fraction, offset))
}

fn offset(text: &str) -> Option<i64> {
    if text.is_empty() || ["z", "gmt", "utc"].contains(&text.to_ascii_lowercase().as_str()) {
        return Some(0);
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match text[1..].split_once(':') {
        Some(parts) => parts,
        None if text.len() == 5 => (text.get(1..3)?, text.get(3..)?),
        None => (&text[1..], "0"),
    };
    Some(sign * (digits(hours)? * 60 + digits(minutes)?) * 60 * TICKS_PER_SECOND)
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
