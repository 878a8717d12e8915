//! What sign-in reads from around the process, in one place, so that tests can put something else there.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// The variables, programs and addresses that sign-in uses.
#[derive(Clone)]
pub struct Environment {
    /// Instead of the variables of the process.
    pub variables: Option<HashMap<String, String>>,
    /// Where an Azure machine answers for its identity.
    pub machine_identity_url: String,
    /// Instead of the folders of `PATH`: where `az` and `azd` are looked for.
    pub programs: Option<PathBuf>,
    /// Open the user's browser; else its page is only shown.
    pub open_browser: bool,
    /// Instead of the system's keyring: a folder of files, for tests.
    pub keyring_folder: Option<PathBuf>,
    /// The bearer token that was read from standard input.
    pub input_token: Option<SecretString>,
    /// How long a second of waiting takes: tests do not wait for real ones.
    pub tick: Duration,
}

impl Environment {
    pub fn of_process() -> Self {
        Self {
            variables: None,
            // The address is fixed by Azure and leads no further than the machine's host.
            machine_identity_url: "http://169.254.169.254".to_owned(),
            programs: None,
            open_browser: true,
            keyring_folder: None,
            input_token: None,
            tick: Duration::from_secs(1),
        }
    }

    /// So many seconds of waiting.
    pub(super) fn seconds(&self, n_seconds: u64) -> Duration {
        self.tick.saturating_mul(u32::try_from(n_seconds).unwrap_or(u32::MAX))
    }

    /// The value of a variable, if it holds more than blanks.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let value = match &self.variables {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        };
        value.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
    }
}

/// Names only: the values may be secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").field("machine_identity_url", &self.machine_identity_url).finish_non_exhaustive()
    }
}
