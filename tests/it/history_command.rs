//! `tallyho history`: prints, searches, exports, imports, prunes, and shows what was kept.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use tallyho::history::{History, KeptLimits, KeptResults, Outcome, RunEnding, RunStart};
use tallyho::kql::ScalarType;
use tallyho::result::{Column, ResultSet, write_arrow};
use tallyho::tui::traits_of;

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let mut history = History::open(&data.join("history.sqlite")).unwrap();
    let texts = ["DeviceEvents | take 5", "EmailEvents\n| where Subject has '\u{1b}]0;owned\u{7}'", "print broken"];
    for (at, text) in texts.iter().enumerate() {
        let traits = traits_of(text);
        let started = 1_742_212_800_000_000 + at as i64;
        let start = RunStart { started, connection: "lab", text, traits: Some(&traits) };
        let id = history.append_start(&start).unwrap();
        let outcome = if at == 2 { Outcome::Failed } else { Outcome::Rows };
        history
            .finish(id, &RunEnding { outcome, n_rows: 5, elapsed: Some(6_000_000), ..RunEnding::default() })
            .unwrap();
    }
    history.label(1, "word child").unwrap();
    let kept = KeptResults::new(&data, KeptLimits { bytes: 1 << 20, age: Duration::from_hours(24) });
    let set = ResultSet::new(vec![Column { name: "kept_column".into(), ty: ScalarType::Long }]);
    let bytes = kept.save(1, 1_742_212_800_000_000, |out| write_arrow(&set, out)).unwrap();
    history.set_kept(1, bytes).unwrap();
    home
}

fn tallyho(home: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tallyho")).env("TALLYHO_HOME", home).arg("history").args(args).output().unwrap()
}

fn out(home: &Path, args: &[&str]) -> String {
    let output = tallyho(home, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn runs_are_printed_and_searched() {
    let home = home();
    let all = out(home.path(), &[]);
    assert_eq!(all.lines().count(), 4, "{all}");
    assert!(all.lines().nth(1).unwrap().contains("2025-03-17T12:00:00Z") && all.contains("[word child] DeviceEvents"));
    assert!(!all.contains('\u{1b}') && all.contains('␛'), "no control character comes out: {all}");
    assert_eq!(out(home.path(), &["list", "-n", "1"]).lines().count(), 2);
    let found = out(home.path(), &["search", "table:EmailEvents", "cost>5s", "--format", "ndjson"]);
    let run: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!((&run["id"], &run["rows"]), (&2.into(), &5.into()));
    assert!(out(home.path(), &["search", "failed"]).contains("(failed) print broken"));
    assert_eq!(out(home.path(), &["search", "nothing-of-that-kind"]), "");
    let wrong = tallyho(home.path(), &["search", "cost>much"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("cost>much"));
}

#[test]
fn one_run_and_its_kept_rows_are_shown() {
    let home = home();
    let shown = out(home.path(), &["show", "1"]);
    assert!(shown.contains("label: word child") && shown.contains("DeviceEvents | take 5"), "{shown}");
    assert_eq!(out(home.path(), &["show", "1", "--query"]), "DeviceEvents | take 5\n");
    assert_eq!(out(home.path(), &["rows", "1", "--format", "csv"]).trim(), "kept_column");
    for args in [&["rows", "2"][..], &["show", "99"], &["rows", "99"]] {
        assert_eq!(tallyho(home.path(), args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn an_export_is_taken_in_elsewhere() {
    let home = home();
    let file = home.path().join("runs.ndjson");
    let name = file.to_str().unwrap();
    out(home.path(), &["export", "--output", name]);
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(tallyho(home.path(), &["export", "--output", name]).status.code(), Some(3), "nothing is overwritten");
    let elsewhere = tempfile::tempdir().unwrap();
    let first = tallyho(elsewhere.path(), &["import", name]);
    assert!(String::from_utf8_lossy(&first.stderr).contains("3 runs taken in, 0 were there"), "{first:?}");
    let second = tallyho(elsewhere.path(), &["import", name]);
    assert!(String::from_utf8_lossy(&second.stderr).contains("0 runs taken in, 3 were there"), "{second:?}");
    assert_eq!(out(elsewhere.path(), &["search", "label:child"]).lines().count(), 2);
    let queries = out(home.path(), &["export", "table:DeviceEvents", "--format", "kql"]);
    assert!(queries.starts_with("// 2025-03-17T12:00:00Z · lab") && queries.contains("\nDeviceEvents | take 5\n"));
}

#[test]
fn pruning_keeps_what_was_marked() {
    let home = home();
    out(home.path(), &["prune", "--older-than", "1", "--results"]);
    let left = out(home.path(), &["list"]);
    assert!(left.lines().count() == 2 && left.contains("word child"), "{left}");
    assert_eq!(tallyho(home.path(), &["rows", "1"]).status.code(), Some(2));
}
