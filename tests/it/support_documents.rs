//! Documents of cases: a ```` ```kql ```` block is followed by a block of what the door under test says of it.
//! `UPDATE_EXPECT=1` writes what comes out.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Holds every case of a folder of `tests/` against `answer`, whose lines end with `\n`; gives how many there were.
pub(crate) fn check_documents(folder: &str, answer: impl Fn(&str) -> String) -> usize {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    let mut n_cases = 0;
    for path in documents(folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((prose, query, expected, after)) = next_case(rest) {
            n_cases += 1;
            let answer = answer(query);
            if answer != expected {
                writeln!(wrong, "{}\n{query}\nexpected:\n{expected}\ncame:\n{answer}", path.display()).unwrap();
            }
            write!(out, "{prose}```kql\n{query}```\n```\n{answer}```\n").unwrap();
            rest = after;
        }
        out.push_str(rest);
        if update && out != text {
            std::fs::write(&path, out).unwrap();
        }
    }
    assert!(update || wrong.is_empty(), "{wrong}");
    n_cases
}

fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Prose, query, expectation and the rest.
fn next_case(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (prose, rest) = text.split_once("```kql\n")?;
    let (query, rest) = rest.split_once("```\n")?;
    match rest.strip_prefix("```\n").and_then(|block| block.split_once("```\n")) {
        Some((expected, rest)) => Some((prose, query, expected, rest)),
        None => Some((prose, query, "", rest)),
    }
}
