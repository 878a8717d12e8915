//! What a login server says no to, in words: what happened, and what to do.

use serde_json::Value;

use super::super::error::RemoteError;
use super::scrub::quote;
use crate::config::{Service, SignInMethod};

/// A no in the words of OAuth 2, with Entra's numbers.
#[derive(Debug)]
pub(super) struct Refusal {
    /// `invalid_grant` and its like.
    pub(super) error: String,
    /// The server's own words, with what was secret taken out.
    said: String,
    /// Entra's numbers, as they follow AADSTS.
    codes: Vec<u64>,
    /// What the next sign-in has to show, for conditional access.
    pub(super) claims: Option<String>,
}

/// What advice names: settings of the connection, and what it needs.
pub(super) struct Setting {
    /// Where the secret or the certificate comes from.
    credential: String,
    client_id: String,
    tenant: String,
    resource: String,
    permission: String,
}

impl Setting {
    pub(super) fn of(service: &Service) -> Self {
        let sign_in = &service.sign_in;
        let credential = match &sign_in.method {
            SignInMethod::ClientSecret { variable } => variable.clone(),
            SignInMethod::Certificate { path, .. } => path.display().to_string(),
            SignInMethod::WorkloadIdentity { .. } => "the token file".to_owned(),
            _ => "the application".to_owned(),
        };
        let (application, delegated) = service.api.permissions();
        let permission = if sign_in.method.needs_person() { delegated } else { application };
        Self {
            credential,
            client_id: sign_in.client_id.clone().unwrap_or_else(|| "the application".to_owned()),
            tenant: sign_in.tenant.clone().unwrap_or_else(|| "organizations".to_owned()),
            resource: service.resource.clone(),
            permission: permission.to_owned(),
        }
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{credential}", &self.credential)
            .replace("{client}", &self.client_id)
            .replace("{tenant}", &self.tenant)
            .replace("{resource}", &self.resource)
            .replace("{permission}", &self.permission)
    }
}

impl Refusal {
    /// Reads an answer. `None` when it is no refusal.
    pub(super) fn of_answer(answer: &Value, secrets: &[&str]) -> Option<Self> {
        let error = answer.get("error")?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
        // The identity service of a machine nests its error once in a while.
        let (error, said) = match error {
            Value::String(error) => (error.as_str(), text("error_description")),
            other => (other.get("code")?.as_str()?, other.get("message").and_then(Value::as_str).unwrap_or_default()),
        };
        let codes = answer.get("error_codes").and_then(Value::as_array).into_iter().flatten();
        let mut codes: Vec<u64> = codes.filter_map(Value::as_u64).collect();
        codes.extend(code_in(said));
        let claims = Some(text("claims")).filter(|it| !it.is_empty());
        let said = without_trace(said);
        Some(Self {
            error: quote(error, secrets),
            said: quote(said, secrets),
            codes,
            claims: claims.map(str::to_owned),
        })
    }

    /// The same for words that came another way: an address, or a program.
    pub(super) fn of_words(error: &str, said: &str, secrets: &[&str]) -> Self {
        let codes = code_in(said).into_iter().collect();
        Self { error: quote(error, secrets), said: quote(without_trace(said), secrets), codes, claims: None }
    }

    /// True when the same request may be answered a moment later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.error.as_str(), "temporarily_unavailable" | "server_error")
    }

    /// What happened, and what to do.
    pub(super) fn explain(&self, setting: &Setting) -> RemoteError {
        let said = if self.said.is_empty() { String::new() } else { format!(": {}", self.said.trim_end_matches('.')) };
        RemoteError::connection(format!("sign-in was refused ({}){said}", self.error), setting.fill("Check {client}."))
    }
}

/// The number behind AADSTS.
fn code_in(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Entra's words without the ids and times that follow them.
fn without_trace(text: &str) -> &str {
    let end = ["Trace ID:", "Correlation ID:", "Timestamp:"].iter().filter_map(|it| text.find(it)).min();
    text[..end.unwrap_or(text.len())].trim()
}
