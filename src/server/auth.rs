//! Looks at the token of a request, and says who asks.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::connections::Link;
use super::family::Family;
use super::fault::Fault;
use super::login::{TokenError, required};
use super::{Auth, ServerState};

/// Who asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Caller {
    /// Tells clients apart that share the engine.
    pub(super) client: String,
    /// Whose quota it is.
    pub(super) tenant: String,
}

/// Why a token does not count.
pub(super) enum Denied {
    /// There is none.
    Missing,
    /// It is no token of ours.
    Unreadable,
    Expired,
    WrongAudience,
    /// It lacks the permission; what it has.
    MissingRole {
        required: &'static str,
        has: String,
    },
}

/// Lets a request of an API through whose token counts.
pub(super) async fn check(State(state): State<Arc<ServerState>>, mut request: Request, next: Next) -> Response {
    let family = Family::of(request.uri().path());
    let caller = match &state.options.auth {
        _ if !family.is_api() => Ok(Caller::default()),
        Auth::None => Ok(anonymous(&request)),
        Auth::Token(expected) => fixed(request.headers(), expected),
        Auth::Entra(_) => signed_in(&state, family, request.headers()),
    };
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(denied) => denied.fault(family).response(family.dialect()),
    }
}

/// Nobody says who it is: programs on one machine are told apart by the token they send anyway, or by their name.
fn anonymous(request: &Request) -> Caller {
    let headers = request.headers();
    let shown = headers.get(header::AUTHORIZATION).or_else(|| headers.get(header::USER_AGENT));
    let shown = Sha256::digest(shown.map_or(&[][..], |it| it.as_bytes()));
    let address = request.extensions().get::<Arc<Link>>().map(|it| it.peer.ip().to_string()).unwrap_or_default();
    Caller { client: format!("{address} {shown:x}"), tenant: "local".to_owned() }
}

fn fixed(headers: &HeaderMap, expected: &SecretString) -> Result<Caller, Denied> {
    let shown = bearer(headers)?;
    if !same(shown.as_bytes(), expected.expose_secret().as_bytes()) {
        return Err(Denied::Unreadable);
    }
    Ok(Caller { client: "token".to_owned(), tenant: "token".to_owned() })
}

/// A token of the login server, for this API, that has not expired and has the permission.
fn signed_in(state: &ServerState, family: Family, headers: &HeaderMap) -> Result<Caller, Denied> {
    let shown = bearer(headers)?;
    let login = state.login.as_ref().ok_or(Denied::Unreadable)?;
    let token = login.check(shown).map_err(|error| match error {
        TokenError::Unreadable => Denied::Unreadable,
        TokenError::Expired => Denied::Expired,
        TokenError::WrongAudience => Denied::WrongAudience,
    })?;
    if !token.api.serves(family) {
        return Err(Denied::WrongAudience);
    }
    if !login.use_token(&token.id) {
        return Err(Denied::Expired);
    }
    let required = required(token.api, family);
    if let Some(first) =
        required.first().filter(|_| !required.iter().any(|it| token.permissions.iter().any(|has| has == it)))
    {
        return Err(Denied::MissingRole { required: first, has: token.permissions.join(",") });
    }
    Ok(Caller { client: token.application, tenant: token.tenant })
}

/// Takes as long for a wrong token as for the right one.
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    let (left, right) = (Sha256::digest(left), Sha256::digest(right));
    left.iter().zip(right.iter()).fold(0, |differs, (left, right)| differs | (left ^ right)) == 0
}

/// What stands behind `Bearer`.
fn bearer(headers: &HeaderMap) -> Result<&str, Denied> {
    let value = headers.get(header::AUTHORIZATION).ok_or(Denied::Missing)?;
    let value = value.to_str().map_err(|_| Denied::Unreadable)?;
    match value.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => match token.trim() {
            "" => Err(Denied::Missing),
            token => Ok(token),
        },
        _ if value.trim().eq_ignore_ascii_case("bearer") => Err(Denied::Missing),
        _ => Err(Denied::Unreadable),
    }
}

impl Denied {
    /// In the words of the service: Graph's are known, the others' are not.
    fn fault(&self, family: Family) -> Fault {
        let is_graph = matches!(family, Family::Graph(_));
        let message = match self {
            Self::MissingRole { required, has } => return Self::forbid(family, required, has),
            Self::Missing if is_graph => "Access token is empty.",
            Self::Missing => "Unauthorized request - no bearer token was sent.",
            Self::Unreadable if is_graph => "CompactToken parsing failed with error code: 80049217",
            Self::Unreadable => "Unauthorized request - the bearer token is not valid.",
            Self::Expired if is_graph => "Lifetime validation failed, the token is expired.",
            Self::Expired => "Unauthorized request - the bearer token has expired.",
            Self::WrongAudience if is_graph => "Access token validation failure. Invalid audience.",
            Self::WrongAudience => "Unauthorized request - the bearer token is for another API.",
        };
        let code = match family {
            Family::Graph(_) => "InvalidAuthenticationToken",
            Family::LogAnalytics => "InvalidTokenError",
            _ => "Unauthorized",
        };
        // Who sent no token made no mistake with it (RFC 6750).
        let description = if matches!(self, Self::Missing) { "" } else { message };
        Fault::unauthorized(code, message, challenge(description))
    }

    fn forbid(family: Family, required: &str, has: &str) -> Fault {
        let code = if family == Family::LogAnalytics { "InsufficientAccessError" } else { "Forbidden" };
        let message = format!("Missing application roles. API required roles: {required}, application roles: {has}.");
        Fault::forbidden(code, message)
    }
}

/// The header that says what is wanted (RFC 6750): an error only when a token was sent.
fn challenge(description: &str) -> String {
    match description {
        "" => "Bearer realm=\"tallyho\"".to_owned(),
        _ => format!("Bearer realm=\"tallyho\", error=\"invalid_token\", error_description=\"{description}\""),
    }
}
