//! Moving in a query by its stages: `tests/structure/<what>.md`, where `¦` is the cursor, and two of them a selection.

use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tallyho::kql::{self, Change, SyntaxKind, apply_edits, parse};

#[test]
fn every_text_is_changed_as_written() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    let mut n_cases = 0;
    for path in documents() {
        let what = path.file_stem().unwrap().to_string_lossy().into_owned();
        let document = fs::read_to_string(&path).unwrap();
        let mut out = String::new();
        let mut rest = document.as_str();
        while let Some((prose, query, expected, after)) = next_case(rest) {
            n_cases += 1;
            let answer = answer(&what, query);
            // A text with other line ends is changed alike.
            let windows = answer_of_windows(&what, query);
            assert_eq!(windows, answer, "{what} with \\r\\n: {query}");
            if answer != expected {
                writeln!(wrong, "{what}\n{query}\nexpected:\n{expected}\nnow:\n{answer}").unwrap();
            }
            write!(out, "{prose}```kql\n{query}\n```\n```\n{answer}\n```\n").unwrap();
            rest = after;
        }
        out.push_str(rest);
        if update && out != document {
            fs::write(&path, out).unwrap();
        }
    }
    assert!(n_cases > 60, "only {n_cases} cases were found");
    assert!(update || wrong.is_empty(), "{wrong}");
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/structure");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Prose, query, expectation and the rest.
fn next_case(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (prose, rest) = text.split_once("```kql\n")?;
    let (query, rest) = rest.split_once("\n```\n```\n")?;
    match rest.strip_prefix("```\n") {
        Some(rest) => Some((prose, query, "", rest)),
        None => rest.split_once("\n```\n").map(|(expected, rest)| (prose, query, expected, rest)),
    }
}

/// The text without its marks, and what they enclose.
fn unmarked(query: &str) -> (String, Range<usize>) {
    let start = query.find('¦').unwrap();
    let mark = '¦'.len_utf8();
    let rest = query[start + mark..].find('¦');
    (query.replace('¦', ""), start..rest.map_or(start, |length| start + length))
}

fn marked(text: &str, places: &[usize]) -> String {
    let mut out = text.to_owned();
    let mut places = places.to_vec();
    places.sort_unstable();
    places.dedup();
    for place in places.into_iter().rev() {
        out.insert(place, '¦');
    }
    out
}

fn answer_of_windows(what: &str, query: &str) -> String {
    answer(what, &query.replace('\n', "\r\n")).replace("\r\n", "\n")
}

fn answer(what: &str, query: &str) -> String {
    if what == "folds" {
        return folds(query);
    }
    let (text, selection) = unmarked(query);
    let cursor = selection.start;
    let span = |span: Option<Range<usize>>| span.map(|span| marked(&text, &[span.start, span.end]));
    let change = |change: Option<Change>| {
        change.map(|it| marked(&apply_edits(&text, &it.edits), &[it.selection.start, it.selection.end]))
    };
    let answer = match what {
        "stage_at" => span(kql::stage_at(&text, cursor)),
        "select_stage" => span(kql::select_stage(&text, selection)),
        "move_stage_up" => change(kql::move_stage_up(&text, cursor)),
        "move_stage_down" => change(kql::move_stage_down(&text, cursor)),
        "duplicate_stage" => change(kql::duplicate_stage(&text, cursor)),
        "comment_stage" => change(kql::comment_stage(&text, cursor)),
        "toggle_comment" => change(Some(kql::toggle_comment(&text, selection))),
        "bracket_pair" => kql::bracket_pair(&text, cursor)
            .map(|(open, close)| marked(&text, &[open.start, open.end, close.start, close.end])),
        other => panic!("no test reads {other}.md"),
    };
    answer.unwrap_or_else(|| "nothing".to_owned())
}

/// One line a fold: its kind, and its first and last line.
fn folds(text: &str) -> String {
    let line_of = |offset: usize| text[..offset].matches('\n').count() + 1;
    let folds = kql::folds(text).into_iter();
    let lines = folds.map(|it| format!("{:?} {}-{}", it.kind, line_of(it.span.start), line_of(it.span.end)));
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join("\n") }
}

/// The tokens of a text, sorted: what moving stages must not change.
fn tokens(text: &str) -> Vec<String> {
    let tree = parse(text);
    let leaves = tree.leaves().filter(|leaf| leaf.kind() != SyntaxKind::Whitespace);
    let mut texts: Vec<String> = leaves.map(|leaf| leaf.text().trim_end().to_owned()).collect();
    texts.sort();
    texts
}

/// Applies a change and checks that it is one: edits in order, inside the text, and a selection inside the new one.
fn applied(text: &str, change: &Change) -> String {
    let mut end = 0;
    for edit in &change.edits {
        assert!(edit.span.start >= end && edit.span.end >= edit.span.start, "{change:?} of {text:?}");
        assert!(text.is_char_boundary(edit.span.start) && text.is_char_boundary(edit.span.end), "{change:?} {text:?}");
        end = edit.span.end;
    }
    let after = apply_edits(text, &change.edits);
    assert!(after.get(change.selection.clone()).is_some(), "{change:?} of {text:?}");
    after
}

/// Pieces of queries in any order.
fn jumble() -> impl Strategy<Value = String> {
    let pieces = [
        "T",
        "\n",
        "\r\n",
        "\n\n",
        "| where a == 1",
        "| take 5",
        " // note\n",
        "\n// note\n",
        "(",
        ")",
        " on a",
        ";",
        "let x = ",
        "| join (",
        "\n    ",
        " ",
        "'| x'",
        "// | take 1\n",
        "{",
        "}",
        "| extend a = 1,\n   b = 2",
        " é ",
        "|",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_of_any_text_keep_it_whole(text in jumble(), at in any::<prop::sample::Index>()) {
        let mut offset = at.index(text.len() + 1);
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        for change in [kql::move_stage_up(&text, offset), kql::move_stage_down(&text, offset)].into_iter().flatten() {
            prop_assert_eq!(tokens(&applied(&text, &change)), tokens(&text), "{:?} at {} gives {:?}", text, offset, change);
        }
        for change in [kql::duplicate_stage(&text, offset), kql::comment_stage(&text, offset)].into_iter().flatten() {
            applied(&text, &change);
        }
        let commented = kql::toggle_comment(&text, 0..offset);
        let after = applied(&text, &commented);
        if !text[..offset].trim().is_empty() && !text.contains("//") {
            let back = kql::toggle_comment(&after, 0..commented.selection.end);
            prop_assert_eq!(applied(&after, &back), text.clone());
        }
        for fold in kql::folds(&text) {
            prop_assert!(text[fold.span].contains(['\n', '\r']));
        }
        if let Some(stage) = kql::stage_at(&text, offset) {
            prop_assert!(text.get(stage.clone()).is_some());
            prop_assert_eq!(kql::stage_at(&text, stage.start), Some(stage));
        }
        kql::select_stage(&text, offset..offset);
        kql::bracket_pair(&text, offset);
    }
}
