//! Times and amounts as one types them into a search: `2d`, `yesterday`, `2025-03-17`, `5s`, `1.5k`, `20mb`.

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// A duration in microseconds.
pub(super) fn duration(text: &str) -> Option<f64> {
    let (number, unit) = split(text)?;
    let micros = match unit {
        "us" | "µs" => 1.0,
        "ms" => 1e3,
        "" | "s" | "sec" => 1e6,
        "m" | "min" => 60e6,
        "h" => 3_600e6,
        "d" => 86_400e6,
        "w" => 604_800e6,
        _ => return None,
    };
    Some(number * micros)
}

/// A count: `250`, `1k`, `2.5m`.
pub(super) fn count(text: &str) -> Option<f64> {
    let (number, unit) = split(text)?;
    let times = match unit {
        "" => 1.0,
        "k" => 1e3,
        "m" => 1e6,
        "g" | "b" => 1e9,
        _ => return None,
    };
    Some(number * times)
}

/// Bytes: `512`, `20kb`, `1.5gib`; a thousand or 1024 does not matter to a search, so it is 1024.
pub(super) fn bytes(text: &str) -> Option<f64> {
    let (number, unit) = split(text)?;
    let power = match unit {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        _ => return None,
    };
    Some(number * 1024_f64.powi(power))
}

/// The span of time that a word means, in microseconds since 1970, its end not included. A duration is the instant so
/// long before `now`; a day is all of it, in UTC.
pub(super) fn span(text: &str, now: i64) -> Option<(i64, i64)> {
    let today = now.div_euclid(DAY) * DAY;
    match text {
        "now" => return Some((now, now)),
        "today" => return Some((today, today + DAY)),
        "yesterday" => return Some((today - DAY, today)),
        _ => {}
    }
    if let Some(ago) = text.chars().last().filter(char::is_ascii_alphabetic).and_then(|_| duration(text)) {
        let at = now.saturating_sub(ago as i64);
        return Some((at, at));
    }
    let text = text.trim_end_matches(['Z', 'z']);
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    let (day, n_days) = date_of(date)?;
    let Some(time) = time else { return Some((day, day + n_days * DAY)) };
    let mut parts = time.splitn(3, ':');
    let hour: i64 = parts.next()?.parse().ok().filter(|it| (0..24).contains(it))?;
    let minute = parts.next().map_or(Some(0), |it| it.parse().ok().filter(|it| (0..60).contains(it)))?;
    let second = parts.next().map_or(Some(0.0), |it| it.parse().ok().filter(|it| (0.0..60.0).contains(it)))?;
    let at = day + (hour * 3_600 + minute * 60) * SECOND + (second * 1e6) as i64;
    Some((at, at))
}

/// The start of a day or a month, and how many days it has.
fn date_of(text: &str) -> Option<(i64, i64)> {
    let mut parts = text.splitn(3, '-');
    let year: i64 = parts.next().filter(|it| it.len() == 4)?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok().filter(|it| (1..=12).contains(it))?;
    let first = days_from_civil(year, month, 1);
    let next = if month == 12 { days_from_civil(year + 1, 1, 1) } else { days_from_civil(year, month + 1, 1) };
    let Some(day) = parts.next() else { return Some((first * DAY, next - first)) };
    let day: i64 = day.parse().ok().filter(|it| (1..=next - first).contains(it))?;
    Some(((first + day - 1) * DAY, 1))
}

/// Days from 1970-01-01, after Howard Hinnant's algorithm.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn split(text: &str) -> Option<(f64, &str)> {
    let at = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    let number: f64 = text[..at].parse().ok()?;
    Some((number, &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::{DAY, SECOND, bytes, count, duration, span};

    #[test]
    fn amounts_have_units() {
        assert_eq!(duration("5s"), Some(5e6));
        assert_eq!(duration("200ms"), Some(2e5));
        assert_eq!(duration("1.5"), Some(1.5e6));
        assert_eq!(duration("2min"), Some(120e6));
        assert_eq!(count("1.5k"), Some(1500.0));
        assert_eq!(bytes("2mb"), Some(2_097_152.0));
        for wrong in ["", "s", "5 s", "5x", "1.2.3", "-1"] {
            assert_eq!((duration(wrong), count(wrong), bytes(wrong)), (None, None, None), "{wrong}");
        }
    }

    #[test]
    fn times_are_days_instants_or_so_long_ago() {
        // 2025-03-17T12:00:00Z
        let now = 1_742_212_800 * SECOND;
        let day = now - 12 * 3600 * SECOND;
        assert_eq!(span("today", now), Some((day, day + DAY)));
        assert_eq!(span("yesterday", now), Some((day - DAY, day)));
        assert_eq!(span("2d", now), Some((now - 2 * DAY, now - 2 * DAY)));
        assert_eq!(span("2025-03-17", now), Some((day, day + DAY)));
        assert_eq!(span("2025-03", now), Some((day - 16 * DAY, day + 15 * DAY)));
        assert_eq!(span("2025-03-17T12:00Z", now), Some((now, now)));
        assert_eq!(span("2024-02-29", now).map(|it| it.1 - it.0), Some(DAY));
        for wrong in ["", "2025", "2025-13-01", "2025-02-29", "2025-03-17T25", "soon", "17.3."] {
            assert_eq!(span(wrong, now), None, "{wrong}");
        }
    }
}
