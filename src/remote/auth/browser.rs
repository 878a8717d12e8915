//! Authorisation code with PKCE (RFC 7636): the browser signs in, and hands a code over on loopback (RFC 8252).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::Url;
use sha2::{Digest as _, Sha256};

use super::super::error::RemoteError;
use super::listener::{Handed, Listener};
use super::login::{Form, Login, LoginError};
use super::random;
use super::refusal::Refusal;
use super::tokens::Tokens;
use super::{Person, SignInPrompt};

/// Seconds that a person has for the page.
const TIME_LIMIT: u64 = 300;

/// Sends the browser to the login page and waits for what it brings back.
pub(super) async fn sign_in(
    login: &Login,
    scope: &str,
    claims: Option<&str>,
    open_browser: bool,
    person: &mut Person<'_>,
) -> Result<Tokens, RemoteError> {
    let (state, verifier) = (random::text()?, random::text()?);
    let mut listener = Listener::open().await.map_err(|it| {
        RemoteError::connection(
            format!("cannot listen on this machine for the browser's answer: {it}"),
            "Sign in by 'device-code' instead.",
        )
    })?;
    let redirect = listener.address();
    let page = page(login, scope, claims, &redirect, &state, &verifier)?;
    if open_browser {
        let address = page.to_string();
        // Launchers are tried one after another, which takes a moment.
        drop(tokio::task::spawn_blocking(move || open::that_detached(address)));
    }
    person.show(SignInPrompt::Browser { url: page.into() });
    let Ok(handed) = tokio::time::timeout(login.seconds(TIME_LIMIT), listener.wait(&state)).await else {
        return Err(RemoteError::connection(
            "nobody signed in on the page within five minutes",
            "Sign in again; over SSH, sign in by 'device-code'.",
        ));
    };
    drop(listener);
    let code = match handed {
        Handed::Code(code) => code,
        Handed::Error { error, description } => {
            return Err(login.in_words(LoginError::Refused(Refusal::of_words(
                &error,
                &description,
                &[&state, &verifier],
            ))));
        }
    };
    let form = Form::new()
        .with("grant_type", "authorization_code")
        .with("client_id", login.client_id()?)
        .with("scope", scope)
        .with("code", code)
        .with("redirect_uri", redirect)
        .with("code_verifier", verifier)
        .with_some("claims", claims);
    // A code is good for one use, so the form goes out once.
    let answer = login.post("token", &form).await;
    answer.and_then(|it| login.tokens(&it)).map_err(|it| login.in_words(it))
}

/// The page where a person signs in.
fn page(
    login: &Login,
    scope: &str,
    claims: Option<&str>,
    redirect: &str,
    state: &str,
    verifier: &str,
) -> Result<Url, RemoteError> {
    let mut page = login.endpoint("authorize");
    page.query_pairs_mut()
        .append_pair("client_id", login.client_id()?)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", redirect)
        .append_pair("response_mode", "query")
        .append_pair("scope", scope)
        .append_pair("state", state)
        .append_pair("code_challenge", &BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)))
        .append_pair("code_challenge_method", "S256")
        .append_pair("prompt", "select_account");
    if let Some(claims) = claims {
        page.query_pairs_mut().append_pair("claims", claims);
    }
    Ok(page)
}
