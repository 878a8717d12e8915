//! Sign-in: the way to a token, and what is known about it.
//!
//! A token is asked for one resource and goes to no other host. Tokens live in memory, one set for each open
//! connection; what is printed about them is who, where and until when. Each flow has a file of its own and ends in
//! [`Tokens`]; here is when a flow is run at all.

mod aadsts;
mod browser;
mod certificate;
mod der;
mod device_code;
mod flows;
mod identity;
mod listener;
mod login;
mod managed_identity;
mod programs;
mod random;
mod refusal;
mod remembered;
mod scrub;
mod session;
mod tokens;

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use self::login::Login;
use self::tokens::Tokens;
use super::environment::Environment;
use super::error::RemoteError;
use super::http::is_loopback;
use crate::config::{Api, Service, SignIn, SignInMethod};

pub use identity::Identity;

/// What a person has to do so that sign-in goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInPrompt {
    /// Open the page on any machine and type the code.
    DeviceCode {
        user_code: String,
        verification_uri: String,
        /// Seconds until the code expires.
        expires_in: u64,
    },
    /// A browser on this machine opens, or is sent to, this page.
    Browser { url: String },
    /// Something to know; sign-in goes on by itself.
    Note(String),
    /// Nothing more is to be done: signed in.
    Done,
}

/// Whether somebody is there who could act.
pub(super) enum Person<'a> {
    /// Somebody sees each prompt.
    Shown(&'a mut dyn FnMut(SignInPrompt)),
    /// Only what needs nobody is tried.
    Absent,
}

impl Person<'_> {
    fn show(&mut self, prompt: SignInPrompt) {
        if let Self::Shown(show) = self {
            show(prompt);
        }
    }
}

/// Where the tokens of one connection come from.
pub(super) struct TokenSource {
    /// The connection's name, by which the keyring knows it.
    connection: String,
    sign_in: SignIn,
    /// What a token is for.
    resource: String,
    /// What is asked for, as an application.
    application_scope: String,
    /// What is asked for on behalf of a person.
    person_scope: String,
    login: Login,
    environment: Environment,
    /// Whoever holds it signs in; the others wait for the outcome.
    turn: tokio::sync::Mutex<()>,
    kept: Mutex<Kept>,
}

/// What is known from the last sign-in.
#[derive(Default)]
struct Kept {
    tokens: Option<Tokens>,
    /// Whom the last token spoke for; stays when the token is thrown away.
    identity: Option<Identity>,
    /// What the service wants to see in the next token, as its challenge said.
    claims: Option<String>,
    /// Sign-ins that have ended.
    n_ended: u64,
    /// How the last one failed.
    failure: Option<RemoteError>,
}

impl TokenSource {
    /// Reads what is in the environment now. Fails where a variable that the connection names holds nothing, and for a
    /// login server that a secret must not be sent to.
    pub(super) fn new(connection: &str, service: &Service, environment: &Environment) -> Result<Self, RemoteError> {
        let given = match &service.sign_in.method {
            SignInMethod::TokenVariable(variable) => Some(of_variable(variable, environment)?),
            SignInMethod::TokenInput => Some(of_input(environment)?),
            _ => None,
        };
        let kept = Kept { tokens: given.map(Tokens::given), ..Kept::default() };
        let resource = service.resource.trim_end_matches('/');
        // A cluster's own permission is asked for by what the application was granted; so do Microsoft's clients.
        let permission = match &service.api {
            Api::Kusto { .. } => ".default",
            api => api.permissions().1,
        };
        Ok(Self {
            connection: connection.to_owned(),
            sign_in: service.sign_in.clone(),
            resource: resource.to_owned(),
            application_scope: format!("{resource}/.default"),
            person_scope: format!("{resource}/{permission} offline_access openid profile"),
            login: Login::new(service, environment)?,
            environment: environment.clone(),
            turn: tokio::sync::Mutex::new(()),
            kept: Mutex::new(kept),
        })
    }

    /// A token that is good for a while, with whatever it takes to get it. `None` where none is to be sent. Calls that
    /// come while one signs in wait for it and share its outcome.
    pub(super) async fn token(&self, person: &mut Person<'_>) -> Result<Option<SecretString>, RemoteError> {
        if self.sign_in.method == SignInMethod::None {
            return Ok(None);
        }
        let n_ended = self.kept().n_ended;
        if let Some(token) = self.fresh() {
            return Ok(Some(token));
        }
        let _turn = self.turn.lock().await;
        if let Some(token) = self.fresh() {
            return Ok(Some(token));
        }
        if self.kept().n_ended != n_ended
            && let Some(failure) = self.kept().failure.clone()
        {
            return Err(failure);
        }
        let outcome = self.renew(person).await;
        let mut kept = self.kept();
        kept.n_ended += 1;
        match outcome {
            Ok(tokens) => {
                let token = tokens.access.clone();
                kept.identity = Some(tokens.identity.clone());
                (kept.tokens, kept.claims, kept.failure) = (Some(tokens), None, None);
                Ok(Some(token))
            }
            Err(error) => {
                // A token is renewed before its end, so there may be some time left to try again.
                if let Some(token) = kept.tokens.as_ref().filter(|it| !it.is_over()).map(|it| it.access.clone()) {
                    return Ok(Some(token));
                }
                kept.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// The token at hand, if it needs no renewal.
    fn fresh(&self) -> Option<SecretString> {
        let mut kept = self.kept();
        let tokens = kept.tokens.as_ref().filter(|it| it.is_fresh())?;
        let (token, identity) = (tokens.access.clone(), tokens.identity.clone());
        kept.identity = Some(identity);
        Some(token)
    }

    /// A token that was given has ended.
    fn used_up(&self) -> RemoteError {
        RemoteError::connection(
            format!("the token in {} has expired", self.place()),
            format!("Put a new bearer token into {} and start Tallyho again. The query is untouched.", self.place()),
        )
    }

    /// True when a token that the service refuses can be replaced by a new one without starting again.
    pub(super) fn can_renew(&self) -> bool {
        !matches!(self.sign_in.method, SignInMethod::None | SignInMethod::TokenVariable(_) | SignInMethod::TokenInput)
    }

    /// The service refused this token: it is not used again, unless another call has replaced it already. `claims` is
    /// what the service wants to see in the next one.
    pub(super) fn refused(&self, token: &SecretString, claims: Option<String>) {
        let mut kept = self.kept();
        let is_same = |it: &Tokens| it.access.expose_secret() == token.expose_secret();
        if self.can_renew()
            && let Some(tokens) = kept.tokens.as_mut().filter(|it| is_same(it))
        {
            tokens.end();
            kept.claims = claims.map(plain_claims);
        }
    }

    /// The next call gets another token. What renews it stays, and so does a token that was given.
    pub(super) fn forget(&self) {
        if self.can_renew()
            && let Some(tokens) = self.kept().tokens.as_mut()
        {
            tokens.end();
        }
    }

    /// Forgets everything, in the keyring too. True when the keyring kept something.
    pub(super) async fn sign_out(&self) -> Result<bool, RemoteError> {
        let _turn = self.turn.lock().await;
        {
            let mut kept = self.kept();
            if self.can_renew() {
                kept.tokens = None;
            }
            kept.identity = None;
        }
        let Some(remembered) = self.remembered()? else { return Ok(false) };
        remembered.delete().await.map_err(|why| {
            RemoteError::connection(
                format!("the system's keyring cannot be asked: {why}"),
                "Unlock the keyring, or delete the entry 'tallyho' there.",
            )
        })
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        self.kept().identity.clone()
    }

    /// Where a person would put a new token, for advice.
    pub(super) fn place(&self) -> String {
        match &self.sign_in.method {
            SignInMethod::TokenVariable(name) => format!("the environment variable {name}"),
            SignInMethod::TokenInput => "standard input".to_owned(),
            _ => "the environment variable that token_variable names".to_owned(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the token's variable. The value goes straight into a secret and is never shown.
fn of_variable(variable: &str, environment: &Environment) -> Result<SecretString, RemoteError> {
    environment.variable(variable).map(SecretString::from).ok_or_else(|| {
        RemoteError::connection(
            format!("the environment variable {variable} holds no token"),
            format!("Put a bearer token into {variable} and start Tallyho again."),
        )
    })
}

fn of_input(environment: &Environment) -> Result<SecretString, RemoteError> {
    environment.input_token.clone().ok_or_else(|| {
        RemoteError::connection(
            "standard input holds no token",
            "Pipe a bearer token into tallyho, or set another sign_in of the connection.",
        )
    })
}

/// Claims are JSON; a challenge carries them in Base64.
fn plain_claims(claims: String) -> String {
    let decoded = BASE64_STANDARD.decode(&claims).or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(&claims));
    decoded.ok().and_then(|it| String::from_utf8(it).ok()).filter(|it| it.starts_with('{')).unwrap_or(claims)
}

/// A page that a person may be sent to: over https, or on this machine.
fn is_safe_page(page: &str) -> bool {
    let Ok(url) = Url::parse(page) else { return false };
    url.username().is_empty() && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url))
}
