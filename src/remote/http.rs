//! One exchange: the request goes out, the body is decoded on a thread of its own while it comes in.

use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::mpsc;

use super::call::Call;
use super::decode::{self, DecodeError, Decoded, RemoteEvent, Shape};
use super::error::{self, RemoteError};
use super::record::Incoming;
use super::repeat::{Answered, Refused};
use super::{Asked, CONNECT_TIMEOUT, RemoteSummary};
use crate::result::Truncation;

/// Rows after which the hunting services stop, without saying so.
const SERVICE_ROW_LIMIT: u64 = 100_000;
/// A body longer than this, unpacked, is no answer of a hunting service, whose limit is far below.
const MAX_BODY: u64 = 1 << 30;
/// How much of an error's body is read.
const MAX_ERROR_BODY: usize = 64 * 1024;
/// A text longer than this is no schema.
const MAX_TEXT: usize = 64 << 20;
/// Pieces of the body, and events, that may wait for the other side.
const CHANNEL: usize = 16;

/// The address of an API below a base address. Only `https` leaves this machine.
pub(super) fn address(base_url: &str, path: &[&str]) -> Result<Url, RemoteError> {
    let mut url = Url::parse(base_url.trim()).map_err(|it| error::bad_address(base_url, &it.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(error::bad_address("base_url", "it must not hold a name or password"));
    }
    match url.scheme() {
        _ if is_safe(&url) => {}
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

/// Reads an answer as rows.
pub(super) async fn rows(
    asked: &Asked<'_>,
    answered: Answered,
    sink: &mut dyn FnMut(RemoteEvent),
) -> Result<RemoteSummary, RemoteError> {
    let decoded = receive(asked, answered.response, sink).await?;
    let recording = asked.session.recorder.as_ref().map(|it| it.take_notes()).unwrap_or_default();
    let notes = [answered.notes, recording].concat();
    Ok(summary(asked.call, decoded, answered.asked_at.elapsed(), notes))
}

/// What is known of an answer that took so long, with what is to be said before what the decoder says.
pub(super) fn summary(call: &Call, decoded: Decoded, wall_time: Duration, mut notes: Vec<String>) -> RemoteSummary {
    let mut stats = decoded.stats.unwrap_or_default();
    stats.wall_time = Some(wall_time);
    let silent = matches!(call.shape, Shape::Hunting { .. });
    let at_limit = (silent && decoded.n_rows >= SERVICE_ROW_LIMIT).then(|| Truncation::Service {
        message: format!("{} returns at most 100,000 rows and does not say whether there are more", call.api.name()),
    });
    notes.extend(decoded.notes);
    RemoteSummary { stats, truncation: decoded.truncation.or(at_limit), render: decoded.render, notes }
}

/// Reads an answer as text.
pub(super) async fn text(asked: &Asked<'_>, mut response: Incoming) -> Result<String, RemoteError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|it| error::of_broken_body(asked, &it))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_TEXT {
            return Err(error::too_long(asked.call));
        }
    }
    let text = String::from_utf8(body);
    text.map_err(|_| error::of_decoding(asked, &DecodeError::Malformed("it is no UTF-8".to_owned())))
}

/// Sends the request and waits for the head of the answer.
pub(super) async fn send(asked: &Asked<'_>, sink: &mut dyn FnMut(RemoteEvent)) -> Result<Incoming, Refused> {
    // A token that cannot stand in a header is refused here, since the error of the client might show it.
    let fits = |token: &SecretString| {
        let token = token.expose_secret();
        !token.is_empty() && token.bytes().all(|byte| (0x21..0x7F).contains(&byte))
    };
    if asked.token.is_some_and(|token| !fits(token)) {
        return Err(error::malformed_token(asked).into());
    }
    let request = request(&asked.session.client, asked.call, asked.token, asked.timeout);
    sink(RemoteEvent::Sent);
    let sent = (SystemTime::now(), Instant::now());
    let response = request.send().await.map_err(|it| {
        if it.is_connect() {
            sink(RemoteEvent::Unreached);
        }
        let (error, unsent) = error::of_transport(asked, &it);
        Refused { unsent, ..error.into() }
    })?;
    Ok(Incoming::new(asked, response, sent))
}

/// The request that a call is.
pub(super) fn request(client: &Client, call: &Call, token: Option<&SecretString>, timeout: Duration) -> RequestBuilder {
    let mut request = client
        .request(call.method.clone(), call.url.clone())
        .timeout(timeout)
        .header(ACCEPT, HeaderValue::from_static("application/json"));
    for (name, value) in &call.headers {
        request = request.header(*name, value);
    }
    if let Some(body) = &call.body {
        let content_type = if body.is_ascii() { "application/json" } else { "application/json; charset=utf-8" };
        request = request.header(CONTENT_TYPE, content_type).body(body.clone());
    }
    match token {
        Some(token) => request.bearer_auth(token.expose_secret()),
        None => request,
    }
}

/// The client of a session. A service on this machine is never asked through a proxy.
pub(super) fn client(base: &Url, allowed_hosts: &[String]) -> reqwest::Result<Client> {
    let allowed: Vec<String> = allowed_hosts.iter().map(|it| it.trim().to_ascii_lowercase()).collect();
    let builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("tallyho/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::custom(move |attempt| follow(attempt, &allowed)));
    let builder = if is_loopback(base) { builder.no_proxy() } else { builder };
    // Plain http needs no certificates, and must work on a system that has none: then nobody is trusted.
    let builder = if base.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
    builder.build()
}

/// Follows a redirect to the same host, and without the token, which the client takes out, to a host that the
/// connection allows; only one that keeps the request as it is. Any other answer is shown.
fn follow(attempt: redirect::Attempt<'_>, allowed: &[String]) -> redirect::Action {
    let keeps_request = matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
    let is_allowed = is_safe(attempt.url()) && is_named(attempt.url(), allowed);
    if keeps_request && (same || is_allowed) && attempt.previous().len() < 4 {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// True when one of the hosts, with or without a port, is the address's.
pub(super) fn is_named(url: &Url, hosts: &[String]) -> bool {
    let Some(host) = url.host_str() else { return false };
    let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
    hosts.iter().any(|it| *it == host || Some(it) == with_port.as_ref())
}

/// True where what is sent cannot be read on the way.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Reads a little of an answer that is not 200 and says what it means.
pub(super) async fn refusal(asked: &Asked<'_>, mut response: Incoming) -> Refused {
    let mut body = Vec::new();
    while body.len() < MAX_ERROR_BODY {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    body.truncate(MAX_ERROR_BODY);
    let status = response.status();
    let claims = response.headers().get(WWW_AUTHENTICATE).and_then(|it| claims_of(it.to_str().ok()?));
    let error = error::of_status(asked, status, response.headers(), &body);
    Refused { error, status: Some(status), claims, unsent: false }
}

/// The claims of a challenge, as it writes them: `Bearer error="insufficient_claims", claims="eyJ…"`.
fn claims_of(challenge: &str) -> Option<String> {
    let (_, rest) = challenge.split_once("claims=\"")?;
    rest.split('"').next().filter(|it| !it.is_empty()).map(str::to_owned)
}

/// Passes the body to the decoder and the decoder's events to the sink, until both have ended.
async fn receive(
    asked: &Asked<'_>,
    response: Incoming,
    sink: &mut dyn FnMut(RemoteEvent),
) -> Result<Decoded, RemoteError> {
    let shape = asked.call.shape;
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
        Ok(Err(fault)) => Err(broken.unwrap_or_else(|| error::of_decoding(asked, &fault))),
        Err(_) => Err(error::of_decoding(asked, &DecodeError::Stopped)),
    }
}

/// Hands the body over piece by piece. Returns why it broke off, if it did. Stops when the decoder has stopped.
async fn pump(
    asked: &Asked<'_>,
    mut response: Incoming,
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
