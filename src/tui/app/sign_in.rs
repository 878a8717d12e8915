//! A sign-in that waits for a person.

use std::time::{Duration, Instant};

use super::queue::{countdown, next_second};
use crate::run::{RunId, SignInPrompt};

/// What is asked of the person, for whom, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct SigningIn {
    pub(in crate::tui) prompt: SignInPrompt,
    /// The run that waits for it; `None` when sign-in was asked for by itself.
    pub(in crate::tui) run: Option<RunId>,
    /// When the window came up.
    pub(in crate::tui) shown: Instant,
    /// When the code expires.
    pub(in crate::tui) until: Option<Instant>,
    pub(in crate::tui) state: SignInState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum SignInState {
    /// The person has to act.
    Asked,
    /// Nothing came of it, and why.
    Over(String),
}

impl SigningIn {
    pub(in crate::tui) fn new(prompt: SignInPrompt, run: Option<RunId>, now: Instant) -> Self {
        let until = match &prompt {
            SignInPrompt::DeviceCode { expires_in, .. } => now.checked_add(Duration::from_secs(*expires_in)),
            SignInPrompt::Browser { .. } | SignInPrompt::Note(_) | SignInPrompt::Done => None,
        };
        Self { prompt, run, shown: now, until, state: SignInState::Asked }
    }

    /// True when the code can no longer be used.
    pub(in crate::tui) fn is_expired(&self, now: Instant) -> bool {
        self.until.is_some_and(|it| it <= now)
    }

    /// What is left of the time, where the code expires.
    pub(in crate::tui) fn countdown(&self, now: Instant) -> Option<String> {
        self.until.map(|it| countdown(it, now))
    }

    /// When the countdown changes.
    pub(in crate::tui) fn next_tick(&self, now: Instant) -> Option<Instant> {
        let until = self.until.filter(|it| *it > now && self.state == SignInState::Asked)?;
        Some(next_second(until, now))
    }
}
