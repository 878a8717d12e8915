//! `tallyho connections` and `tallyho config`: what is configured is listed as it is, and a test says which step fails.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::headless::{tallyho, told};
use crate::stub::{Stub, response};

fn configured(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("home/config");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), text).unwrap();
    folder
}

fn printed(folder: &Path, arguments: &[&str]) -> (String, Output) {
    let output = tallyho(folder, arguments, b"");
    (String::from_utf8(output.stdout.clone()).unwrap(), output)
}

#[test]
fn the_list_has_every_connection_and_no_control_byte() {
    let folder = configured(concat!(
        "default_connection = \"soc\"\n",
        "[connections.soc]\nkind = \"graph\"\nsign_in = \"device-code\"\nclient_id = \"c\"\ntenant = \"evil\\u001b]0;x\\u0007\"\n",
        "production = true\ntime_range = \"P7D\"\n",
    ));
    let (text, output) = printed(folder.path(), &["connections"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let soc = text.lines().find(|it| it.starts_with('*')).unwrap();
    for part in ["soc [production]", "graph", "https://graph.microsoft.com", "device-code", "today", "last 7 days"] {
        assert!(soc.contains(part), "'{part}' is not in {soc}");
    }
    assert!(text.lines().any(|it| it.trim_start().starts_with("lab ")), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
}

#[test]
fn a_test_asks_once_and_says_what_failed() {
    let body = br#"{"Schema":[{"Name":"Tallyho","Type":"Int64"}],"Results":[{"Tallyho":1}]}"#;
    let stub = Stub::saying(response(200, &[], body));
    let text = |base_url: &str| format!("[connections.x]\nkind = \"defender\"\nbase_url = \"{base_url}\"\n");
    let folder = configured(&text(&stub.base_url));
    let (said, output) = printed(folder.path(), &["connections", "test", "x"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(said.contains("'x' answers"), "{said}");
    let asked: serde_json::Value = serde_json::from_slice(&stub.received().body).unwrap();
    assert_eq!(asked["Query"], "print Tallyho = 1");

    let folder = configured(&text("http://127.0.0.1:9"));
    let (said, output) = printed(folder.path(), &["connections", "test", "x"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(!said.contains("answers") && told(&output).contains("127.0.0.1:9"), "{said}{}", told(&output));
    let (_, output) = printed(folder.path(), &["connections", "test", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_sample_that_is_printed_is_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let (sample, _) = printed(folder.path(), &["config", "--sample"]);
    assert_eq!(sample, include_str!("../../assets/config.toml"));
    let (path, _) = printed(folder.path(), &["config", "--path"]);
    assert_eq!(path.trim_end(), folder.path().join("home/config/config.toml").to_str().unwrap());
    let (said, _) = printed(folder.path(), &["config"]);
    assert!(said.contains("is not there") && said.contains("Connections: lab."), "{said}");
}
