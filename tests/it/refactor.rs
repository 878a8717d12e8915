//! Refactorings: `tests/refactor/<which>.md`, where `¦` is the cursor, and two of them a selection.

use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::Path;

use tallyho::kql::{Context, RefactoringKind, apply_edits, refactorings};
use tallyho::schema::advanced_hunting;

#[test]
fn every_query_is_changed_as_written() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    let mut n_cases = 0;
    for which in ["extract", "inline", "materialize"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/refactor/{which}.md"));
        let document = fs::read_to_string(&path).unwrap();
        let mut out = String::new();
        let mut rest = document.as_str();
        while let Some((prose, after)) = rest.split_once("```kql\n") {
            let (query, after) = after.split_once("\n```\n```\n").unwrap();
            let (expected, after) = after.split_once("```\n").unwrap();
            n_cases += 1;
            let answer = answer(which, query);
            let windows = answer_of_windows(which, query);
            assert_eq!(windows, answer, "{which} with \\r\\n: {query}");
            if answer != expected {
                writeln!(wrong, "{which}\n{query}\nexpected:\n{expected}\nnow:\n{answer}").unwrap();
            }
            write!(out, "{prose}```kql\n{query}\n```\n```\n{answer}```\n").unwrap();
            rest = after;
        }
        out.push_str(rest);
        if update && out != document {
            fs::write(&path, out).unwrap();
        }
    }
    assert!(n_cases >= 30, "only {n_cases} cases were found");
    assert!(update || wrong.is_empty(), "{wrong}");
}

fn answer_of_windows(which: &str, query: &str) -> String {
    answer(which, &query.replace('\n', "\r\n")).replace("\r\n", "\n")
}

/// The query after the refactoring, or `nothing` when it is not offered.
fn answer(which: &str, query: &str) -> String {
    let (text, selection) = unmarked(query);
    let context = Context::new(advanced_hunting(), 0, None);
    let kind = match which {
        "extract" => RefactoringKind::Extract,
        "inline" => RefactoringKind::Inline,
        _ => RefactoringKind::Rewrite,
    };
    let offered = refactorings(&text, selection, &context).into_iter().find(|it| it.kind == kind);
    let changed = offered.map(|it| format!("{}\n", apply_edits(&text, &it.fix.edits)));
    changed.unwrap_or_else(|| "nothing\n".to_owned())
}

/// The text without its marks, and what they enclose.
fn unmarked(query: &str) -> (String, Range<usize>) {
    let start = query.find('¦').unwrap();
    let rest = query[start + '¦'.len_utf8()..].find('¦');
    (query.replace('¦', ""), start..rest.map_or(start, |length| start + length))
}
