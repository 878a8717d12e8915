//! The word to stop, where operators and functions of ours can hear it in the middle of a long computation.

use tokio_util::sync::CancellationToken;

/// Whether a run was stopped; in the session of every run.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Stop(CancellationToken);

impl Stop {
    pub(in crate::engine) fn new(token: CancellationToken) -> Self {
        Self(token)
    }

    pub(in crate::engine) fn is_stopped(&self) -> bool {
        self.0.is_cancelled()
    }
}
