//! Sign-in: the way to a token, and what is known about it.
//!
//! A token is asked for one resource and goes to no other host. Tokens live in memory; what is printed about them is
//! who, where and until when.

use secrecy::SecretString;

use super::environment::Environment;
use super::error::RemoteError;
use crate::config::{Service, SignInMethod};

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
    /// Nothing more is to be done: signed in.
    Done,
}

/// Who a token speaks for, as far as the token says so. Read for display only: nothing is verified here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// A person's name or an application's id.
    pub who: String,
    pub tenant: Option<String>,
    /// Roles of an application, or scopes of a person.
    pub roles: Vec<String>,
    /// What the token is for.
    pub audience: Option<String>,
    /// Seconds since 1970.
    pub expires: Option<u64>,
}

/// Where the tokens of one connection come from.
pub(super) struct TokenSource {
    method: SignInMethod,
    /// A token that was given and not asked for.
    given: Option<SecretString>,
}

impl TokenSource {
    /// Reads what is in the environment now. Fails where a variable that the connection names holds nothing.
    pub(super) fn new(service: &Service, environment: &Environment) -> Result<Self, RemoteError> {
        let method = service.sign_in.method.clone();
        let given = match &method {
            SignInMethod::TokenVariable(variable) => Some(of_variable(variable, environment)?),
            _ => None,
        };
        Ok(Self { method, given })
    }

    /// A token that is good for a while, with whatever it takes to get it. `None` where none is to be sent.
    pub(super) async fn token(
        &self,
        _client: &reqwest::Client,
        _prompt: &mut dyn FnMut(SignInPrompt),
    ) -> Result<Option<SecretString>, RemoteError> {
        match &self.method {
            SignInMethod::None => Ok(None),
            SignInMethod::TokenVariable(_) => Ok(self.given.clone()),
            other => Err(RemoteError::connection(
                format!("tallyho does not sign in by '{}' yet", other.name()),
                "Put a bearer token into an environment variable and name it with token_variable.",
            )),
        }
    }

    /// Where a person would put a new token, for advice.
    pub(super) fn place(&self) -> String {
        match &self.method {
            SignInMethod::TokenVariable(name) => format!("the environment variable {name}"),
            _ => "the environment variable that token_variable names".to_owned(),
        }
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
