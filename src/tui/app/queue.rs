//! Queries that wait for their quota: the very text that was asked, and when it will be sent.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Running;

/// One query that waits.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Waiting {
    /// What will be sent, as it was asked.
    pub(in crate::tui) run: Running,
    /// It waits since then.
    pub(in crate::tui) since: Instant,
    /// It is sent by itself at this time.
    pub(in crate::tui) due: Instant,
    /// One sentence.
    pub(in crate::tui) why: String,
}

/// Those that wait, the first one to be sent in front.
#[derive(Debug, Default)]
pub(in crate::tui) struct Queue {
    waiting: VecDeque<Waiting>,
}

impl Queue {
    pub(in crate::tui) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(in crate::tui) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(in crate::tui) fn first(&self) -> Option<&Waiting> {
        self.waiting.front()
    }

    /// Puts a query behind those that are due before it.
    pub(in crate::tui) fn put(&mut self, waiting: Waiting) {
        let at = self.waiting.partition_point(|it| it.due <= waiting.due);
        self.waiting.insert(at, waiting);
    }

    /// True when this very text waits.
    pub(in crate::tui) fn holds(&self, text: &str) -> bool {
        self.waiting.iter().any(|it| it.run.text == text)
    }

    /// Takes the query of this text out.
    pub(in crate::tui) fn take(&mut self, text: &str) -> Option<Waiting> {
        let at = self.waiting.iter().position(|it| it.run.text == text)?;
        self.waiting.remove(at)
    }

    /// Takes out what is due.
    pub(in crate::tui) fn take_due(&mut self, now: Instant) -> Option<Waiting> {
        self.waiting.pop_front_if(|it| it.due <= now)
    }

    /// Takes out what was put in last.
    pub(in crate::tui) fn take_newest(&mut self) -> Option<Waiting> {
        let at = (0..self.waiting.len()).max_by_key(|at| self.waiting[*at].run.id)?;
        self.waiting.remove(at)
    }

    /// Takes out all of them.
    pub(in crate::tui) fn drain(&mut self) -> Vec<Waiting> {
        self.waiting.drain(..).collect()
    }

    /// When the countdown of the first one changes, or it is due; `None` while nothing waits.
    pub(in crate::tui) fn next_tick(&self, now: Instant) -> Option<Instant> {
        self.first().map(|it| next_second(it.due, now))
    }
}

impl Waiting {
    /// What is left of the time, as a countdown shows it.
    pub(in crate::tui) fn countdown(&self, now: Instant) -> String {
        countdown(self.due, now)
    }
}

/// `0:37`, `12:05`, `1:02:03`: what is left until then, rounded up, so that it ends with `0:00`.
pub(in crate::tui) fn countdown(until: Instant, now: Instant) -> String {
    let left = until.saturating_duration_since(now);
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The next time at which the countdown changes.
pub(in crate::tui) fn next_second(until: Instant, now: Instant) -> Instant {
    let left = until.saturating_duration_since(now);
    let whole = Duration::from_secs(left.as_secs());
    // On the full second the next change is one second away.
    let behind = if left == whole { whole.saturating_sub(Duration::from_secs(1)) } else { whole };
    until.checked_sub(behind).unwrap_or(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_is_rounded_up_and_ticks_on_its_seconds() {
        let now = Instant::now();
        for (millis, text, tick) in [
            (0, "0:00", 0),
            (1, "0:01", 1),
            (1_000, "0:01", 1_000),
            (36_001, "0:37", 1),
            (37_000, "0:37", 1_000),
            (725_500, "12:06", 500),
            (3_723_000, "1:02:03", 1_000),
        ] {
            let until = now + Duration::from_millis(millis);
            assert_eq!(countdown(until, now), text, "{millis} ms");
            assert_eq!(next_second(until, now) - now, Duration::from_millis(tick), "{millis} ms");
        }
    }
}
