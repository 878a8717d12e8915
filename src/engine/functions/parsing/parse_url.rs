//! `parse_url(url)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::query::push_query;

pub(super) const FUNCTION: Function = Function::new("parse_url", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let urls = call.strings(0);
    call.make_texts(|row, out| {
        let url = Url::parse(urls.get(row)).unwrap_or_default();
        out.push('{');
        for (key, value) in [
            ("Scheme", url.scheme),
            ("Host", url.host),
            ("Port", url.port),
            ("Path", url.path),
            ("Username", url.username),
            ("Password", url.password),
        ] {
            push_text(key, value, out);
        }
        let mut query = String::new();
        push_query(url.query, &mut query);
        json::push_member("Query Parameters", &query, out);
        push_text("Fragment", url.fragment, out);
        out.push('}');
        true
    })
}

fn push_text(key: &str, value: &str, out: &mut String) {
    let mut quoted = String::new();
    json::push_quoted(value, &mut quoted);
    json::push_member(key, &quoted, out);
}

/// The parts of a URL as they are written; nothing is decoded.
#[derive(Default)]
struct Url<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
    username: &'a str,
    password: &'a str,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Url<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let has_fragment = text.contains('#');
        let (rest, query, has_query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, query, true),
            None => (rest, "", false),
        };
        let cut = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(cut);
        // A lone slash at the very end is no path.
        let path = if path == "/" && !has_query && !has_fragment { "" } else { path };
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) if user.contains(':') => (user, host),
            _ => ("", authority),
        };
        let (username, password) = user.split_once(':').unwrap_or(("", ""));
        let (host, port) = split_port(host);
        Some(Self { scheme, host, port, path, username, password, query, fragment })
    }
}

/// An address in brackets keeps them.
fn split_port(host: &str) -> (&str, &str) {
    let after = host.rfind(']').map_or(0, |bracket| bracket + 1);
    match host[after..].rfind(':') {
        Some(colon) => (&host[..after + colon], &host[after + colon + 1..]),
        None => (host, ""),
    }
}
