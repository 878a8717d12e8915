//! The time that a query is asked about: the five forms of ISO 8601 that Microsoft Graph and Log Analytics take.

use super::connection::parse_instant;

const TICKS_PER_SECOND: i64 = 10_000_000;
const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;

/// A time range as text, known to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeRange {
    text: String,
    bounds: Bounds,
}

/// Ticks since 0001-01-01, and spans in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bounds {
    Between { from: i64, to: i64 },
    Ending { span: i64, to: i64 },
    Starting { from: i64, span: i64 },
    Last { span: i64 },
    Since { from: i64 },
}

impl TimeRange {
    /// Reads `from/to`, `span/to`, `from/span`, `span` (until now) or `from` (until now), where a time is
    /// `2024-02-01T08:00:00Z` and a span `P30D` or `PT12H`. A month counts 30 days and a year 365, as .NET reads spans.
    /// `None` when it is none of these, or ends before it begins.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bounds = match text.split_once('/') {
            Some((first, second)) => match (parse_span(first), parse_span(second)) {
                (Some(span), None) => Bounds::Ending { span, to: parse_instant(second)? },
                (None, Some(span)) => Bounds::Starting { from: parse_instant(first)?, span },
                (None, None) => Bounds::Between { from: parse_instant(first)?, to: parse_instant(second)? },
                (Some(_), Some(_)) => return None,
            },
            None => match parse_span(text) {
                Some(span) => Bounds::Last { span },
                None => Bounds::Since { from: parse_instant(text)? },
            },
        };
        let range = Self { text: text.to_owned(), bounds };
        let in_order = match bounds {
            Bounds::Between { from, to } => from <= to,
            _ => true,
        };
        in_order.then_some(range)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// First and last tick, both within, for a query that starts now.
    pub fn resolve(&self, now: i64) -> (i64, i64) {
        match self.bounds {
            Bounds::Between { from, to } => (from, to),
            Bounds::Ending { span, to } => (to.saturating_sub(span).max(0), to),
            Bounds::Starting { from, span } => (from, from.saturating_add(span)),
            Bounds::Last { span } => (now.saturating_sub(span).max(0), now),
            Bounds::Since { from } => (from, now.max(from)),
        }
    }

    /// The span in ticks, of a range that ends now whenever it is asked.
    pub fn last(&self) -> Option<i64> {
        if let Bounds::Last { span } = self.bounds { Some(span) } else { None }
    }

    /// For a title line: `last 7 days`, or the text where it is not that plain.
    pub fn words(&self) -> String {
        let Bounds::Last { span } = self.bounds else { return self.text.clone() };
        let units = [(TICKS_PER_DAY, "day"), (TICKS_PER_DAY / 24, "hour"), (60 * TICKS_PER_SECOND, "minute")];
        let unit = units.into_iter().find(|(ticks, _)| span >= *ticks && span % ticks == 0);
        match unit.map(|(ticks, name)| (span / ticks, name)) {
            Some((1, name)) => format!("last {name}"),
            Some((n, name)) => format!("last {n} {name}s"),
            None => self.text.clone(),
        }
    }
}

/// `P[nY][nM][nW][nD][T[nH][nM][n[.f]S]]` in ticks; `None` when it is not one or is nothing at all.
fn parse_span(text: &str) -> Option<i64> {
    const DATE: [(char, i64); 4] = [('Y', 365), ('M', 30), ('W', 7), ('D', 1)];
    const CLOCK: [(char, i64); 3] = [('H', 3600), ('M', 60), ('S', 1)];
    let rest = text.strip_prefix('P')?;
    let (date, clock) = rest.split_once('T').map_or((rest, None), |(date, clock)| (date, Some(clock)));
    if clock == Some("") {
        return None;
    }
    let days = parse_parts(date, &DATE, TICKS_PER_DAY)?;
    let clock = parse_parts(clock.unwrap_or(""), &CLOCK, TICKS_PER_SECOND)?;
    days.checked_add(clock).filter(|_| !rest.is_empty())
}

/// Numbers with their letters, in order, each at most once; only the last may have a fraction.
fn parse_parts(text: &str, letters: &[(char, i64)], unit: i64) -> Option<i64> {
    let (mut rest, mut total, mut next) = (text, 0_i64, 0);
    while !rest.is_empty() {
        let end = rest.find(|it: char| it.is_ascii_alphabetic())?;
        let letter = rest[end..].chars().next()?;
        let at = next + letters[next..].iter().position(|it| it.0 == letter)?;
        let ticks = letters[at].1.checked_mul(unit)?;
        let (number, after) = (&rest[..end], &rest[end + 1..]);
        let (whole, fraction) = number.split_once('.').map_or((number, None), |it| (it.0, Some(it.1)));
        total = total.checked_add(digits(whole)?.checked_mul(ticks)?)?;
        if let Some(fraction) = fraction {
            let places = u32::try_from(fraction.len()).ok().filter(|it| (1..=7).contains(it) && after.is_empty())?;
            total =
                total.checked_add((i128::from(ticks) * i128::from(digits(fraction)?) / 10_i128.pow(places)) as i64)?;
        }
        (rest, next) = (after, at + 1);
    }
    Some(total)
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeRange, parse_instant, parse_span};

    #[test]
    fn spans() {
        for (text, seconds) in [
            ("P30D", 2_592_000),
            ("PT12H", 43_200),
            ("P1DT1H", 90_000),
            ("P1W", 604_800),
            ("PT0.5S", 0),
            ("P1M", 2_592_000),
        ] {
            assert_eq!(parse_span(text).map(|it| it / TICKS_PER_SECOND), Some(seconds), "{text}");
        }
        assert_eq!(parse_span("PT0.5S"), Some(TICKS_PER_SECOND / 2));
        for bad in ["P", "PT", "30D", "P30", "PD", "P1H", "PT1D", "P1D1D", "P-1D", "P1.5D1H", "P99999999999D", "P1DT"] {
            assert_eq!(parse_span(bad), None, "{bad}");
        }
    }

    #[test]
    fn five_forms() {
        let at = |text| parse_instant(text).unwrap();
        let (first, second) = (at("2024-02-01T08:00:00Z"), at("2024-02-15T08:00:00Z"));
        let now = at("2024-03-01");
        for (text, expected) in [
            ("2024-02-01T08:00:00Z/2024-02-15T08:00:00Z", (first, second)),
            ("P30D/2024-02-15T08:00:00Z", (second - 30 * TICKS_PER_DAY, second)),
            ("2024-02-01T08:00:00Z/P30D", (first, first + 30 * TICKS_PER_DAY)),
            ("P30D", (now - 30 * TICKS_PER_DAY, now)),
            ("2024-02-01T08:00:00Z", (first, now)),
        ] {
            assert_eq!(TimeRange::parse(text).unwrap().resolve(now), expected, "{text}");
        }
        for bad in ["", "/", "P1D/P1D", "2024-02-15/2024-02-01", "yesterday", "P1D/", "/P1D", "1d"] {
            assert_eq!(TimeRange::parse(bad), None, "{bad}");
        }
        assert_eq!(TimeRange::parse("P1D").unwrap().words(), "last day");
        assert_eq!(TimeRange::parse("PT36H").unwrap().words(), "last 36 hours");
    }
}
