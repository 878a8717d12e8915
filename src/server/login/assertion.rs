//! Assertions: an application proves that it holds its certificate's key, or shows the token of the platform it runs on.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::LoginOptions;
use super::fault::LoginFault;
use super::form::Place;

/// The audience of a platform's token (workload identity).
const EXCHANGE: &str = "api://AzureADTokenExchange";
/// Clocks differ; the real server allows as much.
const LEEWAY: u64 = 300;

#[derive(Deserialize)]
struct Claims {
    aud: Value,
    iss: Option<String>,
    sub: Option<String>,
    exp: u64,
    #[serde(default)]
    nbf: u64,
}

/// Looks at the algorithm, the audience, the time and who it is from; at the signature when a certificate is registered.
pub(super) fn check(
    options: &LoginOptions,
    place: &Place<'_>,
    client_id: &str,
    assertion: &str,
) -> Result<(), LoginFault> {
    let malformed = |why: &str| {
        let message = format!("Client assertion is not within its valid form: {why}.");
        LoginFault::new("invalid_client", 50_027, message)
    };
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| malformed("it is no signed token"))?;
    let claims: Claims = jsonwebtoken::dangerous::insecure_decode_claims(assertion)
        .map_err(|_| malformed("it lacks 'aud' or 'exp', or they are not of their type"))?;
    check_time(&claims)?;
    if names(&claims.aud, EXCHANGE) {
        return check_platform(options, place, &claims);
    }
    if !matches!(header.alg, Algorithm::PS256 | Algorithm::RS256) {
        return Err(malformed("'alg' must be PS256 or RS256"));
    }
    if !is_for_this_endpoint(&claims.aud, place) {
        let message = format!(
            "Client assertion audience claim does not match Realm issuer. Expected: 'http://{}/{}/oauth2/v2.0/token'.",
            place.host, place.tenant
        );
        return Err(LoginFault::new("invalid_client", 700_023, message));
    }
    let is_own = |it: &Option<String>| it.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(client_id));
    if !is_own(&claims.iss) || !is_own(&claims.sub) {
        let message = "Client assertion's 'iss' and 'sub' must be the client id.";
        return Err(LoginFault::new("invalid_client", 700_021, message));
    }
    let extras = header.x5t_s256.as_deref().or(header.x5t.as_deref());
    let Some(thumbprint) = extras else { return Err(malformed("the header lacks 'x5t#S256' and 'x5t'")) };
    match &options.certificate {
        Some(pem) => check_signature(pem, header.alg, thumbprint, assertion),
        None if place.is_local && options.client_secret.is_none() => Ok(()),
        None => Err(LoginFault::new("invalid_client", 700_027, "The application has no certificate registered.")),
    }
}

fn check_time(claims: &Claims) -> Result<(), LoginFault> {
    let now = jsonwebtoken::get_current_timestamp();
    if claims.exp.saturating_add(LEEWAY) < now || claims.nbf > now + LEEWAY {
        let message = format!(
            "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {} to {}.",
            claims.nbf, claims.exp
        );
        return Err(LoginFault::new("invalid_client", 700_024, message));
    }
    Ok(())
}

/// A platform's token is from somewhere else, whose keys nobody has here: only from this machine is it believed.
fn check_platform(options: &LoginOptions, place: &Place<'_>, claims: &Claims) -> Result<(), LoginFault> {
    let has_subject = claims.iss.is_some() && claims.sub.is_some();
    if place.is_local && has_subject && options.certificate.is_none() && options.client_secret.is_none() {
        return Ok(());
    }
    let message = "No matching federated identity record found for presented assertion.";
    Err(LoginFault::new("invalid_client", 700_213, message))
}

fn names(audience: &Value, wanted: &str) -> bool {
    match audience {
        Value::Array(all) => all.iter().any(|it| names(it, wanted)),
        other => other.as_str().is_some_and(|it| it.eq_ignore_ascii_case(wanted)),
    }
}

/// Either generation of the token endpoint, under this server's address.
fn is_for_this_endpoint(audience: &Value, place: &Place<'_>) -> bool {
    let base = format!("http://{}/{}/oauth2", place.host, place.tenant);
    ["/v2.0/token", "/token"].iter().any(|path| names(audience, &format!("{base}{path}")))
}

fn check_signature(pem: &[u8], algorithm: Algorithm, thumbprint: &str, assertion: &str) -> Result<(), LoginFault> {
    let refuse = |why: &str| {
        Err(LoginFault::new("invalid_client", 700_027, format!("Client assertion failed signature validation: {why}.")))
    };
    let Some(der) = certificate(pem) else { return refuse("the registered certificate cannot be read") };
    let known = [URL_SAFE_NO_PAD.encode(Sha256::digest(&der)), URL_SAFE_NO_PAD.encode(Sha1::digest(&der))];
    if !known.iter().any(|it| it == thumbprint.trim_end_matches('=')) {
        return refuse("the key was not found by its thumbprint");
    }
    let Ok(key) = DecodingKey::from_rsa_pem(pem) else { return refuse("the registered certificate has no RSA key") };
    let mut validation = Validation::new(algorithm);
    // Audience and time were looked at before.
    validation.validate_aud = false;
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    match jsonwebtoken::decode::<Value>(assertion, &key, &validation) {
        Ok(_) => Ok(()),
        Err(_) => refuse("the signature is wrong"),
    }
}

/// The first certificate of a PEM file.
fn certificate(pem: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(pem).ok()?;
    let body = text.split_once("-----BEGIN CERTIFICATE-----")?.1.split_once("-----END CERTIFICATE-----")?.0;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}
