//! A loopback service that answers by a script, for key scripts: `tests/screens/<name>.http`.
//!
//! Answers stand in the order in which they are given, with lines of `---` between them. An answer is a status and words
//! for how it is given, headers, a blank line, and the body (one without line breaks at its ends):
//!
//! * `200 cut` closes the connection before the last byte of the body,
//! * `200 slow` sends the body but keeps the connection open without its end,
//! * `200 held` is given when the script of the test says so,
//! * `hang` says nothing until the client is gone.
//!
//! `{300 rows}` in a body is so many rows of Defender's shape, and `{stub}` the service's own address. Who asks
//! more often than there are answers is told so with status 418.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::stub::Received;

pub(crate) struct Service {
    pub(crate) base_url: String,
    asked: Arc<Mutex<Vec<Received>>>,
    released: Arc<(Mutex<usize>, Condvar)>,
}

/// One answer of the script.
#[derive(Debug, Clone)]
struct Answer {
    status: u16,
    how: String,
    headers: Vec<String>,
    body: String,
}

impl Service {
    /// Starts answering; the thread ends with the process.
    pub(crate) fn new(script: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let answers = script.split("\n---\n").map(|it| answer(it, &base_url)).collect();
        let answers: Arc<Mutex<VecDeque<Answer>>> = Arc::new(Mutex::new(answers));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let released = Arc::new((Mutex::new(0), Condvar::new()));
        let (keep, release) = (Arc::clone(&asked), Arc::clone(&released));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answers, keep, release) = (Arc::clone(&answers), Arc::clone(&keep), Arc::clone(&release));
                std::thread::spawn(move || serve(stream.unwrap(), &answers, &keep, &release));
            }
        });
        Self { base_url, asked, released }
    }

    /// Gives one answer that is held back, or will be.
    pub(crate) fn release(&self) {
        *self.released.0.lock().unwrap() += 1;
        self.released.1.notify_all();
    }

    /// The requests that came, in order.
    pub(crate) fn asked(&self) -> Vec<Received> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    answers: &Mutex<VecDeque<Answer>>,
    asked: &Mutex<Vec<Received>>,
    released: &(Mutex<usize>, Condvar),
) {
    let Some(received) = read_request(&stream) else { return };
    let answer = {
        asked.lock().unwrap().push(received);
        answers.lock().unwrap().pop_front()
    };
    let answer = answer.unwrap_or_else(|| self::answer("418\n\nthe script of the test has no further answer", ""));
    if answer.how == "hang" {
        return wait_for_end(&mut stream);
    }
    if answer.how == "held" {
        let n = released.1.wait_while(released.0.lock().unwrap(), |n| *n == 0);
        *n.unwrap() -= 1;
    }
    let length = answer.body.len();
    let mut head = format!("HTTP/1.1 {} Stub\r\nConnection: close\r\nContent-Length: {length}\r\n", answer.status);
    for header in &answer.headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    let body = answer.body.as_bytes();
    let sent = if matches!(answer.how.as_str(), "" | "held") { body } else { &body[..body.len().saturating_sub(1)] };
    let _ = stream.write_all(&[head.as_bytes(), b"\r\n", sent].concat());
    if answer.how == "slow" {
        wait_for_end(&mut stream);
    }
}

/// `None` when the client has gone before it asked.
fn read_request(stream: &TcpStream) -> Option<Received> {
    let mut lines = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        lines.read_line(&mut line).ok().filter(|n| *n > 0).map(|_| line.trim().to_owned())
    };
    let first = line()?;
    let mut words = first.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    while let Some((name, value)) = line()?.split_once(':') {
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, it)| it.parse().unwrap());
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    Some(Received { method, path, headers, body })
}

/// Until the client closes, or the test is long over.
fn wait_for_end(stream: &mut TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let _ = stream.read(&mut [0; 16]);
}

fn with_rows(body: &str) -> String {
    let Some((before, rest)) = body.split_once(" rows}") else { return body.to_owned() };
    let (head, n) = before.rsplit_once('{').unwrap();
    let rows = vec!["{\"DeviceName\":\"hf-ws-041\",\"ProcessId\":7412}"; n.parse().unwrap()];
    format!("{head}{}{rest}", rows.join(","))
}

fn answer(text: &str, base_url: &str) -> Answer {
    let text = text.trim_matches('\n');
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let (status, how) = first.split_once(' ').unwrap_or((first, ""));
    let (status, how) = if status == "hang" { ("200", "hang") } else { (status, how) };
    Answer {
        status: status.parse().unwrap_or_else(|_| panic!("an answer begins with '{first}'")),
        how: how.to_owned(),
        headers: lines.map(str::to_owned).collect(),
        body: with_rows(&body.replace("{stub}", base_url)),
    }
}
