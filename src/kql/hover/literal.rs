//! What a literal means: durations in words, numbers without their base.

use super::super::kind::SyntaxKind as K;
use super::super::tree::Node;
use super::super::{TICKS_PER_SECOND, timespan_of_text};
use super::Account;

/// A literal that says more than it shows; `None` for others.
pub(super) fn describe(leaf: Node<'_>) -> Option<Account> {
    let text = leaf.text();
    let inside = text.split_once('(').map_or(text, |(_, inside)| inside.trim_end_matches(')')).trim();
    match leaf.kind() {
        K::TimespanLiteral => {
            let line = timespan_of_text(inside).map_or_else(String::new, in_words);
            Some((format!("{text}: timespan"), vec![line]))
        }
        K::DatetimeLiteral => {
            Some((format!("{text}: datetime"), vec!["A point of time; without a zone it is UTC.".to_owned()]))
        }
        K::LongLiteral if inside.starts_with("0x") || inside.starts_with("0X") => {
            let value = i64::from_str_radix(&inside[2..], 16).ok()?;
            Some((format!("{text}: long"), vec![format!("= {value}")]))
        }
        K::LongLiteral => Some((format!("{text}: long"), Vec::new())),
        K::IntLiteral => Some((format!("{text}: int"), Vec::new())),
        K::RealLiteral => Some((format!("{text}: real"), Vec::new())),
        K::DecimalLiteral => Some((format!("{text}: decimal"), Vec::new())),
        K::GuidLiteral => Some((format!("{text}: guid"), Vec::new())),
        K::BoolLiteral => Some((format!("{text}: bool"), Vec::new())),
        _ => None,
    }
}

/// `1 day 2 hours`.
fn in_words(ticks: i64) -> String {
    const UNITS: [(&str, i64); 6] = [
        ("day", 86_400 * TICKS_PER_SECOND),
        ("hour", 3_600 * TICKS_PER_SECOND),
        ("minute", 60 * TICKS_PER_SECOND),
        ("second", TICKS_PER_SECOND),
        ("millisecond", TICKS_PER_SECOND / 1000),
        ("tick of 100 nanoseconds", 1),
    ];
    let mut rest = ticks.unsigned_abs();
    let mut words = Vec::new();
    for (name, unit) in UNITS {
        let count = rest / unit.unsigned_abs();
        rest %= unit.unsigned_abs();
        match count {
            0 => {}
            1 => words.push(format!("1 {name}")),
            _ if name.starts_with("tick") => words.push(format!("{count} ticks of 100 nanoseconds")),
            _ => words.push(format!("{count} {name}s")),
        }
    }
    match (words.is_empty(), ticks < 0) {
        (true, _) => "No time at all".to_owned(),
        (false, true) => format!("Minus {}", words.join(" ")),
        (false, false) => words.join(" "),
    }
}
