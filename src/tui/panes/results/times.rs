//! How times are shown: as they are, in the time of this place, or as the distance from now.

use std::sync::Arc;

use crate::config::Zone;
use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};
use crate::result::timespan_text;
use crate::tui::chart::{Tick, clock_ticks, distance_steps, named_time};

/// A way to show times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tui) enum TimeShow {
    #[default]
    Utc,
    Local,
    Relative,
}

/// The way that was chosen, and what it needs.
#[derive(Debug, Clone, Default, PartialEq)]
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

    /// The next way to show times.
    pub(super) fn turn(&mut self) {
        self.show = match self.show {
            TimeShow::Utc => TimeShow::Local,
            TimeShow::Local => TimeShow::Relative,
            TimeShow::Relative => TimeShow::Utc,
        };
    }

    /// A time in words that fit its surroundings, as the axis of a chart and what its cursor reads have it.
    pub(in crate::tui) fn named(&self, ticks: i64) -> String {
        match self.show {
            TimeShow::Relative => self.distance(ticks),
            _ => named_time(self.shifted(ticks)),
        }
    }

    /// Marks of an axis of times whose zero is `origin`: where the clock of this place turns, or at whole distances
    /// from now.
    pub(in crate::tui) fn marks(&self, origin: i64, from: f64, to: f64, at_most: usize) -> Vec<Tick> {
        match self.show {
            TimeShow::Utc => clock_ticks(origin, from, to, at_most),
            TimeShow::Local => {
                let middle = origin.saturating_add(f64::midpoint(from, to) as i64);
                let shift = self.shifted(middle) - middle;
                let marks = clock_ticks(origin.saturating_add(shift), from, to, at_most);
                // Where the clock was put forward or back in between, the others stand where it showed their time.
                let place = |mark: Tick| {
                    let there = origin.saturating_add(mark.at as i64);
                    Tick { at: mark.at - (self.shifted(there) - there - shift) as f64, ..mark }
                };
                marks.into_iter().map(place).filter(|it| (from..=to).contains(&it.at)).collect()
            }
            TimeShow::Relative => {
                let since = (origin - self.now) as f64;
                let steps = distance_steps(from + since, to + since, at_most).into_iter();
                steps.map(|at| Tick { at: at as f64 - since, label: self.short_distance(at) }).collect()
            }
        }
    }

    /// `3d ago`: a whole distance, as exact as it is.
    fn short_distance(&self, since_now: i64) -> String {
        if since_now % TICKS_PER_SECOND != 0 {
            return timespan_text(since_now);
        }
        let words = self.distance(self.now.saturating_add(since_now));
        [" 0d", " 0h", " 0m", " 0s"].iter().fold(words, |words, unit| words.replace(unit, ""))
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

    #[test]
    fn an_axis_has_its_marks_at_whole_distances_from_now() {
        let day = TICKS_PER_DAY as f64;
        let times = Times { now: 1_000 * TICKS_PER_DAY + 7, show: TimeShow::Relative, zone: None };
        let marks = times.marks(990 * TICKS_PER_DAY, 0.0, 9.0 * day, 5);
        let labels: Vec<_> = marks.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels, ["10d ago", "8d ago", "6d ago", "4d ago", "2d ago"]);
        assert!((marks[0].at - 7.0).abs() < 1e-6, "{marks:?}");
        let marks = times.marks(times.now - 90 * 60 * TICKS_PER_SECOND, 0.0, day / 12.0, 4);
        let labels: Vec<_> = marks.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels, ["1h 30m ago", "1h ago", "30m ago", "now", "in 30m"]);
    }
}
