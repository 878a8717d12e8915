//! Device code (RFC 8628): a person types a code into a page on any machine, and Tallyho asks until they have.

use std::time::Instant;

use serde_json::Value;

use super::super::error::RemoteError;
use super::identity::seconds;
use super::login::{Form, Login, LoginError};
use super::refusal::Refusal;
use super::scrub::quote;
use super::tokens::Tokens;
use super::{Person, SignInPrompt, is_safe_page};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds that are added to the interval when the server finds it too short (RFC 8628, section 3.5).
const SLOW_DOWN: u64 = 5;
/// Longest interval, whatever the server says.
const MAX_INTERVAL: u64 = 60;
/// Longest life of a code, whatever the server says.
const MAX_LIFE: u64 = 3600;
/// Polls in a row that may go wrong on the way before it is given up.
const MAX_FAILURES: u32 = 10;

/// What the server gives out.
struct Code {
    device_code: String,
    user_code: String,
    page: String,
    /// Seconds until it expires, and between two polls.
    expires_in: u64,
    interval: u64,
}

/// Shows a code and waits until somebody has entered it.
pub(super) async fn sign_in(
    login: &Login,
    scope: &str,
    claims: Option<&str>,
    person: &mut Person<'_>,
) -> Result<Tokens, RemoteError> {
    let form = Form::new().with("client_id", login.client_id()?).with("scope", scope).with_some("claims", claims);
    let answer = login.send("devicecode", &form).await.map_err(|it| login.in_words(it))?;
    let code = code(&answer).ok_or_else(|| {
        RemoteError::connection(
            "the login server's answer holds no code to enter",
            "Check authority of the connection, or sign in by 'browser'.",
        )
    })?;
    let prompt = SignInPrompt::DeviceCode {
        user_code: code.user_code.clone(),
        verification_uri: code.page.clone(),
        expires_in: code.expires_in,
    };
    // The clock starts before the code is shown, so that it never runs longer than the server's.
    let started = Instant::now();
    person.show(prompt);
    let form = Form::new()
        .with("grant_type", GRANT)
        .with("client_id", login.client_id()?)
        .with("device_code", code.device_code.clone())
        .with_some("claims", claims);
    poll(login, &code, &form, started).await
}

async fn poll(login: &Login, code: &Code, form: &Form, started: Instant) -> Result<Tokens, RemoteError> {
    let mut interval = code.interval;
    let mut n_failures = 0;
    let life = login.seconds(code.expires_in);
    loop {
        if started.elapsed() + login.seconds(interval) > life {
            tokio::time::sleep(life.saturating_sub(started.elapsed())).await;
            return Err(expired());
        }
        tokio::time::sleep(login.seconds(interval)).await;
        match login.post("token", form).await {
            Ok(answer) => return login.tokens(&answer).map_err(|it| login.in_words(it)),
            Err(LoginError::Refused(refusal)) => match refusal.error.as_str() {
                "authorization_pending" => n_failures = 0,
                "slow_down" => interval = (interval + SLOW_DOWN).min(MAX_INTERVAL),
                _ => return Err(ended(login, refusal)),
            },
            Err(LoginError::Passing { error, wait }) => {
                n_failures += 1;
                if n_failures == MAX_FAILURES {
                    return Err(*error);
                }
                interval = interval.max(wait.unwrap_or(0)).min(MAX_INTERVAL);
            }
            Err(other) => return Err(login.in_words(other)),
        }
    }
}

/// The answers after which nobody need wait any longer.
fn ended(login: &Login, refusal: Refusal) -> RemoteError {
    match refusal.error.as_str() {
        "authorization_declined" | "access_denied" => RemoteError::connection(
            "sign-in was declined on the page where the code was entered",
            "Sign in again, and accept what the page asks.",
        ),
        "bad_verification_code" => RemoteError::connection(
            "the login server does not know the code that it gave out",
            "Sign in again; if it stays, check tenant of the connection.",
        ),
        "expired_token" | "code_expired" => expired(),
        _ => login.in_words(LoginError::Refused(refusal)),
    }
}

fn expired() -> RemoteError {
    RemoteError::connection("the code expired before it was entered", "Sign in again and enter the new code in time.")
}

/// Reads the answer. Code and page are shown to a person, so nothing odd may stand in them.
fn code(answer: &Value) -> Option<Code> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    let user_code = text("user_code").filter(|it| it.len() <= 64 && it.bytes().all(|byte| byte.is_ascii_graphic()))?;
    let page = text("verification_uri").or_else(|| text("verification_url")).filter(|it| is_safe_page(it))?;
    let number = |name: &str, otherwise: u64| answer.get(name).and_then(seconds).unwrap_or(otherwise);
    Some(Code {
        device_code: text("device_code")?.to_owned(),
        user_code: user_code.to_owned(),
        page: quote(page, &[]),
        expires_in: number("expires_in", 900).clamp(1, MAX_LIFE),
        interval: number("interval", 5).clamp(1, MAX_INTERVAL),
    })
}
