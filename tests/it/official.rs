//! What the rules of the official language library make of a query that is only looked at: `tests/official/*.md`.
//!
//! A ```` ```kql ```` block is followed by the query's findings and the columns of its result. `UPDATE_EXPECT=1` writes
//! what comes out; all that stands there has been held against the library itself.

use std::fmt::Write;
use std::path::Path;

use tallyho::kql::{self, CODES, ColumnSymbol, Context, ScalarType, Schema, TableSymbol, code_meaning, ticks_of_date};

#[test]
fn every_query_is_judged_as_the_library_judges_it() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let schema = schema();
    let (mut wrong, mut n_queries) = (String::new(), 0);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((prose, behind)) = rest.split_once("```kql\n") {
            let (query, behind) = behind.split_once("```\n").unwrap();
            let (expected, behind) =
                behind.strip_prefix("```\n").and_then(|block| block.split_once("```\n")).unwrap_or(("", behind));
            n_queries += 1;
            let answer = judgement(query.trim_end(), &schema);
            if answer != expected {
                writeln!(wrong, "{}\n{query}\nexpected:\n{expected}\nfound:\n{answer}", path.display()).unwrap();
            }
            write!(out, "{prose}```kql\n{query}```\n```\n{answer}```\n").unwrap();
            rest = behind;
        }
        out.push_str(rest);
        if update && out != text {
            std::fs::write(&path, out).unwrap();
        }
    }
    assert!(n_queries > 50, "only {n_queries} queries were found");
    assert!(update || wrong.is_empty(), "{wrong}");
}

fn judgement(query: &str, schema: &Schema) -> String {
    let context = Context::new(schema, ticks_of_date(2026, 1, 31).unwrap(), None);
    let analysis = kql::analyze(query, &context);
    let mut out = String::new();
    for finding in &analysis.diagnostics {
        assert!(code_meaning(finding.code).is_some(), "{} has no meaning", finding.code);
        let place = query.get(finding.span.clone()).unwrap_or("?");
        let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
        writeln!(out, "{} at `{place}`: {}{hint}", finding.code, finding.message).unwrap();
    }
    if let Some(output) = &analysis.output {
        let columns: Vec<String> = output.columns.iter().map(|it| format!("{}: {}", it.name, it.ty)).collect();
        writeln!(out, "{}", columns.join(", ")).unwrap();
    }
    out
}

fn schema() -> Schema {
    use ScalarType as T;
    let columns = [
        ("x", T::Long),
        ("i", T::Int),
        ("r", T::Real),
        ("m", T::Decimal),
        ("b", T::Bool),
        ("s", T::String),
        ("d", T::Dynamic),
        ("t", T::Datetime),
        ("p", T::Timespan),
        ("g", T::Guid),
    ];
    let columns = columns.iter().map(|(name, ty)| ColumnSymbol::new(*name, *ty)).collect();
    let mut schema = Schema::default();
    schema.insert(TableSymbol { name: "T".to_owned(), columns, description: String::new() });
    schema
}

#[test]
fn every_code_in_the_source_has_a_meaning() {
    let mut missing = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kql")];
    let mut n_codes = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for code in text.split('"').filter(|word| is_code(word)) {
                n_codes += 1;
                if code_meaning(code).is_none() {
                    missing.push(format!("{code} in {}", path.display()));
                }
            }
        }
    }
    assert!(n_codes > CODES.len(), "{n_codes} codes were found");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// `KS142`, `SEM0100`, `SYN0002`, `TLY0001`.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let prefix = &word[..word.len() - digits.len()];
    matches!(prefix, "KS" | "SEM" | "SYN" | "TLY") && digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit())
}

#[test]
fn no_code_has_two_meanings() {
    let mut codes: Vec<&str> = CODES.iter().map(|(code, _)| *code).collect();
    let n_codes = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), n_codes);
}
