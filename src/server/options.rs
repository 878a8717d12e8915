//! How the service behaves: who may ask, what it costs, what it puts up with, what it tells.

use std::time::Duration;

use secrecy::SecretString;

use super::log::LogOptions;
use super::login::LoginOptions;
use crate::config::QuotaProfile;

/// Everything about the service that is not its data. The default is what `tallyho serve` does without flags, except
/// that nothing is logged.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    pub auth: Auth,
    /// Which service's limits are simulated; `None` counts nothing.
    pub quota: Option<QuotaProfile>,
    pub limits: Limits,
    pub log: LogOptions,
    /// Names besides `localhost` and loopback addresses under which requests may come, for a listener that other
    /// machines reach.
    pub hosts: Vec<String>,
}

/// What a request has to show.
#[derive(Debug, Clone, Default)]
pub enum Auth {
    /// Nothing: only for a listener that no other machine reaches.
    #[default]
    None,
    /// This bearer token, for every API.
    Token(SecretString),
    /// A token of the login server that is served beside the APIs.
    Entra(Box<LoginOptions>),
}

impl Auth {
    /// As the command line spells it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Token(_) => "token",
            Self::Entra(_) => "entra",
        }
    }
}

/// What one client, or many, may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a request's body; the services take about as much.
    pub body: usize,
    /// Bytes of all bodies together that are being read or answered.
    pub bodies: usize,
    /// From the first to the last byte of a body.
    pub body_time: Duration,
    /// From the end of one answer, or from the connection, to the end of the next request's headers.
    pub header_time: Duration,
    /// How long a peer may take nothing of an answer.
    pub send_time: Duration,
    /// Connections at the same time; then the one that has idled longest is closed.
    pub connections: usize,
    /// Queries that run at the same time; more wait, and clients take turns.
    pub running: usize,
    /// What running queries get when the service is asked to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 2 << 20,
            bodies: 128 << 20,
            body_time: Duration::from_secs(30),
            header_time: Duration::from_secs(30),
            send_time: Duration::from_mins(1),
            connections: 512,
            running: 8,
            grace: Duration::from_secs(5),
        }
    }
}
