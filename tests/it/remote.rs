//! The client of both services against a loopback stub: what it sends, what it makes of answers, and what it says
//! when they fail. Each file of `tests/exchanges` is one exchange.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tallyho::config::{Api, Clock, Connection, ConnectionKind, Service, SignInMethod, TimeRange};
use tallyho::remote::{
    Environment, Place, RemoteError, RemoteErrorKind, RemoteEvent, RemoteRequest, RemoteSummary, Session,
};
use tallyho::result::{ResultSet, RunStats, Truncation};
use tokio_util::sync::CancellationToken;

use crate::stub::{Stub, response};

const TOKEN: &str = "header.payload.signature";

/// A connection to a stub.
fn connection(api: Api, base_url: &str) -> Connection {
    let kind = ConnectionKind::Service(Box::new(Service::at(api, base_url)));
    Connection::new("stub", kind, Clock::System)
}

fn defender(base_url: &str) -> Connection {
    connection(Api::Defender, base_url)
}

fn graph(base_url: &str, version: &str) -> Connection {
    connection(Api::Graph { version: version.to_owned(), workspace_id: None }, base_url)
}

fn kusto(base_url: &str, v1: bool, progressive: bool) -> Connection {
    connection(Api::Kusto { database: "Samples".to_owned(), v1, progressive }, base_url)
}

fn log_analytics(base_url: &str, more_workspaces: Vec<String>) -> Connection {
    let workspace = "00000000-1111-2222-3333-444444444444".to_owned();
    connection(Api::LogAnalytics { workspace, more_workspaces, resource_id: None }, base_url)
}

fn ask(
    connection: &Connection,
    token: Option<&str>,
    text: &str,
    cancel: &CancellationToken,
) -> (Result<RemoteSummary, RemoteError>, ResultSet) {
    ask_beside(connection, token, &Beside::default(), text, cancel)
}

/// What stands beside the text of a query.
#[derive(Default)]
struct Beside {
    time_range: Option<TimeRange>,
    time_column: Option<String>,
    parameters: Vec<(String, String)>,
}

fn ask_beside(
    connection: &Connection,
    token: Option<&str>,
    beside: &Beside,
    text: &str,
    cancel: &CancellationToken,
) -> (Result<RemoteSummary, RemoteError>, ResultSet) {
    let mut connection = connection.clone();
    let (tick, variables) = (Duration::ZERO, Some(HashMap::new()));
    let mut environment = Environment { variables, tick, ..Environment::of_process() };
    if let (Some(token), ConnectionKind::Service(service)) = (token, &mut connection.kind) {
        service.sign_in.method = SignInMethod::TokenVariable("TALLYHO_TEST_TOKEN".to_owned());
        environment.variables = Some(HashMap::from([("TALLYHO_TEST_TOKEN".to_owned(), token.to_owned())]));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut rows = ResultSet::default();
    let request = RemoteRequest {
        text,
        time_range: beside.time_range.as_ref(),
        time_column: beside.time_column.as_deref(),
        parameters: &beside.parameters,
        request_id: "test;1",
        timeout: Duration::from_mins(1),
    };
    let mut sink = |event| match event {
        RemoteEvent::Columns(columns) => rows = ResultSet::new(columns),
        RemoteEvent::Batch(batch) => rows.push(batch),
        RemoteEvent::SignIn(_) | RemoteEvent::Progress(_) | RemoteEvent::Sent | RemoteEvent::Unreached => {}
    };
    let answer =
        runtime.block_on(async { Session::open(&connection, &environment)?.query(&request, cancel, &mut sink).await });
    (answer, rows)
}

fn ask_stub(body: &[u8]) -> (Result<RemoteSummary, RemoteError>, ResultSet) {
    let stub = Stub::saying(response(200, &[], body));
    ask(&defender(&stub.base_url), None, "T", &CancellationToken::new())
}

#[test]
fn every_exchange_goes_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges");
    let (mut n_exchanges, mut faults) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let exchange: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        // All that differ are told, each with its own panic.
        if std::panic::catch_unwind(|| check_exchange(name, &exchange)).is_err() {
            faults.push(name.to_owned());
        }
        n_exchanges += 1;
    }
    assert!(faults.is_empty(), "{faults:?}");
    assert!(n_exchanges >= 60, "only {n_exchanges} exchanges were found");
}

fn check_exchange(name: &str, exchange: &Value) {
    let text = exchange["query"].as_str().unwrap();
    let answer = &exchange["response"];
    let body = answer["body"].as_str().map_or_else(|| answer["body"].to_string(), str::to_owned);
    let headers = answer["headers"].as_object().into_iter().flatten();
    let headers: Vec<_> = headers.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect();
    let stub = Stub::saying(response(answer["status"].as_u64().unwrap() as u16, &headers, body.as_bytes()));
    let base_url = &stub.base_url;
    let kind = match exchange["service"].as_str().unwrap() {
        "defender" => defender(base_url),
        "mde" => connection(Api::Mde, base_url),
        "graph" => graph(base_url, exchange["version"].as_str().unwrap_or("v1.0")),
        "kusto_v2" => kusto(base_url, false, false),
        "kusto_progressive" => kusto(base_url, false, true),
        "kusto_v1" => kusto(base_url, true, false),
        "loganalytics" => log_analytics(base_url, Vec::new()),
        other => panic!("{name}: there is no service '{other}'"),
    };
    let beside = Beside {
        time_range: exchange["time_range"].as_str().map(|it| TimeRange::parse(it).unwrap()),
        time_column: exchange["time_column"].as_str().map(str::to_owned),
        parameters: Vec::new(),
    };
    let (answer, rows) = ask_beside(&kind, Some(TOKEN), &beside, text, &CancellationToken::new());

    let request = stub.received();
    assert_eq!(request.method, "POST", "{name}");
    assert_eq!(request.path, exchange["request"]["path"].as_str().unwrap(), "{name}");
    assert_eq!(request.header("authorization"), Some("Bearer header.payload.signature"), "{name}");
    let charset = if text.is_ascii() { "application/json" } else { "application/json; charset=utf-8" };
    assert_eq!(request.header("content-type"), Some(charset), "{name}");
    for (header, value) in exchange["request"]["headers"].as_object().into_iter().flatten() {
        assert_eq!(request.header(header), value.as_str(), "{name}: {header}");
    }
    if !exchange["request"]["body"].is_null() {
        let sent: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(sent, exchange["request"]["body"], "{name}");
    }
    match (&exchange["error"], answer) {
        (Value::Null, Ok(summary)) => check_rows(name, exchange, &rows, &summary),
        (Value::Null, Err(error)) => panic!("{name}: {error:?}"),
        (wanted, Err(error)) => check_error(name, wanted, &error),
        (_, Ok(_)) => panic!("{name}: there are rows where an error is wanted"),
    }
}

fn check_rows(name: &str, exchange: &Value, rows: &ResultSet, summary: &RemoteSummary) {
    let columns: Value = rows.columns().iter().map(|column| json!([column.name, column.ty.name()])).collect();
    assert_eq!(columns, exchange["columns"], "{name}");
    let cells = |row| (0..rows.columns().len()).map(|col| rows.cell_json(row, col)).collect::<Vec<_>>();
    let values: Value = (0..rows.n_rows())
        .map(|row| cells(row).iter().map(|cell| serde_json::from_str::<Value>(cell).unwrap()).collect::<Value>())
        .collect();
    assert_eq!(values, exchange["rows"], "{name}");
    if !exchange["stats"].is_null() {
        let expected = RunStats { wall_time: summary.stats.wall_time, ..RunStats::from_wire(&exchange["stats"]) };
        assert_eq!(summary.stats, expected, "{name}");
        assert!(summary.stats.wall_time.is_some_and(|it| it > Duration::ZERO));
    }
    let truncation = summary.truncation.as_ref().map(|it| match it {
        Truncation::Service { message } => message.as_str(),
        other => panic!("{name}: {other:?} is no limit of a service"),
    });
    assert_eq!(truncation, exchange["truncation"].as_str(), "{name}");
    let notes: Vec<&str> = exchange["notes"].as_array().into_iter().flatten().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(notes.len(), summary.notes.len(), "{name}: {:?}", summary.notes);
    for (wanted, note) in notes.iter().zip(&summary.notes) {
        assert!(note.contains(wanted), "{name}: {note}");
    }
}

fn check_error(name: &str, wanted: &Value, error: &RemoteError) {
    assert_eq!(format!("{:?}", error.kind), wanted["kind"].as_str().unwrap(), "{name}: {error:?}");
    for part in ["message", "advice"] {
        let text = if part == "message" { &error.message } else { &error.advice };
        assert!(text.contains(wanted[part].as_str().unwrap()), "{name}: {part}: {error:?}");
    }
    if let Some(seconds) = wanted["retry_after"].as_u64() {
        assert_eq!(error.retry_after, Some(Duration::from_secs(seconds)), "{name}: {error:?}");
    }
    match (&wanted["place"], &error.place) {
        (Value::Null, _) => {}
        (Value::String(name), Some(Place::Name(found))) => assert_eq!(name, found),
        (place, Some(Place::At { line, column, token })) => {
            assert_eq!(*place, json!([line, column, token]), "{name}: {error:?}");
        }
        (place, found) => panic!("{name}: {place} is not {found:?}"),
    }
    assert!(!error.message.ends_with('.') && !error.message.contains('\n'), "{name}: one sentence: {error:?}");
    assert!(error.advice.ends_with('.'), "{name}: {error:?}");
    assert!(!format!("{error:?}").contains("signature"), "{name}: an error never shows the token");
}

/// Rows as Defender sends them.
fn many_rows(n_rows: usize) -> String {
    let rows: Vec<String> = (0..n_rows).map(|row| format!(r#"{{"n":{row},"s":"row {row}"}}"#)).collect();
    let schema = r#"[{"Name":"n","Type":"Int64"},{"Name":"s","Type":"String"}]"#;
    format!(r#"{{"Schema":{schema},"Results":[{}],"Stats":{{"ExecutionTime":1.5}}}}"#, rows.join(","))
}

#[test]
fn many_rows_arrive_in_batches_and_in_order() {
    let (answer, rows) = ask_stub(many_rows(100_000).as_bytes());
    let summary = answer.unwrap();
    assert_eq!(rows.n_rows(), 100_000);
    assert!(rows.batches().len() > 5);
    for row in [0, 511, 512, 99_999] {
        assert_eq!(rows.cell_text(row, 0).as_str(), row.to_string());
        assert_eq!(rows.cell_text(row, 1).as_str(), format!("row {row}"));
    }
    assert!(summary.truncation.is_some(), "at the service's limit there may be more rows");
    assert_eq!(summary.stats.execution_time, Some(Duration::from_millis(1500)));
    assert!(ask_stub(many_rows(99_999).as_bytes()).0.unwrap().truncation.is_none());
}

#[test]
fn a_body_cut_anywhere_is_an_error_in_words() {
    let whole = many_rows(2000);
    for cut in [0, 1, 30, 75, 100, whole.len() / 2, whole.len() - 1] {
        // The length is right, so that it is the JSON that ends too early.
        let (answer, rows) = ask_stub(&whole.as_bytes()[..cut]);
        let error = answer.unwrap_err();
        assert!(error.message.contains("ends in the middle"), "cut at {cut}: {error:?}");
        assert!(rows.n_rows() < 2000);
        // And here the connection ends before the length that was promised.
        let mut short = response(200, &[], whole.as_bytes());
        short.truncate(short.len() - whole.len() + cut);
        let stub = Stub::saying(short);
        let (answer, _) = ask(&defender(&stub.base_url), None, "T", &CancellationToken::new());
        let error = answer.unwrap_err();
        assert!(error.message.contains("broke off"), "cut at {cut}: {error:?}");
        assert!(!error.advice.is_empty());
    }
}

#[test]
fn noise_instead_of_an_answer_never_panics() {
    let bodies: [&[u8]; 12] = [
        b"",
        b"null",
        b"7",
        b"{}",
        b"\xEF\xBB\xBF{}",
        b"\xFF\xFE\x00",
        br#"{"Results":5}"#,
        br#"{"Schema":[],"Results":[5]}"#,
        br#"{"Schema":[{"Name":"a","Type":"Int64"}],"Results":{"a":1}}"#,
        br#"{"Schema":[{"Name":"a","Type":"Int64"}],"Results":[{"a":1]}"#,
        br#"{"Schema":{"a":1}}"#,
        br#"{"Schema":[{"Name":"a","Type":"Object"}],"Results":[{"a":"\ud800"}]}"#,
    ];
    for body in bodies {
        let (answer, _) = ask_stub(body);
        let shown = String::from_utf8_lossy(body);
        if let Err(error) = answer {
            assert_eq!(error.kind, RemoteErrorKind::Connection, "{shown}: {error:?}");
            assert!(!error.message.is_empty() && !error.advice.is_empty(), "{shown}: {error:?}");
        } else {
            assert!(shown.contains("ud800"), "{shown} is no answer");
        }
    }
    let deep = format!(
        r#"{{"Schema":[{{"Name":"a","Type":"Object"}}],"Results":[{{"a":{}{}}}]}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let (answer, rows) = ask_stub(deep.as_bytes());
    assert!(answer.is_err() || rows.cell(0, 0).text().len() == 10_000, "depth is either refused or kept");
}

#[test]
fn addresses_that_would_leak_a_token_are_refused() {
    for (address, why) in [
        ("http://api.security.microsoft.com", "https"),
        ("ftp://127.0.0.1", "https"),
        ("https://user:secret@api.security.microsoft.com", "password"),
        ("not an address", "cannot be used"),
        ("", "cannot be used"),
        ("http://localhost.evil.example", "https"),
    ] {
        let (answer, _) = ask(&defender(address), Some(TOKEN), "T", &CancellationToken::new());
        let error = answer.unwrap_err();
        assert!(error.message.contains(why), "{address}: {error:?}");
        assert!(!error.message.contains("secret"), "{error:?}");
    }
    let (answer, _) = ask(&defender("http://127.0.0.1:1"), Some("bad\ntoken"), "T", &CancellationToken::new());
    let error = answer.unwrap_err();
    assert!(error.message.contains("TALLYHO_TEST_TOKEN") && !error.message.contains("bad"), "{error:?}");
}

#[test]
fn a_token_does_not_follow_a_redirect_to_another_host() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let place = format!("http://{}/api/advancedhunting/run", elsewhere.local_addr().unwrap());
    for status in [301, 302, 303, 307, 308] {
        let stub = Stub::saying(response(status, &[("Location".into(), place.clone())], b""));
        let (answer, _) = ask(&defender(&stub.base_url), Some(TOKEN), "T", &CancellationToken::new());
        assert!(answer.unwrap_err().message.contains(&place), "{status}");
        assert!(elsewhere.accept().is_err(), "{status}: nobody came to the other host");
    }
}

#[test]
fn a_service_that_cannot_be_reached_is_said_in_words() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (answer, _) = ask(&defender(&format!("http://127.0.0.1:{port}")), None, "T", &CancellationToken::new());
    let error = answer.unwrap_err();
    assert_eq!(error.kind, RemoteErrorKind::Connection);
    assert!(error.message.contains("refuses the connection") && error.message.contains(&port.to_string()), "{error:?}");
    // Something that does not speak TLS.
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = plain.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = plain.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let (answer, _) = ask(&defender(&format!("https://{address}")), Some(TOKEN), "T", &CancellationToken::new());
    let error = answer.unwrap_err();
    assert_eq!(error.kind, RemoteErrorKind::Connection, "{error:?}");
    assert!(error.message.contains(&format!("no safe connection to {address}")), "{error:?}");
}

#[test]
fn cancelling_ends_at_once_before_and_during_the_answer() {
    for half in [false, true] {
        let stub = Stub::new(move |stream| {
            if half {
                let whole = response(200, &[], many_rows(5000).as_bytes());
                let _ = stream.write_all(&whole[..whole.len() / 2]);
            }
            std::thread::sleep(Duration::from_secs(3));
        });
        let cancel = CancellationToken::new();
        let on_thread = cancel.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            on_thread.cancel();
        });
        let started = Instant::now();
        let (answer, rows) = ask(&defender(&stub.base_url), None, "T", &cancel);
        assert_eq!(answer.unwrap_err().kind, RemoteErrorKind::Cancelled);
        assert!(started.elapsed() < Duration::from_secs(2), "stopped after {:?}", started.elapsed());
        assert_eq!(rows.n_rows() > 0, half, "rows that had arrived stay");
    }
}

#[test]
fn a_compressed_answer_is_unpacked() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(many_rows(3000).as_bytes()).unwrap();
    let stub = Stub::saying(response(200, &[("Content-Encoding".into(), "gzip".into())], &packed.finish().unwrap()));
    let (answer, rows) = ask(&defender(&stub.base_url), None, "T", &CancellationToken::new());
    answer.unwrap();
    assert_eq!(rows.n_rows(), 3000);
    let request = stub.received();
    assert!(request.header("accept-encoding").unwrap().contains("gzip"));
    assert_eq!(request.header("authorization"), None, "without a token there is no header");
}

/// A debugging proxy may send the whole request back; an error is shown, kept in the history and pasted.
#[test]
fn a_token_that_comes_back_is_in_no_error() {
    for status in [400, 401, 403, 429, 500] {
        let echo = format!(r#"{{"error":{{"code":"BadRequest","message":"Authorization: Bearer {TOKEN}"}}}}"#);
        let bodies = [echo, format!("POST / HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n")];
        for body in bodies {
            let stub = Stub::saying(response(status, &[], body.as_bytes()));
            let (answer, _) = ask(&defender(&stub.base_url), Some(TOKEN), "T", &CancellationToken::new());
            let error = answer.unwrap_err();
            assert!(!format!("{error:?}").contains(TOKEN), "{status}: {error:?}");
        }
    }
}
