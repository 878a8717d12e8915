//! The login server: where it is, and one form sent to it.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde_json::Value;

use super::super::environment::Environment;
use super::super::error::{self, RemoteError};
use super::super::http::is_loopback;
use super::refusal::{Refusal, Setting};
use super::scrub::quote;
use super::tokens::Tokens;
use crate::config::{Service, SignInMethod};

/// Longest time to wait for a connection, and for a whole answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(30);
/// An answer that is longer is no answer of a login server.
const MAX_ANSWER: usize = 1 << 20;
/// How often a form is sent that may be sent again.
const ATTEMPTS: u64 = 3;
/// Longest wait between two attempts, in seconds.
const MAX_WAIT: u64 = 10;

/// The fields of a form.
#[derive(Clone, Default)]
pub(super) struct Form(Vec<(&'static str, String)>);

impl Form {
    pub(super) fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    #[must_use]
    pub(super) fn with_some(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The values that nobody may see.
    fn secrets(&self) -> Vec<&str> {
        const NAMES: [&str; 6] =
            ["client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "device_code"];
        self.0.iter().filter(|(name, _)| NAMES.contains(name)).map(|(_, value)| value.as_str()).collect()
    }
}

/// Why a form brought nothing.
pub(super) enum LoginError {
    /// The server said no, in the words of the protocol.
    Refused(Refusal),
    /// The network, or a server that is busy: another attempt may help, after so many seconds.
    Passing { error: Box<RemoteError>, wait: Option<u64> },
    /// Something that is no login server, or is not spoken to.
    Other(RemoteError),
}

/// Where and as whom to sign in.
pub(super) struct Login {
    /// Scheme and host.
    authority: Url,
    tenant: String,
    client_id: Option<String>,
    /// Settings that advice names.
    setting: Setting,
    environment: Environment,
    client: OnceLock<Client>,
}

impl Login {
    /// Fails for a login server that a secret must not be sent to, and a tenant that is none.
    pub(super) fn new(service: &Service, environment: &Environment) -> Result<Self, RemoteError> {
        let sign_in = &service.sign_in;
        let is_workload = matches!(sign_in.method, SignInMethod::WorkloadIdentity { .. });
        // What a Kubernetes cluster tells its workloads stands in the variables of Microsoft's libraries.
        let variable = |name: &str| if is_workload { environment.variable(name) } else { None };
        let tenant = sign_in.tenant.clone().or_else(|| variable("AZURE_TENANT_ID"));
        let tenant = tenant.unwrap_or_else(|| "organizations".to_owned());
        let is_whole = tenant.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        // Dots alone would lead to another path.
        if !is_whole || !tenant.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(RemoteError::connection(
                format!("'{}' is no tenant", quote(&tenant, &[])),
                "Set tenant of the connection to the tenant's id or one of its domains.",
            ));
        }
        Ok(Self {
            authority: authority(&sign_in.authority)?,
            tenant,
            client_id: sign_in.client_id.clone().or_else(|| variable("AZURE_CLIENT_ID")),
            setting: Setting::of(service),
            environment: environment.clone(),
            client: OnceLock::new(),
        })
    }

    pub(super) fn client_id(&self) -> Result<&str, RemoteError> {
        self.client_id.as_deref().ok_or_else(|| {
            RemoteError::connection("no client_id is set", "Set client_id of the connection to the application's id.")
        })
    }

    pub(super) fn tenant(&self) -> &str {
        &self.tenant
    }

    pub(super) fn seconds(&self, n_seconds: u64) -> Duration {
        self.environment.seconds(n_seconds)
    }

    /// The address of `token`, `devicecode` or `authorize`.
    pub(super) fn endpoint(&self, name: &str) -> Url {
        let mut url = self.authority.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend([self.tenant.as_str(), "oauth2", "v2.0", name]);
        }
        url
    }

    /// Sends a form for a token, again where that may help.
    pub(super) async fn token(&self, form: &Form) -> Result<Tokens, LoginError> {
        self.tokens(&self.send("token", form).await?)
    }

    /// Sends a form that may be sent twice, again where that may help.
    pub(super) async fn send(&self, endpoint: &str, form: &Form) -> Result<Value, LoginError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.post(endpoint, form).await {
                Err(LoginError::Passing { wait, .. }) if attempt < ATTEMPTS => {
                    tokio::time::sleep(self.seconds(wait.unwrap_or(attempt).clamp(1, MAX_WAIT))).await;
                }
                answer => return answer,
            }
        }
    }

    /// The tokens of an answer.
    pub(super) fn tokens(&self, answer: &Value) -> Result<Tokens, LoginError> {
        Tokens::of_answer(answer).ok_or_else(|| LoginError::Other(self.no_answer("it holds no token")))
    }

    /// Sends a form once.
    pub(super) async fn post(&self, endpoint: &str, form: &Form) -> Result<Value, LoginError> {
        let request = self.client()?.post(self.endpoint(endpoint)).form(&form.0);
        let passing = |error| LoginError::Passing { error: Box::new(self.unreachable(&error)), wait: None };
        let mut response = request.send().await.map_err(passing)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read(&mut response).await.map_err(passing)?;
        self.judge(status, &headers, &body, &form.secrets())
    }

    /// What an answer means.
    fn judge(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        secrets: &[&str],
    ) -> Result<Value, LoginError> {
        let answer = serde_json::from_slice::<Value>(body).ok().filter(Value::is_object);
        if status.is_redirection() {
            let place = headers.get(LOCATION).and_then(|it| it.to_str().ok()).unwrap_or("another address");
            return Err(LoginError::Other(RemoteError::connection(
                format!(
                    "{} sends the sign-in on to {}; nothing secret is sent there",
                    self.host(),
                    quote(place, secrets)
                ),
                "If you trust that address, set it as authority of the connection.",
            )));
        }
        if let Some(refusal) = answer.as_ref().and_then(|it| Refusal::of_answer(it, secrets)) {
            if refusal.is_passing() {
                return Err(LoginError::Passing {
                    error: Box::new(refusal.explain(&self.setting)),
                    wait: retry_after(headers),
                });
            }
            return Err(LoginError::Refused(refusal));
        }
        match (status.as_u16(), answer) {
            (200, Some(answer)) => Ok(answer),
            (408 | 429 | 500..600, _) => Err(LoginError::Passing {
                error: Box::new(RemoteError::connection(
                    format!("the login server {} is busy or ill ({})", self.host(), status.as_u16()),
                    "Try again in a minute.",
                )),
                wait: retry_after(headers),
            }),
            (200, None) => Err(LoginError::Other(self.no_answer(what_it_is(body)))),
            (status, _) => {
                Err(LoginError::Other(self.no_answer(&format!("status {status} with {}", what_it_is(body)))))
            }
        }
    }

    fn no_answer(&self, what: &str) -> RemoteError {
        RemoteError::connection(
            format!("{} does not answer as a login server: {what}", self.host()),
            "Check authority and tenant of the connection; a proxy may stand in between.",
        )
    }

    fn unreachable(&self, error: &reqwest::Error) -> RemoteError {
        if error.is_timeout() {
            return RemoteError::connection(
                format!("the login server {} does not answer", self.host()),
                "Check authority of the connection, the network and its proxy.",
            );
        }
        let (what, advice) = error::unreachable(&self.host(), "authority of the connection", error);
        RemoteError::connection(format!("cannot sign in: {what}"), advice)
    }

    pub(super) fn in_words(&self, error: LoginError) -> RemoteError {
        match error {
            LoginError::Refused(refusal) => refusal.explain(&self.setting),
            LoginError::Passing { error, .. } => *error,
            LoginError::Other(error) => error,
        }
    }

    /// The host, and the port if it is not the usual one.
    fn host(&self) -> String {
        let host = self.authority.host_str().unwrap_or("the login server");
        self.authority.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// A client of its own: no cookies, no redirects, and nothing in common with the service.
    fn client(&self) -> Result<&Client, LoginError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let is_local = is_loopback(&self.authority);
        let made = client(self.authority.scheme(), is_local);
        let made = made.map_err(|it| LoginError::Other(RemoteError::internal(&it.to_string())))?;
        Ok(self.client.get_or_init(|| made))
    }
}

/// A client that follows no redirect and gives up in time; without a proxy for what is near.
pub(super) fn client(scheme: &str, is_near: bool) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .user_agent(concat!("tallyho/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none());
    let builder = if is_near { builder.no_proxy() } else { builder };
    // Plain http needs no certificates, and must work on a system that has none: then nobody is trusted.
    let builder = if scheme == "http" { builder.tls_certs_only([]) } else { builder };
    builder.build()
}

/// A whole answer, or its beginning where it is longer than any real one.
pub(super) async fn read(response: &mut Response) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        body.extend_from_slice(&piece);
        if body.len() > MAX_ANSWER {
            break;
        }
    }
    Ok(body)
}

/// Seconds that the server asks for.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// Names a body that is no answer, without quoting it: it may hold what was sent.
fn what_it_is(body: &[u8]) -> &'static str {
    let text = body.trim_ascii_start();
    match text.first() {
        None => "an empty body",
        Some(b'<') => "a web page",
        Some(b'{') => "JSON that is cut or says something else",
        Some(_) => "text that is no JSON",
    }
}

/// Scheme and host of the login server. Secrets go there: only https leaves this machine.
fn authority(text: &str) -> Result<Url, RemoteError> {
    let refuse = |why: &str| {
        RemoteError::connection(
            format!("the login server '{}' cannot be used: {why}", quote(text, &[])),
            "Set authority of the connection to an https address, or an http address on this machine.",
        )
    };
    let url = Url::parse(text.trim()).map_err(|it| refuse(&it.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(RemoteError::connection(
            "authority must not hold a name or password",
            "Set authority of the connection to scheme and host alone.",
        ));
    }
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(refuse("secrets are only sent over https")),
        _ => return Err(refuse("it is not https")),
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("only scheme and host belong there; the tenant has a key of its own"));
    }
    Ok(url)
}
