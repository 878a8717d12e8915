//! Many clients at once, good ones and bad ones, each on a connection that it keeps. Used by a test and by the benchmark.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What is asked, and the status that must answer it.
struct Question {
    method: &'static str,
    path: &'static str,
    body: Vec<u8>,
    encoding: &'static str,
    expected: u16,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How often each status came; 0 where a client went away without reading.
    pub(crate) statuses: BTreeMap<u16, usize>,
    /// Of answered requests, shortest first.
    pub(crate) latencies: Vec<Duration>,
    /// What came instead of what had to.
    pub(crate) faults: Vec<String>,
}

impl Report {
    /// Takes in what another one says.
    pub(crate) fn add(&mut self, other: Self) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.latencies.extend(other.latencies);
        self.latencies.sort_unstable();
        self.faults.extend(other.faults);
    }

    /// The latency that this share of the requests stayed under.
    pub(crate) fn percentile(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
    }
}

/// Asks so many questions in all, from so many clients at once.
pub(crate) fn load(address: SocketAddr, n_clients: usize, n_requests: usize) -> Report {
    let questions = questions();
    let next = AtomicUsize::new(0);
    let reports = std::thread::scope(|scope| {
        let clients: Vec<_> =
            (0..n_clients).map(|_| scope.spawn(|| client(address, &questions, &next, n_requests))).collect();
        clients.into_iter().map(|it| it.join().expect("a client of ours does not fail")).collect::<Vec<Report>>()
    });
    let mut all = Report::default();
    for report in reports {
        all.add(report);
    }
    all
}

fn questions() -> Vec<Question> {
    let ask = |path, body: &str, expected| Question {
        method: "POST",
        path,
        body: body.as_bytes().to_vec(),
        encoding: "identity",
        expected,
    };
    let defender = "/api/advancedhunting/run";
    let graph = "/v1.0/security/runHuntingQuery";
    let kusto = "/v2/rest/query";
    let workspace = "/v1/workspaces/11111111-1111-1111-1111-111111111111/query";
    let mut all = vec![
        ask(defender, r#"{"Query":"print 1"}"#, 200),
        ask(
            defender,
            r#"{"Query":"range x from 1 to 1000 step 1 | summarize n = count() by x % 10 | order by n desc"}"#,
            200,
        ),
        ask(graph, r#"{"Query":"DeviceProcessEvents | take 10"}"#, 200),
        ask(graph, r#"{"query":"DeviceProcessEvents | summarize count() by FileName | top 5 by count_"}"#, 200),
        ask("/api/advancedqueries/run", r#"{"Query":"DeviceProcessEvents | count"}"#, 200),
        ask(kusto, r#"{"csl":"DeviceProcessEvents | take 3"}"#, 200),
        ask(workspace, r#"{"query":"DeviceProcessEvents | take 3"}"#, 200),
        ask("/v1/rest/mgmt", r#"{"csl":".show tables"}"#, 200),
        ask(defender, r#"{"Query":"DeviceProcessEvents | where"}"#, 400),
        ask(graph, r#"{"Query":"DeviceProcessEvents | where Nothing == 1"}"#, 400),
        ask(kusto, r#"{"csl":"Nothing | take 3"}"#, 400),
        ask(defender, r#"{"query":"print 1"}"#, 400),
        ask(graph, "{", 400),
        ask(graph, "", 400),
        ask("/api/nothing", "{}", 404),
        Question { method: "GET", expected: 405, ..ask(defender, "", 405) },
        Question { method: "GET", expected: 200, ..ask("/healthz", "", 200) },
        Question { body: b"{\"Query\":\"\xff\"}".to_vec(), ..ask(defender, "", 400) },
        Question { body: vec![b'x'; (2 << 20) + 1], ..ask(defender, "", 413) },
        // Who asks this does not wait for the answer.
        ask(defender, r#"{"Query":"range x from 1 to 99999999 step 1 | summarize sum(x % 7)"}"#, 0),
    ];
    for encoding in ["gzip", "deflate"] {
        let wide = r#"{"Query":"range x from 1 to 500 step 1 | extend y = strcat('row ', x)"}"#;
        all.push(Question { encoding, ..ask(graph, wide, 200) });
    }
    all
}

fn client(address: SocketAddr, questions: &[Question], next: &AtomicUsize, n_requests: usize) -> Report {
    let mut report = Report::default();
    let mut connection = None;
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= n_requests {
            return report;
        }
        let question = &questions[n % questions.len()];
        let started = Instant::now();
        let status = ask(address, &mut connection, question);
        match &status {
            Ok(status) if *status == question.expected => {}
            other => report.faults.push(format!("{} {}: {other:?}", question.method, question.path)),
        }
        let status = status.unwrap_or(0);
        if status > 0 {
            report.latencies.push(started.elapsed());
        }
        *report.statuses.entry(status).or_default() += 1;
    }
}

/// The status of the answer. A connection that the server closed between two questions is opened anew.
fn ask(
    address: SocketAddr,
    connection: &mut Option<BufReader<TcpStream>>,
    question: &Question,
) -> std::io::Result<u16> {
    let Question { method, path, body, encoding, expected } = question;
    let was_kept = connection.is_some();
    let mut stream = match connection.take() {
        Some(stream) => stream,
        None => connect(address)?,
    };
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\nContent-Length: {length}\r\n\r\n"
    );
    let sent = stream.get_mut().write_all(&[head.as_bytes(), body].concat());
    if *expected == 0 {
        sent?;
        return Ok(0);
    }
    match read(&mut stream) {
        Ok((status, keep)) => {
            *connection = keep.then_some(stream);
            Ok(status)
        }
        Err(_) if was_kept => ask(address, connection, question),
        Err(error) => Err(error),
    }
}

fn connect(address: SocketAddr) -> std::io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    Ok(BufReader::new(stream))
}

/// Reads one answer whole: its status, and whether the connection lives on.
fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<(u16, bool)> {
    let fault = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|it| it.parse().ok()).ok_or_else(|| fault("no status"))?;
    let (mut length, mut chunked, mut keep) = (0, false, true);
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        match (name.to_ascii_lowercase().as_str(), value.trim()) {
            ("content-length", value) => length = value.parse().map_err(|_| fault("a length that is no number"))?,
            ("transfer-encoding", value) => chunked = value == "chunked",
            ("connection", value) => keep = value != "close",
            _ => {}
        }
    }
    while chunked {
        line.clear();
        stream.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(|_| fault("a chunk without a size"))?;
        skip(stream, size + 2)?;
        chunked = size > 0;
    }
    skip(stream, length)?;
    Ok((status, keep))
}

fn skip(stream: &mut BufReader<TcpStream>, n_bytes: usize) -> std::io::Result<()> {
    let copied = std::io::copy(&mut stream.take(n_bytes as u64), &mut std::io::sink())?;
    if copied == n_bytes as u64 { Ok(()) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
}
