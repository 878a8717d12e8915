//! When a quota is renewed: from the header, else from the words of the message.

/// How long to wait, in words: `Retry-After` in seconds or as a date, else `… 37 seconds.` in the message.
pub(super) fn wait_text(retry_after: Option<&str>, message: &str) -> Option<String> {
    if let Some(header) = retry_after.map(str::trim).filter(|it| !it.is_empty()) {
        return Some(match header.parse::<u64>() {
            Ok(seconds) => duration_text(seconds),
            // An HTTP date says itself when it is.
            Err(_) => format!("due time, {header}"),
        });
    }
    in_message(message).map(duration_text)
}

/// A number in front of a unit of time. A number per unit, `45 per 00:01:00`, is a quota and no waiting time.
fn in_message(message: &str) -> Option<u64> {
    let words: Vec<&str> = message.split_whitespace().collect();
    words.windows(2).rev().find_map(|pair| {
        let number: u64 = pair[0].parse().ok()?;
        let unit = pair[1].trim_matches(|char: char| !char.is_ascii_alphabetic()).to_ascii_lowercase();
        let seconds = match unit.as_str() {
            "second" | "seconds" | "sec" | "s" => 1,
            "minute" | "minutes" | "min" => 60,
            "hour" | "hours" => 3600,
            _ => return None,
        };
        number.checked_mul(seconds)
    })
}

/// `37 seconds`, `2 min 5 s`
fn duration_text(seconds: u64) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        0..120 => format!("{seconds} seconds"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::wait_text;

    #[test]
    fn waiting_times() {
        let wait = |header, message| wait_text(header, message).unwrap_or_default();
        assert_eq!(wait(Some("37"), "quota, 5 seconds"), "37 seconds", "the header counts more");
        assert_eq!(wait(None, "You can run queries again in 90 seconds."), "90 seconds");
        assert_eq!(wait(None, "Quota renews in 12 minutes"), "12 min 0 s");
        assert_eq!(wait(Some("Wed, 21 Oct 2026 07:28:00 GMT"), ""), "due time, Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(wait(None, "API calls quota exceeded! maximum allowed 45 per 00:01:00"), "");
        assert_eq!(wait(Some(""), "99999999999999999999 seconds"), "");
    }
}
