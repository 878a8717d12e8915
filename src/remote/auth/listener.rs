//! The port on loopback where a browser hands over what the login page gave it.
//!
//! Anything on this machine can talk to the port, and any page in the browser can make it do so. So only one request is
//! taken: the one that carries the state of this sign-in. All others are answered and forgotten.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::form_urlencoded;

/// The longest head of a request that is read: codes are long, and browsers send their cookies for localhost.
const MAX_HEAD: usize = 64 * 1024;
/// Longest time for a request to arrive.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that may be open at once; a browser opens a few.
const MAX_OPEN: usize = 32;

/// What the browser brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Handed {
    Code(String),
    Error { error: String, description: String },
}

/// The open port.
pub(super) struct Listener {
    v4: TcpListener,
    /// Browsers may try this one first for `localhost`; a machine may have none.
    v6: Option<TcpListener>,
    port: u16,
}

impl Listener {
    pub(super) async fn open() -> io::Result<Self> {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = v4.local_addr()?.port();
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        Ok(Self { v4, v6, port })
    }

    /// Where the login page sends the browser. Entra lets any port pass for `localhost`.
    pub(super) fn address(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Waits for the one good request.
    pub(super) async fn wait(&mut self, state: &str) -> Handed {
        let (good, mut arrived) = mpsc::channel(1);
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                Some(handed) = arrived.recv() => {
                    // The page that says so is on its way; it has a moment to arrive.
                    let _ = tokio::time::timeout(Duration::from_millis(500), async {
                        while open.join_next().await.is_some() {}
                    }).await;
                    return handed;
                }
                Some(_) = open.join_next() => {}
                stream = self.accept(), if open.len() < MAX_OPEN => {
                    let (good, state, port) = (good.clone(), state.to_owned(), self.port);
                    let _ = open.spawn(async move {
                        let _ = tokio::time::timeout(PATIENCE, serve(stream, &state, port, &good)).await;
                    });
                }
            }
        }
    }

    async fn accept(&self) -> TcpStream {
        loop {
            let v6 = async {
                match &self.v6 {
                    Some(listener) => listener.accept().await,
                    None => std::future::pending().await,
                }
            };
            let accepted = tokio::select! { it = self.v4.accept() => it, it = v6 => it };
            match accepted {
                Ok((stream, _)) => return stream,
                // Out of files, or a connection that went away: others may follow.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

/// Answers one request.
async fn serve(mut stream: TcpStream, state: &str, port: u16, good: &mpsc::Sender<Handed>) {
    let Some(head) = read_head(&mut stream).await else { return };
    let (status, text, handed) = match judge(&head, state, port) {
        Some(handed @ Handed::Code(_)) => {
            ("200 OK", "Tallyho has what it needs to sign in. You may close this page.", Some(handed))
        }
        Some(handed @ Handed::Error { .. }) => {
            ("200 OK", "The sign-in did not succeed; Tallyho says why. You may close this page.", Some(handed))
        }
        None => ("404 Not Found", "There is nothing here.", None),
    };
    // A second one that is as good comes too late.
    let is_late = handed.is_some_and(|it| good.try_send(it).is_err());
    let (status, text) = if is_late { ("404 Not Found", "There is nothing here.") } else { (status, text) };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Everything up to the empty line. `None` for what is too long, cut, or no text.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let n_bytes = stream.read(&mut piece).await.ok().filter(|it| *it > 0)?;
        // The end may lie across two pieces.
        let from = head.len().saturating_sub(3);
        head.extend_from_slice(&piece[..n_bytes]);
        if let Some(end) = memchr::memmem::find(&head[from..], b"\r\n\r\n") {
            head.truncate(from + end);
            return String::from_utf8(head).ok();
        }
        if head.len() > MAX_HEAD {
            return None;
        }
    }
}

/// What the request hands over, if it belongs to this sign-in.
fn judge(head: &str, state: &str, port: u16) -> Option<Handed> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let query = target.strip_prefix("/?")?;
    // A page elsewhere may have made its own name point here, and would be named as the host.
    let hosts: Vec<&str> = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim())
        .collect();
    let names = ["localhost", "127.0.0.1", "[::1]"].map(|it| format!("{it}:{port}"));
    let is_ours = matches!(hosts.as_slice(), [host] if names.iter().any(|it| it.eq_ignore_ascii_case(host)));
    if method != "GET" || !version.starts_with("HTTP/1.") || !is_ours {
        return None;
    }
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value = |name: &str| {
        let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        // A name that stands there twice is somebody's trick.
        values.next().filter(|_| values.next().is_none()).filter(|it| !it.is_empty())
    };
    if !is_same(value("state")?, state) {
        return None;
    }
    match (value("code"), value("error")) {
        (Some(code), None) => Some(Handed::Code(code.clone())),
        (None, Some(error)) => Some(Handed::Error {
            error: error.clone(),
            description: value("error_description").cloned().unwrap_or_default(),
        }),
        _ => None,
    }
}

/// Compares in a time that does not tell how much of it was right.
fn is_same(given: &str, wanted: &str) -> bool {
    let (given, wanted) = (given.as_bytes(), wanted.as_bytes());
    given.len() == wanted.len() && given.iter().zip(wanted).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::{Handed, judge};

    fn ask(target: &str, host: &str) -> Option<Handed> {
        judge(&format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nCookie: a=b"), "the-state", 4711)
    }

    #[test]
    fn only_the_state_of_this_sign_in_opens() {
        let code = |it: &str| Some(Handed::Code(it.to_owned()));
        assert_eq!(ask("/?code=c%2F1&state=the-state", "localhost:4711"), code("c/1"));
        assert_eq!(ask("/?session_state=x&state=the-state&code=c", "127.0.0.1:4711"), code("c"));
        for target in [
            "/",
            "/favicon.ico",
            "/?",
            "/?code=c",
            "/?code=c&state=",
            "/?code=c&state=the-statf",
            "/?code=c&state=the-state2",
            "/?code=&state=the-state",
            "/?state=the-state",
            "/?code=c&code=d&state=the-state",
            "/?code=c&state=the-state&state=the-state",
            "/?code=c&error=e&state=the-state",
            "/other?code=c&state=the-state",
            "http://localhost:4711/?code=c&state=the-state",
        ] {
            assert_eq!(ask(target, "localhost:4711"), None, "{target}");
        }
        for host in ["localhost", "localhost:4712", "evil.example:4711", "localhost:4711.evil.example", ""] {
            assert_eq!(ask("/?code=c&state=the-state", host), None, "{host}");
        }
        assert_eq!(judge("POST /?code=c&state=s HTTP/1.1\r\nHost: localhost:1", "s", 1), None);
        assert_eq!(judge("GET /?code=c&state=s HTTP/1.1", "s", 1), None, "a host must be named");
        assert_eq!(judge("junk", "s", 1), None);
    }

    #[test]
    fn what_the_page_says_instead_of_a_code_is_kept() {
        let handed = ask("/?error=access_denied&error_description=No+thanks&state=the-state", "[::1]:4711");
        let wanted = Handed::Error { error: "access_denied".to_owned(), description: "No thanks".to_owned() };
        assert_eq!(handed, Some(wanted));
    }
}
