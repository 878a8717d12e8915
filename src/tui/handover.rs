//! Giving the terminal to another program for a while: the thread that reads keys stands still meanwhile, so that none of
//! them is taken from that program.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The thread that reads gets so long to stand still.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is done to the terminal before another program has it, and after.
pub(super) struct Handover {
    pub(super) give: Box<dyn Fn()>,
    pub(super) take: Box<dyn Fn()>,
}

impl Default for Handover {
    /// For screens that no other program can have.
    fn default() -> Self {
        Self { give: Box::new(|| {}), take: Box::new(|| {}) }
    }
}

/// Stands before every reading of the terminal.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_closed: bool,
    /// The thread that reads stands before it.
    is_waited_at: bool,
}

impl Gate {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes through, as soon as it is open.
    pub(super) fn pass(&self) {
        let mut state = self.state();
        while state.is_closed {
            state.is_waited_at = true;
            self.inner.changed.notify_all();
            state = self.inner.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.is_waited_at = false;
    }

    /// Closes it, and waits until the thread that reads stands before it. `wake` makes that one return from reading.
    pub(super) fn close(&self, wake: impl Fn()) {
        let mut state = self.state();
        state.is_closed = true;
        let given_up = Instant::now() + PATIENCE;
        while !state.is_waited_at && Instant::now() < given_up {
            wake();
            let wait = self.inner.changed.wait_timeout(state, Duration::from_millis(20));
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn open(&self) {
        self.state().is_closed = false;
        self.inner.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().is_closed
    }
}
