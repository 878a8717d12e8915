//! `tallyho check` over files: places, formats, exit codes, and files that are no queries.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::headless::tallyho;

/// Runs `tallyho check` inside a folder of the given files.
fn check(files: &[(&str, &[u8])], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    check_in(folder.path(), arguments, b"")
}

fn check_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    tallyho(folder, &[&["check"], arguments].concat(), input)
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// `line:column code` of each finding, in the order of the report.
fn places(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = report["files"].as_array().unwrap().iter();
    files
        .flat_map(|file| {
            let name = Path::new(file["path"].as_str().unwrap()).file_name().unwrap().to_str().unwrap().to_owned();
            let findings = file["findings"].as_array().unwrap().iter();
            findings.map(move |it| format!("{name} {}:{}", it["line"], it["column"])).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn a_sound_query_is_no_news() {
    let output = check(&[("a.kql", b"DeviceInfo | take 1")], &["."]);
    assert_eq!(printed(&output), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_mistake_has_its_place_in_the_file() {
    let text = "// fine\nDeviceInfo | take 1\n\nDeviceInfo\n| where é == DeviceNam\n";
    let output = check(&[("a.kql", text.as_bytes())], &["a.kql"]);
    assert_eq!(output.status.code(), Some(1));
    let printed = printed(&output);
    assert!(printed.starts_with("a.kql:5:"), "{printed}");
    assert!(printed.contains(": error "), "{printed}");
}

#[test]
fn blank_lines_part_only_what_can_be_parted() {
    let text =
        "let n = 5;\n\nlet t = DeviceInfo\n\n| take n;\n\nt\n\nDeviceEvents | take 1\n\nDeviceEvents | where Nope";
    let output = check(&[("a.kql", text.as_bytes())], &["--format", "json", "a.kql"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"][0]["queries"], 3, "{report}");
    assert_eq!(places(&output), ["a.kql 11:22"]);
}

#[test]
fn fences_of_markdown_are_read_where_they_stand() {
    let text = "# A\n\n```kql\nDeviceInfo | where Nope == 1\n```\n\n1. item\n   ````Kusto\n   // ```\n   DeviceInfo | where Nope\n   ````\n\
                ```python\nno | query\n```\n~~~ kql-query\nDeviceInfo | take\n  'x'\n";
    let output = check(&[("a.md", text.as_bytes())], &["--format", "json", "a.md"]);
    let places = places(&output);
    assert_eq!(places[0], "a.md 4:20", "{places:?}");
    assert_eq!(places[1], "a.md 10:23", "{places:?}");
    assert!(places[2].starts_with("a.md 17:3"), "{places:?}");
}

#[test]
fn queries_of_yaml_are_read_in_every_style() {
    let text = r#"id: 1
name: x
query: |
  DeviceInfo
  | where Nope1 == 1
nested:
  - query: >-
      DeviceInfo
      | where Nope2 == 1
  - Query: "DeviceInfo\n| where\x20Nope3 == \"a\""
  - query: 'DeviceInfo | where ''a'' == Nope4'
  - query: DeviceInfo
      | where Nope5 == 1
other: not a | query
version: 1
"#;
    let output = check(&[("rule.yaml", text.as_bytes())], &["--format", "json", "."]);
    let expected = ["5:11", "9:15", "10:36", "11:41", "13:15"].map(|place| format!("rule.yaml {place}"));
    assert_eq!(places(&output), expected);
}

#[test]
fn broken_yaml_is_a_mistake_at_its_place() {
    let output = check(&[("a.yml", b"a: 1\nquery: \"x\n")], &["a.yml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).starts_with("a.yml:"), "{}", printed(&output));
}

#[test]
fn folders_are_walked_in_order_and_what_cannot_be_read_is_told() {
    let files: &[(&str, &[u8])] = &[
        ("b/2.kql", b"Nope2"),
        ("a.csl", b"Nope1"),
        ("c.txt", b"DeviceInfo\n| where Nope3"),
        ("LICENSE.txt", b"You may do as you like."),
        ("d.kql", b"\0\x01"),
        ("e.kql", b"\xff\xfe"),
        ("f.kql", b"print '\xC3'"),
        (".git/x.kql", b"Nope"),
        ("ignored.rs", b"Nope"),
    ];
    let output = check(files, &["--format", "json", "."]);
    let found: Vec<String> = places(&output).iter().map(|it| it.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(found, ["a.csl", "2.kql", "c.txt"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    for part in ["d.kql: it is no text", "f.kql: it is not text in UTF-8", "LICENSE.txt: no query"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}

#[test]
fn a_file_that_is_not_there_is_no_success() {
    let output = check(&[("a.kql", b"print 1")], &["a.kql", "missing.kql"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("missing.kql"));
}

#[test]
fn standard_input_is_a_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let output = check_in(folder.path(), &["-"], b"DeviceInfo\n| where Nope");
    assert!(printed(&output).starts_with("<stdin>:2:9: error "), "{}", printed(&output));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn tables_that_nobody_knows_pass_in_an_open_schema() {
    let files: &[(&str, &[u8])] = &[("a.kql", b"SecurityThing | where EventID == 1 | count")];
    assert_eq!(check(files, &["a.kql"]).status.code(), Some(1));
    assert_eq!(check(files, &["--open", "a.kql"]).status.code(), Some(0));
}

#[test]
fn a_schema_file_says_what_tables_there_are() {
    let schema = br#"{"tables":[{"name":"Mine","description":"","columns":[["A","long",""]]}]}"#;
    let files: &[(&str, &[u8])] = &[("a.kql", b"Mine | where A > 1"), ("b.kql", b"DeviceInfo"), ("s.json", schema)];
    assert_eq!(check(files, &["--schema", "s.json", "a.kql"]).status.code(), Some(0));
    assert_eq!(check(files, &["--schema", "s.json", "b.kql"]).status.code(), Some(1));
    assert_eq!(check(files, &["--schema", "a.kql", "b.kql"]).status.code(), Some(2));
}

#[test]
fn warnings_fail_only_when_asked_to() {
    let query: &[u8] = b"DeviceInfo | where Timestamp > ago(1d) and tolower(DeviceName) == 'a'";
    let files: &[(&str, &[u8])] = &[("a.kql", query)];
    assert_eq!(printed(&check(files, &["a.kql"])), "");
    let output = check(files, &["--lint", "a.kql"]);
    assert!(printed(&output).contains("warning T006"), "{}", printed(&output));
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(check(files, &["--lint", "--deny-warnings", "a.kql"]).status.code(), Some(1));
}

#[test]
fn sarif_names_rules_regions_and_this_version() {
    let files: &[(&str, &[u8])] = &[("a b#.kql", "print 'é', tolower(1)\n| where x".as_bytes())];
    let output = check(files, &["--format", "sarif", "--lint", "."]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "tallyho");
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    let rules = driver["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "T011"), "rules of the lint are listed");
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("a%20b%23.kql"), "{place}");
        let region = &place["region"];
        let at = |key: &str| region[key].as_u64().unwrap();
        assert!((at("startLine"), at("startColumn")) <= (at("endLine"), at("endColumn")), "{region}");
    }
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
}

#[test]
fn hostile_text_never_reaches_the_terminal() {
    let text = "print a\u{1b}[2J\n| where ['\u{202e}x\u{1b}]0;t\u{7}'] == 1";
    let output = check(&[("a\u{202e}b.kql", text.as_bytes())], &["."]);
    let all = printed(&output) + &String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && all.contains("error"), "{all:?}");
    assert!(!all.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{all:?}");
}

#[test]
fn rules_can_be_listed() {
    let listed = printed(&check(&[], &["--rules"]));
    for rule in tallyho::kql::lint_rules() {
        assert!(listed.contains(rule.code) && listed.contains(rule.summary), "{listed}");
    }
}
