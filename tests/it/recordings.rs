//! Exchanges that are kept, answered again without the service, and scrubbed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;
use tallyho::config::{Api, Clock, Connection, ConnectionKind, Paths, Service, SignInMethod, TimeRange};
use tallyho::remote::{Environment, scrub};
use tallyho::result::{ResultSet, write_csv};
use tallyho::run::{OpenConnection, QueryRequest, RunErrorKind, RunEvent, RunId, Runner};

use crate::ending::{Ending, ending};
use crate::stub::{Stub, response};

const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJ1cG4iOiJhbGljZSJ9.signature";
const QUERY: &str = "DeviceEvents\n| where DeviceName == \"pc1\" // the first\n| take 2";
const ANSWER: &str = r#"{"Stats":{"ExecutionTime":0.5,"resource_usage":{"cpu":{"total cpu":"00:00:01.2500000"}}},
    "Schema":[{"Name":"DeviceName","Type":"String"},{"Name":"n","Type":"Int64"}],
    "Results":[{"DeviceName":"pc1","n":9007199254740993},{"DeviceName":"pc1","n":2}]}"#;

fn service(api: Api, base_url: &str) -> Service {
    let mut service = Service::at(api, base_url);
    service.sign_in.method = SignInMethod::TokenVariable("TALLYHO_TEST_TOKEN".to_owned());
    service
}

/// A connection that records into a folder.
fn recording(api: Api, base_url: &str, folder: &Path) -> Connection {
    let kind = ConnectionKind::Service(Box::new(service(api, base_url)));
    Connection { record: Some(folder.to_owned()), ..Connection::new("stub", kind, Clock::System) }
}

fn recorded(folder: &Path) -> Connection {
    let kind = ConnectionKind::Recorded { folder: folder.to_owned() };
    Connection::new("demo", kind, Clock::System)
}

fn runner(home: &Path) -> Runner {
    let variables = [("TALLYHO_TEST_TOKEN".to_owned(), TOKEN.to_owned())].into();
    let environment = Environment { variables: Some(variables), ..Environment::of_process() };
    Runner::with_environment(&Paths::under(home.to_owned()), environment)
}

fn ask(runner: &Runner, connection: &Arc<OpenConnection>, text: &str) -> Ending {
    ending(runner, QueryRequest::new(RunId(1), text, Arc::clone(connection)))
}

fn open(runner: &Runner, connection: &Connection) -> Arc<OpenConnection> {
    runner.open(connection, &|_| {}).unwrap()
}

/// Sends one query to a stub that answers so, and records it.
fn record(folder: &Path, api: Api, text: &str, status: u16, headers: &[(&str, &str)], body: &[u8]) -> Ending {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let stub = Stub::saying(response(status, &headers, body));
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    let ending = ask(&runner, &open(&runner, &recording(api, &stub.base_url, folder)), text);
    stub.received();
    ending
}

/// Asks a folder of recordings.
fn replay(folder: &Path, text: &str) -> Ending {
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    let opened = open(&runner, &recorded(folder));
    ask(&runner, &opened, text)
}

fn csv(rows: &ResultSet) -> String {
    let mut out = Vec::new();
    write_csv(rows, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Files of a folder with an ending, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == ending));
    files.sort();
    files
}

fn facts(folder: &Path) -> Value {
    let files = files(folder, "json");
    assert_eq!(files.len(), 1, "{files:?}");
    serde_json::from_slice(&fs::read(&files[0]).unwrap()).unwrap()
}

#[test]
fn an_exchange_is_kept_and_answers_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("deep/er");
    let headers = [("Content-Type", "application/json"), ("request-id", "r1"), ("Set-Cookie", "secret=1")];
    let (rows, summary) = record(&folder, Api::Defender, QUERY, 200, &headers, ANSWER.as_bytes()).unwrap();
    let facts = facts(&folder);
    assert_eq!(facts["query"], QUERY);
    assert_eq!(facts["api"], "defender");
    assert_eq!(facts["request"]["path"], "/api/advancedhunting/run");
    assert_eq!(facts["request"]["body"]["Query"], QUERY);
    assert_eq!(facts["answer"]["status"], 200);
    let kept: Vec<&str> =
        facts["answer"]["headers"].as_array().unwrap().iter().map(|it| it[0].as_str().unwrap()).collect();
    assert_eq!(kept, ["content-type", "request-id"], "only headers that the list names");
    assert_eq!(facts["ending"], "whole");
    assert_eq!(fs::read(&files(&folder, "body")[0]).unwrap(), ANSWER.as_bytes(), "as it arrived");
    let (again, replayed) = replay(&folder, QUERY).unwrap();
    assert_eq!(csv(&again), csv(&rows));
    assert_eq!(replayed.stats.cpu_total, summary.stats.cpu_total);
    assert_eq!(replayed.stats.execution_time, Some(Duration::from_millis(500)));
    let recorded_ms = facts["timings"]["end_ms"].as_u64().unwrap();
    assert_eq!(replayed.stats.wall_time, Some(Duration::from_millis(recorded_ms)), "the time of the recording");
    assert!(replayed.notes[0].contains("recorded at"), "{:?}", replayed.notes);
    #[cfg(unix)]
    for entry in fs::read_dir(&folder).unwrap() {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn no_token_is_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    // A proxy that sends everything back: in the body, across its pieces, and in headers that are kept.
    let echo = format!("{{\"error\":{{\"message\":\"Bearer {TOKEN}\"}},\"again\":\"{TOKEN}{TOKEN}\"}}");
    let query = format!("print \"{TOKEN}\"");
    record(folder.path(), Api::Defender, &query, 400, &[("request-id", TOKEN)], echo.as_bytes()).unwrap_err();
    let mut n_files = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(TOKEN), "{}: {text}", path.display());
        assert!(!text.to_lowercase().contains("authorization"), "{}", path.display());
        assert!(text.contains("[token]"), "{}", path.display());
        n_files += 1;
    }
    assert_eq!(n_files, 2);
}

#[test]
fn errors_and_broken_answers_come_again_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let semantic = r#"{"error":{"code":"BadRequest","message":"'where' operator: Failed to resolve scalar expression named 'Foo'. Fix semantic errors in your query."}}"#;
    let first = record(folder.path(), Api::Defender, "A", 400, &[], semantic.as_bytes()).unwrap_err();
    assert_eq!(replay(folder.path(), "A").unwrap_err(), first);
    let quota = r#"{"error":{"code":"429","message":"API calls quota exceeded! maximum allowed 45 per 00:01:00"}}"#;
    let first = record(folder.path(), Api::Mde, "B", 429, &[("Retry-After", "7")], quota.as_bytes()).unwrap_err();
    let again = replay(folder.path(), "B").unwrap_err();
    assert_eq!((again.kind, again.message, again.retry_after), (RunErrorKind::Quota, first.message, first.retry_after));
    // The connection breaks off in the middle of the rows.
    let stub = Stub::new(|stream| {
        let half = &ANSWER[..ANSWER.len() - 20];
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", ANSWER.len());
        let _ = stream.write_all(&[head.as_bytes(), half.as_bytes()].concat());
    });
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    let opened = open(&runner, &recording(Api::Defender, &stub.base_url, folder.path()));
    ask(&runner, &opened, "C").unwrap_err();
    stub.received();
    let error = replay(folder.path(), "C").unwrap_err();
    assert_eq!(error.kind, RunErrorKind::Connection);
    assert!(error.message.contains("broke off"), "{error:?}");
}

#[test]
fn the_newest_of_the_same_query_answers() {
    let folder = tempfile::tempdir().unwrap();
    let answer = |n| format!(r#"{{"schema":[{{"name":"n","type":"Int64"}}],"results":[{{"n":{n}}}]}}"#);
    let graph = || Api::Graph { version: "beta".to_owned(), workspace_id: None };
    for n in 1..=3 {
        record(folder.path(), graph(), "T | take 1 // x", 200, &[], answer(n).as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    record(folder.path(), graph(), "T|take 2", 200, &[], answer(4).as_bytes()).unwrap();
    for (text, expected) in
        [("T | take 1 // x", "3"), ("T\n\n|  take   1", "3"), ("/* no comment in KQL */", ""), ("T | take 2", "4")]
    {
        match replay(folder.path(), text) {
            Ok((rows, _)) => assert_eq!(csv(&rows).lines().last().unwrap(), expected, "{text}"),
            Err(error) => assert_eq!(expected, "", "{text}: {error:?}"),
        }
    }
    assert_eq!(files(folder.path(), "json").len(), 4, "nothing is overwritten");
    let error = replay(folder.path(), "T | take 12").unwrap_err();
    assert_eq!(error.kind, RunErrorKind::Query);
    assert!(error.message.contains(&folder.path().display().to_string()), "{error:?}");
    let advice = error.advice.unwrap();
    assert!(advice.contains("2 recorded queries") && advice.contains("'T|take 2'"), "{advice}");
}

#[test]
fn another_time_range_is_said() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), Api::Defender, "T", 200, &[], ANSWER.as_bytes()).unwrap();
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    let opened = open(&runner, &recorded(folder.path()));
    let request =
        QueryRequest { time_range: TimeRange::parse("P7D"), ..QueryRequest::new(RunId(1), "T", Arc::clone(&opened)) };
    let (_, summary) = ending(&runner, request).unwrap();
    assert!(summary.notes[0].contains("asked about no time range"), "{:?}", summary.notes);
}

#[test]
fn a_disk_that_takes_nothing_fails_no_query() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no folder");
    fs::write(&file, "").unwrap();
    let (rows, summary) = record(&file, Api::Defender, QUERY, 200, &[], ANSWER.as_bytes()).unwrap();
    assert_eq!(rows.n_rows(), 2);
    assert!(summary.notes.iter().any(|it| it.contains("could not be recorded")), "{:?}", summary.notes);
}

#[test]
fn a_folder_without_recordings_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    fs::write(folder.path().join("x.json"), "{}").unwrap();
    fs::write(folder.path().join("y.body"), "half").unwrap();
    let error = runner.open(&recorded(folder.path()), &|_| {}).unwrap_err();
    assert!(error.message.contains("no recorded exchange"), "{error:?}");
    let error = runner.open(&recorded(&folder.path().join("none")), &|_| {}).unwrap_err();
    assert!(error.message.contains("cannot be read"), "{error:?}");
}

#[test]
fn a_long_answer_is_shown_at_its_pace_and_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), Api::Defender, "T", 200, &[], ANSWER.as_bytes()).unwrap();
    // As if the service had taken an hour.
    let path = files(folder.path(), "json").remove(0);
    let mut slow: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    slow["timings"] = serde_json::json!({ "head_ms": 3_000_000, "first_byte_ms": 3_000_000, "end_ms": 3_600_000 });
    fs::write(&path, slow.to_string()).unwrap();
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    let opened = open(&runner, &recorded(folder.path()));
    let (sender, receiver) = mpsc::channel();
    let started = Instant::now();
    let stop = runner.start(QueryRequest::new(RunId(1), "T", opened), move |event| {
        let _ = sender.send(event);
    });
    assert!(receiver.recv_timeout(Duration::from_secs(5)).is_ok_and(|it| matches!(it, RunEvent::Started)));
    assert!(receiver.recv_timeout(Duration::from_millis(60)).is_err(), "nothing comes at once");
    stop.cancel();
    let ending = receiver.recv_timeout(Duration::from_secs(5)).unwrap();
    assert!(matches!(ending, RunEvent::Cancelled { .. }), "{ending:?}");
    assert!(started.elapsed() < Duration::from_millis(1400), "stopped before the end");
}

/// What must not be in a scrubbed folder, in lower case.
const SECRETS: &[&str] = &[
    "alice",
    "smith",
    "contoso",
    "pc1",
    "db-server",
    "203.0.113.77",
    "10.20.30.40",
    "2603:1010",
    "72f988bf",
    "s-1-5-21-111111111",
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
    "aa:bb:cc",
    "böse",
];

const HOSTILE_QUERY: &str = "DeviceEvents\n| where DeviceName =~ \"PC1.corp.contoso.com\" and AccountName == 'alice'\n\
    | where RemoteIP in (\"203.0.113.77\", \"10.20.30.40\") // ask Alice about db-server\n\
    | where FolderPath startswith @\"C:\\Users\\alice\\AppData\" or tostring(x) == \"C:\\\\Users\\\\Alice\\\\x\"\n\
    | where Tail has \"\\talice\" or Url has \"u=alice%40contoso.com\" or ActorName == h@'alice'\n\
    | where AccountUpn endswith \"@contoso.com\" and TenantId == guid(72f988bf-86f1-41af-91ab-2d7cd011db47)\n| take 5";

fn hostile_answer() -> String {
    r#"{"Stats":{"ExecutionTime":0.25},
 "Schema":[{"Name":"Timestamp","Type":"DateTime"},{"Name":"DeviceName","Type":"String"},{"Name":"AccountName","Type":"String"},
  {"Name":"AccountDomain","Type":"String"},{"Name":"AccountUpn","Type":"String"},{"Name":"AccountSid","Type":"String"},
  {"Name":"DeviceId","Type":"String"},{"Name":"RemoteIP","Type":"String"},{"Name":"ProcessCommandLine","Type":"String"},
  {"Name":"AdditionalFields","Type":"String"},{"Name":"Schema","Type":"String"},{"Name":"n","Type":"Int64"},{"Name":"AccountDisplayName","Type":"String"}],
 "Results":[
 {"Timestamp":"2025-03-17T10:20:30Z","DeviceName":"pc1.corp.contoso.com","AccountName":"Alice","AccountDomain":"CONTOSO",
  "AccountUpn":"alice@Contoso.com","AccountSid":"S-1-5-21-111111111-222222222-333333333-1105","DeviceId":"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
  "RemoteIP":"203.0.113.77","ProcessCommandLine":"cmd /c \"copy \\\\db-server\\c$\\Users\\alice\\x.txt\" \/user:CONTOSO\\alice 10.20.30.40:443 alice.smith@contoso.com \u0061lice",
  "AdditionalFields":"{\"Host\":\"db-server\",\"n\":1.10,\"ip\":\"2603:1010::77\",\"mac\":\"AA:BB:CC:DD:EE:FF\",\"deep\":\"[{\\\"UserName\\\":\\\"bÖse\\\"}]\"}",
  "Schema":"alice was here","n":9007199254740993,"AccountDisplayName":"Alice Smith"},
 {"Timestamp":"2025-03-17T10:20:31Z","DeviceName":"PC1","AccountName":"system","AccountDomain":"NT AUTHORITY","AccountUpn":"","AccountSid":"S-1-5-18",
  "DeviceId":"DEADBEEFDEADBEEFDEADBEEFDEADBEEFDEADBEEF","RemoteIP":"127.0.0.1","ProcessCommandLine":"report for alice smith of 10.0.19041.1 at 12:30:45 by PC1$",
  "AdditionalFields":"not json { alice","Schema":"","n":1e2,"AccountDisplayName":"bÖse"}]}"#
        .to_owned()
}

#[test]
fn a_scrubbed_folder_names_nobody_and_still_answers() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let (rows, _) = record(&from, Api::Defender, HOSTILE_QUERY, 200, &[], hostile_answer().as_bytes()).unwrap();
    let kusto = r#"[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"},
      {"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult",
       "Columns":[{"ColumnName":"Computer","ColumnType":"string"},{"ColumnName":"x","ColumnType":"dynamic"}],
       "Rows":[["PC1",{"Account":"CONTOSO\\alice","list":["alice",{"Columns":[{"ColumnName":"alice"}]}]}],["db-server",null]]},
      {"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}]"#;
    let api = Api::Kusto { database: "d".to_owned(), v1: false, progressive: false };
    let (kusto_rows, _) = record(&from, api, "T | where Computer == 'PC1'", 200, &[], kusto.as_bytes()).unwrap();
    // Cut in the middle of a string whose letters are escaped, behind half a character.
    let cut = r#"{"Schema":[{"Name":"x","Type":"String"}],"Results":[{"x":"\ud800\u0061lice"},{"x":"to \u0061lice\u00"#;
    record(&from, Api::Defender, "Cut", 200, &[], cut.as_bytes()).unwrap_err();
    let page = "<html>the proxy of contoso.com says: alice may not</html>";
    record(&from, Api::Defender, "Third | where UserName == 'alice'", 502, &[], page.as_bytes()).unwrap_err();
    let report = scrub(&from, &to).unwrap();
    assert_eq!(report.n_exchanges, 4);
    for kind in ["users", "hosts", "domains", "network addresses", "GUIDs", "SIDs", "device ids", "hardware addresses"]
    {
        assert!(report.replaced.iter().any(|it| it.0 == kind), "{kind}: {report:?}");
    }
    for entry in fs::read_dir(&to).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8(fs::read(&path).unwrap()).unwrap().to_lowercase();
        // The name of a column of data inside a cell is a key, and keys stay.
        let text = text.replace(r#""columnname":"alice""#, "");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} is in {}: {text}", path.display());
        }
    }
    // The scrubbed query finds its scrubbed answer, of the same shape.
    let stems: Vec<Value> =
        files(&to, "json").iter().map(|it| serde_json::from_slice(&fs::read(it).unwrap()).unwrap()).collect();
    let query_of = |start: &str| {
        stems.iter().map(|it| it["query"].as_str().unwrap()).find(|it| it.starts_with(start)).unwrap().to_owned()
    };
    let (scrubbed, _) = replay(&to, &query_of("DeviceEvents")).unwrap();
    assert_eq!(scrubbed.n_rows(), rows.n_rows());
    let lines = csv(&scrubbed);
    assert!(lines.contains("9007199254740993") && lines.contains("S-1-5-18") && lines.contains("127.0.0.1"), "{lines}");
    assert!(lines.contains("10.0.19041.1 at 12:30:45"), "a version and a time are no addresses: {lines}");
    let (scrubbed, _) = replay(&to, &query_of("T |")).unwrap();
    assert_eq!(scrubbed.n_rows(), kusto_rows.n_rows());
    assert!(replay(&to, &query_of("Third")).unwrap_err().message.contains("502"));
    // Nothing is overwritten.
    let error = scrub(&from, &to).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
}

#[test]
fn the_same_value_becomes_the_same_one_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    record(&from, Api::Defender, HOSTILE_QUERY, 200, &[], hostile_answer().as_bytes()).unwrap();
    scrub(&from, &to).unwrap();
    let body: Value = serde_json::from_slice(&fs::read(&files(&to, "body")[0]).unwrap()).unwrap();
    let [first, second] = [0, 1].map(|idx| body["Results"][idx].clone());
    let user = first["AccountName"].as_str().unwrap();
    assert!(first["AccountUpn"].as_str().unwrap().starts_with(&format!("{user}@domain-")), "{first}");
    assert!(first["ProcessCommandLine"].as_str().unwrap().contains(&format!("\\Users\\{user}\\x.txt")), "{first}");
    let host = second["DeviceName"].as_str().unwrap();
    assert!(first["DeviceName"].as_str().unwrap().starts_with(&format!("{host}.domain-")), "{first}");
    assert_eq!(second["AccountName"], "system");
    assert_eq!(first["DeviceId"].as_str().unwrap().len(), 40);
    let facts: Value = serde_json::from_slice(&fs::read(&files(&to, "json")[0]).unwrap()).unwrap();
    let query = facts["query"].as_str().unwrap();
    assert!(query.contains(&format!("AccountName == '{user}'")), "{query}");
    assert!(query.contains(first["RemoteIP"].as_str().unwrap()), "{query}");
    assert_eq!(facts["request"]["body"]["Query"], facts["query"]);
    let inner: Value = serde_json::from_str(first["AdditionalFields"].as_str().unwrap()).unwrap();
    assert!(inner["ip"].as_str().unwrap().starts_with("2001:db8:"), "{inner}");
    // Another run makes other names.
    let third = folder.path().join("third");
    scrub(&from, &third).unwrap();
    assert_ne!(fs::read(&files(&to, "body")[0]).unwrap(), fs::read(&files(&third, "body")[0]).unwrap());
}

#[test]
fn scrubbing_from_the_command_line_says_what_it_did_and_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    record(&from, Api::Defender, HOSTILE_QUERY, 200, &[], hostile_answer().as_bytes()).unwrap();
    let run = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tallyho"));
        command.args(["scrub".as_ref(), from.as_os_str(), "--to".as_ref(), to.as_os_str()]).output().unwrap()
    };
    let output = run();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 exchange written"), "{told}");
    assert!(told.contains("users replaced") && told.contains("free text"), "{told}");
    assert_eq!(run().status.code(), Some(3), "nothing is overwritten");
}

#[test]
fn rows_that_are_lists_are_scrubbed_by_their_columns() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    // Names so short that only their column gives them away; the same letters elsewhere are no names.
    let log_analytics = r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"x","type":"string"},{"name":"Computer","type":"string"}],
        "rows":[["q7","q7"],["q7","z9"]]}]}"#;
    let kusto = r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"Computer","DataType":"String","ColumnType":"string"},
        {"ColumnName":"x","DataType":"String","ColumnType":"string"}],"Rows":[["q7","q7"],["z9","q7"]]}]}"#;
    let workspace = Api::LogAnalytics { workspace: "w".to_owned(), more_workspaces: Vec::new(), resource_id: None };
    record(&from, workspace, "A", 200, &[], log_analytics.as_bytes()).unwrap();
    let cluster = Api::Kusto { database: "d".to_owned(), v1: true, progressive: false };
    record(&from, cluster, "B", 200, &[], kusto.as_bytes()).unwrap();
    let report = scrub(&from, &to).unwrap();
    assert!(report.left.iter().any(|it| it.starts_with("2 names are so short")), "{report:?}");
    let mut hosts = Vec::new();
    for (query, host, other) in [("A", 1, 0), ("B", 0, 1)] {
        let (rows, _) = replay(&to, query).unwrap();
        let lines = csv(&rows);
        let cells: Vec<Vec<&str>> = lines.lines().skip(1).map(|line| line.split(',').collect()).collect();
        assert!(cells.iter().all(|row| row[other] == "q7" && row[host].starts_with("host-")), "{query}: {lines}");
        hosts.push(cells.iter().map(|row| row[host].to_owned()).collect::<Vec<_>>());
    }
    assert_eq!(hosts[0], hosts[1], "the same machine in both files");
    assert_ne!(hosts[0][0], hosts[0][1], "two machines stay two");
}

#[test]
fn a_packed_body_is_kept_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(ANSWER.as_bytes()).unwrap();
    let headers = [("Content-Encoding", "gzip")];
    record(folder.path(), Api::Defender, QUERY, 200, &headers, &packed.finish().unwrap()).unwrap();
    assert_eq!(fs::read(&files(folder.path(), "body")[0]).unwrap(), ANSWER.as_bytes());
    assert_eq!(replay(folder.path(), QUERY).unwrap().0.n_rows(), 2);
}

#[test]
fn an_exchange_that_was_stopped_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), Api::Defender, "T", 200, &[], ANSWER.as_bytes()).unwrap();
    let (release, held) = mpsc::channel::<()>();
    let stub = Stub::new(move |stream| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", ANSWER.len());
        let _ = stream.write_all(&[head.as_bytes(), &ANSWER.as_bytes()[..ANSWER.len() - 20]].concat());
        let _ = held.recv_timeout(Duration::from_secs(10));
    });
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    let opened = open(&runner, &recording(Api::Defender, &stub.base_url, folder.path()));
    let (sender, receiver) = mpsc::channel();
    let stop = runner.start(QueryRequest::new(RunId(1), "T", opened), move |event| {
        let _ = sender.send(event);
    });
    // The body has begun as soon as its file has something in it.
    let begun = || files(folder.path(), "body").iter().all(|it| fs::metadata(it).unwrap().len() > 50);
    let patience = Instant::now() + Duration::from_secs(10);
    while files(folder.path(), "body").len() < 2 || !begun() {
        assert!(Instant::now() < patience, "the exchange begins");
        std::thread::sleep(Duration::from_millis(5));
    }
    stop.cancel();
    assert!(receiver.iter().any(|it| matches!(it, RunEvent::Cancelled { .. })));
    release.send(()).unwrap();
    stub.received();
    let endings: Vec<String> = files(folder.path(), "json")
        .iter()
        .map(|it| {
            serde_json::from_slice::<Value>(&fs::read(it).unwrap()).unwrap()["ending"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(endings, ["whole", "stopped"]);
    assert_eq!(replay(folder.path(), "T").unwrap().0.n_rows(), 2, "the whole one answers, though it is older");
}
