//! One exchange: the request goes out, the body is decoded on a thread of its own while it comes in.

use std::io;
use std::net::IpAddr;
use std::time::Instant;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use secrecy::ExposeSecret as _;
use tokio::sync::mpsc;

use super::decode::{self, DecodeError, Decoded, RemoteEvent};
use super::error::{self, RemoteError};
use super::{Asked, CONNECT_TIMEOUT, RemoteSummary};
use crate::result::Truncation;

/// Rows after which both services stop, without saying so.
const SERVICE_ROW_LIMIT: u64 = 100_000;
/// A body longer than this, unpacked, is no answer of a hunting service, whose limit is far below.
const MAX_BODY: u64 = 1 << 30;
/// How much of an error's body is read.
const MAX_ERROR_BODY: usize = 64 * 1024;
/// Pieces of the body, and events, that may wait for the other side.
const CHANNEL: usize = 16;

/// The address of an API below a base address. Only `https` leaves this machine.
pub(super) fn address(base_url: &str, path: &[&str]) -> Result<Url, RemoteError> {
    let mut url = Url::parse(base_url.trim()).map_err(|it| error::bad_address(base_url, &it.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(error::bad_address("base_url", "it must not hold a name or password"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(error::bad_address(base_url, "a token is only sent over https")),
        other => return Err(error::bad_address(base_url, &format!("'{other}' is not https"))),
    }
    url.set_query(None);
    url.set_fragment(None);
    match url.path_segments_mut() {
        Ok(mut segments) => segments.pop_if_empty().extend(path),
        Err(()) => return Err(error::bad_address(base_url, "it has no host")),
    };
    Ok(url)
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        None => false,
    }
}

/// Sends the request and decodes the answer.
pub(super) async fn exchange(
    asked: &Asked<'_>,
    sink: &mut dyn FnMut(RemoteEvent),
) -> Result<RemoteSummary, RemoteError> {
    let started = Instant::now();
    let response = send(asked, sink).await?;
    let status = response.status();
    if status != StatusCode::OK {
        return Err(refusal(asked, response).await);
    }
    let decoded = receive(asked, response, sink).await?;
    let mut stats = decoded.stats.unwrap_or_default();
    stats.wall_time = Some(started.elapsed());
    let at_limit = (decoded.n_rows >= SERVICE_ROW_LIMIT).then(|| Truncation::Service {
        message: format!(
            "{} returns at most 100,000 rows and does not say whether there are more",
            asked.call.api.name()
        ),
    });
    Ok(RemoteSummary { stats, truncation: decoded.truncation.or(at_limit), notes: decoded.notes })
}

async fn send(asked: &Asked<'_>, sink: &mut dyn FnMut(RemoteEvent)) -> Result<Response, RemoteError> {
    let call = asked.call;
    let content_type = if call.body.is_ascii() { "application/json" } else { "application/json; charset=utf-8" };
    let mut post = asked
        .session
        .client
        .post(call.url.clone())
        .timeout(asked.timeout)
        .header(CONTENT_TYPE, content_type)
        .header(ACCEPT, HeaderValue::from_static("application/json"))
        .body(call.body.clone());
    if let Some(token) = asked.token {
        // A token that cannot stand in a header is refused here, since the error of the client might show it.
        if !token.expose_secret().bytes().all(|byte| (0x21..0x7F).contains(&byte)) {
            return Err(error::malformed_token(asked));
        }
        post = post.bearer_auth(token.expose_secret());
    }
    sink(RemoteEvent::Sent);
    post.send().await.map_err(|it| {
        if it.is_connect() {
            sink(RemoteEvent::Unreached);
        }
        error::of_transport(asked, &it)
    })
}

/// The client of a session. A service on this machine is never asked through a proxy.
pub(super) fn client(base: &Url) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("tallyho/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::custom(same_place));
    let builder = if is_loopback(base) { builder.no_proxy() } else { builder };
    // Plain http needs no certificates, and must work on a system that has none: then nobody is trusted.
    let builder = if base.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
    builder.build()
}

/// Follows a redirect only to the same host, and only one that keeps the request as it is. Any other answer is shown.
fn same_place(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let keeps_request = matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
    if keeps_request && same && attempt.previous().len() < 4 { attempt.follow() } else { attempt.stop() }
}

/// Reads a little of an answer that is not 200 and says what it means.
async fn refusal(asked: &Asked<'_>, mut response: Response) -> RemoteError {
    let mut body = Vec::new();
    while body.len() < MAX_ERROR_BODY {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    body.truncate(MAX_ERROR_BODY);
    error::of_status(asked, response.status(), response.headers(), &body)
}

/// Passes the body to the decoder and the decoder's events to the sink, until both have ended.
async fn receive(
    asked: &Asked<'_>,
    response: Response,
    sink: &mut dyn FnMut(RemoteEvent),
) -> Result<Decoded, RemoteError> {
    let call = asked.call;
    let shape = call.shape();
    let (chunks, mut chunks_in) = mpsc::channel::<io::Result<Bytes>>(CHANNEL);
    let (events, mut events_in) = mpsc::channel(CHANNEL);
    // When this future is dropped, both channels close, and the decoder ends by itself.
    let decoder = tokio::task::spawn_blocking(move || {
        let mut body = std::iter::from_fn(|| chunks_in.blocking_recv());
        decode::decode(&mut body, shape, &mut |event| events.blocking_send(event).is_ok())
    });
    let drain = async {
        while let Some(event) = events_in.recv().await {
            sink(event);
        }
    };
    let (broken, ()) = tokio::join!(pump(asked, response, chunks), drain);
    match decoder.await {
        Ok(Ok(decoded)) => Ok(decoded),
        // What broke the body explains more than what the decoder made of it.
        Ok(Err(fault)) => Err(broken.unwrap_or_else(|| error::of_decoding(call, &fault))),
        Err(_) => Err(error::of_decoding(call, &DecodeError::Stopped)),
    }
}

/// Hands the body over piece by piece. Returns why it broke off, if it did. Stops when the decoder has stopped.
async fn pump(
    asked: &Asked<'_>,
    mut response: Response,
    chunks: mpsc::Sender<io::Result<Bytes>>,
) -> Option<RemoteError> {
    let mut n_bytes = 0;
    loop {
        let (piece, broken) = match response.chunk().await {
            Ok(None) => return None,
            Ok(Some(chunk)) => (Ok(chunk), None),
            Err(fault) => (Err(io::Error::other("broken off")), Some(error::of_broken_body(asked, &fault))),
        };
        n_bytes += piece.as_ref().map_or(0, Bytes::len) as u64;
        if n_bytes > MAX_BODY {
            let _ = chunks.send(Err(io::Error::other("too long"))).await;
            return Some(error::too_long(asked.call));
        }
        if chunks.send(piece).await.is_err() || broken.is_some() {
            return broken;
        }
    }
}
