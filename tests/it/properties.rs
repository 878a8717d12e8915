//! What holds for any text: it parses, the tree gives back every byte, nothing panics, and time grows with length.
//! What fuzzing has found stands in `tests/fuzz/finds` and is tried again here.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tallyho::kql::{self, Capabilities, Context, EditedBlocks, Node};
use tallyho::schema;

use crate::headless::tallyho;

/// Everything that the language does with a text.
fn assert_holds(text: &str) {
    let context = Context::new(schema::advanced_hunting(), 0, None);
    let inspection = kql::inspect(text, &context);
    let leaves: String = inspection.tree.leaves().map(Node::text).collect();
    assert_eq!(leaves, text, "the leaves are the text");
    let findings = inspection.analysis.diagnostics.iter().cloned();
    for finding in findings.chain(kql::lint_inspection(&inspection, &context)) {
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?} is not in {text:?}");
    }
    let mut end = 0;
    for (span, _) in kql::classify(&inspection) {
        assert!(end <= span.start && text.get(span.clone()).is_some(), "{span:?} in {text:?}");
        end = span.end;
    }
    for line in kql::highlight_lines(text).iter().flatten() {
        assert!(line.0.start < line.0.end);
    }
    let capabilities = Capabilities::catalogue();
    let _ = kql::analyze(text, &Context::new(schema::advanced_hunting(), 0, Some(&capabilities)));
    let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let completion = kql::complete(text, middle, &context);
    assert!(text.get(completion.edit).is_some());
    for fix in kql::fixes(text, &(0..text.len()), &context) {
        let _ = kql::apply_edits(text, &fix.edits);
    }
    let _ = kql::format(text);
}

/// Words, signs and literals of the language in any order.
fn soup() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "DeviceInfo",
        "DeviceName",
        "where",
        "|",
        "| where ",
        "| extend ",
        "| summarize ",
        "| join ",
        "| mv-expand ",
        "| parse ",
        "| make-series ",
        "| top-nested ",
        "| scan ",
        "| project ",
        "| render ",
        "| union ",
        "| invoke ",
        "| evaluate ",
        "| mv-apply ",
        "| partition by ",
        "| lookup ",
        "| sort by ",
        "| take ",
        "let ",
        "set ",
        "x",
        "T",
        "declare query_parameters(",
        "count()",
        "arg_max(",
        "by ",
        "on ",
        "with (",
        "kind=",
        "hint.strategy=",
        "=",
        "==",
        "=~",
        "!in~ (",
        "has_any (",
        "between (",
        "..",
        "and ",
        "or ",
        "not(",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        ".",
        ":",
        "*",
        "-",
        "+",
        "/",
        "=>",
        "1",
        "1.5",
        "0x1f",
        "1d",
        "datetime(2024-01-01)",
        "dynamic({\"a\":[1",
        "'a'",
        "\"b",
        "@'c'",
        "h'd'",
        "```",
        "~~~",
        "// e",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "$left.",
        "typeof(",
        "toscalar(",
        "materialize(",
        "view () {",
        "['é']",
        "\u{feff}",
        "\u{200b}",
        "🦀",
        "\0",
        "\u{1b}",
        "#",
        "`",
        "~",
        "\\",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "\\PC{0,80}|[ -~\\n\\t]{0,200}") {
        assert_holds(&text);
    }

    #[test]
    fn any_row_of_tokens_is_read(text in soup()) {
        assert_holds(&text);
    }

    #[test]
    fn blocks_that_follow_the_changes_are_those_of_the_text(
        text in soup(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize, soup()), 1..6),
    ) {
        let mut edited = EditedBlocks::default();
        let mut now = String::new();
        let begun = (0, 0, text);
        let changes = changes.into_iter().map(|(start, length, text)| (start.index(1000), length, text));
        for (start, length, new) in std::iter::once(begun).chain(changes) {
            let start = now.floor_char_boundary(start % (now.len() + 1));
            let end = now.floor_char_boundary((start + length).min(now.len()));
            now.replace_range(start..end, &new);
            let line_starts: Vec<usize> =
                std::iter::once(0).chain(now.match_indices('\n').map(|(at, _)| at + 1)).collect();
            edited.update(&now, &line_starts, start, now.len() - start - new.len());
            prop_assert_eq!(edited.blocks(), kql::blocks(&now), "{:?}", now);
            for offset in (0..=now.len()).filter(|it| now.is_char_boundary(*it)) {
                prop_assert_eq!(edited.at(offset), kql::block_at(&now, offset));
            }
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        assert_holds(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn what_fuzzing_found_stays_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/finds");
    let mut n_finds = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert_holds(&String::from_utf8_lossy(&bytes));
        n_finds += 1;
    }
    assert!(n_finds > 0, "there is always one");
}

/// Longer texts take longer in proportion. The bounds are wide, since this is not optimised and other tests run beside.
#[test]
fn time_grows_with_length_only() {
    let context = Context::new(schema::advanced_hunting(), 0, None);
    let ten_megabytes = 10 << 20;
    let long = [
        "/".repeat(ten_megabytes),
        format!("print '{}", "a".repeat(ten_megabytes)),
        format!("print \"{}\"", "é".repeat(ten_megabytes / 2)),
        format!("// {}", "\u{202e}".repeat(ten_megabytes / 3)),
        "\0".repeat(1 << 20),
        "\r\n\n\r".repeat(1 << 18),
        "(".repeat(100_000),
        "[".repeat(100_000),
        "{".repeat(100_000),
        "f(".repeat(100_000),
        "(T | join ".repeat(20_000),
        "let x = ".repeat(20_000),
        "DeviceInfo | where a == 'x' and ".repeat(5_000),
        "print 1;".repeat(20_000),
        "🦀".repeat(100_000),
    ];
    for text in long {
        let started = Instant::now();
        let inspection = kql::inspect(&text, &context);
        let n_bytes: usize = inspection.tree.leaves().map(|leaf| leaf.text().len()).sum();
        assert_eq!(n_bytes, text.len());
        let _ = kql::classify(&inspection);
        let _ = kql::lint_inspection(&inspection, &context);
        let took = started.elapsed();
        let start: String = text.chars().take(20).collect();
        assert!(took < Duration::from_mins(1), "{start:?} took {took:?}");
    }
}

/// JSON can name halves of characters that no text has; the request is answered, and the next one too.
#[test]
fn lone_surrogates_do_not_end_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = String::new();
    for (id, query) in [r"print '\ud83d'", r"\udc00\ud800 | where x", r"print '\ud83e\udd80'"].iter().enumerate() {
        writeln!(input, r#"{{"id":{id},"query":"{query}","ops":["analyze","classify"]}}"#).unwrap();
    }
    let output = tallyho(folder.path(), &["check", "--batch"], input.as_bytes());
    let answers: Vec<serde_json::Value> = output
        .stdout
        .split(|it| *it == b'\n')
        .filter(|it| !it.is_empty())
        .map(|it| serde_json::from_slice(it).unwrap())
        .collect();
    assert_eq!(answers.len(), 3, "{answers:?}");
    for (id, answer) in answers.iter().enumerate() {
        assert_eq!(answer["id"], id, "{answer}");
    }
    assert_eq!(answers[2]["classify"], serde_json::json!([[0, 5, "QueryOperator"], [6, 4, "StringLiteral"]]));
}
