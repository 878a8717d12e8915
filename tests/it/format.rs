//! The layout of queries: `tests/format/*.kql` with what becomes of each beside it, and what holds of any text.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tallyho::kql::{LineEnds, SyntaxKind, format, format_with, parse};

/// The texts of a folder of fixtures, in name order.
fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "kql")).collect();
    files.sort();
    assert!(files.len() > 10, "only {} fixtures in {}", files.len(), folder.display());
    files
}

/// What must come out as it went in, in order: all tokens and comments.
fn kept(text: &str) -> Vec<(SyntaxKind, String)> {
    let tree = parse(text);
    let leaves = tree.leaves().filter(|leaf| leaf.kind() != SyntaxKind::Whitespace);
    leaves.map(|leaf| (leaf.kind(), leaf.text().to_owned())).collect()
}

fn assert_sound(text: &str) {
    for ends in [LineEnds::OfText, LineEnds::Official] {
        let once = format_with(text, ends);
        assert_eq!(format_with(&once, ends), once, "a second time changes {text:?}");
        // Nothing is lost; what comes in are brackets and semicolons that the text lacks.
        let mut rest = kept(text).into_iter().peekable();
        for token in kept(&once) {
            let is_closing = matches!(token.1.as_str(), ")" | "]" | "}" | ";");
            assert!(rest.next_if(|next| *next == token).is_some() || is_closing, "{token:?} came into {text:?}");
        }
        assert_eq!(rest.next(), None, "something is lost of {text:?}");
    }
}

#[test]
fn every_query_is_laid_out_as_written() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut differing = Vec::new();
    for path in fixtures("format") {
        let text = fs::read_to_string(&path).unwrap();
        assert_sound(&text);
        let out = format(&text);
        let expected = path.with_extension("formatted");
        if update {
            fs::write(&expected, out).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != out {
            differing.push(path);
        }
    }
    assert!(differing.is_empty(), "layouts differ (UPDATE_EXPECT=1 accepts them): {differing:#?}");
}

#[test]
fn layouts_of_other_fixtures_lose_nothing_and_stay() {
    for folder in ["syntax/ok", "syntax/err"] {
        for path in fixtures(folder) {
            assert_sound(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn what_does_not_break_lines_keeps_the_line_ends_of_the_text() {
    assert_eq!(format("T\r\n|take 1\r\n"), "T\r\n| take 1\r\n");
    assert_eq!(format("T\r|take 1"), "T\r| take 1");
    assert_eq!(format_with("T // a\n|take 1\n", LineEnds::Official), "T // a\n| take 1\r\n");
}

#[test]
fn what_a_text_lacks_comes_in_where_that_mends_it() {
    assert_eq!(format("T | where f(a, (b"), "T | where f(a, (b))");
    assert_eq!(format("let x = 1 // one\nlet y = 2; print x"), "let x = 1; // one\nlet y = 2;\nprint x");
    assert_eq!(format("T | where a == (1 £"), "T | where a == (1 £");
}

/// A text of the fixtures whose tokens are spaced anew, left out, doubled and swapped.
fn mutated() -> impl Strategy<Value = String> {
    let texts: Vec<String> = ["format", "syntax/ok", "syntax/err"]
        .into_iter()
        .flat_map(fixtures)
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let change = (any::<prop::sample::Index>(), 0_usize..7);
    (prop::sample::select(texts), prop::collection::vec(change, 0..24)).prop_map(|(text, changes)| {
        let tree = parse(&text);
        let mut leaves: Vec<String> = tree.leaves().map(|leaf| leaf.text().to_owned()).collect();
        for (at, what) in changes {
            if leaves.is_empty() {
                break;
            }
            let at = at.index(leaves.len());
            let is_blank = leaves[at].trim().is_empty();
            match what {
                0 if is_blank => "\n".clone_into(&mut leaves[at]),
                1 if is_blank => " \r\n\t".clone_into(&mut leaves[at]),
                2 => leaves.insert(at, "  \n\n ".to_owned()),
                3 => leaves.insert(at, " // note\n".to_owned()),
                4 => drop(leaves.remove(at)),
                5 => leaves.insert(at, leaves[at].clone()),
                _ => leaves.swap(at, 0),
            }
        }
        leaves.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_broken_query_loses_nothing_and_is_laid_out_once(text in mutated()) {
        assert_sound(&text);
    }

    #[test]
    fn any_text_loses_nothing_and_is_laid_out_once(text in "\\PC{0,40}|[ -~\\n\\r\\t]{0,60}|[|(){}\\[\\],;.=<>!~ \n/'\"`a-c0-9-]{0,80}") {
        assert_sound(&text);
    }
}
