//! What is known and wanted of the terminal, and of the line to it.

use std::time::Duration;

use crate::config::{TerminalSettings, ThemeEntry};

/// A way to the terminal and back that is longer makes a slow line.
const SLOW: Duration = Duration::from_millis(150);
/// How often the clock of a run moves, and on a slow line.
const CLOCK: Duration = Duration::from_millis(100);
const SLOW_CLOCK: Duration = Duration::from_secs(1);

/// The terminal as far as the state knows it.
#[derive(Debug, Default)]
pub(in crate::tui) struct Screen {
    pub(in crate::tui) settings: TerminalSettings,
    /// The mouse is ours now.
    pub(in crate::tui) mouse: bool,
    /// The line does not take every frame at once.
    pub(in crate::tui) is_slow: bool,
    pub(in crate::tui) round_trip: Option<Duration>,
    /// Figures of what is drawn, while they are shown.
    pub(in crate::tui) figures: Option<Figures>,
    /// The themes of the open list.
    pub(in crate::tui) themes: Vec<ThemeEntry>,
    /// The text that was too long for the clipboard.
    pub(in crate::tui) too_long: Option<String>,
}

/// What the last message and the last frame cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tui) struct Figures {
    pub(in crate::tui) update: Duration,
    pub(in crate::tui) draw: Duration,
    pub(in crate::tui) n_frames: u64,
    pub(in crate::tui) last_bytes: u64,
    pub(in crate::tui) n_bytes: u64,
}

impl Screen {
    pub(in crate::tui) fn new(settings: TerminalSettings) -> Self {
        Self { mouse: settings.mouse, settings, ..Self::default() }
    }

    /// How often a clock moves; `None` when nothing is to move.
    pub(in crate::tui) fn clock(&self) -> Option<Duration> {
        self.settings.motion.then_some(if self.is_slow { SLOW_CLOCK } else { CLOCK })
    }

    pub(in crate::tui) fn measured(&mut self, round_trip: Duration) {
        self.round_trip = Some(round_trip);
        self.is_slow |= round_trip > SLOW;
    }
}
