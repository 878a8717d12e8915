//! The identity of the Azure machine or App Service that Tallyho runs on: the platform itself answers for it.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, Url};
use serde_json::Value;

use super::super::environment::Environment;
use super::super::error::RemoteError;
use super::login::{client, read, retry_after};
use super::refusal::Refusal;
use super::scrub::quote;
use super::tokens::Tokens;

/// How often is asked before it is given up; a platform that is being updated answers later.
const ATTEMPTS: u32 = 6;
/// Longest wait between two attempts, in seconds.
const MAX_WAIT: u64 = 32;
/// The platform is near: where it does not answer at once, there is none.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Whom to ask, and how.
struct Place {
    url: Url,
    header: (&'static str, String),
    name: &'static str,
}

/// Asks the platform for a token.
pub(super) async fn sign_in(
    resource: &str,
    client_id: Option<&str>,
    environment: &Environment,
) -> Result<Tokens, RemoteError> {
    let mut place = place(environment)?;
    place.url.query_pairs_mut().append_pair("resource", resource);
    if let Some(client_id) = client_id {
        place.url.query_pairs_mut().append_pair("client_id", client_id);
    }
    let client = client("http", true).map_err(|it| RemoteError::internal(&it.to_string()))?;
    let mut attempt = 0;
    loop {
        attempt += 1;
        match ask(&client, &place).await {
            Ok(tokens) => return Ok(tokens),
            Err(Failure::Final(error)) => return Err(error),
            Err(Failure::Passing { error, .. }) if attempt == ATTEMPTS => return Err(error),
            Err(Failure::Passing { wait, .. }) => {
                let wait = wait.unwrap_or(1 << (attempt - 1)).clamp(1, MAX_WAIT);
                tokio::time::sleep(environment.seconds(wait)).await;
            }
        }
    }
}

/// App Service says in two variables where it answers; a virtual machine answers at an address that all of them share.
fn place(environment: &Environment) -> Result<Place, RemoteError> {
    let endpoint = environment.variable("IDENTITY_ENDPOINT");
    let header = environment.variable("IDENTITY_HEADER");
    let refuse = |what: &str| {
        RemoteError::connection(
            format!("the managed identity of {what} is not supported"),
            "Use 'workload-identity', 'certificate' or 'az' as sign_in of the connection.",
        )
    };
    if environment.variable("IDENTITY_SERVER_THUMBPRINT").is_some() {
        return Err(refuse("Service Fabric"));
    }
    match (endpoint, header) {
        (Some(endpoint), Some(header)) => {
            let mut url = near(&endpoint)?;
            url.query_pairs_mut().append_pair("api-version", "2019-08-01");
            Ok(Place { url, header: ("X-IDENTITY-HEADER", header), name: "App Service" })
        }
        (Some(_), None) => Err(refuse("Azure Arc")),
        (None, _) if environment.variable("MSI_ENDPOINT").is_some() => Err(refuse("MSI_ENDPOINT")),
        (None, _) => {
            let mut url = near(&environment.machine_identity_url)?;
            url.set_path("/metadata/identity/oauth2/token");
            url.query_pairs_mut().append_pair("api-version", "2018-02-01");
            Ok(Place { url, header: ("Metadata", "true".to_owned()), name: "this machine" })
        }
    }
}

/// An address on this machine or its own network: the answer is a token, and it comes without encryption.
fn near(text: &str) -> Result<Url, RemoteError> {
    let url = Url::parse(text).ok().filter(|url| {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        let is_near = match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_link_local() || ip.is_private(),
            Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unique_local(),
            Err(_) => host == "localhost",
        };
        url.scheme() == "http" && is_near && url.username().is_empty() && url.password().is_none()
    });
    url.ok_or_else(|| {
        RemoteError::connection(
            format!("'{}' is no address of a managed identity", quote(text, &[])),
            "Check IDENTITY_ENDPOINT: it is an http address on this machine or its own network.",
        )
    })
}

enum Failure {
    /// Another attempt may help, after so many seconds.
    Passing {
        error: RemoteError,
        wait: Option<u64>,
    },
    Final(RemoteError),
}

async fn ask(client: &Client, place: &Place) -> Result<Tokens, Failure> {
    let (header, value) = &place.header;
    let request = client.get(place.url.clone()).header(*header, value).timeout(CONNECT_TIMEOUT * 4);
    let answered = tokio::time::timeout(CONNECT_TIMEOUT * 4, request.send()).await;
    let Ok(Ok(mut response)) = answered else { return Err(Failure::Final(absent(place))) };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = read(&mut response).await.unwrap_or_default();
    let answer = serde_json::from_slice::<Value>(&body).ok();
    if status == 200 {
        let tokens = answer.as_ref().and_then(Tokens::of_answer);
        return tokens.ok_or_else(|| {
            Failure::Final(RemoteError::connection(
                format!("the managed identity of {} answered without a token", place.name),
                "Check what answers at its address.",
            ))
        });
    }
    let refusal = answer.as_ref().and_then(|it| Refusal::of_answer(it, &[value]));
    let said = refusal.map_or_else(String::new, |it| it.tail());
    let error = RemoteError::connection(
        format!("the managed identity of {} gives no token ({status}){said}", place.name),
        match status {
            400 => "Assign an identity to the machine; of several, name one with client_id.",
            401 | 403 => "Check IDENTITY_HEADER; the platform sets it anew at each start.",
            _ => "Try again in a minute.",
        },
    );
    match status {
        404 | 410 | 429 | 500..600 => Err(Failure::Passing { error, wait: retry_after(&headers) }),
        _ => Err(Failure::Final(error)),
    }
}

fn absent(place: &Place) -> RemoteError {
    RemoteError::connection(
        format!("{} has no managed identity: nothing answers at its address", place.name),
        "Use it on an Azure machine, or set another sign_in of the connection.",
    )
}
