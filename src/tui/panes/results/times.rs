//! How times are shown: as they are, in the time of this place, or as the distance from now.

use std::sync::Arc;

use crate::config::Zone;
use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

/// A way to show times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tui) enum TimeShow {
    #[default]
    Utc,
    Local,
    Relative,
}

/// The way that was chosen, and what it needs.
#[derive(Debug, Clone, Default)]
pub(in crate::tui) struct Times {
    pub(super) show: TimeShow,
    /// What `now()` meant when the rows came, in ticks: times do not move while one looks at them.
    pub(super) now: i64,
    /// The time of this place, once it was read.
    pub(super) zone: Option<Arc<Zone>>,
}

impl Times {
    /// The ticks that are shown for these.
    pub(super) fn shifted(&self, ticks: i64) -> i64 {
        match (&self.zone, self.show) {
            (Some(zone), TimeShow::Local) => {
                let offset = zone.offset_at(ticks.saturating_sub(UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_SECOND));
                ticks.saturating_add(i64::from(offset) * TICKS_PER_SECOND)
            }
            _ => ticks,
        }
    }

    /// What stands in the rule over the grid: no time is shown without its zone.
    pub(super) fn words(&self) -> String {
        match self.show {
            TimeShow::Utc => "UTC".to_owned(),
            TimeShow::Local => self.zone.as_ref().map_or("UTC", |it| it.name()).to_owned(),
            TimeShow::Relative => "before the clock".to_owned(),
        }
    }

    /// The distance from now in two units: `3d 4h ago`, `in 12s`.
    pub(super) fn distance(&self, ticks: i64) -> String {
        let apart = self.now.saturating_sub(ticks);
        let words = apart_words(apart.unsigned_abs());
        if apart.unsigned_abs() < TICKS_PER_SECOND as u64 {
            "now".to_owned()
        } else if apart > 0 {
            format!("{words} ago")
        } else {
            format!("in {words}")
        }
    }
}

fn apart_words(ticks: u64) -> String {
    let seconds = ticks / TICKS_PER_SECOND as u64;
    let days = ticks / TICKS_PER_DAY as u64;
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    if days >= 365 {
        format!("{}y {}d", days / 365, days % 365)
    } else if days > 0 {
        format!("{days}d {hours}h")
    } else if hours > 0 {
        format!("{hours}h {minutes}m")
    } else if minutes > 0 {
        format!("{minutes}m {}s", seconds % 60)
    } else {
        format!("{seconds}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_has_two_units_and_a_direction() {
        let times = Times { now: 1_000 * TICKS_PER_DAY, ..Times::default() };
        let at = |seconds: i64| times.distance(times.now + seconds * TICKS_PER_SECOND);
        assert_eq!(at(0), "now");
        assert_eq!(at(-59), "59s ago");
        assert_eq!(at(61), "in 1m 1s");
        assert_eq!(at(-3 * 3600 - 120), "3h 2m ago");
        assert_eq!(at(-12 * 86_400 - 7200), "12d 2h ago");
        assert_eq!(at(-400 * 86_400), "1y 35d ago");
    }
}
