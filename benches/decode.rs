//! How long it takes until an answer of 100,000 rows is in the grid, beside what merely parsing its JSON takes.
//!
//! `cargo bench --bench decode` makes a Defender body of about 85 MB (100,000 rows of `DeviceProcessEvents` in 22 columns,
//! one of them a dynamic that is sent as a text full of escapes) and measures, in turns, so that all meet the same noise:
//!
//! - parsing only, by safe crates. A crate counts as safe when parsing with it takes no `unsafe` of ours and no promise
//!   about the bytes; some fast crates want padded or trusted input, or write into it. The fastest way of these is the
//!   measure: `serde_json` passing over the body (`IgnoredAny`), which checks every token, builds nothing and looks at
//!   no number and no escape. A tree (`serde_json::Value`) is shown beside it;
//! - the decoder of `tallyho::remote`, from memory in pieces of 64 KB, into the batches of a `ResultSet`;
//! - the same through a `Session` from a server on loopback, and the time from the first bytes to the first rows.
//!
//! CPU time is that of the thread, since on a busy machine wall time says little. Memory is the peak resident size of a
//! fresh process above what it held before it asked, without the body, which the server holds.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use serde::de::IgnoredAny;
use tallyho::config::{Api, Clock, Connection, ConnectionKind, Service};
use tallyho::remote::{Environment, RemoteEvent, RemoteRequest, Session, Shape, decode};
use tallyho::result::ResultSet;
use tokio_util::sync::CancellationToken;

const N_ROWS: usize = 100_000;
const N_ROUNDS: usize = 9;
const PIECE: usize = 64 * 1024;

const SCHEMA: [(&str, &str); 22] = [
    ("Timestamp", "DateTime"),
    ("DeviceId", "String"),
    ("DeviceName", "String"),
    ("ActionType", "String"),
    ("FileName", "String"),
    ("FolderPath", "String"),
    ("SHA256", "String"),
    ("MD5", "String"),
    ("FileSize", "Int64"),
    ("ProcessId", "Int64"),
    ("ProcessCommandLine", "String"),
    ("ProcessIntegrityLevel", "String"),
    ("ProcessTokenElevation", "String"),
    ("ProcessCreationTime", "DateTime"),
    ("AccountDomain", "String"),
    ("AccountName", "String"),
    ("LogonId", "Int64"),
    ("InitiatingProcessFileName", "String"),
    ("InitiatingProcessCommandLine", "String"),
    ("IsInitiatingProcessRemoteSession", "SByte"),
    ("ReportId", "Int64"),
    ("AdditionalFields", "Object"),
];

fn main() {
    let body = Bytes::from(make_body());
    if std::env::args().any(|it| it == "--peak") {
        return say(&peak_of_session(&body).to_string());
    }
    say(&format!("body: {} rows, {} columns, {:.1} MB", N_ROWS, SCHEMA.len(), megabytes(body.len())));
    let mut rounds: Vec<[Timing; 3]> = Vec::new();
    let mut first_rows = Vec::new();
    for _ in 0..N_ROUNDS {
        let parse = timed(|| serde_json::from_slice::<IgnoredAny>(&body).unwrap());
        let decoded = timed(|| drop(decode_from_memory(&body)));
        let session = timed(|| first_rows.push(ask(&body)));
        rounds.push([parse, decoded, session]);
    }
    let tree = timed(|| drop(serde_json::from_slice::<serde_json::Value>(&body).unwrap()));
    let best = |idx: usize| rounds.iter().map(|round| round[idx].wall).min().unwrap();
    let best_cpu = |idx: usize| rounds.iter().filter_map(|round| round[idx].cpu).min();
    let names = ["parse only (serde_json, IgnoredAny)", "decode from memory", "decode over loopback HTTP"];
    for (idx, name) in names.into_iter().enumerate() {
        let ratio = best(idx).as_secs_f64() / best(0).as_secs_f64();
        // The decoder of a session has a thread of its own, whose CPU time is not counted here.
        let cpu = best_cpu(idx).zip(best_cpu(0)).filter(|_| idx < 2).map_or_else(String::new, |(cpu, parse)| {
            format!(", CPU {:.0} ms ({:.2} x)", millis(cpu), cpu.as_secs_f64() / parse.as_secs_f64())
        });
        say(&format!("{name}: {:.0} ms ({ratio:.2} x){cpu}", millis(best(idx))));
    }
    say(&format!("a tree instead (serde_json, Value): {:.0} ms", millis(tree.wall)));
    first_rows.sort();
    let (middle, last) = (first_rows[N_ROUNDS / 2], first_rows[N_ROUNDS - 1]);
    say(&format!("first rows after the first bytes: {:.1} ms, at worst {:.1} ms", millis(middle), millis(last)));
    let (_, rows) = decode_from_memory(&body);
    let held: usize = rows.batches().iter().map(RecordBatch::get_array_memory_size).sum();
    say(&format!("held by the batches: {:.1} MB ({:.2} x the body)", megabytes(held), part(held, &body)));
    match peak_of_child() {
        Some(peak) => {
            let peak = usize::try_from(peak).unwrap();
            say(&format!("peak memory of the client: {:.1} MB ({:.2} x the body)", megabytes(peak), part(peak, &body)));
        }
        None => say("peak memory: this system does not say"),
    }
}

/// A line on standard output.
fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn megabytes(n_bytes: usize) -> f64 {
    n_bytes as f64 / 1e6
}

fn part(n_bytes: usize, body: &Bytes) -> f64 {
    n_bytes as f64 / body.len() as f64
}

struct Timing {
    wall: Duration,
    cpu: Option<Duration>,
}

fn timed<T>(run: impl FnOnce() -> T) -> Timing {
    let (started, cpu) = (Instant::now(), thread_cpu());
    run();
    Timing { wall: started.elapsed(), cpu: thread_cpu().zip(cpu).map(|(now, then)| now.saturating_sub(then)) }
}

/// Time that this thread has run; only Linux says it without a call to C.
fn thread_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// The rows, and how long the first of them took.
fn decode_from_memory(body: &Bytes) -> (Duration, ResultSet) {
    let started = Instant::now();
    let (mut rows, mut first) = (ResultSet::default(), None);
    let mut pieces = (0..body.len()).step_by(PIECE).map(|at| Ok(body.slice(at..(at + PIECE).min(body.len()))));
    let decoded = decode(&mut pieces, Shape::Hunting { graph: false }, &mut |event| {
        take(&mut rows, &mut first, event);
        true
    });
    assert_eq!((decoded.unwrap().n_rows, rows.n_rows()), (N_ROWS as u64, N_ROWS));
    (first.unwrap() - started, rows)
}

fn take(rows: &mut ResultSet, first: &mut Option<Instant>, event: RemoteEvent) {
    match event {
        RemoteEvent::Columns(columns) => *rows = ResultSet::new(columns),
        RemoteEvent::Batch(batch) => {
            first.get_or_insert_with(Instant::now);
            rows.push(batch);
        }
        _ => {}
    }
}

/// Asks a server on loopback that has the body, and gives the time from its first bytes to the first rows.
fn ask(body: &Bytes) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let body = body.clone();
    let server = std::thread::spawn(move || answer(&listener, &body));
    let kind = ConnectionKind::Service(Box::new(Service::at(Api::Defender, &base_url)));
    let session = Session::open(&Connection::new("bench", kind, Clock::System), &Environment::of_process()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut rows, mut first) = (ResultSet::default(), None);
    let request = RemoteRequest {
        text: "DeviceProcessEvents",
        time_range: None,
        time_column: None,
        parameters: &[],
        request_id: "bench;1",
        timeout: Duration::from_mins(1),
    };
    let mut sink = |event| take(&mut rows, &mut first, event);
    runtime.block_on(session.query(&request, &CancellationToken::new(), &mut sink)).unwrap();
    assert_eq!(rows.n_rows(), N_ROWS);
    first.unwrap() - server.join().unwrap()
}

/// Answers one request; gives the moment at which the first bytes of the body went out.
fn answer(listener: &TcpListener, body: &[u8]) -> Instant {
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut n_bytes) = (String::new(), 0);
    while request.read_line(&mut line).unwrap() > 2 {
        let length = line.to_ascii_lowercase().strip_prefix("content-length:").map(|it| it.trim().parse().unwrap());
        n_bytes = length.unwrap_or(n_bytes);
        line.clear();
    }
    // A connection that is closed with something unread is reset, and the end of the answer could be lost.
    request.read_exact(&mut vec![0; n_bytes]).unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    let started = Instant::now();
    body.chunks(PIECE).for_each(|piece| stream.write_all(piece).unwrap());
    started
}

/// Runs this program anew and asks it for its peak.
fn peak_of_child() -> Option<u64> {
    let out = Command::new(std::env::current_exe().ok()?).arg("--peak").output().ok()?;
    String::from_utf8(out.stdout).ok()?.trim().parse().ok().filter(|peak| *peak > 0)
}

/// Bytes by which the resident size grows at most while the body is asked for; 0 when the system does not say.
fn peak_of_session(body: &Bytes) -> u64 {
    let before = resident("VmRSS:");
    // From here on the system counts the peak anew.
    let is_reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    ask(body);
    if is_reset { resident("VmHWM:").saturating_sub(before) } else { 0 }
}

fn resident(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

fn make_body() -> String {
    let mut out = String::with_capacity(N_ROWS * 900);
    out.push_str(r#"{"Stats":{"ExecutionTime":4.621215,"dataset_statistics":[{"table_row_count":100000}]},"Schema":["#);
    for (idx, (name, ty)) in SCHEMA.iter().enumerate() {
        let comma = if idx > 0 { "," } else { "" };
        write!(out, r#"{comma}{{"Name":"{name}","Type":"{ty}"}}"#).unwrap();
    }
    out.push_str(r#"],"Results":["#);
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    for row in 0..N_ROWS {
        out.push_str(if row > 0 { ",{" } else { "{" });
        for (idx, (name, _)) in SCHEMA.iter().enumerate() {
            let comma = if idx > 0 { "," } else { "" };
            write!(out, r#"{comma}"{name}":"#).unwrap();
            push_cell(&mut out, name, row, &mut chance);
        }
        out.push('}');
    }
    out.push_str("]}");
    out
}

/// A value of a column, as JSON.
fn push_cell(out: &mut String, column: &str, row: usize, chance: &mut Chance) {
    const FILES: [&str; 6] =
        ["svchost.exe", "powershell.exe", "conhost.exe", "cmd.exe", "msedge.exe", "RuntimeBroker.exe"];
    let file = FILES[chance.below(6) as usize];
    let n = chance.next();
    let written = match column {
        "Timestamp" | "ProcessCreationTime" => {
            write!(out, r#""2026-07-20T{:02}:{:02}:{:02}.{:07}Z""#, n % 24, n % 60, n / 64 % 60, n % 10_000_000)
        }
        "DeviceId" => write!(out, r#""{n:016x}{:016x}{:08x}""#, chance.next(), n as u32),
        "DeviceName" => write!(out, r#""wks-{:04}.contoso.example""#, n % 4000),
        "ActionType" => write!(out, r#""ProcessCreated""#),
        "FileName" | "InitiatingProcessFileName" => write!(out, r#""{file}""#),
        "FolderPath" => write!(out, r#""C:\\Windows\\System32\\{file}""#),
        "SHA256" => write!(out, r#""{n:016x}{:016x}{n:016x}{:016x}""#, chance.next(), chance.next()),
        "MD5" => write!(out, r#""{n:016x}{:016x}""#, chance.next()),
        "FileSize" | "LogonId" => write!(out, "{}", n % 1_000_000),
        "ProcessId" => write!(out, "{}", n % 65_536),
        "ProcessCommandLine" => write!(out, r#""{file} --id {n:x}""#),
        "ProcessIntegrityLevel" => write!(out, r#""Medium""#),
        "ProcessTokenElevation" => write!(out, r#""TokenElevationTypeDefault""#),
        "AccountDomain" => write!(out, r#""contoso""#),
        "AccountName" => write!(out, r#""user{:04}""#, n % 5000),
        "InitiatingProcessCommandLine" => write!(out, r#""\"{file}\" -k netsvcs -p""#),
        "IsInitiatingProcessRemoteSession" => write!(out, "{}", n % 2),
        "ReportId" => write!(out, "{row}"),
        _ => write!(out, r#""{{\"ProcessTokenElevation\":\"Default\",\"n\":{}}}""#, n % 1000),
    };
    written.unwrap();
}
