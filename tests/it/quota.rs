//! What is counted against a service's quota, by one copy of Tallyho and by several, and what a refusal teaches.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime};

use tallyho::config::{Api, Clock, Connection, ConnectionKind, Paths, QuotaProfile, Service};
use tallyho::run::{
    Forecast, OpenConnection, QueryRequest, QuotaKind, RunError, RunErrorKind, RunEvent, RunId, Runner,
};

use crate::stub::{Stub, response};

const MINUTE: Duration = Duration::from_mins(1);
const ANSWER: &str = r#"{"Stats":{"resource_usage":{"cpu":{"total cpu":"00:00:02.5000000"}}},
    "Schema":[{"Name":"x","Type":"Int64"}],"Results":[{"x":1}]}"#;

fn connection(base_url: &str, quota: QuotaProfile) -> Connection {
    let kind = ConnectionKind::Service(Box::new(Service::at(Api::Defender, base_url)));
    Connection { quota, ..Connection::new("stub", kind, Clock::System) }
}

fn profile(calls_per_minute: u32) -> QuotaProfile {
    QuotaProfile {
        name: "test".to_owned(),
        calls_per_minute: Some(calls_per_minute),
        running_per_hour: Some(10 * MINUTE),
        cpu_per_quarter: Some(Duration::from_secs(2)),
        request_timeout: Some(3 * MINUTE),
        ..QuotaProfile::default()
    }
}

/// A runner of a folder, which several may share as several copies of the program do.
fn runner(home: &Path) -> Runner {
    Runner::new(&Paths::under(home.to_owned()))
}

fn open(runner: &Runner, connection: &Connection) -> Arc<OpenConnection> {
    runner.open(connection, &|_| {}).unwrap()
}

/// Runs one query to its end.
fn run(runner: &Runner, connection: &Arc<OpenConnection>) -> Result<(), RunError> {
    let (sender, receiver) = mpsc::channel();
    runner.start(QueryRequest::new(RunId(1), "T | take 1", Arc::clone(connection)), move |event| {
        let _ = sender.send(event);
    });
    for event in receiver {
        match event {
            RunEvent::Finished(_) => return Ok(()),
            RunEvent::Failed(error) => return Err(error),
            RunEvent::Cancelled { .. } => panic!("nobody stopped it"),
            _ => {}
        }
    }
    panic!("a run has an ending");
}

/// Runs a query that is answered so.
fn run_answered(home: &Path, quota: &QuotaProfile, status: u16, headers: &[(&str, &str)], body: &str) -> Answered {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let stub = Stub::saying(response(status, &headers, body.as_bytes()));
    let connection = connection(&stub.base_url, quota.clone());
    let runner = runner(home);
    let opened = open(&runner, &connection);
    let ending = run(&runner, &opened);
    stub.received();
    Answered { runner, opened, ending }
}

struct Answered {
    runner: Runner,
    opened: Arc<OpenConnection>,
    ending: Result<(), RunError>,
}

impl Answered {
    fn forecast(&self) -> Forecast {
        self.runner.forecast(&self.opened, SystemTime::now())
    }
}

fn used(forecast: &Forecast, what: QuotaKind) -> u64 {
    forecast.gauges.iter().find(|it| it.what == what).unwrap().used
}

/// The only file of an account.
fn quota_file(home: &Path) -> PathBuf {
    let files = fs::read_dir(home.join("data/quota")).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|it| it.extension().is_some_and(|it| it == "quota")).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn calls_and_cpu_of_a_run_are_counted_and_leave_the_window() {
    let home = tempfile::tempdir().unwrap();
    let answered = run_answered(home.path(), &profile(1), 200, &[], ANSWER);
    answered.ending.as_ref().unwrap();
    let forecast = answered.forecast();
    assert_eq!(used(&forecast, QuotaKind::Calls), 1);
    assert_eq!(used(&forecast, QuotaKind::Cpu), 2500);
    let fits_at = forecast.fits_at.expect("one call a minute and two seconds of CPU are used up");
    let wait = fits_at.duration_since(SystemTime::now()).unwrap();
    assert!(wait > 14 * MINUTE && wait <= 15 * MINUTE, "the CPU of a quarter frees last: {wait:?}");
    assert!(forecast.reason.contains("CPU"), "{}", forecast.reason);
    let later = answered.runner.forecast(&answered.opened, SystemTime::now() + 2 * MINUTE);
    assert_eq!(used(&later, QuotaKind::Calls), 0);
    let later = answered.runner.forecast(&answered.opened, fits_at);
    assert_eq!(later.fits_at, None, "it fits when the forecast says so");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(quota_file(home.path())).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn local_data_has_no_quota() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("T.csv"), "a\n1\n").unwrap();
    let runner = runner(&home.path().join("home"));
    let opened = open(&runner, &tallyho::config::files_connection(home.path().to_owned()));
    run(&runner, &opened).unwrap();
    assert_eq!(runner.forecast(&opened, SystemTime::now()), Forecast::default());
    assert!(!home.path().join("home/data/quota").exists());
}

#[test]
fn a_service_that_is_not_there_costs_nothing() {
    let home = tempfile::tempdir().unwrap();
    let runner = runner(home.path());
    // Nobody listens on a port that was just given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let opened = open(&runner, &connection(&format!("http://127.0.0.1:{port}"), profile(10)));
    run(&runner, &opened).unwrap_err();
    assert_eq!(used(&runner.forecast(&opened, SystemTime::now()), QuotaKind::Calls), 0);
}

#[test]
fn two_processes_count_into_one_file() {
    let home = tempfile::tempdir().unwrap();
    let stub = Stub::saying(response(200, &[], ANSWER.as_bytes()));
    let config = home.path().join("config");
    fs::create_dir_all(&config).unwrap();
    let text = format!(
        "[connections.stub]\nkind = \"defender\"\nbase_url = \"{}\"\nsign_in = \"none\"\nquota = \"mde\"\n",
        stub.base_url
    );
    fs::write(config.join("config.toml"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tallyho"))
        .args(["run", "-c", "stub", "T | take 1"])
        .env("TALLYHO_HOME", home.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let runner = runner(home.path());
    let opened = open(&runner, &connection(&stub.base_url, profile(10)));
    assert_eq!(used(&runner.forecast(&opened, SystemTime::now()), QuotaKind::Calls), 1, "counted by another process");
    stub.received();
}

#[test]
fn a_refusal_with_a_time_is_believed() {
    let home = tempfile::tempdir().unwrap();
    let body = r#"{"error":{"code":"TooManyRequests","message":"Please retry again later."}}"#;
    let answered = run_answered(home.path(), &profile(10), 429, &[("Retry-After", "40")], body);
    let error = answered.ending.clone().unwrap_err();
    assert_eq!(error.kind, RunErrorKind::Quota, "{error:?}");
    let now = SystemTime::now();
    let waiting = answered.runner.waiting(&answered.opened, &error, now).unwrap();
    let wait = waiting.until.duration_since(now).unwrap();
    assert!(wait > Duration::from_secs(35) && wait <= Duration::from_secs(40), "{wait:?}");
    assert!(waiting.why.contains("refuses"), "{}", waiting.why);
    // Every other copy knows it too.
    let other = runner(home.path());
    let forecast = other.forecast(&answered.opened, now);
    assert_eq!(forecast.fits_at, Some(waiting.until));
    assert_eq!(other.forecast(&answered.opened, waiting.until).fits_at, None);
}

#[test]
fn a_refusal_without_a_time_is_waited_out_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let body = r#"{"error":{"code":"429","message":"Too many."}}"#;
    let answered = run_answered(home.path(), &profile(10), 429, &[], body);
    let error = answered.ending.clone().unwrap_err();
    let first = error.retry_after.expect("a wait is always said");
    assert!((30..=38).contains(&first.as_secs()), "{first:?}");
    // Another copy goes on counting from what this one has written.
    let file = quota_file(home.path());
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.lines().last().unwrap().starts_with("refused "), "{text}");
    assert!(text.lines().last().unwrap().ends_with(" 1"), "{text}");
}

#[test]
fn a_limit_that_the_service_names_replaces_the_profiles() {
    let home = tempfile::tempdir().unwrap();
    let body = r#"{"error":{"code":"429","message":"API calls quota exceeded! maximum allowed 45 per 00:01:00"}}"#;
    let answered = run_answered(home.path(), &profile(10), 429, &[], body);
    let forecast = answered.forecast();
    let calls = forecast.gauges.iter().find(|it| it.what == QuotaKind::Calls).unwrap();
    assert_eq!((calls.limit, calls.learned, calls.window), (45, true, MINUTE));
    assert!(calls.words().contains("learned"), "{}", calls.words());
    assert!(forecast.fits_at.is_some(), "the service refused just now");
}

#[test]
fn damaged_and_foreign_files_are_survived() {
    let home = tempfile::tempdir().unwrap();
    let answered = run_answered(home.path(), &profile(10), 200, &[], ANSWER);
    let file = quota_file(home.path());
    // Cut in the middle of a line, and rubbish in between.
    let mut text = fs::read(&file).unwrap();
    text.extend_from_slice(b"call x\nend \xFF\xFE 1 2 3\n\nlimit 1 calls 0 0\ncall cut 17");
    fs::write(&file, &text).unwrap();
    assert_eq!(used(&answered.forecast(), QuotaKind::Calls), 1);
    // A whole other thing: started anew, kept aside, said.
    fs::write(&file, "not a quota file\n".repeat(10)).unwrap();
    assert_eq!(used(&answered.forecast(), QuotaKind::Calls), 0);
    let Stub2 { base_url, runs } = serve_again(&answered.opened.connection, 1);
    assert_eq!(base_url, answered.opened.connection.kind.service().unwrap().base_url);
    run(&answered.runner, &answered.opened).unwrap();
    runs.join().unwrap();
    let forecast = answered.forecast();
    assert_eq!(used(&forecast, QuotaKind::Calls), 1);
    assert!(forecast.notes.iter().any(|it| it.contains("counted anew")), "{:?}", forecast.notes);
    assert!(fs::read_to_string(file.with_extension("unreadable")).unwrap().starts_with("not a quota file"));
}

struct Stub2 {
    base_url: String,
    runs: std::thread::JoinHandle<()>,
}

/// Listens again where the connection's service was, for so many requests.
fn serve_again(connection: &Connection, n_requests: usize) -> Stub2 {
    let base_url = connection.kind.service().unwrap().base_url.clone();
    let listener = std::net::TcpListener::bind(base_url.trim_start_matches("http://")).unwrap();
    let runs = std::thread::spawn(move || {
        for _ in 0..n_requests {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let _ = std::io::Read::read(&mut stream, &mut request).unwrap();
            let _ = stream.write_all(&response(200, &[], ANSWER.as_bytes()));
        }
    });
    Stub2 { base_url, runs }
}

#[test]
fn a_disk_that_takes_nothing_stops_no_query() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("data")).unwrap();
    // A file stands where the folder should be.
    fs::write(home.path().join("data/quota"), "").unwrap();
    let answered = run_answered(home.path(), &profile(10), 200, &[], ANSWER);
    answered.ending.as_ref().unwrap();
    let forecast = answered.forecast();
    assert_eq!(used(&forecast, QuotaKind::Calls), 1, "this copy still counts");
    assert!(forecast.notes.iter().any(|it| it.contains("this copy only")), "{:?}", forecast.notes);
    // The disk has room again: what was held back is written with the next call.
    fs::remove_file(home.path().join("data/quota")).unwrap();
    let again = serve_again(&answered.opened.connection, 1);
    run(&answered.runner, &answered.opened).unwrap();
    again.runs.join().unwrap();
    let other = runner(home.path());
    assert_eq!(used(&other.forecast(&answered.opened, SystemTime::now()), QuotaKind::Calls), 2);
}

#[test]
fn waiting_on_the_command_line_asks_again() {
    let home = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = home.path().join("config");
    fs::create_dir_all(&config).unwrap();
    let text = format!(
        "[connections.stub]\nkind = \"defender\"\nbase_url = \"http://{}\"\nsign_in = \"none\"\n",
        listener.local_addr().unwrap()
    );
    fs::write(config.join("config.toml"), text).unwrap();
    let refusal = r#"{"error":{"code":"429","message":"Too many."}}"#;
    let refused = response(429, &[("Retry-After".to_owned(), "0".to_owned())], refusal.as_bytes());
    let answers = [refused.clone(), refused, response(200, &[], ANSWER.as_bytes())];
    let service = std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let _ = std::io::Read::read(&mut stream, &mut request).unwrap();
            let _ = stream.write_all(&answer);
        }
    });
    let output = Command::new(env!("CARGO_BIN_EXE_tallyho"))
        .args(["run", "-c", "stub", "--wait", "--format", "csv", "T | take 1"])
        .env("TALLYHO_HOME", home.path())
        .output()
        .unwrap();
    service.join().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().last(), Some("1"));
    assert_eq!(told.matches("waiting 1 s").count(), 2, "{told}");
}
