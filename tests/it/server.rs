//! Both hunting APIs served from local files: bodies as the services document them, errors in their envelopes, and
//! nothing for who should not ask.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tallyho::config::{Api, Clock, Connection, ConnectionKind, Paths, Service};
use tallyho::result::RunStats;
use tallyho::run::Runner;
use tallyho::schema::{SchemaRow, discovery_query, read_getschema_rows};
use tallyho::server::{ServerState, serve};

use crate::served::{Served, run, send, write_files};

/// The query of both services' documentation.
const DOCUMENTED: &str = "DeviceProcessEvents | where InitiatingProcessFileName =~ \"powershell.exe\" | project Timestamp, FileName, InitiatingProcessFileName | order by Timestamp desc | limit 2";
const DEFENDER: &str = "/api/advancedhunting/run";
const GRAPH: &str = "/v1.0/security/runHuntingQuery";

/// Rows of every type, nulls among them.
pub(crate) const EVERY_TYPE: &str = r#"datatable(b:bool, i:int, l:long, r:real, d:decimal, t:datetime, ts:timespan, g:guid, s:string, o:dynamic) [
    true, 1, 2, 1.5, decimal(1.25), datetime(2020-08-30T06:38:35.7664356Z), time(1.02:03:04), guid(74be27de-1e4e-49d9-b579-fe0b331d3642), "é\n\"x\"", dynamic({"a":["x","y"],"b":{"c":true,"n":5}}),
    bool(null), int(null), long(null), real(nan), decimal(null), datetime(null), timespan(null), guid(null), "", dynamic(null),
    false, -1, long(-9223372036854775808), -1e300, decimal(-0.5), datetime(0001-01-01), -1tick, guid(00000000-0000-0000-0000-000000000000), "=1+1", dynamic(["a",{"k":1}])
]"#;

pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Keys in order and kinds of values, all the way down; lists by their first element.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}:{}", shape(value))).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(elements) => format!("[{}]", elements.first().map_or_else(String::new, shape)),
        Value::String(_) => "string".into(),
        Value::Number(_) => "number".into(),
        other => other.to_string(),
    }
}

fn exchange(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_documented_query_is_answered_in_the_documented_shape() {
    let served = Served::new();
    let defender = served.query(DEFENDER, DOCUMENTED);
    let documented = &exchange("defender_documented.json")["response"]["body"];
    assert_eq!(shape(&defender), shape(documented));
    assert_eq!(defender["Schema"], documented["Schema"]);
    let rows = json!([
        {"Timestamp": "2020-08-30T06:38:35.7664356Z", "FileName": "conhost.exe", "InitiatingProcessFileName": "PowerShell.exe"},
        {"Timestamp": "2020-08-30T06:38:30.7664356Z", "FileName": "whoami.exe", "InitiatingProcessFileName": "powershell.exe"},
    ]);
    assert_eq!(defender["Results"], rows);
    assert_eq!(defender["Stats"]["dataset_statistics"][0]["table_row_count"], 2);
    assert!(defender["Stats"]["ExecutionTime"].as_f64().unwrap() > 0.0);

    let beta = served.query("/beta/security/runHuntingQuery", DOCUMENTED);
    assert_eq!(shape(&beta), shape(&exchange("graph_documented_beta.json")["response"]["body"]));
    assert_eq!((&beta["schema"], &beta["results"]), (&documented["Schema"], &rows));
    let v1 = served.query(GRAPH, DOCUMENTED);
    assert_eq!(keys(&v1), ["@odata.context", "schema", "results"]);
    assert_eq!(v1["schema"][0], json!({"name": "Timestamp", "type": "DateTime"}));
    assert_eq!(v1["results"], rows);
}

#[test]
fn our_client_reads_from_our_server_what_a_local_run_gives() {
    let served = Served::new();
    let local = served.run_locally(EVERY_TYPE);
    assert_eq!((local.columns().len(), local.n_rows()), (10, 3));
    let base_url = format!("http://{}", served.address);
    let kinds = [
        Api::Defender,
        Api::Mde,
        Api::Graph { version: "v1.0".into(), workspace_id: None },
        Api::Graph { version: "beta".into(), workspace_id: Some("5e6f0c1a-0000-4000-8000-000000000001".into()) },
        Api::Kusto { database: "files".into(), v1: false, progressive: false },
        Api::Kusto { database: "files".into(), v1: false, progressive: true },
        Api::Kusto { database: "NetDefaultDB".into(), v1: true, progressive: false },
        Api::LogAnalytics { workspace: "files".into(), more_workspaces: Vec::new(), resource_id: None },
    ];
    for api in kinds {
        let name = format!("{api:?}");
        let kind = ConnectionKind::Service(Box::new(Service::at(api, base_url.clone())));
        let connection = Connection::new("service", kind, Clock::System);
        let open = served.runner.open(&connection, &|_| {}).unwrap();
        let remote = run(&served.runner, &open, EVERY_TYPE);
        assert_eq!(remote.columns(), local.columns(), "{name}");
        assert_eq!(remote.n_rows(), local.n_rows(), "{name}");
        for row in 0..local.n_rows() {
            for col in 0..local.columns().len() {
                assert_eq!(
                    remote.cell_json(row, col),
                    local.cell_json(row, col),
                    "{name}: row {row}, {}",
                    local.columns()[col].name
                );
            }
        }
        let empty = run(&served.runner, &open, "DeviceProcessEvents | take 0 | project Timestamp");
        assert_eq!((empty.columns().len(), empty.n_rows()), (1, 0), "{name}");
    }
}

#[test]
fn statistics_reach_the_client() {
    let served = Served::new();
    let body = served.query(DEFENDER, "DeviceProcessEvents | count");
    let stats = RunStats::from_wire(&body["Stats"]);
    assert_eq!(stats.tables.len(), 1);
    assert_eq!(stats.tables[0].rows, 1);
    assert!(stats.execution_time.unwrap() > Duration::ZERO);
    assert!(stats.cpu_total.is_some());
}

#[test]
fn mistakes_are_400_in_the_envelope_of_the_service() {
    let served = Served::new();
    let error = |path: &str, query: &str| {
        let answer = served.post(path, &json!({ "Query": query }).to_string());
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        assert!(answer.headers["content-type"].starts_with("application/json"));
        answer.json()["error"].clone()
    };
    let refused = error(DEFENDER, "DeviceProcessEvents\n| reduce by FileName");
    assert_eq!(keys(&refused), ["code", "message", "target"]);
    assert_eq!(refused["code"], "BadRequest");
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("tallyho does not run 'reduce' yet (line 2, column 3)"), "{message}");
    let unknown = error(GRAPH, "DeviceProcessEvents | where Fle == 1");
    assert_eq!(keys(&unknown), ["code", "message", "innerError"]);
    assert_eq!(keys(&unknown["innerError"]), ["date", "request-id", "client-request-id"]);
    let message = unknown["message"].as_str().unwrap();
    assert!(message.contains("Fle") && message.ends_with("Fix semantic errors in your query."), "{message}");
    for blank in ["", "  \n", "// nothing"] {
        assert!(!error(DEFENDER, blank)["message"].as_str().unwrap().is_empty());
    }
    assert!(error(DEFENDER, "DeviceProcessEvents | where (")["message"].as_str().unwrap().contains("line 1"));
}

#[test]
fn bodies_are_read_as_each_service_reads_them() {
    let served = Served::new();
    let code = |path: &str, body: &str| {
        let answer = served.post(path, body);
        let code = answer.json()["error"]["code"].as_str().unwrap_or("").to_owned();
        (answer.status, code)
    };
    let missing = (400, "MissingRequiredParameter".to_owned());
    let incorrect = (400, "InvalidRequestBody".to_owned());
    assert_eq!(code(DEFENDER, r#"{"query":"print 1"}"#), missing, "the name is case-sensitive");
    assert_eq!(code(DEFENDER, "{}"), missing);
    for bad in ["", "print 1", "[]", r#"{"Query":1}"#, r#"{"Query":"x""#, "\u{0}"] {
        assert_eq!(code(DEFENDER, bad), incorrect, "{bad}");
        assert_eq!(code(GRAPH, bad), incorrect, "{bad}");
    }
    for good in [r#"{"query":"print 1"}"#, r#"{"Query":"print 1"}"#, r#"{"QUERY":"print 1","timespan":null}"#] {
        assert_eq!(code(GRAPH, good), (200, String::new()), "{good}");
    }
    let timespan = served.post(GRAPH, r#"{"Query":"print 1","Timespan":"a week"}"#);
    assert_eq!(timespan.status, 400);
    assert!(timespan.body.contains("'Timespan' is no ISO 8601 time range"), "{}", timespan.body);
    assert_eq!(code("/api/advancedhunting/run/", r#"{"Query":"print 1"}"#).0, 200, "a trailing slash is accepted");
    let long = format!("{{\"Query\":\"print 1 //{}\"}}", "x".repeat(1 << 20));
    assert_eq!(code(DEFENDER, &long).0, 200, "a megabyte of text is a query");
    let too_long = format!("{{\"Query\":\"{}\"}}", "x".repeat(3 << 20));
    assert_eq!(served.post(DEFENDER, &too_long).status, 413);
}

#[test]
fn other_paths_and_methods_are_refused_in_json() {
    let served = Served::new();
    let health = send(served.address, "GET", "/", &[], "");
    assert_eq!((health.status, health.json()["name"].as_str()), (200, Some("tallyho")));
    let lost = served.post("/api/advancedhunting/other", "{}");
    assert_eq!((lost.status, lost.json()["error"]["code"].as_str()), (404, Some("NotFound")));
    let method = send(served.address, "GET", DEFENDER, &[], "");
    assert_eq!((method.status, method.json()["error"]["code"].as_str()), (405, Some("MethodNotAllowed")));
}

#[test]
fn only_this_machine_may_ask() {
    let served = Served::new();
    let status =
        |headers: &[(&str, &str)]| send(served.address, "POST", DEFENDER, headers, r#"{"Query":"print 1"}"#).status;
    let port = served.address.port();
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80", "127.0.0.2"] {
        assert_eq!(status(&[("Host", host)]), 200, "{host}");
    }
    for host in ["evil.example", &format!("evil.example:{port}"), "localhost.evil.example", "10.0.0.1", "", "[::2]"] {
        assert_eq!(status(&[("Host", host)]), 403, "{host}");
    }
    assert_eq!(status(&[("Origin", "https://evil.example")]), 403);
    assert_eq!(status(&[("Origin", "null")]), 403);
    assert_eq!(status(&[("Origin", &format!("http://localhost:{port}"))]), 200);
}

#[test]
fn a_listener_that_others_can_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    let paths = Paths::under(folder.path().join("home"));
    let kind = ConnectionKind::Files { folder: folder.path().join("files") };
    let connection = Connection::new("files", kind, Clock::EndOfData);
    let open = Runner::new(&paths).open(&connection, &|_| {}).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
        serve(listener, ServerState::new(Runner::new(&paths), open), std::future::pending()).await
    });
    assert!(refused.unwrap_err().to_string().contains("other machines"));
}

#[test]
fn results_are_cut_at_the_limit_and_say_so() {
    let served = Served::new();
    let answer = served.post(DEFENDER, r#"{"Query":"range x from 1 to 5000 step 1"}"#);
    assert_eq!(answer.json()["Results"].as_array().unwrap().len(), 1000);
    assert!(answer.headers["x-tallyho-notice"].contains("1000 rows"), "{:?}", answer.headers);
    let whole = served.post(DEFENDER, r#"{"Query":"range x from 1 to 1000 step 1"}"#);
    assert!(!whole.headers.contains_key("x-tallyho-notice"));
}

#[test]
fn many_clients_are_answered_at_once() {
    let served = Served::new();
    std::thread::scope(|scope| {
        for n in 0..20 {
            let served = &served;
            scope.spawn(move || {
                let body = served.query(DEFENDER, &format!("range x from 1 to {} step 1 | count", n + 1));
                assert_eq!(body["Results"][0]["Count"], n + 1);
            });
        }
    });
}

/// Threads of the process whose name says that they run a query.
#[cfg(target_os = "linux")]
fn running(pid: u32) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.starts_with("run-")).count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_goes_away_stops_its_run() {
    use std::io::{BufRead as _, BufReader};
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tallyho"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("files"))
        .env("TALLYHO_HOME", folder.path().join("home"))
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("http://")).expect("serve says where it listens");
    let address: SocketAddr = line.rsplit("http://").next().unwrap().trim().parse().unwrap();
    let slow = r#"{"Query":"range x from 1 to 999999999 step 1 | summarize sum(x % 7)"}"#;
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST {DEFENDER} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", slow.len());
    stream.write_all(format!("{head}{slow}").as_bytes()).unwrap();
    let wait_for = |wanted: fn(usize) -> bool| {
        let started = Instant::now();
        while !wanted(running(child.id())) && started.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
        wanted(running(child.id()))
    };
    let ran = wait_for(|n| n > 0);
    drop(stream);
    let stopped = wait_for(|n| n == 0);
    let still_there = send(address, "GET", "/", &[], "").status;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(ran, "the run started");
    assert!(stopped, "the run was stopped when its client went away");
    assert_eq!(still_there, 200);
}

/// The query by which clients find out what tables a service has; those that it lacks are absent from the answer.
#[test]
fn clients_find_out_the_tables_by_a_fuzzy_union_of_getschema() {
    let served = Served::new();
    let schema = served.connection.schema();
    let asked = ["DeviceProcessEvents", "NoSuchTable", "AlertInfo", "Nor this'one"];
    let query = discovery_query(asked).unwrap();
    for path in [DEFENDER, GRAPH] {
        let body = served.query(path, &query);
        let rows = if path == GRAPH { &body["results"] } else { &body["Results"] };
        let rows = rows.as_array().unwrap().iter().map(|row| SchemaRow {
            table: row["SourceTable"].as_str().unwrap().to_owned(),
            ordinal: row["ColumnOrdinal"].as_i64().unwrap(),
            column: row["ColumnName"].as_str().unwrap().to_owned(),
            ty: row["ColumnType"].as_str().unwrap().to_owned(),
        });
        let found = read_getschema_rows(rows);
        assert!(found.notes.is_empty(), "{:?}", found.notes);
        let mut expected = Vec::new();
        for table in schema.tables().filter(|it| asked.contains(&it.name.as_str())) {
            let columns: Vec<_> = table.columns.iter().map(|it| (it.name.clone(), it.ty)).collect();
            expected.push((table.name.clone(), columns));
        }
        let told: Vec<_> = found
            .schema
            .tables()
            .map(|it| (it.name.clone(), it.columns.iter().map(|it| (it.name.clone(), it.ty)).collect::<Vec<_>>()))
            .collect();
        assert_eq!(told, expected);
        assert!(told.iter().any(|(name, _)| name == "DeviceProcessEvents"));
    }
    let nothing = discovery_query(["NoSuchTable"]).unwrap();
    assert_eq!(served.post(DEFENDER, &json!({ "Query": nothing }).to_string()).status, 400);
}
