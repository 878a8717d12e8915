//! Sign-in, every flow against login servers on loopback: what is sent, what becomes of each answer, and that no secret
//! is ever shown.

mod application;
mod browser;
mod command_line;
mod device_code;
mod login_server;
mod machine;
mod programs;
mod refusals;
mod renewal;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tallyho::config::{Api, Clock, Connection, ConnectionKind, Service, SignIn, SignInMethod};
use tallyho::remote::{Environment, Identity, RemoteError, RemoteRequest, Session, SignInPrompt};
use tokio_util::sync::CancellationToken;

const TENANT: &str = "contoso.example";
const CLIENT: &str = "11111111-2222-3333-4444-555555555555";
const RESOURCE: &str = "https://api.security.microsoft.com";
/// Odd enough that each way of writing it differs.
const SECRET: &str = "s3cr3t~Q \"+/&=%ä";

/// A connection, and what is around it.
#[derive(Clone)]
struct Bench {
    connection: Connection,
    environment: Environment,
}

impl Bench {
    fn new(authority: &str, method: SignInMethod) -> Self {
        let sign_in = SignIn {
            method,
            tenant: Some(TENANT.to_owned()),
            client_id: Some(CLIENT.to_owned()),
            authority: authority.to_owned(),
            remember: false,
        };
        let service =
            Service { sign_in, resource: RESOURCE.to_owned(), ..Service::at(Api::Defender, "http://127.0.0.1:9") };
        let environment = Environment {
            variables: Some(HashMap::from([("THE_SECRET".to_owned(), SECRET.to_owned())])),
            machine_identity_url: "http://127.0.0.1:9".to_owned(),
            programs: Some(PathBuf::from("/nonexistent")),
            open_browser: false,
            tick: Duration::from_millis(2),
            ..Environment::of_process()
        };
        let kind = ConnectionKind::Service(Box::new(service));
        Self { connection: Connection::new("bench", kind, Clock::System), environment }
    }

    fn with_secret(authority: &str) -> Self {
        Self::new(authority, SignInMethod::ClientSecret { variable: "THE_SECRET".to_owned() })
    }

    fn service(&mut self) -> &mut Service {
        match &mut self.connection.kind {
            ConnectionKind::Service(service) => service,
            _ => unreachable!(),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.environment.variables.as_mut().unwrap().insert(name.to_owned(), value.to_owned());
    }

    fn open(&self) -> Result<Session, RemoteError> {
        Session::open(&self.connection, &self.environment)
    }

    /// Signs in once, with a session of its own.
    fn sign_in(&self) -> (Result<Identity, RemoteError>, Vec<SignInPrompt>) {
        runtime().block_on(async {
            match self.open() {
                Ok(session) => sign_in(&session).await,
                Err(error) => (Err(error), Vec::new()),
            }
        })
    }

    /// The error of a sign-in that must fail; that it shows no secret is looked at too.
    fn failure(&self) -> RemoteError {
        let error = self.sign_in().0.unwrap_err();
        assert_no_secret(&format!("{error:?} {error}"));
        assert!(!error.message.is_empty() && !error.advice.is_empty(), "{error:?}");
        error
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

async fn sign_in(session: &Session) -> (Result<Identity, RemoteError>, Vec<SignInPrompt>) {
    let mut prompts = Vec::new();
    let answer = session.sign_in(&CancellationToken::new(), &mut |prompt| prompts.push(prompt)).await;
    (answer, prompts)
}

/// The token that a query of this session carries; the service refuses it, which does not matter here.
async fn token_of_query(session: &Session) -> Result<(), RemoteError> {
    let request = RemoteRequest {
        text: "T",
        time_range: None,
        time_column: None,
        parameters: &[],
        request_id: "test;1",
        timeout: Duration::from_secs(10),
    };
    session.query(&request, &CancellationToken::new(), &mut |_| {}).await.map(|_| ())
}

/// A token with these claims. The signature is none: only a service would check it.
fn jwt(claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", part(&json!({"alg": "none"})), part(claims))
}

fn person() -> String {
    jwt(&json!({"upn": "alice@contoso.example", "tid": "t-1", "scp": "AdvancedHunting.Read", "aud": RESOURCE}))
}

fn application() -> String {
    jwt(&json!({"appid": CLIENT, "tid": "t-1", "roles": ["AdvancedHunting.Read.All"], "aud": RESOURCE}))
}

/// What a login server answers when all is well.
fn token_answer(token: &str, refresh: Option<&str>) -> (u16, String) {
    let mut answer = json!({"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token});
    if let Some(refresh) = refresh {
        answer["refresh_token"] = json!(refresh);
    }
    (200, answer.to_string())
}

/// What it answers when not.
fn refusal(error: &str, code: u64, said: &str) -> (u16, String) {
    let description = format!(
        "AADSTS{code}: {said} Trace ID: 0000-trace Correlation ID: 0000-correlation Timestamp: 2026-01-01 00:00:00Z"
    );
    (400, json!({"error": error, "error_description": description, "error_codes": [code]}).to_string())
}

/// In none of the ways it may be written.
fn assert_no_secret(text: &str) {
    for part in ["s3cr3t", "refresh-token", "the-device-code", "the-code", "c2lnbmF0dXJl"] {
        assert!(!text.contains(part), "a secret is shown: {text}");
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sign_in").join(name)
}
