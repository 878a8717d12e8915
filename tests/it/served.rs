//! A server of ours on loopback, with a folder of files behind it, and the simplest client that can ask it.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use tallyho::config::{Clock, Connection, ConnectionKind, Paths};
use tallyho::result::ResultSet;
use tallyho::run::{OpenConnection, QueryRequest, RunEvent, RunId, Runner};
use tallyho::server::{ServerOptions, ServerState, serve};

/// A server on a thread, with a folder of files behind it.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) runner: Runner,
    pub(crate) connection: Arc<OpenConnection>,
    _folder: tempfile::TempDir,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    /// Whoever asks is answered, and nothing is logged.
    pub(crate) fn new() -> Self {
        Self::with(ServerOptions::default())
    }

    pub(crate) fn with(options: ServerOptions) -> Self {
        Self::over(&[], options)
    }

    /// With these files besides: name and content.
    pub(crate) fn over(files: &[(&str, &str)], options: ServerOptions) -> Self {
        Self::listening("127.0.0.1:0", files, options)
    }

    /// On this address; it is asked on loopback all the same.
    pub(crate) fn listening(on: &'static str, files: &[(&str, &str)], options: ServerOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_files(folder.path());
        for (name, content) in files {
            std::fs::write(folder.path().join("files").join(name), content).unwrap();
        }
        let paths = Paths::under(folder.path().join("home"));
        let kind = ConnectionKind::Files { folder: folder.path().join("files") };
        let connection = Connection { max_rows: 1000, ..Connection::new("files", kind, Clock::EndOfData) };
        let runner = Runner::new(&paths);
        let open = runner.open(&connection, &|_| {}).unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (told, address) = mpsc::channel();
        let state = ServerState::with_options(Runner::new(&paths), Arc::clone(&open), options);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind(on).await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                serve(listener, state, async { drop(stopped.await) }).await.unwrap();
            });
            // What a test left running must not hold it up.
            runtime.shutdown_timeout(Duration::from_millis(100));
        });
        let bound: SocketAddr = address.recv().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], bound.port()));
        Self { address, runner, connection: open, _folder: folder, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        send(self.address, "POST", path, &[], body)
    }

    /// The body of a good answer.
    pub(crate) fn query(&self, path: &str, query: &str) -> Value {
        let answer = self.post(path, &json!({ "Query": query }).to_string());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// The same query, asked without HTTP.
    pub(crate) fn run_locally(&self, text: &str) -> ResultSet {
        run(&self.runner, &self.connection, text)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server ended well");
        }
    }
}

pub(crate) fn write_files(folder: &Path) {
    let files = folder.join("files");
    std::fs::create_dir_all(&files).unwrap();
    let event = |second: u32, file: &str, parent: &str| {
        format!(
            "{{\"Timestamp\":\"2020-08-30T06:38:{second}.7664356Z\",\"FileName\":\"{file}\",\"InitiatingProcessFileName\":\"{parent}\"}}\n"
        )
    };
    let events = [
        event(10, "old.exe", "powershell.exe"),
        event(35, "conhost.exe", "PowerShell.exe"),
        event(36, "other.exe", "cmd.exe"),
        event(30, "whoami.exe", "powershell.exe"),
    ];
    std::fs::write(files.join("DeviceProcessEvents.ndjson"), events.concat()).unwrap();
}

pub(crate) fn run(runner: &Runner, connection: &Arc<OpenConnection>, text: &str) -> ResultSet {
    let (sender, events) = mpsc::channel();
    let request = QueryRequest { max_rows: 100_000, ..QueryRequest::new(RunId(1), text, Arc::clone(connection)) };
    runner.start(request, move |event| drop(sender.send(event)));
    let mut rows = ResultSet::default();
    for event in events {
        match event {
            RunEvent::Columns(columns) => rows = ResultSet::new(columns),
            RunEvent::Batch(batch) => rows.push(batch),
            RunEvent::Failed(error) => panic!("{text}: {error:?}"),
            RunEvent::Started
            | RunEvent::SignIn(_)
            | RunEvent::Progress(_)
            | RunEvent::Finished(_)
            | RunEvent::Cancelled { .. } => {}
        }
    }
    rows
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
    /// As text.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

pub(crate) fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let (length, host) = (body.len().to_string(), address.to_string());
    let mut all = vec![("Connection", "close"), ("Content-Length", &length)];
    if !headers.iter().any(|(name, _)| *name == "Host") {
        all.push(("Host", &host));
    }
    all.extend_from_slice(headers);
    let headers: String = all.iter().flat_map(|(name, value)| [*name, ": ", *value, "\r\n"]).collect();
    let head = format!("{method} {path} HTTP/1.1\r\n{headers}");
    // A server that has heard enough may close while the rest is being written.
    let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
    read_answer(stream)
}

/// Reads until the server closes.
pub(crate) fn read_answer(mut stream: TcpStream) -> Answer {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(answer.len());
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|it| it.parse().ok()).unwrap_or(0);
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned()));
    let headers: HashMap<String, String> = headers.collect();
    let mut bytes = answer.get(end + 4..).unwrap_or_default().to_vec();
    if headers.get("transfer-encoding").is_some_and(|it| it == "chunked") {
        bytes = dechunk(&bytes);
    }
    Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes }
}

/// Puts the pieces of a chunked body together.
fn dechunk(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|it| it == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap().trim(), 16).unwrap();
        whole.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    whole
}
