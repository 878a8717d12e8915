//! Formats of datetimes and timespans: Kusto's own, which only looks like that of .NET.

use std::fmt::Write;

use crate::kql::{ScalarType, TICKS_PER_DAY, TICKS_PER_SECOND};

/// What is formatted.
pub(super) struct Moment {
    pub(super) year: i64,
    pub(super) month: i64,
    /// Of the month, or whole days of a timespan.
    pub(super) day: i64,
    pub(super) ticks: i64,
}

/// A format, taken apart.
pub(super) struct Format(Vec<Token>);

enum Token {
    Delimiter(char),
    /// A letter and how often it stands.
    Field(char, usize),
}

impl Format {
    /// `None` when the format has a character that Kusto refuses. A long run of a letter is several fields.
    pub(super) fn parse(format: &str, ty: ScalarType) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut rest = format;
        while let Some(letter) = rest.chars().next() {
            if matches!(letter, ' ' | '/' | '-' | ':' | ',' | '.' | '_' | '[' | ']') {
                tokens.push(Token::Delimiter(letter));
                rest = &rest[1..];
                continue;
            }
            let run = rest.chars().take_while(|other| *other == letter).count();
            let length = run.min(longest(letter, ty)?);
            rest = &rest[length..];
            let known = match letter {
                't' => length == 2,
                // Three are taken for two, but only where the format ends.
                'y' => length != 3 || rest.is_empty(),
                _ => true,
            };
            if !known {
                return None;
            }
            tokens.push(Token::Field(letter, length));
        }
        Some(Self(tokens))
    }

    pub(super) fn write(&self, moment: &Moment, out: &mut String) {
        for token in &self.0 {
            match token {
                Token::Delimiter(character) => out.push(*character),
                Token::Field(letter, length) => write_field(*letter, *length, moment, out),
            }
        }
    }
}

/// How many of a letter make one field at most.
fn longest(letter: char, ty: ScalarType) -> Option<usize> {
    let datetime = ty == ScalarType::Datetime;
    match letter {
        'y' if datetime => Some(4),
        'M' | 't' if datetime => Some(2),
        'd' => Some(if datetime { 2 } else { 8 }),
        'H' | 'h' | 'm' | 's' => Some(2),
        'f' | 'F' => Some(7),
        _ => None,
    }
}

fn write_field(letter: char, length: usize, moment: &Moment, out: &mut String) {
    let seconds = moment.ticks.rem_euclid(TICKS_PER_DAY) / TICKS_PER_SECOND;
    let hour = seconds / 3600;
    let number = match letter {
        'y' if length == 4 => moment.year,
        'y' => moment.year % 100,
        'M' => moment.month,
        'd' => moment.day,
        'H' => hour,
        'h' if moment.year == 0 => hour,
        'h' => (hour + 11) % 12 + 1,
        'm' => seconds / 60 % 60,
        's' => seconds % 60,
        't' => return out.push_str(if hour < 12 { "AM" } else { "PM" }),
        _ => return write_fraction(letter, length, moment, out),
    };
    let width = if letter == 'y' { length.min(if length == 4 { 4 } else { 2 }) } else { length };
    let _ = write!(out, "{number:0width$}");
}

/// `F` writes nothing where `f` would write zeros only.
fn write_fraction(letter: char, length: usize, moment: &Moment, out: &mut String) {
    let digits = format!("{:07}", moment.ticks.rem_euclid(TICKS_PER_SECOND));
    let digits = &digits[..length];
    if letter == 'f' || digits.bytes().any(|digit| digit != b'0') {
        out.push_str(digits);
    }
}
