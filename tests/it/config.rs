//! The configuration: the commented sample and every valid file load, every invalid one gives its message.

use std::fs;
use std::path::{Path, PathBuf};

use tallyho::config::{Api, Clock, Cloud, Config, ConnectionKind, SignInMethod};

/// Every key of the file.
const KEYS: &[&str] = &[
    "default_connection",
    "theme",
    "mouse",
    "motion",
    "ascii",
    "keyboard",
    "synchronized",
    "clipboard",
    "clipboard_limit",
    "kind",
    "folder",
    "cloud",
    "base_url",
    "resource",
    "version",
    "workspace",
    "more_workspaces",
    "resource_id",
    "database",
    "progressive",
    "sign_in",
    "tenant",
    "client_id",
    "authority",
    "remember",
    "token_variable",
    "secret_variable",
    "certificate",
    "certificate_password_variable",
    "certificate_chain",
    "token_file",
    "timeout",
    "clock",
    "max_rows",
    "time_range",
    "quota",
    "record",
    "production",
    "allowed_hosts",
    "calls_per_minute",
    "calls_per_hour",
    "running_per_hour",
    "running_per_day",
    "cpu_per_quarter",
    "request_timeout",
    "max_bytes",
    "days",
];

fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files.into_iter().map(|it| (it.clone(), fs::read_to_string(it).unwrap())).collect()
}

#[test]
fn valid_files_load() {
    for (path, text) in files("valid") {
        let config = Config::parse(&text).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
        assert_eq!(config.connections[0].name, "lab", "{}: the lab is always there and first", path.display());
    }
}

#[test]
fn invalid_files_give_their_message() {
    for (path, text) in files("invalid") {
        let expected = text.lines().next().and_then(|it| it.strip_prefix("# expect: ")).expect("# expect: message");
        let error = Config::parse(&text).expect_err(&path.display().to_string());
        assert!(error.message.contains(expected), "{}: {}", path.display(), error.message);
    }
}

#[test]
fn the_commented_sample_names_every_key_and_loads() {
    let text = include_str!("../../assets/config.toml");
    let config = Config::parse(text).unwrap();
    let names: Vec<&str> = config.connections.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        ["lab", "adx", "defender", "demo", "emulator", "endpoint", "export", "graph", "nightly", "sentinel", "vm"]
    );
    assert_eq!(config.connections[0].clock, Clock::EndOfData);
    let ConnectionKind::Service(graph) = &config.connection("graph").unwrap().kind else { panic!("Graph") };
    assert_eq!(graph.sign_in.method, SignInMethod::DeviceCode);
    for key in KEYS {
        assert!(text.lines().any(|it| it.starts_with(&format!("{key} ="))), "{key} stands in the sample");
    }
}

#[test]
fn a_fixed_clock_is_an_instant() {
    let config = Config::parse("[connections.lab]\nkind = \"lab\"\nclock = \"2025-03-17\"").unwrap();
    assert_eq!(config.connections[0].clock, Clock::At(638_777_664_000_000_000));
}

#[test]
fn a_cloud_picks_hosts_and_what_tokens_are_for() {
    let hosts = [
        ("global", "graph", "https://graph.microsoft.com", "https://login.microsoftonline.com"),
        ("gcc", "defender", "https://api-gcc.security.microsoft.us", "https://login.microsoftonline.com"),
        ("gcc-high", "graph", "https://graph.microsoft.us", "https://login.microsoftonline.us"),
        ("gcc-high", "mde", "https://api-gov.securitycenter.microsoft.us", "https://login.microsoftonline.us"),
        ("dod", "graph", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
    ];
    for (cloud, kind, base_url, authority) in hosts {
        let text = format!("[connections.x]\nkind = \"{kind}\"\ncloud = \"{cloud}\"\nsign_in = \"az\"");
        let config = Config::parse(&text).unwrap();
        let ConnectionKind::Service(service) = &config.connection("x").unwrap().kind else { panic!("a service") };
        assert_eq!((service.base_url.as_str(), service.resource.as_str()), (base_url, base_url), "{cloud} {kind}");
        assert_eq!(service.sign_in.authority, authority);
        assert_eq!(service.cloud, Cloud::from_name(cloud).unwrap());
    }
}

#[test]
fn a_token_is_not_asked_for_one_host_and_sent_to_another() {
    let parse = |kind: &str, base_url: &str| {
        let text = format!("[connections.x]\nkind = \"{kind}\"\nbase_url = \"{base_url}\"\nsign_in = \"az\"");
        Config::parse(&text)
    };
    for (kind, base_url) in [
        ("graph", "https://evil.example"),
        ("graph", "https://graph.microsoft.com.evil.example"),
        ("graph", "https://graph.microsoft.com@evil.example"),
        ("defender", "https://xapi.security.microsoft.com.evil.example/"),
        ("defender", "https://evilsecurity.microsoft.com"),
    ] {
        let error = parse(kind, base_url).expect_err(base_url);
        assert!(error.message.contains("would go to"), "{base_url}: {}", error.message);
    }
    for (kind, base_url) in [
        ("defender", "https://us.api.security.microsoft.com"),
        ("defender", "http://127.0.0.1:7878"),
        ("graph", "http://[::1]:7878"),
        ("mde", "https://api.security.microsoft.com"),
        ("loganalytics", "https://api.loganalytics.azure.com"),
    ] {
        let more = if kind == "loganalytics" { "\"\nworkspace = \"w" } else { "" };
        parse(kind, &format!("{base_url}{more}")).unwrap_or_else(|it| panic!("{base_url}: {it}"));
    }
    let text = "[connections.x]\nkind = \"kusto\"\ndatabase = \"d\"\nbase_url = \"https://c.westeurope.kusto.windows.net\"\nsign_in = \"az\"";
    let config = Config::parse(text).unwrap();
    let ConnectionKind::Service(service) = &config.connection("x").unwrap().kind else { panic!("a service") };
    assert_eq!(service.resource, "https://c.westeurope.kusto.windows.net");
    assert!(matches!(service.api, Api::Kusto { v1: false, .. }));
}

#[test]
fn quotas_are_data() {
    let text = "[quota.ours]\ncalls_per_minute = 5\nrunning_per_hour = \"10m\"\n[quota.today]\ncalls_per_minute = 60\n\
                [connections.x]\nkind = \"graph\"\nsign_in = \"az\"\n[connections.y]\nkind = \"graph\"\nsign_in = \"az\"\nquota = \"ours\"";
    let config = Config::parse(text).unwrap();
    let calls = |name| config.connection(name).unwrap().quota.calls_per_minute;
    assert_eq!((calls("x"), calls("y"), calls("lab")), (Some(60), Some(5), None));
    assert_eq!(config.connection("y").unwrap().quota.running_per_hour, Some(std::time::Duration::from_mins(10)));
}
