//! A refresh token in the system's keyring, where the user asked for it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use keyring::Entry;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::super::environment::Environment;

/// The name under which everything of ours stands in the keyring.
const SERVICE: &str = "tallyho";

/// The place of one connection's refresh token.
#[derive(Clone)]
pub(super) struct Remembered {
    /// Connection, tenant and application: another one of these is another sign-in.
    user: String,
    /// Instead of the keyring.
    folder: Option<PathBuf>,
}

impl Remembered {
    pub(super) fn new(connection: &str, tenant: &str, client_id: &str, environment: &Environment) -> Self {
        Self { user: format!("{connection}/{tenant}/{client_id}"), folder: environment.keyring_folder.clone() }
    }

    /// What is kept, if anything. An error says in a few words why it cannot be known.
    pub(super) async fn load(&self) -> Result<Option<SecretString>, String> {
        self.on_thread(|it| match &it.folder {
            Some(folder) => absent_is_none(fs::read_to_string(it.file(folder)).map_err(|it| it.to_string()), || {
                !it.file(folder).exists()
            }),
            None => match it.entry().and_then(|entry| entry.get_secret()) {
                Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
                Err(keyring::Error::NoEntry) => Ok(None),
                Err(error) => Err(words(&error)),
            },
        })
        .await
        .map(|found| found.filter(|it| !it.is_empty()).map(SecretString::from))
    }

    /// Keeps it, in place of what was kept.
    pub(super) async fn save(&self, token: &SecretString) -> Result<(), String> {
        let token = token.clone();
        self.on_thread(move |it| match &it.folder {
            Some(folder) => write_own(&it.file(folder), token.expose_secret()).map_err(|it| it.to_string()),
            // As bytes: text takes twice the room on Windows, and its keyring has little.
            None => {
                it.entry().and_then(|entry| entry.set_secret(token.expose_secret().as_bytes())).map_err(|it| words(&it))
            }
        })
        .await
    }

    /// Deletes it. True when there was something.
    pub(super) async fn delete(&self) -> Result<bool, String> {
        self.on_thread(|it| match &it.folder {
            Some(folder) => match fs::remove_file(it.file(folder)) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                Err(error) => Err(error.to_string()),
            },
            None => match it.entry().and_then(|entry| entry.delete_credential()) {
                Ok(()) => Ok(true),
                Err(keyring::Error::NoEntry) => Ok(false),
                Err(error) => Err(words(&error)),
            },
        })
        .await
    }

    /// A keyring may ask its user first, so it is never asked on a thread that others need.
    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let own = self.clone();
        tokio::task::spawn_blocking(move || work(&own)).await.map_err(|_| "it broke off".to_owned())?
    }

    fn entry(&self) -> keyring::Result<Entry> {
        Entry::new(SERVICE, &self.user)
    }

    fn file(&self, folder: &Path) -> PathBuf {
        // A name of any length and letters becomes one that every file system takes.
        folder.join(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&self.user)))
    }
}

fn absent_is_none(read: Result<String, String>, is_absent: impl FnOnce() -> bool) -> Result<Option<String>, String> {
    match read {
        Ok(text) => Ok(Some(text)),
        Err(_) if is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file that only its owner reads.
fn write_own(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Why the keyring does not answer. Its errors carry no secrets, but one of them carries bytes.
fn words(error: &keyring::Error) -> String {
    match error {
        keyring::Error::BadEncoding(_) => "what it keeps is no text".to_owned(),
        keyring::Error::Ambiguous(_) => "it keeps more than one".to_owned(),
        other => other.to_string(),
    }
}
