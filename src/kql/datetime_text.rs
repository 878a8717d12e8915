//! Text to datetime: the one parser behind datetime literals, `todatetime()` and imported files.
//!
//! Kusto reads ISO 8601, month-first numeric dates, dates with English month names and RFC 1123. The time may be
//! on a 12-hour clock, which is how the hunting portal exports. Results are UTC; an offset is converted.

use super::scalar::{MAX_DATETIME_TICKS, TICKS_PER_DAY, TICKS_PER_SECOND};

/// Ticks since 0001-01-01 that the text means, or `None` when it is not a datetime between the years 0001 and 9999.
///
/// White space around the text is ignored. A fraction of a second keeps seven digits; further ones are dropped.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.is_ascii() {
        // Newer browsers put a narrow no-break space before AM and PM, and the portal's export repeats it.
        if !text.contains(['\u{202f}', '\u{a0}']) {
            return None;
        }
        return parse_ascii(text.replace(['\u{202f}', '\u{a0}'], " ").as_bytes());
    }
    parse_ascii(text.as_bytes())
}

/// Ticks at midnight of a day of the proleptic Gregorian calendar; `None` when there is no such day.
pub fn ticks_of_date(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let before = year - 1;
    let mut days = before * 365 + before / 4 - before / 100 + before / 400 + day - 1;
    days += (1..month).map(|earlier| days_in_month(year, earlier)).sum::<i64>();
    Some(days * TICKS_PER_DAY)
}

/// Year, month and day of a tick count: Howard Hinnant's algorithm, with years that begin in March.
pub(super) fn date_of_ticks(ticks: i64) -> (i64, i64, i64) {
    // From 0000-03-01 to 0001-01-01 there are 306 days.
    let days = ticks.div_euclid(TICKS_PER_DAY) + 306;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn parse_ascii(text: &[u8]) -> Option<i64> {
    let mut cursor = Cursor { text, at: 0 };
    let date = cursor.date()?;
    if cursor.done() {
        return Some(date);
    }
    cursor.separator();
    let time = cursor.time()?;
    cursor.spaces();
    let offset = if cursor.done() { 0 } else { cursor.offset()? };
    cursor.spaces();
    let ticks = date + time - offset;
    (cursor.done() && (0..=MAX_DATETIME_TICKS).contains(&ticks)).then_some(ticks)
}

/// A run of digits and how many there were.
#[derive(Clone, Copy)]
struct Number {
    value: i64,
    digits: usize,
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn done(&self) -> bool {
        self.at >= self.text.len()
    }

    fn spaces(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = !self.done() && self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn number(&mut self) -> Option<Number> {
        let start = self.at;
        let mut value = 0_i64;
        while self.peek().is_ascii_digit() && self.at - start < 9 {
            value = value * 10 + i64::from(self.peek() - b'0');
            self.at += 1;
        }
        let digits = self.at - start;
        (digits > 0 && !self.peek().is_ascii_digit()).then_some(Number { value, digits })
    }

    fn word(&mut self) -> &[u8] {
        let start = self.at;
        while self.peek().is_ascii_alphabetic() {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn date(&mut self) -> Option<i64> {
        if self.peek().is_ascii_digit() {
            return self.date_from_number();
        }
        let word = self.word().to_ascii_lowercase();
        if is_weekday(&word) {
            self.take(b',');
            self.spaces();
            if self.peek().is_ascii_digit() {
                return self.date_from_number();
            }
            let month = month_number(self.word())?;
            return self.day_and_year(month);
        }
        self.day_and_year(month_number(&word)?)
    }

    /// `Dec 2, 2022`, after the month.
    fn day_and_year(&mut self, month: i64) -> Option<i64> {
        self.spaces();
        let day = self.number().filter(|n| n.digits <= 2)?;
        let comma = self.take(b',');
        if !comma && !self.peek().is_ascii_whitespace() {
            return None;
        }
        self.spaces();
        let year = self.number()?;
        ticks_of_date(full_year(year)?, month, day.value)
    }

    fn date_from_number(&mut self) -> Option<i64> {
        let first = self.number()?;
        if first.digits == 8 {
            return ticks_of_date(first.value / 10_000, first.value / 100 % 100, first.value % 100);
        }
        let after = self.at;
        self.spaces();
        let separator = self.peek();
        let dashed = matches!(separator, b'-' | b'/' | b'.');
        if dashed {
            self.at += 1;
            self.spaces();
        }
        if self.peek().is_ascii_alphabetic() && (dashed || self.at > after) {
            return self.month_name_and_year(first, dashed.then_some(separator));
        }
        if !dashed {
            return None;
        }
        let second = self.number().filter(|n| n.digits <= 2)?;
        self.spaces();
        if !self.take(separator) {
            return None;
        }
        self.spaces();
        let third = self.number()?;
        match (first.digits, third.digits) {
            (4, 1 | 2) => ticks_of_date(first.value, second.value, third.value),
            (1 | 2, _) => ticks_of_date(full_year(third)?, first.value, second.value),
            _ => None,
        }
    }

    /// `2 Dec 2022` and `02-Dec-22`, after the day and its separator.
    fn month_name_and_year(&mut self, day: Number, separator: Option<u8>) -> Option<i64> {
        let month = month_number(self.word())?;
        if day.digits > 2 {
            return None;
        }
        match separator {
            Some(separator) => {
                if !self.take(separator) {
                    return None;
                }
            }
            None => self.spaces(),
        }
        let year = self.number()?;
        ticks_of_date(full_year(year)?, month, day.value)
    }

    /// Passes over what stands between date and time.
    fn separator(&mut self) {
        if !self.take(b'T') && !self.take(b't') {
            self.take(b',');
            self.spaces();
        }
    }

    /// `13:45`, `13:45:56.789`, `1:45:56 PM`.
    fn time(&mut self) -> Option<i64> {
        let hour = self.number().filter(|n| n.digits <= 2)?;
        let mut minute = 0;
        let mut second = 0;
        let mut fraction = 0;
        let clock = self.take(b':');
        if clock {
            minute = self.number().filter(|n| n.digits <= 2 && n.value < 60)?.value;
            if self.take(b':') {
                second = self.number().filter(|n| n.digits <= 2 && n.value < 60)?.value;
                if self.take(b'.') {
                    fraction = self.fraction()?;
                }
            }
        }
        let hour = match self.meridiem() {
            Some(afternoon) if (1..=12).contains(&hour.value) => hour.value % 12 + if afternoon { 12 } else { 0 },
            None if clock && hour.value < 24 => hour.value,
            _ => return None,
        };
        Some(((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + fraction)
    }

    fn fraction(&mut self) -> Option<i64> {
        let start = self.at;
        let mut ticks = 0;
        let mut unit = TICKS_PER_SECOND / 10;
        while self.peek().is_ascii_digit() {
            ticks += i64::from(self.peek() - b'0') * unit;
            unit /= 10;
            self.at += 1;
        }
        (self.at > start).then_some(ticks)
    }

    /// `Some(true)` after PM, `Some(false)` after AM.
    fn meridiem(&mut self) -> Option<bool> {
        let start = self.at;
        self.spaces();
        let word = self.word().to_ascii_lowercase();
        match word.as_slice() {
            b"am" => Some(false),
            b"pm" => Some(true),
            _ => {
                self.at = start;
                None
            }
        }
    }

    /// `Z`, `GMT`, `UTC`, `+02:00`, `-0700`, in ticks to take away.
    fn offset(&mut self) -> Option<i64> {
        if self.peek().is_ascii_alphabetic() {
            let zone = self.word().to_ascii_uppercase();
            return matches!(zone.as_slice(), b"Z" | b"GMT" | b"UTC" | b"UT").then_some(0);
        }
        let sign = match self.peek() {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.at += 1;
        let first = self.number()?;
        let (hours, minutes) = match first.digits {
            1 | 2 if self.take(b':') => (first.value, self.number().filter(|n| n.digits == 2)?.value),
            1 | 2 => (first.value, 0),
            4 => (first.value / 100, first.value % 100),
            _ => return None,
        };
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 14 * 60).then_some(sign * total * 60 * TICKS_PER_SECOND)
    }
}

/// Two digits mean 1950 to 2049, as in .NET.
fn full_year(year: Number) -> Option<i64> {
    match year.digits {
        2 if year.value < 50 => Some(2000 + year.value),
        2 => Some(1900 + year.value),
        4 => Some(year.value),
        _ => None,
    }
}

fn month_number(word: &[u8]) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    position(&MONTHS, word).map(|index| index as i64 + 1)
}

fn is_weekday(word: &[u8]) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    position(&DAYS, word).is_some()
}

/// Which of the names is meant, in full or by its first three letters.
fn position(names: &[&str], word: &[u8]) -> Option<usize> {
    names.iter().position(|name| {
        let name = name.as_bytes();
        word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&name[..3])
    })
}

#[cfg(test)]
#[path = "datetime_text/tests.rs"]
mod tests;
