//! The table of refusals: from a service, its status and its words to what happened and what to do.
//!
//! The first row that fits speaks. In its sentences `{service}`, `{host}`, `{path}`, `{status}` stand for the call,
//! `{message}` and `{said}` (`: message`) for the service's own words, `{name}` for the name it quotes, `{id}` for what
//! its support asks for, `{roles}` for the permissions that are missing, `{token}` for the way to a new token, `{place}`
//! for where a redirect leads and `{wait}` for the time until it answers again.

use super::RemoteErrorKind;

use RemoteErrorKind::{Connection, Limit, Query, Quota};
use When::{Always, Challenge, NoToken, Silent, UnlicensedTable, WebPage, Words};
use Whose::{Any, Hunting, Kusto, LogAnalytics};

/// Whose refusals a row is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Any,
    /// Defender, MDE, Graph.
    Hunting,
    Kusto,
    LogAnalytics,
}

/// What else must be so.
#[derive(Clone, Copy)]
pub(super) enum When {
    Always,
    /// One of these stands in the codes or the words, in lower case.
    Words(&'static [&'static str]),
    /// The header `WWW-Authenticate` holds one of these.
    Challenge(&'static [&'static str]),
    /// HTML was sent: it is not the service that answers.
    WebPage,
    /// There are no words.
    Silent,
    NoToken,
    /// A table is not known that the bundled schema has.
    UnlicensedTable,
}

pub(super) struct Row {
    pub(super) whose: Whose,
    /// First and last status.
    pub(super) status: (u16, u16),
    pub(super) when: When,
    pub(super) kind: RemoteErrorKind,
    pub(super) what: &'static str,
    pub(super) advice: &'static str,
}

const fn row(
    (whose, status, when): (Whose, (u16, u16), When),
    kind: RemoteErrorKind,
    what: &'static str,
    advice: &'static str,
) -> Row {
    Row { whose, status, when, kind, what, advice }
}

const fn only(status: u16) -> (u16, u16) {
    (status, status)
}

/// Words of services that stopped a query because of what it took.
const TOO_EXPENSIVE: &[&str] = &[
    "exceeded the allowed",
    "exceeded the timeout",
    "limitsexceeded",
    "result set too large",
    "result_set_too_large",
    "result size limit exceeded",
    "runaway",
    "low_memory",
    "exceeds the allowed size",
    "excessive resource consumption",
    "80da0001",
    "80da0003",
];
const CONDITIONS: &[&str] = &["conditional access", "insufficient_claims", "53003", "interaction_required", "claims="];
const SLOWER: &str = "Narrow the time range, filter earlier, summarize, or take fewer rows and columns.";
const NARROW: &str = "Narrow the time range or filter earlier, and run again.";
const GATEWAY: &str = "A proxy or firewall stands in between: check base_url and the network. The query is untouched.";
const AGAIN: &str = "Run again in a moment; if it stays, narrow the time range. The query is untouched.";

pub(super) const ROWS: &[Row] = &[
    row(
        (Any, (300, 399), Always),
        Connection,
        "{host} sends the query on to {place}; a token is not sent there",
        "If you trust that address, set it as base_url, or name its host in allowed_hosts to go there without the token.",
    ),
    // 400: the query, or what it takes.
    row((Any, only(400), Words(TOO_EXPENSIVE)), Limit, "{message}", SLOWER),
    row((Any, only(400), WebPage), Connection, "{host} refused the request with a web page (400)", GATEWAY),
    row(
        (Any, only(400), UnlicensedTable),
        Query,
        "this tenant does not have the table {name}: {message}",
        "Its product is not licensed or not connected; use another table, or ask an administrator.",
    ),
    row(
        (Kusto, (400, 404), Words(&["entitynotfound", "database_not_found", "databasenotfound", "of kind database"])),
        Connection,
        "{host} does not find what the request names ({status}){said}",
        "Check database of the connection, and that you may see it.",
    ),
    row(
        (
            Hunting,
            only(400),
            Words(&["invalidrequestbody", "missingrequiredparameter", "request body is incorrect", "odataerror"]),
        ),
        Connection,
        "{service} does not understand the request ({status}){said}",
        "Check that kind, version and base_url of the connection belong together. The query is untouched.",
    ),
    row(
        (
            Any,
            only(400),
            Words(&[
                "fix syntax errors",
                "syntaxerror",
                "syntax error",
                "syntaxexception",
                "syn00",
                "could not be parsed",
            ]),
        ),
        Query,
        "{message}",
        "Fix the syntax error in the query and run again.",
    ),
    row(
        (
            Any,
            only(400),
            Words(&["fix semantic errors", "semanticerror", "semantic error", "semanticexception", "sem0"]),
        ),
        Query,
        "{message}",
        "Fix the semantic error in the query and run again.",
    ),
    row(
        (Any, only(400), Silent),
        Query,
        "the service refused the query{said} ({status}{id})",
        "Check it, and base_url of the connection.",
    ),
    row((Any, only(400), Always), Query, "{message}", "Change the query and run again."),
    // 401: the token.
    row(
        (Any, only(401), Challenge(CONDITIONS)),
        Connection,
        "{service} wants a sign-in that meets more conditions (401){said}",
        "Sign in again on a device that meets the tenant's conditional access. The query is untouched.",
    ),
    row(
        (Any, only(401), Words(&["license", "not provisioned"])),
        Connection,
        "this tenant may not use {service} (401){said}",
        "An administrator checks the licences of the tenant. The query is untouched.",
    ),
    row(
        (Any, only(401), Words(&["audience"])),
        Connection,
        "{service} does not accept a token for another resource (401){said}",
        "Set resource of the connection to the address that the token is for. The query is untouched.",
    ),
    row(
        (Any, only(401), NoToken),
        Connection,
        "{service} wants a token (401){said}",
        "{token} The query is untouched.",
    ),
    row(
        (Any, only(401), Always),
        Connection,
        "{service} does not accept the token (401){said}",
        "{token} The query is untouched.",
    ),
    // 403: the person or the application.
    row((Any, only(403), WebPage), Connection, "{host} refused with a web page (403)", GATEWAY),
    row(
        (Any, only(403), Words(CONDITIONS)),
        Connection,
        "the tenant's conditional access does not let this sign-in hunt with {service} (403){said}",
        "Sign in on a device or network that the policy allows, or ask an administrator. The query is untouched.",
    ),
    row(
        (Any, only(403), Challenge(CONDITIONS)),
        Connection,
        "the tenant's conditional access does not let this sign-in hunt with {service} (403){said}",
        "Sign in on a device or network that the policy allows, or ask an administrator. The query is untouched.",
    ),
    row(
        (Hunting, only(403), Words(&["disabledfeature", "disallowedoperation"])),
        Connection,
        "{service} has hunting turned off for this tenant (403){said}",
        "Ask an administrator of the tenant. The query is untouched.",
    ),
    row(
        (Any, only(403), Always),
        Connection,
        "the token may not hunt with {service} (403){said}",
        "An administrator grants {roles}; then get a new token. The query is untouched.",
    ),
    // What is not there.
    row(
        (LogAnalytics, only(404), Words(&["workspacenotfound"])),
        Connection,
        "there is no such workspace (404){said}",
        "Check workspace of the connection: it is the workspace's id, not its name.",
    ),
    row(
        (Any, only(404), Always),
        Connection,
        "there is no hunting API at {host}{path} (404){said}",
        "Check base_url and version of the connection.",
    ),
    row(
        (Any, (405, 406), Always),
        Connection,
        "{host}{path} is no hunting API ({status}){said}",
        "Check kind and base_url of the connection.",
    ),
    row(
        (Any, only(407), Always),
        Connection,
        "a proxy between here and {host} wants a sign-in (407){said}",
        "Put name and password of the proxy into its address in the environment, or go around it.",
    ),
    row((Any, only(408), Always), Limit, "{service} took too long ({status}){said}", NARROW),
    row(
        (Any, (409, 410), Always),
        Connection,
        "{service} was interrupted ({status}{id}){said}",
        "Run again. The query is untouched.",
    ),
    row(
        (Any, (413, 414), Always),
        Limit,
        "the query is too long for {service} ({status}){said}",
        "Shorten the query, for example long lists of values.",
    ),
    row(
        (Any, only(415), Always),
        Connection,
        "{host} does not understand the request ({status}){said}",
        "Check kind and base_url of the connection.",
    ),
    row(
        (Any, only(429), Always),
        Quota,
        "the quota of {service} is used up (429){said}",
        "Run again in {wait}. The query is untouched.",
    ),
    // The service itself.
    row((Any, (500, 599), Words(TOO_EXPENSIVE)), Limit, "{service} stopped the query ({status}): {message}", SLOWER),
    row((Any, only(504), Always), Limit, "{service} took too long ({status}{id}){said}", NARROW),
    row(
        (Any, (502, 503), WebPage),
        Connection,
        "{service} cannot be reached through {host} now ({status})",
        "Run again in {wait}; if it stays, check the proxy. The query is untouched.",
    ),
    row(
        (Any, only(503), Always),
        Connection,
        "{service} is not available now ({status}{id}){said}",
        "Run again in {wait}. The query is untouched.",
    ),
    row((Any, (500, 599), Always), Connection, "{service} failed ({status}{id}){said}", AGAIN),
    row(
        (Any, (0, u16::MAX), Always),
        Connection,
        "{host} answered with status {status}{said}",
        "Check base_url of the connection.",
    ),
];
