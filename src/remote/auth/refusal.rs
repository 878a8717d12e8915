//! What a login server says no to, in words: what happened, and what to do.

use serde_json::Value;

use super::super::error::RemoteError;
use super::aadsts;
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
        let mut codes: Vec<u64> = codes.filter_map(Value::as_u64).filter(|it| *it > 0).collect();
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

    /// What happened, and what to do: our words, and the server's own behind them.
    pub(super) fn explain(&self, setting: &Setting) -> RemoteError {
        let known = self.codes.iter().find_map(|code| aadsts::explain(*code));
        let (what, advice) = match known.map(|it| (it.what, it.advice)).or_else(|| aadsts::of_name(&self.error)) {
            Some((what, advice)) => (setting.fill(what), setting.fill(advice)),
            None => {
                ("the login server refused it".to_owned(), "Ask an administrator what the number means.".to_owned())
            }
        };
        let name = match known.map(|it| it.code).or_else(|| self.codes.first().copied()) {
            Some(code) => format!("AADSTS{code}"),
            None => self.error.clone(),
        };
        RemoteError::connection(format!("cannot sign in: {what} ({name}){}", self.tail()), advice)
    }

    /// `: what the server says`, or nothing.
    pub(super) fn tail(&self) -> String {
        let said = match self.said.split_once(": ") {
            // The number is named already.
            Some((number, said)) if number.starts_with("AADSTS") => said,
            _ => self.said.as_str(),
        };
        if said.is_empty() { String::new() } else { format!(": {}", said.trim_end_matches('.')) }
    }

    /// True when a sign-in from the start may help where renewing did not.
    pub(super) fn wants_person(&self) -> bool {
        matches!(self.error.as_str(), "invalid_grant" | "interaction_required" | "consent_required" | "login_required")
    }
}

/// The number behind AADSTS.
fn code_in(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok().filter(|it| *it > 0)
}

/// Entra's words without the ids and times that follow them.
fn without_trace(text: &str) -> &str {
    let end = ["Trace ID:", "Correlation ID:", "Timestamp:"].iter().filter_map(|it| text.find(it)).min();
    text[..end.unwrap_or(text.len())].trim()
}
