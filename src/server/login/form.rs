//! The forms that sign-in is asked with.

use axum::http::HeaderMap;
use axum::http::header;

use super::LoginOptions;
use super::fault::LoginFault;
use crate::server::connections::Link;

/// Names and values of a form or of what stands behind `?`; the first of each name counts.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// What is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|it| !it.is_empty())
    }

    pub(super) fn need(&self, name: &str) -> Result<&str, LoginFault> {
        self.get(name).ok_or_else(|| LoginFault::missing(name))
    }
}

/// Whence and to whom a request comes.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) tenant: &'a str,
    /// The name that the client has for this server: `127.0.0.1:7878`.
    pub(super) host: &'a str,
    /// The client is on this machine.
    pub(super) is_local: bool,
}

impl<'a> Place<'a> {
    pub(super) fn new(tenant: &'a str, headers: &'a HeaderMap, link: &Link) -> Self {
        let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
        Self { tenant, host, is_local: link.peer.ip().is_loopback() }
    }

    pub(super) fn issuer(&self) -> String {
        format!("http://{}/{}/v2.0", self.host, self.tenant)
    }

    /// The tenant exists, and so does the application.
    pub(super) fn check(&self, options: &LoginOptions, client_id: &str) -> Result<(), LoginFault> {
        if let Some(code) = options.fails_with {
            return Err(LoginFault::of_code(code));
        }
        let shared = ["common", "organizations", "consumers"];
        let is_known = match &options.tenant {
            Some(tenant) => tenant.eq_ignore_ascii_case(self.tenant) || shared.contains(&self.tenant),
            None => is_tenant(self.tenant),
        };
        if !is_known {
            let message = format!(
                "Tenant '{}' not found. Check to make sure you have the correct tenant ID and are signing into the \
                 correct cloud.",
                self.tenant
            );
            return Err(LoginFault::new("invalid_request", 90_002, message));
        }
        if options.client_id.as_ref().is_some_and(|it| !it.eq_ignore_ascii_case(client_id)) {
            let message =
                format!("Application with identifier '{client_id}' was not found in the directory '{}'.", self.tenant);
            return Err(LoginFault::new("unauthorized_client", 700_016, message));
        }
        Ok(())
    }
}

/// A GUID or a domain.
fn is_tenant(name: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_');
    !name.is_empty() && name.len() <= 253 && name.chars().all(is_plain)
}
