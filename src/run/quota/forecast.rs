//! What a query that is sent now would meet, and when one fits.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::account::Account;
use super::ledger::{Ledger, millis};
use super::record::{Books, DAY, HOUR, MINUTE};
use super::{Forecast, Gauge, QuotaKind};
use crate::config::QuotaProfile;

/// The first wait after a refusal that says nothing about time; each further one doubles it.
const FIRST_WAIT: u64 = 30_000;
const LONGEST_WAIT: u64 = 10 * MINUTE;
const QUARTER: u64 = 15 * MINUTE;

/// A limit that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    what: QuotaKind,
    window: u64,
    amount: u64,
    learned: bool,
}

impl Ledger {
    /// Holds what all copies of Tallyho have counted against the profile and what the service itself has said.
    pub(crate) fn forecast(&self, account: &Account, profile: &QuotaProfile, now: SystemTime) -> Forecast {
        let now = millis(now);
        let books = self.read(account, now);
        let mut notes = self.notes();
        if books.n_future > 0 {
            notes.push(format!("the clock was set back: {} calls of later times are not counted", books.n_future));
        }
        Forecast { notes, ..of_books(&books, profile, now) }
    }
}

fn of_books(books: &Books, profile: &QuotaProfile, now: u64) -> Forecast {
    let gauges: Vec<Gauge> = limits(books, profile).into_iter().map(|it| gauge(books, it, now)).collect();
    let refused_until = books.refused.map(|it| it.until).filter(|it| *it > now);
    let freed = gauges.iter().filter_map(|it| it.frees_at).max();
    let fits_at = freed.max(refused_until.map(instant));
    let reason = match fits_at {
        Some(fits_at) => why_not(&gauges, refused_until.is_some(), fits_at, now),
        None => what_is_left(&gauges),
    };
    Forecast { gauges, fits_at, reason, notes: Vec::new() }
}

/// The profile's limits, and in their place those that the service has named.
fn limits(books: &Books, profile: &QuotaProfile) -> Vec<Limit> {
    let calls = |window, amount: Option<u32>| Some((QuotaKind::Calls, window, u64::from(amount?)));
    let time = |what, window, amount: Option<Duration>| Some((what, window, amount?.as_millis() as u64));
    let mut limits: Vec<Limit> = [
        calls(MINUTE, profile.calls_per_minute),
        calls(HOUR, profile.calls_per_hour),
        time(QuotaKind::Running, HOUR, profile.running_per_hour),
        time(QuotaKind::Running, DAY, profile.running_per_day),
        time(QuotaKind::Cpu, QUARTER, profile.cpu_per_quarter),
    ]
    .into_iter()
    .flatten()
    .map(|(what, window, amount)| Limit { what, window, amount, learned: false })
    .collect();
    for learned in &books.learned {
        let limit = Limit { what: learned.what, window: learned.window, amount: learned.amount, learned: true };
        match limits.iter_mut().find(|it| (it.what, it.window) == (limit.what, limit.window)) {
            Some(profile) => *profile = limit,
            None => limits.push(limit),
        }
    }
    limits.sort_by_key(|it| (it.what as u8, it.window));
    limits
}

fn gauge(books: &Books, limit: Limit, now: u64) -> Gauge {
    let used = |at| books.used(limit.what, limit.window, now, at);
    // A query needs one call, and a little of any time; a limit of nothing is one that only says "no more".
    let fits = |at| used(at) < limit.amount.max(1);
    let frees_at = (!fits(now)).then(|| first(now, now + limit.window + 1, fits));
    Gauge {
        what: limit.what,
        window: Duration::from_millis(limit.window),
        used: used(now),
        limit: limit.amount,
        learned: limit.learned,
        frees_at: frees_at.map(instant),
    }
}

/// The first time at which it holds, where it does not hold at `low`, holds at `high`, and once true stays true.
fn first(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle }
    }
    high
}

/// How long to wait after a refusal that says nothing about time: until our own count fits, at least a while that
/// doubles with each refusal, and up to a quarter longer, so that several copies do not come back at once.
pub(super) fn wait_unsaid(books: &Books, profile: &QuotaProfile, now: u64, streak: u32) -> u64 {
    let doubled = FIRST_WAIT.saturating_mul(1 << streak.saturating_sub(1).min(10)).min(LONGEST_WAIT);
    let counted = limits(books, profile).into_iter().filter_map(|it| gauge(books, it, now).frees_at).map(millis).max();
    let wait = counted.map_or(doubled, |at| at.saturating_sub(now).max(1000));
    wait + fastrand::u64(0..=wait / 4)
}

/// `maximum allowed 45 per 00:01:00` in a message: the amount, and the window in milliseconds.
pub(super) fn limit_in(message: &str) -> Option<(u64, u64)> {
    let (_, behind) = message.split_once("maximum allowed ")?;
    let mut words = behind.split_whitespace();
    let amount: u64 = words.next()?.parse().ok()?;
    let window = (words.next()? == "per").then(|| words.next()).flatten()?;
    let window = crate::result::parse_timespan(window.trim_matches(|it: char| !it.is_ascii_digit()))? / 10_000;
    let window = u64::try_from(window).ok().filter(|it| (1000..=DAY).contains(it))?;
    (amount > 0).then_some((amount, window))
}

fn instant(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

fn why_not(gauges: &[Gauge], refused: bool, fits_at: SystemTime, now: u64) -> String {
    let wait = span_text(millis(fits_at).saturating_sub(now));
    let fullest = gauges.iter().filter(|it| it.frees_at.is_some()).max_by_key(|it| it.frees_at);
    match fullest {
        Some(gauge) if !refused || gauge.frees_at == Some(fits_at) => {
            format!("the quota is used up, {}; a query fits in {wait}", gauge.words())
        }
        _ => format!("the service refuses queries of this tenant for now; one fits in {wait}"),
    }
}

fn what_is_left(gauges: &[Gauge]) -> String {
    gauges.iter().map(Gauge::words).collect::<Vec<_>>().join(", ")
}

impl Forecast {
    /// A line for each limit, then what went wrong with the counting.
    pub fn lines(&self) -> Vec<String> {
        self.gauges.iter().map(Gauge::words).chain(self.notes.iter().cloned()).collect()
    }
}

impl Gauge {
    /// `9 of 10 calls a minute`, `2 min 5 s of 10 min running time an hour`.
    pub fn words(&self) -> String {
        let window = match self.window.as_millis() as u64 {
            MINUTE => "a minute".to_owned(),
            HOUR => "an hour".to_owned(),
            DAY => "a day".to_owned(),
            other => format!("in {}", span_text(other)),
        };
        let mut words = match self.what {
            QuotaKind::Calls => format!("{} of {} calls {window}", self.used, self.limit),
            QuotaKind::Running => {
                format!("{} of {} running time {window}", span_text(self.used), span_text(self.limit))
            }
            QuotaKind::Cpu => format!("{} of {} CPU {window}", span_text(self.used), span_text(self.limit)),
        };
        if self.learned {
            write!(words, " (learned from the service)").expect("a string takes everything");
        }
        words
    }
}

/// A span of milliseconds, seconds rounded up: `0 s`, `37 s`, `2 min 5 s`, `4 h`.
pub(super) fn span_text(millis: u64) -> String {
    let seconds = millis.div_ceil(1000);
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let words: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}
