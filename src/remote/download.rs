//! Files that a query names by their address: no service, no token, and only hosts that the connection allows.

use std::time::Duration;

use reqwest::{Client, Url, redirect};

use super::CONNECT_TIMEOUT;
use super::http::{is_loopback, is_named, is_safe};

/// Longest time for one file.
const TIMEOUT: Duration = Duration::from_mins(1);
/// An address may lead on so often.
const MAX_REDIRECTS: usize = 4;

/// What fetches the files of one connection.
#[derive(Debug, Clone)]
pub struct Downloads {
    allowed: Vec<String>,
}

impl Downloads {
    /// From these hosts, with or without a port, and from nowhere else.
    pub fn new(allowed_hosts: &[String]) -> Self {
        Self { allowed: allowed_hosts.iter().map(|it| it.trim().to_ascii_lowercase()).collect() }
    }

    /// True for an address of one of the hosts that nobody can read along on the way.
    pub fn allows(&self, address: &Url) -> bool {
        is_safe(address) && is_named(address, &self.allowed)
    }

    /// The bytes at an address that is allowed, at most so many. The error does not hold the address.
    pub async fn get(self, address: Url, max_bytes: usize) -> Result<Vec<u8>, String> {
        let client = self.client(&address).map_err(words)?;
        let mut response = client.get(address).send().await.map_err(words)?;
        let status = response.status();
        if status.is_redirection() {
            return Err("it leads to an address that allowed_hosts of the connection does not name".to_owned());
        }
        if !status.is_success() {
            return Err(format!("its host answers {status}"));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(words)? {
            if bytes.len() + chunk.len() > max_bytes {
                return Err(format!("it has more than the {} MB that are read", max_bytes >> 20));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn client(&self, address: &Url) -> reqwest::Result<Client> {
        let rule = self.clone();
        let follow = move |attempt: redirect::Attempt<'_>| {
            let goes_on = attempt.previous().len() <= MAX_REDIRECTS && rule.allows(attempt.url());
            if goes_on { attempt.follow() } else { attempt.stop() }
        };
        let builder = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent(concat!("tallyho/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::custom(follow));
        let builder = if is_loopback(address) { builder.no_proxy() } else { builder };
        // Plain http needs no certificates, and must work on a system that has none: then nobody is trusted.
        let builder = if address.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
        builder.build()
    }
}

/// The client names the address in its errors, and what the query of an address holds may be a secret.
fn words(error: reqwest::Error) -> String {
    let error = error.without_url();
    if error.is_timeout() {
        return format!("its host did not answer within {} s", TIMEOUT.as_secs());
    }
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}
