//! The word to stop, where operators and functions of ours can hear it in the middle of a long computation.

use std::any::Any;

use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::common::{Result, exec_err};
use tokio_util::sync::CancellationToken;

/// Whether a run was stopped; in the session of every run, and in its options, which functions are called with.
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

impl ConfigExtension for Stop {
    const PREFIX: &'static str = "stop";
}

impl ExtensionOptions for Stop {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, _value: &str) -> Result<()> {
        exec_err!("nothing can be set in {}: {key}", Self::PREFIX)
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        Vec::new()
    }
}
