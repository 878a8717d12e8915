//! Whom a token speaks for, read from the token itself.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

/// Who a token speaks for, as far as the token says so. Read for display only: nothing is verified here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// A person's name or an application's id; empty where the token does not say.
    pub who: String,
    pub tenant: Option<String>,
    /// Roles of an application, or scopes of a person.
    pub roles: Vec<String>,
    /// What the token is for.
    pub audience: Option<String>,
    /// Seconds since 1970.
    pub expires: Option<u64>,
}

impl Identity {
    /// Reads the claims of a token. Of a token that is none of ours to read, nothing is known.
    pub(super) fn of_token(token: &str) -> Self {
        let Some(claims) = claims(token) else { return Self::default() };
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
        let names = ["upn", "preferred_username", "unique_name", "email", "app_displayname", "appid", "azp", "sub"];
        let mut roles: Vec<String> = match claims.get("roles") {
            Some(Value::Array(roles)) => roles.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(role)) => vec![role.clone()],
            _ => Vec::new(),
        };
        roles.extend(text("scp").into_iter().flat_map(str::split_whitespace).map(str::to_owned));
        let audience = match claims.get("aud") {
            Some(Value::Array(all)) => all.first().and_then(Value::as_str),
            other => other.and_then(Value::as_str),
        };
        Self {
            who: names.iter().find_map(|name| text(name)).unwrap_or_default().to_owned(),
            tenant: text("tid").map(str::to_owned),
            roles,
            audience: audience.map(str::to_owned),
            expires: claims.get("exp").and_then(seconds),
        }
    }

    /// Fills what the token does not say with what another one does.
    pub(super) fn or(mut self, other: Self) -> Self {
        if self.who.is_empty() {
            self.who = other.who;
        }
        self.tenant = self.tenant.or(other.tenant);
        self
    }
}

/// The payload of a JWT; the signature is for the service to check.
fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, payload) = (parts.next()?, parts.next()?);
    parts.next()?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&payload).ok().filter(Value::is_object)
}

/// A count of seconds, as a number or as text: both are sent.
pub(super) fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().map(|it| it as u64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
