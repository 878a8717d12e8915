//! The configuration: the commented sample and every valid file load, every invalid one gives its message.

use std::fs;
use std::path::{Path, PathBuf};

use tallyho::config::{Clock, Config, ConnectionKind};

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
    assert_eq!(names, ["lab", "defender", "export", "graph"]);
    assert_eq!(config.connections[0].clock, Clock::EndOfData);
    let ConnectionKind::Graph { version, token_variable, .. } = &config.connections[3].kind else {
        panic!("the fourth is Graph")
    };
    assert_eq!((version.as_str(), token_variable.as_deref()), ("v1.0", Some("TALLYHO_GRAPH_TOKEN")));
    for key in
        ["default_connection", "theme", "kind", "clock", "max_rows", "folder", "base_url", "token_variable", "version"]
    {
        assert!(text.lines().any(|it| it.starts_with(&format!("{key} ="))), "{key} stands in the sample");
    }
}

#[test]
fn a_fixed_clock_is_an_instant() {
    let config = Config::parse("[connections.lab]\nkind = \"lab\"\nclock = \"2025-03-17\"").unwrap();
    assert_eq!(config.connections[0].clock, Clock::At(638_777_664_000_000_000));
}
