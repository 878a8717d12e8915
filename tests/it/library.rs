//! `tallyho pack`: a folder of queries, one after another, and what is written of it.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::headless::{tallyho, told};

fn root(below: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below).display().to_string()
}

fn pack(folder: &Path, arguments: &[&str]) -> Output {
    let (packs, data) = (root("tests/packs/first"), root("tests/screens/data"));
    tallyho(folder, &[&["pack", &packs, "--data", &data], arguments].concat(), b"")
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_pack_says_what_came_of_each_query_and_where_its_files_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let output = pack(folder.path(), &["--markdown", "out.md", "--navigator", "layer.json"]);
    let lines = printed(&output);
    let line = |name: &str| lines.lines().find(|it| it.contains(name)).unwrap_or_else(|| panic!("{name}:\n{lines}"));
    let begin = |name: &str| line(name).split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    assert_eq!(begin("Shells with an encoded command"), "hits 1");
    assert_eq!(begin("Names that nobody has"), "empty 0");
    assert_eq!(begin("Sign-ins from anywhere"), "table missing");
    assert!(line("Sign-ins from anywhere").ends_with(": SigninLogs"), "{lines}");
    assert!(
        line("A column that is not there").contains(": line 2: there is no column named 'NoSuchColumn'"),
        "{lines}"
    );
    assert_eq!(begin("mine: All of it"), "hits 1");
    assert!(line("Counts ").contains("Counts ␛[31mby name"), "no control byte comes out:\n{lines}");
    let said = told(&output);
    assert!(said.contains("broken.yaml:4:5: error: this is no YAML"), "{said}");
    assert!(said.contains("odd.yaml:3:11: warning: 'Ececution' is no tactic of ATT&CK"), "{said}");
    assert!(said.contains("7 queries: 4 with hits, 1 empty, 1 table missing, 1 refused"), "{said}");
    assert_eq!(output.status.code(), Some(1), "not every query ran");

    let markdown = fs::read_to_string(folder.path().join("out.md")).unwrap();
    assert!(markdown.contains("| Names that nobody has | Discovery, LateralMovement | T1087, T1021.002 | empty | 0 |"));
    let layer: Value = serde_json::from_slice(&fs::read(folder.path().join("layer.json")).unwrap()).unwrap();
    let numbers: Vec<_> =
        layer["techniques"].as_array().unwrap().iter().map(|it| it["techniqueID"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["T1003", "T1021.002", "T1059.001", "T1082", "T1087", "T1110"]);
    #[cfg(unix)]
    for file in ["out.md", "layer.json"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn exit_codes_and_files_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("good")).unwrap();
    fs::write(here.join("good/a.kql"), "Processes | take 1").unwrap();
    fs::create_dir(here.join("none")).unwrap();
    let data = root("tests/screens/data");
    let code = |arguments: &[&str]| {
        let output = tallyho(here, &[&["pack", "--data", &data], arguments].concat(), b"");
        (output.status.code(), told(&output))
    };
    assert_eq!(code(&["good"]).0, Some(0));
    assert_eq!(code(&["good", "--markdown", "m.md"]).0, Some(0));
    let (again, said) = code(&["good", "--markdown", "m.md"]);
    assert!(again == Some(2) && said.contains("m.md is there already; add --overwrite"), "{said}");
    assert_eq!(code(&["good", "--markdown", "m.md", "--overwrite"]).0, Some(0));
    let (empty, said) = code(&["none"]);
    assert!(empty == Some(2) && said.contains("there is no query"), "{said}");
    let (missing, said) = code(&["nowhere"]);
    assert!(missing == Some(2) && said.contains("there is no nowhere"), "{said}");
    assert_eq!(code(&["good", "--markdown", "good"]).0, Some(2), "a folder is no file to write");
    let output = tallyho(here, &["pack", "good", "--data", "elsewhere"], b"");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_plan_runs_nothing_and_json_says_it_all() {
    let folder = tempfile::tempdir().unwrap();
    let output = pack(folder.path(), &["--plan", "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let outcomes: Vec<_> =
        document["queries"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|it| **it == "planned").count(), 5, "{outcomes:?}");
    assert!(outcomes.contains(&"table missing") && outcomes.contains(&"refused"), "{outcomes:?}");
    assert_eq!(document["connection"], "files");
    assert_eq!(document["queries"][0]["seconds"], Value::Null);
}
