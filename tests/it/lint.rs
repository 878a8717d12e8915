//! Rules for cost and correctness: `tests/lint/*.md`. Below each query stands what is found, and what the query is
//! after the fix of each finding.

use std::fmt::Write;

use tallyho::kql::{self, Context, apply_edits};
use tallyho::schema;

use crate::support_documents::check_documents;

fn context() -> Context<'static> {
    Context::new(schema::advanced_hunting(), 0, None)
}

#[test]
fn every_rule_finds_what_it_should_and_nothing_else() {
    let n_cases = check_documents("lint", |query| {
        let mut picture = String::new();
        for finding in kql::lint(query, &context()) {
            let at = query[finding.span.clone()].escape_default();
            writeln!(picture, "{} {at}: {}", finding.code, finding.message).unwrap();
        }
        let whole = 0..query.len();
        for fix in kql::fixes(query, &whole, &context()) {
            writeln!(picture, "-- {}\n{}", fix.title, apply_edits(query, &fix.edits).trim_end()).unwrap();
        }
        picture
    });
    assert!(n_cases >= 22, "only {n_cases} cases were found");
}

/// Each rule has a finding in the documents, so none is only a promise.
#[test]
fn every_rule_is_seen_to_find() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint");
    let documents: String =
        std::fs::read_dir(folder).unwrap().map(|it| std::fs::read_to_string(it.unwrap().path()).unwrap()).collect();
    for rule in kql::lint_rules() {
        assert!(documents.contains(&format!("\n{} ", rule.code)), "{} finds nothing in tests/lint", rule.code);
    }
}

/// What a fix makes is a query that its own rule has nothing more to say of, and no worse a query.
#[test]
fn a_fix_mends_what_it_is_offered_for() {
    let queries = [
        "DeviceEvents | where FileName == 'a'",
        "DeviceEvents | where Timestamp > ago(1d) | where FolderPath contains @'\\temp\\'",
        "DeviceEvents | where Timestamp > ago(1d) | where FileName matches regex '.*abc'",
        "DeviceEvents | where Timestamp > ago(1d) | where tolower(FileName) in ('a', 'b')",
        "DeviceEvents | where Timestamp > ago(1d) | summarize count() by FileName | where FileName != ''",
        "DeviceEvents | where Timestamp > ago(1d) | join (DeviceInfo | take 1) on DeviceId",
        "DeviceEvents | where Timestamp > ago(1d) and FileName == 'a\u{200b}b'",
    ];
    for query in queries {
        let found = kql::lint(query, &context());
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        let fixes = kql::fixes(query, &found[0].span, &context());
        assert_eq!(fixes.len(), 1, "{query}");
        let mended = apply_edits(query, &fixes[0].edits);
        assert_eq!(kql::lint(&mended, &context()), [], "{mended}");
        assert_eq!(kql::analyze(&mended, &context()).diagnostics, [], "{mended}");
    }
}

#[test]
fn a_name_that_was_meant_is_offered() {
    let query = "DeviceInfo | where DeviceNam == 'x'";
    let fixes = kql::fixes(query, &(22..22), &context());
    let mended: Vec<String> = fixes.iter().map(|fix| apply_edits(query, &fix.edits)).collect();
    assert!(mended.contains(&"DeviceInfo | where DeviceName == 'x'".to_owned()), "{mended:?}");
    assert_eq!(kql::fixes(query, &(3..3), &context()).len(), 1, "only T001 is at the table");
}
