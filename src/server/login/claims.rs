//! Makes tokens and reads them again. They are signed with a key that only this process has, since only it reads them.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::fault::LoginFault;
use super::form::Place;
use super::resource::{Api, Wanted};
use super::{Login, secret_word};

/// The audience of a refresh token: no API has it.
const REFRESH: &str = "urn:tallyho:refresh";
const REFRESH_SECONDS: u64 = 90 * 24 * 60 * 60;

/// What a token says. Names as the real ones have them.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    iat: u64,
    nbf: u64,
    exp: u64,
    tid: String,
    appid: String,
    azp: String,
    oid: String,
    sub: String,
    /// Tells tokens apart.
    uti: String,
    /// `app` or `user`, in tokens for an API only.
    #[serde(skip_serializing_if = "Option::is_none")]
    idtyp: Option<String>,
    ver: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
}

/// Who a token is for: an application by itself, or one on behalf of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Application,
    Person,
}

/// A token that counts.
#[derive(Debug)]
pub(in crate::server) struct Token {
    pub(in crate::server) id: String,
    pub(in crate::server) tenant: String,
    pub(in crate::server) application: String,
    pub(in crate::server) api: Api,
    /// Roles, or scopes.
    pub(in crate::server) permissions: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum TokenError {
    Unreadable,
    Expired,
    WrongAudience,
}

impl Login {
    /// A token for what is wanted. Permissions were looked at before.
    pub(super) fn access_token(
        &self,
        place: &Place<'_>,
        client_id: &str,
        subject: Subject,
        wanted: &Wanted,
        permissions: Vec<String>,
    ) -> Result<String, LoginFault> {
        let mut claims = self.claims(place, client_id, subject, self.options.token_lifetime.as_secs());
        claims.aud.clone_from(&wanted.resource);
        match subject {
            Subject::Application => (claims.idtyp, claims.roles) = (Some("app".to_owned()), Some(permissions)),
            Subject::Person => (claims.idtyp, claims.scp) = (Some("user".to_owned()), Some(permissions.join(" "))),
        }
        self.sign(&claims)
    }

    pub(super) fn id_token(&self, place: &Place<'_>, client_id: &str) -> Result<String, LoginFault> {
        let mut claims = self.claims(place, client_id, Subject::Person, self.options.token_lifetime.as_secs());
        client_id.clone_into(&mut claims.aud);
        self.sign(&claims)
    }

    /// Keeps the scope that was asked for, since the next question may leave it out.
    pub(super) fn refresh_token(&self, place: &Place<'_>, client_id: &str, scope: &str) -> Result<String, LoginFault> {
        let mut claims = self.claims(place, client_id, Subject::Person, REFRESH_SECONDS);
        REFRESH.clone_into(&mut claims.aud);
        claims.scp = Some(scope.to_owned());
        self.sign(&claims)
    }

    fn claims(&self, place: &Place<'_>, client_id: &str, subject: Subject, seconds: u64) -> Claims {
        let now = now();
        let is_person = subject == Subject::Person;
        let object = id_of(if is_person { &self.options.user } else { client_id });
        let user = is_person.then(|| self.options.user.clone());
        Claims {
            aud: String::new(),
            iss: place.issuer(),
            iat: now,
            nbf: now,
            exp: now + seconds,
            tid: tenant_id(place.tenant),
            appid: client_id.to_owned(),
            azp: client_id.to_owned(),
            sub: object.clone(),
            oid: object,
            uti: secret_word(),
            idtyp: None,
            ver: "2.0".to_owned(),
            roles: None,
            scp: None,
            name: user.clone(),
            upn: user.clone(),
            preferred_username: user,
        }
    }

    fn sign(&self, claims: &Claims) -> Result<String, LoginFault> {
        let key = EncodingKey::from_secret(&self.key);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key)
            .map_err(|_| LoginFault::plain("server_error", "the token could not be signed"))
    }

    fn read(&self, token: &str) -> Result<Claims, TokenError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_aud = false;
        let key = DecodingKey::from_secret(&self.key);
        match jsonwebtoken::decode::<Claims>(token, &key, &validation) {
            Ok(data) => Ok(data.claims),
            Err(error) if *error.kind() == jsonwebtoken::errors::ErrorKind::ExpiredSignature => {
                Err(TokenError::Expired)
            }
            Err(_) => Err(TokenError::Unreadable),
        }
    }

    /// Reads the token of a request to an API.
    pub(in crate::server) fn check(&self, token: &str) -> Result<Token, TokenError> {
        let claims = self.read(token)?;
        let is_for_api = claims.idtyp.is_some();
        let api = Api::of_resource(&claims.aud).filter(|_| is_for_api).ok_or(TokenError::WrongAudience)?;
        let scopes = claims.scp.unwrap_or_default();
        let permissions = claims.roles.unwrap_or_else(|| scopes.split(' ').map(str::to_owned).collect());
        Ok(Token { id: claims.uti, tenant: claims.tid, application: claims.appid, api, permissions })
    }

    /// Reads a refresh token of this application, and what it was given for.
    pub(super) fn check_refresh(&self, token: &str, client_id: &str) -> Result<String, LoginFault> {
        let invalid = || {
            let message = "The provided grant is invalid or malformed.";
            LoginFault::new("invalid_grant", 70_000, message)
        };
        let claims = self.read(token).map_err(|error| match error {
            TokenError::Expired => LoginFault::of_code(700_082),
            TokenError::Unreadable | TokenError::WrongAudience => invalid(),
        })?;
        let is_ours = claims.aud == REFRESH && claims.appid.eq_ignore_ascii_case(client_id);
        if is_ours { Ok(claims.scp.unwrap_or_default()) } else { Err(invalid()) }
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The id of a tenant that was named by it; one made from the name for every other.
fn tenant_id(name: &str) -> String {
    let is_id = name.len() == 36 && name.chars().all(|it| it.is_ascii_hexdigit() || it == '-');
    if is_id { name.to_ascii_lowercase() } else { id_of(name) }
}

/// A GUID that is the same for the same name.
pub(super) fn id_of(name: &str) -> String {
    let hash = format!("{:x}", Sha256::digest(name.to_ascii_lowercase()));
    format!("{}-{}-4{}-8{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32])
}
