//! The program as a script runs it: exit codes, what is told, and that bad input of any kind ends in words.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the program over the tables in `folder/data`, with something on its standard input.
pub(crate) fn tallyho(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    fs::create_dir_all(folder.join("data")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tallyho"))
        .args(arguments)
        .current_dir(folder)
        .env("TALLYHO_HOME", folder.join("home"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends before it has read everything closes the pipe, which is no fault.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn run(folder: &Path, query: &str) -> Output {
    tallyho(folder, &["run", "--data", "data", "--format", "csv", "-"], query.as_bytes())
}

pub(crate) fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn exit_codes_say_who_has_to_act() {
    let folder = tempfile::tempdir().unwrap();
    let code = |arguments: &[&str], input: &[u8]| tallyho(folder.path(), arguments, input).status.code();
    assert_eq!(code(&["run", "--data", "data", "print 1"], b""), Some(0));
    assert_eq!(code(&["run", "--data", "data", "print 1 | where false"], b""), Some(0));
    assert_eq!(code(&["run", "--data", "data", "print"], b""), Some(1));
    assert_eq!(code(&["run", "--data", "data"], b" \n // nothing"), Some(1));
    assert_eq!(code(&["run", "--data", "data", "--max-rows", "0", "print 1"], b""), Some(2));
    assert_eq!(code(&["run", "--data", "data", "--file", "missing.kql"], b""), Some(2));
    assert_eq!(code(&["run", "--connection", "nowhere", "print 1"], b""), Some(2));
    assert_eq!(code(&["run", "--data", "missing", "print 1"], b""), Some(3));
}

#[test]
fn a_query_is_read_as_windows_writes_it_and_never_with_bytes_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let wide = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xFF, 0xFE].into_iter().chain(units).collect::<Vec<u8>>()
    };
    let arguments = ["run", "--data", "data", "--format", "csv", "-"];
    let with_mark = b"\xEF\xBB\xBFprint a = 1\r\n| extend b = 2\r\n";
    for input in [with_mark.to_vec(), wide("print a = 1\r\n| extend b = 2\r\n")] {
        let output = tallyho(folder.path(), &arguments, &input);
        assert_eq!(output.stdout, b"a,b\r\n1,2\r\n", "{}", told(&output));
    }
    for input in [&b"print 'a\n\xFF'"[..], &wide("print '\u{1F600}'")[..13]] {
        let output = tallyho(folder.path(), &arguments, input);
        assert_eq!(output.status.code(), Some(1));
        assert!(told(&output).contains("not text in UTF-8"), "{}", told(&output));
    }
}

#[test]
fn a_long_broken_query_is_told_briefly_and_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..100_000).map(|n| format!("x{n}")).collect();
    let broken = [
        "n".repeat(1_000_000),
        "let a = 1;\n".repeat(100_000),
        format!("print a = 1 | project {}", names.join(", ")),
        "print 1 )".repeat(100_000),
        format!("print {}", "(".repeat(500_000)),
        format!("print 1{}", " + 1".repeat(250_000)),
        format!("print 1{}", " | extend x = 1".repeat(70_000)),
        format!("print '{}", "x".repeat(1_000_000)),
    ];
    for query in broken {
        let started = Instant::now();
        let output = run(folder.path(), &query);
        let start = &query[..20];
        assert_eq!(output.status.code(), Some(1), "{start}");
        assert!(!output.stderr.is_empty() && output.stderr.len() < 50_000, "{start}: {}", output.stderr.len());
        assert!(started.elapsed() < Duration::from_secs(15), "{start} took {:?}", started.elapsed());
    }
}

#[test]
fn lets_that_double_each_other_end_in_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    for (first, next) in [("strcat('x', 'y')", "strcat(@, @)"), ("(print x = 1)", "union @, @"), ("1 + 1", "@ + @")] {
        let mut query = format!("let a0 = {first};\n");
        for n in 1..40 {
            let value = next.replace('@', &format!("a{}", n - 1));
            query += &["let a", &n.to_string(), " = ", &value, ";\n"].concat();
        }
        query += if first.starts_with('(') { "a39 | count" } else { "print isnotempty(tostring(a39))" };
        let started = Instant::now();
        let output = run(folder.path(), &query);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{next}: {}", told(&output));
        assert!(started.elapsed() < Duration::from_secs(20), "{next} took {:?}", started.elapsed());
    }
}

#[test]
fn why_a_table_is_missing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/Torn.parquet"), b"PAR1 and no more").unwrap();
    for command in [&["run", "--data", "data", "Torn"][..], &["bound", "--data", "data", "Torn"]] {
        let output = tallyho(folder.path(), command, b"");
        assert_eq!(output.status.code(), Some(1));
        let told = told(&output);
        assert!(told.contains("Torn.parquet: cannot be read") && told.contains("no table named 'Torn'"), "{told}");
    }
}

#[test]
fn every_line_of_a_batch_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!(r#"{{"id":{}1{},"query":"print 1"}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let long = format!(r#"{{"id":"long","query":"{}"}}"#, "x".repeat(10_000_000));
    let lines = [
        r#"{"id":1,"query":"print 1"}"#,
        "{broken",
        r#"{"id":2}"#,
        r#"{"id":"three","query":5}"#,
        "[]",
        "",
        &deep,
        &long,
        r#"{"id":{"a":[4]},"query":"print 4"}"#,
    ];
    let mut input = lines.join("\n").into_bytes();
    input.extend(b"\n\xFF\xFE");
    let output = tallyho(folder.path(), &["run", "--data", "data", "--batch"], &input);
    assert_eq!(output.status.code(), Some(0));
    let answers: Vec<serde_json::Value> =
        output.stdout.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let ids: Vec<String> = answers.iter().map(|answer| answer["id"].to_string()).collect();
    assert_eq!(ids, ["1", "null", "2", "\"three\"", "null", "null", "\"long\"", "{\"a\":[4]}", "null"]);
    let answered: Vec<bool> = answers.iter().map(|answer| answer["rows"].is_array()).collect();
    assert_eq!(answered, [true, false, false, false, false, false, false, true, false]);
    assert!(output.stdout.len() < 20_000, "{}", output.stdout.len());
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tallyho"))
        .args(["run", "--data", "data", "print 1"])
        .current_dir(folder.path())
        .env("TALLYHO_HOME", folder.path().join("home"))
        .stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(told(&output).contains("cannot write the output"), "{}", told(&output));
}
