//! The limits of the services, counted here as they count: calls in a minute and an hour, running time, CPU time.
//!
//! Windows are of fixed length and begin with the first call in them: that is how the rate limiter behind the
//! documented texts counts. When the services' own windows begin is not documented.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::config::QuotaProfile;

const MINUTE: Duration = Duration::from_mins(1);
const QUARTER: Duration = Duration::from_mins(15);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Tenants that are remembered; those whose windows are over are forgotten first.
const MAX_TENANTS: usize = 1000;

/// Counts what each tenant used.
pub(super) struct Ledger {
    profile: QuotaProfile,
    tenants: Mutex<HashMap<String, Tenant>>,
}

/// Why a call is not answered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// So many calls are allowed in this time.
    Calls { allowed: u32, per: Duration, wait: Duration },
    /// Running or CPU time is used up.
    Time { wait: Duration },
}

#[derive(Default)]
struct Tenant {
    calls_minute: Window,
    calls_hour: Window,
    running_hour: Window,
    running_day: Window,
    cpu_quarter: Window,
}

/// What was used since the window began: calls, or microseconds.
#[derive(Default, Clone, Copy)]
struct Window {
    began: Option<Instant>,
    used: u64,
}

impl Window {
    /// Begins anew when its time is over.
    fn at(&mut self, now: Instant, length: Duration) -> &mut Self {
        if self.began.is_none_or(|began| now.saturating_duration_since(began) >= length) {
            *self = Self { began: Some(now), used: 0 };
        }
        self
    }

    fn left(&self, now: Instant, length: Duration) -> Duration {
        self.began.map_or(Duration::ZERO, |began| length.saturating_sub(now.saturating_duration_since(began)))
    }
}

impl Ledger {
    pub(super) fn new(profile: QuotaProfile) -> Self {
        Self { profile, tenants: Mutex::default() }
    }

    pub(super) fn profile(&self) -> &QuotaProfile {
        &self.profile
    }

    /// Counts a call, or says why it may not be made. A refused call is not counted. When it may: how many calls of
    /// the minute are used, in words.
    pub(super) fn admit(&self, tenant: &str, now: Instant) -> Result<Option<String>, Refused> {
        self.with(tenant, now, |profile, it| {
            let micros = |limit: Option<Duration>| limit.map(|limit| limit.as_micros() as u64);
            let calls = [
                (&mut it.calls_minute, profile.calls_per_minute, MINUTE),
                (&mut it.calls_hour, profile.calls_per_hour, HOUR),
            ];
            for (window, allowed, per) in calls {
                let window = window.at(now, per);
                if let Some(allowed) = allowed.filter(|allowed| window.used >= u64::from(*allowed)) {
                    return Err(Refused::Calls { allowed, per, wait: window.left(now, per) });
                }
            }
            let times = [
                (&mut it.cpu_quarter, micros(profile.cpu_per_quarter), QUARTER),
                (&mut it.running_hour, micros(profile.running_per_hour), HOUR),
                (&mut it.running_day, micros(profile.running_per_day), DAY),
            ];
            for (window, allowed, per) in times {
                let window = window.at(now, per);
                if allowed.is_some_and(|allowed| window.used >= allowed) {
                    return Err(Refused::Time { wait: window.left(now, per) });
                }
            }
            it.calls_minute.used += 1;
            it.calls_hour.used += 1;
            Ok(profile.calls_per_minute.map(|allowed| format!("{} of {allowed} calls a minute", it.calls_minute.used)))
        })
    }

    /// Books what a query took.
    pub(super) fn charge(&self, tenant: &str, running: Duration, cpu: Option<Duration>, now: Instant) {
        let micros = |time: Duration| time.as_micros() as u64;
        self.with(tenant, now, |_, it| {
            it.running_hour.at(now, HOUR).used += micros(running);
            it.running_day.at(now, DAY).used += micros(running);
            it.cpu_quarter.at(now, QUARTER).used += cpu.map_or(0, micros);
        });
    }

    fn with<T>(&self, tenant: &str, now: Instant, act: impl FnOnce(&QuotaProfile, &mut Tenant) -> T) -> T {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= MAX_TENANTS && !tenants.contains_key(tenant) {
            tenants.retain(|_, it| it.running_day.left(now, DAY) > Duration::ZERO);
        }
        act(&self.profile, tenants.entry(tenant.to_owned()).or_default())
    }
}

impl Refused {
    /// Whole seconds until it may be tried again, at least one.
    pub(super) fn seconds(&self) -> u64 {
        let (Self::Calls { wait, .. } | Self::Time { wait }) = self;
        (wait.as_millis().div_ceil(1000) as u64).max(1)
    }

    /// As the services say it.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Calls { allowed, per, .. } => {
                let seconds = per.as_secs();
                let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
                format!("API calls quota exceeded! maximum allowed {allowed} per {hours:02}:{minutes:02}:{seconds:02}")
            }
            Self::Time { .. } => format!(
                "You have exceeded processing resources allocated to this tenant. You can run queries again in {} seconds.",
                self.seconds()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Ledger, Refused};
    use crate::config::QuotaProfile;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn calls_are_counted_in_fixed_windows() {
        let profile = QuotaProfile { calls_per_minute: Some(2), calls_per_hour: Some(3), ..QuotaProfile::default() };
        let ledger = Ledger::new(profile);
        let start = Instant::now();
        assert_eq!(ledger.admit("a", start), Ok(Some("1 of 2 calls a minute".into())));
        assert!(ledger.admit("a", start + SECOND * 20).is_ok());
        let refused = ledger.admit("a", start + SECOND * 30).unwrap_err();
        assert_eq!(refused.message(), "API calls quota exceeded! maximum allowed 2 per 00:01:00");
        assert_eq!(refused.seconds(), 30);
        assert!(ledger.admit("b", start + SECOND * 30).is_ok(), "another tenant has its own count");
        assert!(ledger.admit("a", start + SECOND * 60).is_ok(), "the window is over");
        let refused = ledger.admit("a", start + SECOND * 61).unwrap_err();
        assert_eq!(refused.message(), "API calls quota exceeded! maximum allowed 3 per 01:00:00");
        assert_eq!(refused.seconds(), 3539);
    }

    #[test]
    fn time_is_booked_after_a_run_and_refuses_the_next() {
        let profile = QuotaProfile {
            cpu_per_quarter: Some(SECOND * 10),
            running_per_hour: Some(SECOND * 30),
            ..QuotaProfile::default()
        };
        let ledger = Ledger::new(profile);
        let start = Instant::now();
        assert!(ledger.admit("a", start).is_ok());
        ledger.charge("a", SECOND * 5, Some(SECOND * 10), start + SECOND * 5);
        let refused = ledger.admit("a", start + SECOND * 5).unwrap_err();
        assert!(matches!(refused, Refused::Time { .. }));
        let message = refused.message();
        let words: Vec<&str> = message.split(' ').collect();
        assert_eq!(words[words.len() - 2..], ["895", "seconds."]);
        let later = start + SECOND * 901;
        assert!(ledger.admit("a", later).is_ok());
        ledger.charge("a", SECOND * 25, None, later);
        let refused = ledger.admit("a", later).unwrap_err();
        assert_eq!(refused.seconds(), 3600 - 901, "30 seconds of the hour are used");
    }
}
