//! A loopback server that says what a test wants and keeps what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
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
