//! What a sign-in brings: a token, its end, and what renews it.

use std::time::{SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::identity::{Identity, seconds};

/// Seconds before its end at which a token is renewed, so that no query meets the end on its way.
const MARGIN: u64 = 300;
/// The same where a person would have to act: they are not asked before it is needed.
const SHORT_MARGIN: u64 = 30;
/// How long a token is trusted that does not say when it ends.
const UNKNOWN_LIFE: u64 = 300;

/// One token and what belongs to it.
pub(super) struct Tokens {
    pub(super) access: SecretString,
    /// Gets the next token without a person.
    pub(super) refresh: Option<SecretString>,
    pub(super) identity: Identity,
    /// Seconds since 1970; `u64::MAX` where the end is nobody's knowledge.
    expires: u64,
    /// From when on the next one is asked for.
    renew_from: u64,
}

impl Tokens {
    /// A token with its end, in seconds since 1970, as far as known.
    pub(super) fn new(access: SecretString, expires: Option<u64>) -> Self {
        let identity = Identity::of_token(access.expose_secret());
        let now = now();
        let expires = expires.or(identity.expires).unwrap_or(now + UNKNOWN_LIFE);
        let identity = Identity { expires: Some(expires), ..identity };
        // A short life is used for half of it.
        let margin = MARGIN.min(expires.saturating_sub(now) / 2);
        Self { access, refresh: None, identity, expires, renew_from: expires - margin }
    }

    /// A token that was handed to us. It is sent as long as the service takes it: the service has the right clock.
    pub(super) fn given(access: SecretString) -> Self {
        let identity = Identity::of_token(access.expose_secret());
        Self { access, refresh: None, identity, expires: u64::MAX, renew_from: u64::MAX }
    }

    /// Reads an answer of a login server. `None` when it carries no token.
    pub(super) fn of_answer(answer: &Value) -> Option<Self> {
        let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
        let access = SecretString::from(text("access_token")?);
        let ends_in = answer.get("expires_in").and_then(seconds).map(|life| now().saturating_add(life));
        let ends_at = answer.get("expires_on").and_then(seconds);
        let mut tokens = Self::new(access, ends_in.or(ends_at));
        tokens.refresh = text("refresh_token").map(SecretString::from);
        if let Some(id) = text("id_token") {
            tokens.identity = tokens.identity.or(Identity::of_token(id));
        }
        if tokens.identity.roles.is_empty() {
            tokens.identity.roles = text("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        }
        Some(tokens)
    }

    /// A token of a person that nothing renews is used until shortly before its end.
    pub(super) fn of_person(mut self) -> Self {
        if self.refresh.is_none() {
            self.renew_from = self.expires - SHORT_MARGIN.min(self.expires - self.renew_from);
        }
        self
    }

    pub(super) fn is_fresh(&self) -> bool {
        now() < self.renew_from
    }

    pub(super) fn is_over(&self) -> bool {
        now() >= self.expires
    }

    /// The service refused it.
    pub(super) fn end(&mut self) {
        (self.expires, self.renew_from) = (0, 0);
    }
}

/// Seconds since 1970. The system's clock and not a steady one, since a laptop sleeps while a token ages.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Tokens, now};

    fn answered(expires_in: u64, refresh: bool) -> Tokens {
        let mut answer = json!({"access_token": "opaque", "expires_in": expires_in});
        if refresh {
            answer["refresh_token"] = json!("r");
        }
        Tokens::of_answer(&answer).expect("it holds a token")
    }

    #[test]
    fn a_token_is_renewed_five_minutes_before_its_end_and_a_short_one_at_half_its_life() {
        let left = |it: &Tokens| it.renew_from.saturating_sub(now());
        for (expires_in, wanted) in [(3600, 3300), (600, 300), (400, 200), (10, 5), (1, 1), (0, 0)] {
            let tokens = answered(expires_in, true).of_person();
            assert!(left(&tokens).abs_diff(wanted) <= 1, "{expires_in}: {}", left(&tokens));
            assert_eq!(tokens.is_fresh(), expires_in > 0);
            assert_eq!(tokens.is_over(), expires_in == 0);
        }
        // Where only a person could renew it, they are not asked so early.
        assert!(left(&answered(3600, false).of_person()).abs_diff(3570) <= 1);
        assert!(left(&answered(10, false).of_person()).abs_diff(5) <= 1);
        // A life without end is one.
        assert!(answered(u64::MAX, true).is_fresh());
    }

    #[test]
    fn a_refused_token_is_over() {
        let mut tokens = answered(3600, true);
        tokens.end();
        assert!(tokens.is_over() && !tokens.is_fresh());
        assert!(tokens.refresh.is_some(), "what renews it stays");
    }
}
