//! `tallyho fmt`: files on disk and standard input.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const RAGGED: &str = "DeviceInfo|where OSPlatform=='Linux'\n  |take 5";
const EVEN: &str = "DeviceInfo\n| where OSPlatform == 'Linux'\n| take 5";

fn fmt(args: &[&str], folder: &Path, input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tallyho"))
        .arg("fmt")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that fails before it reads closes its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn listed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn files_are_laid_out_in_their_encoding_and_only_when_it_changes_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("ragged.kql"), format!("{RAGGED}\n")).unwrap();
    fs::write(at("even.csl"), EVEN).unwrap();
    let wide: Vec<u8> = format!("\u{feff}{RAGGED}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(at("wide.kql"), &wide).unwrap();
    fs::write(at("marked.kql"), format!("\u{feff}{}", RAGGED.replace('\n', "\r\n"))).unwrap();
    let names = ["ragged.kql", "even.csl", "wide.kql", "marked.kql"];

    let check = fmt(&[&["--check"], &names[..]].concat(), folder.path(), "");
    assert_eq!(check.status.code(), Some(1));
    assert_eq!(listed(&check), "ragged.kql\nwide.kql\nmarked.kql\n");
    assert_eq!(fs::read_to_string(at("ragged.kql")).unwrap(), format!("{RAGGED}\n"), "--check changes nothing");

    let before = fs::metadata(at("even.csl")).unwrap().modified().unwrap();
    assert_eq!(fmt(&names, folder.path(), "").status.code(), Some(0));
    assert_eq!(fs::read_to_string(at("ragged.kql")).unwrap(), format!("{EVEN}\n"));
    assert_eq!(fs::read_to_string(at("marked.kql")).unwrap(), format!("\u{feff}{}", EVEN.replace('\n', "\r\n")));
    let wide: Vec<u8> = format!("\u{feff}{EVEN}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(fs::read(at("wide.kql")).unwrap(), wide);
    assert_eq!(fs::metadata(at("even.csl")).unwrap().modified().unwrap(), before, "it was not written");
    let n_files = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(n_files, names.len(), "nothing is left beside the files");

    let check = fmt(&[&["--check"], &names[..]].concat(), folder.path(), "");
    assert_eq!((check.status.code(), listed(&check)), (Some(0), String::new()));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&[][..], &["-"]] {
        let output = fmt(args, folder.path(), RAGGED);
        assert_eq!((output.status.code(), listed(&output).as_str()), (Some(0), EVEN));
    }
    let check = fmt(&["--check", "-"], folder.path(), RAGGED);
    assert_eq!((check.status.code(), listed(&check).as_str()), (Some(1), "<stdin>\n"));
}

#[test]
fn queries_of_one_file_stay_apart() {
    let folder = tempfile::tempdir().unwrap();
    let output = fmt(&["-"], folder.path(), "// a\nT|take 1\n\n\n// b alone\n\nU\n|count\n");
    assert_eq!(listed(&output), "// a\nT | take 1\n\n\n// b alone\n\nU\n| count\n");
}

#[test]
fn what_cannot_be_laid_out_is_said_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bytes.kql"), b"T|take 1 \xFF").unwrap();
    fs::write(folder.path().join("notes.md"), "```kql\nT|take 1\n```\n").unwrap();
    fs::write(folder.path().join("good.kql"), RAGGED).unwrap();
    let output = fmt(&["bytes.kql", "notes.md", "none.kql", "good.kql"], folder.path(), "");
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    for name in ["bytes.kql: it is not text in UTF-8", "notes.md: only files that are queries", "none.kql: "] {
        assert!(said.contains(name), "{said}");
    }
    assert_eq!(fs::read(folder.path().join("bytes.kql")).unwrap(), b"T|take 1 \xFF");
    assert_eq!(fs::read_to_string(folder.path().join("good.kql")).unwrap(), EVEN, "the others are laid out");
}
