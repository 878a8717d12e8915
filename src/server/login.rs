//! The login server: gives out tokens as the real one does, so that every way to sign in can be tried on one machine.
//!
//! Nothing here knows a person: who comes from this machine may sign in without a password, and a device is approved by
//! opening a page. From other machines only what shows a registered secret or certificate gets a token.

mod assertion;
mod authorize;
mod claims;
mod device;
mod discovery;
mod fault;
mod form;
mod grant;
mod resource;

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;

pub(super) use self::claims::TokenError;
pub(super) use self::resource::required;
use super::ServerState;

/// Who may sign in, with what, and for how long.
#[derive(Debug, Clone)]
pub struct LoginOptions {
    /// The only tenant there is; `None` takes every name for one.
    pub tenant: Option<String>,
    /// The only application; `None` takes every id for one.
    pub client_id: Option<String>,
    /// The application's secret. Without one, every secret counts for clients on this machine and none for others.
    pub client_secret: Option<SecretString>,
    /// The application's certificate (PEM). Without one, assertions of clients on this machine are checked in form and
    /// time only, and those of others are refused.
    pub certificate: Option<Vec<u8>>,
    /// Names of application roles and delegated scopes that an administrator agreed to.
    pub permissions: Vec<String>,
    /// Who signs in where a person would.
    pub user: String,
    pub token_lifetime: Duration,
    /// Calls after which a token counts as expired, for trying what happens then.
    pub token_uses: Option<u32>,
    pub device_lifetime: Duration,
    /// Between two questions of a device; also what it has to add when it asked too soon.
    pub device_interval: Duration,
    /// Answer every sign-in with this AADSTS error, for trying what a client says then.
    pub fails_with: Option<u32>,
}

impl Default for LoginOptions {
    fn default() -> Self {
        Self {
            tenant: None,
            client_id: None,
            client_secret: None,
            certificate: None,
            permissions: resource::ALL_PERMISSIONS.iter().map(|it| (*it).to_owned()).collect(),
            user: "hunter@tallyho.example".to_owned(),
            token_lifetime: Duration::from_secs(3599),
            token_uses: None,
            device_lifetime: Duration::from_mins(15),
            device_interval: Duration::from_secs(5),
            fails_with: None,
        }
    }
}

/// What the login server remembers. Everything is bounded: asking costs nothing, so anybody could ask for more.
pub(super) struct Login {
    options: LoginOptions,
    /// Signs tokens that nobody else has to check; made anew for each process.
    key: [u8; 32],
    devices: Mutex<Shelf<String, device::Device>>,
    codes: Mutex<Shelf<String, authorize::Code>>,
    uses: Mutex<Shelf<String, u32>>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

impl Login {
    pub(super) fn new(options: LoginOptions) -> Self {
        Self {
            options,
            key: random_bytes(),
            devices: Mutex::default(),
            codes: Mutex::default(),
            uses: Mutex::default(),
        }
    }

    /// Counts one use of a token; false when it has none left.
    pub(super) fn use_token(&self, id: &str) -> bool {
        let Some(limit) = self.options.token_uses else { return true };
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let used = uses.take(id).unwrap_or(0);
        uses.put(id.to_owned(), used + 1);
        used < limit
    }
}

pub(super) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(grant::token_v2))
        .route("/{tenant}/oauth2/token", post(grant::token_v1))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device::start))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::authorize))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::document))
        .route("/metadata/identity/oauth2/token", get(discovery::identity))
        .route("/tallyho/device", get(device::page).post(device::decide))
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system that gives no randomness can keep no secret");
    bytes
}

/// A word that nobody guesses.
fn secret_word() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// Things with an age, the oldest of which makes room.
struct Shelf<K, V> {
    things: HashMap<K, (Instant, V)>,
}

const SHELF: usize = 1000;

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self { things: HashMap::new() }
    }
}

impl<K: Hash + Eq + Clone, V> Shelf<K, V> {
    fn put(&mut self, key: K, value: V) {
        if self.things.len() >= SHELF {
            let oldest = self.things.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.things.remove(&oldest);
            }
        }
        self.things.insert(key, (Instant::now(), value));
    }

    fn take<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.things.remove(key).map(|(_, value)| value)
    }

    fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.things.get_mut(key).map(|(_, value)| value)
    }

    fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.things.values_mut().map(|(_, value)| value)
    }
}
