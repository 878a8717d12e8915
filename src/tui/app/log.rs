//! What was said in the hint line, and what became of each run: kept for the log pane, and handed on to the log file.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::config::Scope;

/// Lines that are kept; older ones are in the file.
const KEPT: usize = 2_000;

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct LogLine {
    /// Since 1970-01-01T00:00:00Z.
    pub(in crate::tui) at: Duration,
    pub(in crate::tui) scope: Scope,
    pub(in crate::tui) text: String,
}

/// The lines, oldest first.
#[derive(Debug)]
pub(in crate::tui) struct Log {
    lines: VecDeque<LogLine>,
    /// Those that the file does not have yet.
    unwritten: Vec<LogLine>,
    /// One instant on the clock of the process and on that of the system.
    epoch: (Instant, Duration),
}

impl Log {
    /// `since_epoch` is the time of the system at `now`.
    pub(in crate::tui) fn new(now: Instant, since_epoch: Duration) -> Self {
        Self { lines: VecDeque::new(), unwritten: Vec::new(), epoch: (now, since_epoch) }
    }

    /// Adds what was said at some time. What is said again and again, as of a key that means nothing, is kept once.
    pub(in crate::tui) fn say(&mut self, now: Instant, scope: Scope, text: &str) {
        let at = self.epoch.1 + now.saturating_duration_since(self.epoch.0);
        if self.lines.back().is_some_and(|it| it.text == text && it.scope == scope) {
            return;
        }
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        let line = LogLine { at, scope, text: text.to_owned() };
        // What only helps a hand along is no event.
        if scope != Scope::Dim {
            self.unwritten.push(line.clone());
        }
        self.lines.push_back(line);
    }

    pub(in crate::tui) fn lines(&self) -> impl DoubleEndedIterator<Item = &LogLine> + ExactSizeIterator {
        self.lines.iter()
    }

    /// What is to be written into the file; asked once.
    pub(in crate::tui) fn take_unwritten(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.unwritten)
    }
}
