//! Lexer, parser, binder, classes and lint: no panic, and the tree gives back every byte.

#![no_main]
use libfuzzer_sys::fuzz_target;
use tallyho_fuzz::kql;
use tallyho_fuzz::schema;

fuzz_target!(|text: &str| {
    let context = kql::Context::new(schema::advanced_hunting(), 0, None);
    let inspection = kql::inspect(text, &context);
    let leaves: String = inspection.tree.leaves().map(kql::Node::text).collect();
    assert_eq!(leaves, text, "the leaves are the text");
    let mut end = 0;
    for (span, _) in kql::classify(&inspection) {
        assert!(end <= span.start && text.get(span.clone()).is_some());
        end = span.end;
    }
    for finding in &inspection.analysis.diagnostics {
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
    }
    for finding in kql::lint_inspection(&inspection, &context) {
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
    }
    let _ = kql::highlight_lines(text);
    let capabilities = kql::Capabilities::catalogue();
    let _ = kql::analyze(text, &kql::Context::new(schema::advanced_hunting(), 0, Some(&capabilities)));
});
