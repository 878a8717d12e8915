//! Who may ask: only what knows which machine it speaks to.
//!
//! A web page can make a browser send requests here under a name of its own that leads to 127.0.0.1. Such a request
//! carries that name as its host, or the page's origin.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::ServerState;
use super::family::Family;
use super::fault::Fault;

/// Lets a request through whose host, and origin if there is one, are names of this machine.
pub(super) async fn known_host(State(state): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let is_here = |authority: &str| is_here(authority, state.reachable, &state.options.hosts);
    // HTTP/2 and absolute requests carry the host in the address.
    let host =
        request.uri().authority().map(|it| it.as_str().to_owned()).or_else(|| text(request.headers(), header::HOST));
    let origin = text(request.headers(), header::ORIGIN);
    let host_is_here = host.is_some_and(|host| is_here(&host));
    let origin_is_here = origin.is_none_or(|origin| origin.split_once("://").is_some_and(|(_, host)| is_here(host)));
    if host_is_here && origin_is_here {
        return next.run(request).await;
    }
    Fault::foreign_host().response(Family::of(request.uri().path()).dialect())
}

/// The text of a header; one that is no text is not empty but wrong.
fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?").to_owned())
}

/// `localhost`, `127.0.0.1` or `[::1]`, with or without a port. A listener that others reach answers to every address
/// too, since a page cannot take one for its name, and to the names it was given.
fn is_here(authority: &str, reachable: bool, hosts: &[String]) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(host, _)| host),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    let is_named = |name: &str| host.eq_ignore_ascii_case(name);
    is_named("localhost")
        || hosts.iter().any(|it| is_named(it))
        || host.parse::<IpAddr>().is_ok_and(|ip| reachable || ip.is_loopback())
}
