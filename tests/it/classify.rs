//! The classes of tokens: `tests/classify/*.md`, one piece a line.

use std::fmt::Write;

use tallyho::kql::{self, Context};
use tallyho::schema;

use crate::support_documents::check_documents;

#[test]
fn every_token_has_its_official_class() {
    let n_cases = check_documents("classify", |query| {
        let context = Context::new(schema::advanced_hunting(), 0, None);
        let pieces = kql::classify(&kql::inspect(query, &context));
        let mut picture = String::new();
        for (span, class) in pieces {
            writeln!(picture, "{:<15} {}", class.name(), query[span].replace('\n', "⏎")).unwrap();
        }
        picture
    });
    assert!(n_cases > 8, "only {n_cases} cases were found");
}

/// Pieces come in order, do not overlap, and leave out nothing but blanks, whatever the text.
#[test]
fn pieces_cover_everything_but_blanks() {
    let context = Context::new(schema::advanced_hunting(), 0, None);
    let texts =
        ["", " ", "\u{feff}DeviceInfo", "a ยง b", "print 'x", "let ; | | where (((", "T | wher x\n// é\n|", "😀"];
    for text in texts {
        let mut end = 0;
        for (span, _) in kql::classify(&kql::inspect(text, &context)) {
            assert!(end <= span.start && span.start < span.end, "{span:?} in {text:?}");
            let between = &text[end..span.start];
            assert!(
                between.chars().all(|c| c.is_whitespace() || c == '\u{feff}'),
                "{between:?} is left out of {text:?}"
            );
            end = span.end;
        }
    }
}
