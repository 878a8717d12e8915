//! Requests that got no answer, and answers that broke off: what the network says.

use std::error::Error as _;
use std::io;

use super::super::{Asked, CONNECT_TIMEOUT};
use super::{RemoteError, RemoteErrorKind, host};

/// The request did not get through. True beside it when nobody took the connection, so that nothing was sent.
pub(in crate::remote) fn of_transport(asked: &Asked<'_>, error: &reqwest::Error) -> (RemoteError, bool) {
    let host = host(asked.call);
    if error.is_timeout() {
        return (timed_out(asked, error.is_connect()), false);
    }
    let (what, advice) = unreachable(&host, "base_url", error);
    let unsent = error.is_connect() && matches!(Cause::of(error), Cause::Refused | Cause::Broken);
    (RemoteError::connection(what, format!("{advice} The query is untouched.")), unsent)
}

/// Why nothing came from a host, and what to do; `setting` names the key of the configuration that holds its address.
pub(in crate::remote) fn unreachable(host: &str, setting: &str, error: &reqwest::Error) -> (String, String) {
    match Cause::of(error) {
        Cause::Refused => {
            (format!("{host} refuses the connection"), format!("Check {setting}, and that the service runs there."))
        }
        Cause::Name => (format!("there is no host {host}"), format!("Check {setting} and the network.")),
        Cause::Tls(why) => (
            format!("no safe connection to {host}: {why}"),
            format!("Check {setting}, the clock of this machine, and its certificates if a proxy opens the traffic."),
        ),
        Cause::Broken => (format!("{host} broke off the connection"), "Run again.".to_owned()),
        Cause::Other(why) => (format!("{host} cannot be reached: {why}"), format!("Check {setting} and the network.")),
    }
}

/// The body did not arrive whole.
pub(in crate::remote) fn of_broken_body(asked: &Asked<'_>, error: &reqwest::Error) -> RemoteError {
    if error.is_timeout() {
        return timed_out(asked, false);
    }
    RemoteError::connection(
        format!("the answer of {} broke off: {}", host(asked.call), Cause::of(error).text()),
        "Run again. Rows that had arrived are not the whole answer.",
    )
}

fn timed_out(asked: &Asked<'_>, connecting: bool) -> RemoteError {
    let host = host(asked.call);
    if connecting {
        return RemoteError::connection(
            format!("{host} did not answer within {} seconds", CONNECT_TIMEOUT.as_secs()),
            "Check base_url, the network and its proxy. The query is untouched.",
        );
    }
    RemoteError::new(
        RemoteErrorKind::Limit,
        format!("{host} did not finish within {} seconds", asked.timeout.as_secs()),
        "Narrow the time range or filter earlier, and run again.",
    )
}

/// Why a connection failed, as far as it can be told.
enum Cause {
    Refused,
    Name,
    Tls(String),
    Broken,
    Other(String),
}

impl Cause {
    /// Looks through the chain of causes; the innermost one is the plainest.
    fn of(error: &reqwest::Error) -> Self {
        let mut innermost = String::new();
        let mut source = error.source();
        while let Some(error) = source {
            innermost = error.to_string();
            if let Some(kind) = error.downcast_ref::<io::Error>().map(io::Error::kind) {
                match kind {
                    io::ErrorKind::ConnectionRefused => return Self::Refused,
                    io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::UnexpectedEof => return Self::Broken,
                    _ => {}
                }
            }
            let text = innermost.to_ascii_lowercase();
            if text.contains("dns error") || text.contains("failed to lookup") {
                return Self::Name;
            }
            if let Some(why) = of_certificate(&innermost) {
                return Self::Tls(why.to_owned());
            }
            if text.contains("corrupt message") {
                return Self::Tls("it does not speak https there".to_owned());
            }
            if text.contains("certificate") || text.contains("handshake") {
                return Self::Tls(innermost);
            }
            if text.contains("tunnel") || text.contains("proxy") {
                return Self::Other(format!("the proxy does not let it through ({innermost})"));
            }
            if text.contains("connection closed") || text.contains("incomplete message") {
                return Self::Broken;
            }
            source = error.source();
        }
        Self::Other(if innermost.is_empty() { "no reason is given".to_owned() } else { innermost })
    }

    fn text(&self) -> &str {
        match self {
            Self::Refused => "the connection was refused",
            Self::Name => "its name was not found",
            Self::Broken => "the connection was closed",
            Self::Tls(why) | Self::Other(why) => why,
        }
    }
}

/// What is wrong with a certificate, where the TLS library has a word for it.
fn of_certificate(text: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 5] = [
        ("UnknownIssuer", "its certificate comes from an issuer that this machine does not trust"),
        ("NotValidForName", "its certificate is for another host"),
        ("NotValidYet", "its certificate is not valid yet"),
        ("Expired", "its certificate has expired"),
        ("Revoked", "its certificate has been withdrawn"),
    ];
    let is_certificate = text.contains("certificate");
    WORDS.iter().find(|(word, _)| is_certificate && text.contains(word)).map(|(_, why)| *why)
}
