//! When a service answers again: from its headers, else from the words of its message.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::config::parse_instant;

/// No quota takes longer to renew. A service that says more is not taken at its word.
const LONGEST: Duration = Duration::from_hours(24);
const TICKS_PER_SECOND: i64 = 10_000_000;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How long to wait: `Retry-After` in seconds or as a date, `x-ms-retry-after-ms`, `… 37 seconds.` in the message, or
/// the window of a quota, `45 per 00:01:00`. `now` is in ticks and counts where the answer has no date of its own.
pub(super) fn retry_after(headers: &HeaderMap, message: &str, now: i64) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).map(str::trim);
    let milliseconds = || text("x-ms-retry-after-ms")?.parse().ok().map(Duration::from_millis);
    let header = text(RETRY_AFTER.as_str());
    let seconds = || whole_seconds(header?);
    let date = || {
        let now = text(DATE.as_str()).and_then(http_date).unwrap_or(now);
        let ticks = http_date(header?)?.saturating_sub(now);
        Some(Duration::from_secs((ticks / TICKS_PER_SECOND).max(0) as u64))
    };
    let wait = seconds().or_else(milliseconds).or_else(date).or_else(|| in_message(message));
    wait.map(|it| it.min(LONGEST))
}

/// `30`, also `30.5`. A number too large for anything is still a number.
fn whole_seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = !whole.is_empty() && [whole, fraction].iter().all(|it| it.bytes().all(|it| it.is_ascii_digit()));
    let more = u64::from(fraction.bytes().any(|it| it != b'0'));
    is_number.then(|| Duration::from_secs(whole.parse::<u64>().unwrap_or(u64::MAX).saturating_add(more)))
}

/// `Wed, 21 Oct 2026 07:28:00 GMT` in ticks.
fn http_date(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|it| !it.is_empty()).collect();
    let [_, day, month, year, clock, "GMT"] = words[..] else { return None };
    let month = MONTHS.iter().position(|it| it.eq_ignore_ascii_case(month))? + 1;
    parse_instant(&format!("{year}-{month:02}-{day:0>2}T{clock}Z"))
}

/// A number in front of a unit of time, else the window of a quota: after that long all of it is there again.
fn in_message(message: &str) -> Option<Duration> {
    let words: Vec<&str> = message.split_whitespace().map(|it| it.trim_end_matches(['.', ',', ';', '!'])).collect();
    let counted = words.windows(2).rev().find_map(|pair| {
        let seconds = match pair[1].to_ascii_lowercase().as_str() {
            "second" | "seconds" | "sec" | "s" => 1,
            "minute" | "minutes" | "min" => 60,
            "hour" | "hours" => 3600,
            _ => return None,
        };
        let number = whole_seconds(pair[0].trim_start_matches('('))?.as_secs();
        Some(Duration::from_secs(number.saturating_mul(seconds)))
    });
    counted.or_else(|| {
        let window = words.windows(2).find(|pair| pair[0].eq_ignore_ascii_case("per"))?[1];
        clock_time(window)
    })
}

/// `00:01:00`
fn clock_time(text: &str) -> Option<Duration> {
    let mut parts = text.split(':').map(|it| it.parse::<u64>().ok().filter(|it| *it < 100));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let seconds = hours * 3600 + minutes * 60 + seconds;
    (parts.next().is_none() && seconds > 0).then(|| Duration::from_secs(seconds))
}

/// `37 seconds`, `2 min 5 s`, `1 h 30 min`
pub(super) fn wait_text(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    match seconds {
        1 => "1 second".to_owned(),
        0..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ if wait >= LONGEST => "a day".to_owned(),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{LONGEST, http_date, parse_instant, retry_after, wait_text};

    fn seconds(headers: &[(&'static str, &'static str)], message: &str) -> Option<u64> {
        let pairs =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let now = parse_instant("2026-10-21T07:27:30Z").unwrap();
        retry_after(&pairs.collect::<HeaderMap>(), message, now).map(|it| it.as_secs())
    }

    #[test]
    fn headers_and_messages() {
        assert_eq!(seconds(&[("retry-after", "37")], "quota, 5 seconds"), Some(37), "the header counts more");
        assert_eq!(seconds(&[("retry-after", "1.5")], ""), Some(2));
        assert_eq!(seconds(&[("x-ms-retry-after-ms", "2000")], ""), Some(2));
        assert_eq!(seconds(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], ""), Some(30));
        let dates = [("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"), ("date", "Wed, 21 Oct 2026 07:27:50 GMT")];
        assert_eq!(seconds(&dates, ""), Some(10), "the service's own clock counts");
        assert_eq!(seconds(&[("retry-after", "Wed, 21 Oct 2020 07:28:00 GMT")], ""), Some(0));
        assert_eq!(seconds(&[("retry-after", "soon")], "again in 90 seconds."), Some(90));
        assert_eq!(seconds(&[], "You can run queries again in 90 seconds."), Some(90));
        assert_eq!(seconds(&[], "Quota renews in 12 minutes"), Some(720));
        assert_eq!(seconds(&[], "API calls quota exceeded! maximum allowed 45 per 00:01:00"), Some(60));
        assert_eq!(seconds(&[], "API calls quota exceeded! maximum allowed 1500 per 01:00:00."), Some(3600));
        assert_eq!(seconds(&[], "maximum allowed 45 per 00:00:00"), None);
        assert_eq!(seconds(&[], "no time here"), None);
        let day = Some(LONGEST.as_secs());
        assert_eq!(seconds(&[("retry-after", "99999999999999999999")], ""), day, "no longer than a day");
        assert_eq!(seconds(&[], "99999999999999999999 seconds"), day);
        assert_eq!(seconds(&[], "999999999999999999 hours"), day);
    }

    #[test]
    fn dates() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), parse_instant("1994-11-06T08:49:37Z"));
        for bad in
            ["", "Sun, 06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "a b c d e GMT"]
        {
            assert_eq!(http_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn waiting_times() {
        for (seconds, text) in [
            (1, "1 second"),
            (37, "37 seconds"),
            (125, "2 min 5 s"),
            (5400, "90 min 0 s"),
            (9000, "2 h 30 min"),
            (86_400, "a day"),
        ] {
            assert_eq!(wait_text(std::time::Duration::from_secs(seconds)), text);
        }
    }
}
