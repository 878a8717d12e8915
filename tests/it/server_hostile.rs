//! Clients that are slow, rude, many or gone; and what the server tells of them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::{Value, json};
use tallyho::server::{Auth, Limits, LogFormat, LogOptions, ServerOptions};

use crate::served::{Served, read_answer, send, write_files};

const DEFENDER: &str = "/api/advancedhunting/run";
const GRAPH: &str = "/v1.0/security/runHuntingQuery";
const SLOW: &str = r#"{"Query":"range x from 1 to 999999999 step 1 | summarize sum(x % 7)"}"#;
const SHORT: Duration = Duration::from_millis(150);

fn with_limits(limits: Limits) -> Served {
    Served::with(ServerOptions { limits, ..ServerOptions::default() })
}

/// Writes these bytes and leaves the connection open.
fn open(address: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    stream
}

fn post(path: &str, length: usize, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// The server ended the connection.
fn is_closed(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    matches!(stream.read_to_end(&mut rest), Ok(_) | Err(_)) && {
        // A read that timed out leaves the connection open; a closed one answers at once with nothing.
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        matches!(stream.read(&mut [0]), Ok(0))
            || stream.take_error().ok().flatten().is_some()
            || stream.write_all(b"x").and_then(|()| stream.write_all(b"x")).is_err()
    }
}

#[test]
fn headers_and_bodies_that_drip_are_not_waited_for() {
    let limits = Limits { header_time: SHORT, body_time: SHORT, ..Limits::default() };
    let served = with_limits(limits);
    let started = Instant::now();
    let silent = open(served.address, "");
    let halfway = open(served.address, "POST / HTTP/1.1\r\nHost: local");
    let idle = open(served.address, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let slow = open(served.address, &post(DEFENDER, 100, "{\"Query\":"));
    let slow_graph = open(served.address, &post(GRAPH, 100, "{\"Query\":"));
    let answer = read_answer(slow);
    assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (408, Some("RequestTimeout")));
    assert_eq!(answer.headers["connection"], "close");
    assert!(read_answer(slow_graph).json()["error"]["innerError"].is_object(), "in the envelope of its service");
    assert!(is_closed(silent) && is_closed(halfway) && is_closed(idle));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(send(served.address, "GET", "/healthz", &[], "").status, 200);
}

#[test]
fn bodies_that_are_too_long_are_refused_however_they_come() {
    let served = with_limits(Limits { body: 1000, ..Limits::default() });
    let fits = format!("{{\"Query\":\"print 1 //{}\"}}", "x".repeat(900));
    assert_eq!(served.post(DEFENDER, &fits).status, 200);
    for length in [1001, 4000, 100_000] {
        let answer = served.post(DEFENDER, &"x".repeat(length));
        assert_eq!(
            (answer.status, answer.json()["error"]["code"].as_str()),
            (413, Some("RequestTooLarge")),
            "{length}"
        );
    }
    let piece = format!("{:x}\r\n{}\r\n", 700, "y".repeat(700));
    let chunked = format!(
        "POST {DEFENDER} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{piece}{piece}0\r\n\r\n"
    );
    assert_eq!(read_answer(open(served.address, &chunked)).status, 413);
    let endless = open(served.address, &post(DEFENDER, 1 << 40, "x"));
    assert_eq!(read_answer(endless).status, 413, "nobody waits for a terabyte");
    let cut = post(DEFENDER, 100, "{\"Query\"");
    let stream = open(served.address, &cut);
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(matches!(read_answer(stream).status, 0 | 400), "a body that ends early is no query");
    assert_eq!(send(served.address, "GET", "/healthz", &[], "").status, 200);
}

#[test]
fn large_bodies_share_a_room() {
    let limits = Limits { bodies: 256 << 10, ..Limits::default() };
    let served = with_limits(limits);
    let large = "x".repeat(200 << 10);
    // The first holds most of the room, for as long as its last byte does not come.
    let started = Instant::now();
    let first = loop {
        let first = open(served.address, &post(DEFENDER, large.len() + 1, &large));
        std::thread::sleep(Duration::from_millis(20));
        let second = served.post(DEFENDER, &large);
        if second.status == 503 {
            assert_eq!(second.headers["retry-after"], "1");
            break first;
        }
        // The second was read before the first, which was turned away then: once more.
        assert!(started.elapsed() < Duration::from_secs(10), "{}", second.status);
    };
    assert_eq!(served.post(DEFENDER, r#"{"Query":"print 1"}"#).status, 200, "small ones always fit");
    drop(first);
    while served.post(DEFENDER, &large).status != 400 {
        assert!(started.elapsed() < Duration::from_secs(20), "the room is free again");
    }
}

#[test]
fn what_is_no_query_has_its_answer() {
    let served = Served::new();
    let raw = |bytes: &[u8]| {
        let mut stream = open(served.address, "");
        let _ = stream.write_all(bytes);
        read_answer(stream).status
    };
    let head = |length: usize| {
        format!("POST {DEFENDER} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
    };
    assert_eq!(raw(&[head(14).as_bytes(), b"{\"Query\":\"\xff\xfe\"}"].concat()), 400, "no UTF-8");
    assert_eq!(raw(&[head(3).as_bytes(), b"\xef\xbb\xbf"].concat()), 400);
    assert_eq!(raw(head(0).as_bytes()), 400, "no body");
    assert_eq!(raw(b"rubbish\r\n\r\n"), 400);
    // A peer that is still writing when the connection closes may not hear why.
    let long = "x".repeat(1_000_000);
    assert!(matches!(raw(format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()), 0 | 414 | 431));
    assert!(matches!(raw(format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n").as_bytes()), 0 | 431));
    for method in ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"] {
        assert_eq!(send(served.address, method, DEFENDER, &[], "").status, 405, "{method}");
    }
    let nested = format!("{{\"Query\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(served.post(DEFENDER, &nested).status, 400);
    let twice = served.post(DEFENDER, r#"{"Query":"print 1","Query":"print 2"}"#);
    assert_eq!(twice.json()["Results"][0]["print_0"], 2, "the last of two counts, as in most readers of JSON");
}

#[test]
fn connections_that_are_opened_and_left_make_room() {
    let served = with_limits(Limits { connections: 20, ..Limits::default() });
    let left: Vec<TcpStream> = (0..200)
        .map(|n| open(served.address, if n % 2 == 0 { "" } else { "POST / HTTP/1.1\r\nHost: localhost\r\n" }))
        .collect();
    let started = Instant::now();
    for _ in 0..5 {
        let health = send(served.address, "GET", "/healthz", &[], "").json();
        assert!(health["connections"].as_u64().unwrap() <= 20, "{health}");
    }
    assert!(started.elapsed() < Duration::from_secs(3), "it stays responsive");
    drop(left);
}

#[test]
fn when_every_connection_is_busy_the_next_one_hears_so() {
    let served = with_limits(Limits { connections: 2, ..Limits::default() });
    let slow = || open(served.address, &post(DEFENDER, SLOW.len(), SLOW));
    let mut busy = vec![slow(), slow()];
    let started = Instant::now();
    loop {
        let answer = send(served.address, "GET", "/healthz", &[], "");
        if answer.status == 503 {
            assert_eq!(answer.headers["retry-after"], "1");
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "{}", answer.status);
        // One that had not asked yet made room for the question.
        busy.push(slow());
    }
    drop(busy);
    while send(served.address, "GET", "/healthz", &[], "").status != 200 {
        assert!(started.elapsed() < Duration::from_secs(20), "the connections of who went away are free again");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_client_with_many_queries_does_not_starve_another() {
    let limits = Limits { running: 4, ..Limits::default() };
    let served = with_limits(limits);
    let greedy: Vec<TcpStream> = (0..30)
        .map(|_| {
            let length = SLOW.len();
            let head = format!(
                "POST {DEFENDER} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: greedy\r\nContent-Length: {length}\r\n\r\n"
            );
            open(served.address, &format!("{head}{SLOW}"))
        })
        .collect();
    let health = || send(served.address, "GET", "/healthz", &[], "").json();
    let started = Instant::now();
    while health()["queued"] != 27 {
        assert!(started.elapsed() < Duration::from_secs(20), "{}", health());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(health()["running"], 3, "one place is kept for others");
    let modest = send(served.address, "POST", DEFENDER, &[("User-Agent", "modest")], r#"{"Query":"print 1"}"#);
    assert_eq!(modest.status, 200);
    drop(greedy);
    while health()["running"] != 0 {
        assert!(started.elapsed() < Duration::from_secs(40), "who goes away stops its queries: {}", health());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(health()["queued"], 0);
}

#[test]
fn a_peer_that_takes_nothing_of_its_answer_is_left() {
    let served = with_limits(Limits { send_time: SHORT, ..Limits::default() });
    // More than the buffers between the two hold.
    let wide = r#"{"Query":"range x from 1 to 900 step 1 | extend y = strrep('0123456789', 3000)"}"#;
    let deaf = open(served.address, &post(DEFENDER, wide.len(), wide));
    let started = Instant::now();
    let busy = || send(served.address, "GET", "/healthz", &[], "").json()["connections"].as_u64().unwrap();
    std::thread::sleep(Duration::from_millis(50));
    while busy() > 1 {
        assert!(started.elapsed() < Duration::from_secs(20), "the deaf peer holds its connection");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut got = Vec::new();
    let _ = { deaf }.read_to_end(&mut got);
    assert!(got.len() < 27_000_000, "the answer was cut: {}", got.len());
}

#[test]
fn answers_are_compressed_as_the_client_asks() {
    let served = Served::new();
    let body = r#"{"Query":"range x from 1 to 300 step 1 | extend y = strrep('tallyho ', 20)"}"#;
    let ask = |encoding: &str| send(served.address, "POST", DEFENDER, &[("Accept-Encoding", encoding)], body);
    let plain = ask("identity");
    assert!(!plain.headers.contains_key("content-encoding"));
    let inflate = |encoding: &str, bytes: &[u8]| {
        let mut text = String::new();
        match encoding {
            "gzip" => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text),
            // HTTP's deflate is what others call zlib.
            _ => flate2::read::ZlibDecoder::new(bytes).read_to_string(&mut text),
        }
        .unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    for (asked, used) in
        [("gzip", "gzip"), ("deflate", "deflate"), ("gzip;q=0, deflate", "deflate"), ("br, gzip", "gzip")]
    {
        let answer = ask(asked);
        assert_eq!(answer.headers["content-encoding"], used, "{asked}");
        assert!(answer.bytes.len() * 10 < plain.bytes.len(), "{asked}: {}", answer.bytes.len());
        assert_eq!(inflate(used, &answer.bytes)["Results"], plain.json()["Results"], "{asked}");
    }
    let error = send(served.address, "POST", DEFENDER, &[("Accept-Encoding", "deflate")], "{}");
    assert_eq!((error.status, error.headers["content-encoding"].as_str()), (400, "deflate"), "mistakes too");
}

fn logging(queries: bool, auth: Auth) -> (Served, mpsc::Receiver<String>) {
    let (to, lines) = mpsc::channel();
    let log = LogOptions { format: LogFormat::Json, queries, to: Some(to) };
    (Served::with(ServerOptions { log, auth, ..ServerOptions::default() }), lines)
}

fn next(lines: &mpsc::Receiver<String>) -> Value {
    let line = lines.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(!line.contains(|it: char| it.is_control()), "{line}");
    serde_json::from_str(&line).unwrap()
}

#[test]
fn each_request_is_one_line_without_secrets() {
    let (served, lines) = logging(false, Auth::Token(SecretString::from("s3cret")));
    let ask = |path: &str, body: &str| {
        send(served.address, "POST", path, &[("Authorization", "Bearer s3cret")], body);
        next(&lines)
    };
    let line = ask(DEFENDER, r#"{"Query":"range x from 1 to 5 step 1 | where x < 4 // confidential"}"#);
    let expected = [
        ("method", json!("POST")),
        ("path", json!(DEFENDER)),
        ("api", json!("defender")),
        ("status", json!(200)),
        ("rows", json!(3)),
    ];
    for (key, value) in expected {
        assert_eq!(line[key], value, "{line}");
    }
    for key in ["bytes", "duration_ms", "cpu_ms", "client"] {
        assert!(line[key].is_number(), "{key}: {line}");
    }
    assert!(line["time"].as_str().unwrap().ends_with('Z'));
    let hidden = line.to_string();
    assert!(!hidden.contains("s3cret") && !hidden.contains("confidential"), "{hidden}");
    let line = ask("/v2/rest/query?csl=confidential&code=s3cret", r#"{"csl":"print 1"}"#);
    assert_eq!((line["path"].as_str(), line["api"].as_str()), (Some("/v2/rest/query"), Some("kusto")));
    assert_eq!(ask(GRAPH, "rubbish")["status"], 400);
    send(served.address, "GET", "/%1b%5b2J\u{9b}31m", &[], "");
    assert_eq!(next(&lines)["status"], 401);

    let (served, lines) = logging(true, Auth::None);
    served.post(GRAPH, r#"{"query":"print 'shown'"}"#);
    assert_eq!(next(&lines)["query"], "print 'shown'");
}

#[test]
fn a_client_that_hangs_up_stops_its_query_and_is_told_of() {
    let (served, lines) = logging(false, Auth::None);
    let stream = open(served.address, &post(DEFENDER, SLOW.len(), SLOW));
    let running = || send(served.address, "GET", "/healthz", &[], "").json()["running"].as_u64().unwrap();
    let started = Instant::now();
    while running() == 0 {
        assert!(started.elapsed() < Duration::from_secs(10));
    }
    drop(stream);
    while running() > 0 {
        assert!(started.elapsed() < Duration::from_secs(20), "the query goes on for nobody");
    }
    let gone = (0..1000).map(|_| next(&lines)).find(|line| line["path"] == DEFENDER).unwrap();
    assert_eq!((&gone["gone"], &gone["status"]), (&json!(true), &Value::Null));
}

#[test]
fn the_end_waits_no_longer_than_it_may() {
    let served = with_limits(Limits { grace: SHORT, ..Limits::default() });
    let quick = open(served.address, &post(DEFENDER, 19, r#"{"Query":"print 1"}"#));
    let slow = open(served.address, &post(DEFENDER, SLOW.len(), SLOW));
    let running = || send(served.address, "GET", "/healthz", &[], "").json()["running"].as_u64().unwrap();
    // Its answer has come when there is something to read.
    assert_eq!(quick.peek(&mut [0]).unwrap(), 1);
    while running() == 0 {}
    let started = Instant::now();
    drop(served);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(read_answer(quick).status, 200, "what was answered stays answered");
    assert_eq!(read_answer(slow).status, 0);
}

/// The built program, and where it listens.
struct Program {
    child: Child,
    address: SocketAddr,
    lines: mpsc::Receiver<String>,
    _folder: tempfile::TempDir,
}

impl Program {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_files(folder.path());
        let mut child = Command::new(env!("CARGO_BIN_EXE_tallyho"))
            .args(["serve", "--port", "0", "--log", "logfmt", "--data"])
            .arg(folder.path().join("files"))
            .env("TALLYHO_HOME", folder.path().join("home"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let said = std::iter::from_fn(|| lines.recv_timeout(Duration::from_secs(30)).ok());
        let line = { said }.find(|line| line.contains("http://")).expect("serve says where it listens");
        let address = line.rsplit("http://").next().unwrap().trim().parse().unwrap();
        Self { child, address, lines, _folder: folder }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// The exit code, and how long it took.
    fn wait(&mut self) -> (Option<i32>, Duration) {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code(), started.elapsed());
            }
            if started.elapsed() > Duration::from_secs(20) {
                self.child.kill().unwrap();
                panic!("the server does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn run_slowly(&self) -> TcpStream {
        let stream = open(self.address, &post(DEFENDER, SLOW.len(), SLOW));
        while send(self.address, "GET", "/healthz", &[], "").json()["running"] != 1 {
            std::thread::sleep(Duration::from_millis(5));
        }
        stream
    }
}

#[cfg(unix)]
#[test]
fn one_signal_ends_well_and_a_second_ends_at_once() {
    let mut idle = Program::start();
    let kept = open(idle.address, "");
    assert_eq!(send(idle.address, "GET", "/healthz", &[], "").status, 200);
    idle.signal("INT");
    let (code, took) = idle.wait();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(3), "idle connections hold nothing up: {took:?}");
    assert!(is_closed(kept));
    let told: Vec<String> = idle.lines.try_iter().collect();
    assert!(told.iter().any(|it| it.contains("method=GET path=/healthz api=tallyho status=200")), "{told:?}");

    let mut busy = Program::start();
    let answer = busy.run_slowly();
    busy.signal("TERM");
    while TcpStream::connect(busy.address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(busy.child.try_wait().unwrap().is_none(), "the running query gets a little time");
    busy.signal("INT");
    let (code, took) = busy.wait();
    assert_eq!(code, Some(130));
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(read_answer(answer).status, 0);
}
