//! Loopback servers that say what a test wants and keep what they were asked.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    /// In order, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The fields of a form.
    pub(crate) fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The pairs behind `?`.
    pub(crate) fn query(&self) -> HashMap<String, String> {
        let query = self.path.split_once('?').map_or("", |it| it.1);
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Answers one connection and ends.
pub(crate) struct Stub {
    pub(crate) base_url: String,
    thread: JoinHandle<Received>,
}

impl Stub {
    /// Reads one request and then does with the connection what the test says.
    pub(crate) fn new(answer: impl FnOnce(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let mut stream = accept(&listener);
            let received = read_request(&stream);
            answer(&mut stream);
            received
        });
        Self { base_url, thread }
    }

    /// Answers with these bytes.
    pub(crate) fn saying(answer: Vec<u8>) -> Self {
        Self::new(move |stream| {
            let _ = stream.write_all(&answer);
        })
    }

    /// The request that came.
    pub(crate) fn received(self) -> Received {
        self.thread.join().unwrap()
    }
}

/// Answers one connection after another until it is dropped.
pub(crate) struct Exchanges {
    pub(crate) base_url: String,
    received: Arc<Mutex<Vec<Received>>>,
    is_wanted: Arc<AtomicBool>,
}

impl Exchanges {
    /// Answers each request with these bytes; none at all closes the connection.
    pub(crate) fn new(mut answer: impl FnMut(&Received) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let (received, is_wanted) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(true)));
        let exchanges = Self { base_url, received: Arc::clone(&received), is_wanted: Arc::clone(&is_wanted) };
        std::thread::spawn(move || {
            while is_wanted.load(Ordering::Relaxed) {
                let Ok((mut stream, _)) = listener.accept() else {
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                };
                stream.set_nonblocking(false).unwrap();
                let request = read_request(&stream);
                received.lock().unwrap().push(request.clone());
                let _ = stream.write_all(&answer(&request));
            }
        });
        exchanges
    }

    /// Answers with these in turn, the last one again and again: a status and a body of JSON.
    pub(crate) fn in_turn(answers: Vec<(u16, String)>) -> Self {
        let mut n_answered = 0;
        Self::new(move |_| {
            let (status, body) = &answers[n_answered.min(answers.len() - 1)];
            n_answered += 1;
            response(*status, &[("Content-Type".into(), "application/json".into())], body.as_bytes())
        })
    }

    /// The requests so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Exchanges {
    fn drop(&mut self) {
        self.is_wanted.store(false, Ordering::Relaxed);
    }
}

/// A whole response with a length.
pub(crate) fn response(status: u16, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let headers: String = headers.iter().flat_map(|(name, value)| [name.as_str(), ": ", value, "\r\n"]).collect();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Stub\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// The first connection; a client that never comes is a failure and no endless wait.
fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    for _ in 0..1000 {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).unwrap();
            return stream;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nobody asked the stub");
}

fn read_request(stream: &TcpStream) -> Received {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, it)| it.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Received { method, path, headers, body }
}
