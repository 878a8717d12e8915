//! Who may ask: only what knows that it speaks to this machine.
//!
//! A web page can make a browser send requests here under a name of its own that leads to 127.0.0.1. Such a request
//! carries that name as its host, or the page's origin.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::fault::Fault;
use super::routes::Dialect;

/// Lets a request through whose host, and origin if there is one, are names of this machine.
pub(super) async fn only_this_machine(request: Request, next: Next) -> Response {
    // HTTP/2 and absolute requests carry the host in the address.
    let host =
        request.uri().authority().map(|it| it.as_str().to_owned()).or_else(|| text(request.headers(), header::HOST));
    let origin = text(request.headers(), header::ORIGIN);
    let host_is_here = host.is_some_and(|host| is_here(&host));
    let origin_is_here = origin.is_none_or(|origin| origin.split_once("://").is_some_and(|(_, host)| is_here(host)));
    if host_is_here && origin_is_here {
        return next.run(request).await;
    }
    Fault::foreign_host().response(Dialect::Defender)
}

/// The text of a header; one that is no text is not empty but wrong.
fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?").to_owned())
}

/// `localhost`, `127.0.0.1` or `[::1]`, with or without a port.
fn is_here(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(host, _)| host),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
