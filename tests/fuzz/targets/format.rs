//! The formatter: no panic, the same again when it is asked again, and no word of the query lost.

#![no_main]
use libfuzzer_sys::fuzz_target;
use tallyho_fuzz::kql;

fuzz_target!(|text: &str| {
    let once = kql::format(text);
    assert_eq!(kql::format(&once), once, "formatting twice is formatting once");
    // The formatter puts in what is missing, so only texts without mistakes keep their tokens.
    if kql::parse(text).errors().is_empty() {
        let words = |text: &str| {
            let tree = kql::parse(text);
            let seen = tree.leaves().filter(|leaf| leaf.kind() == kql::SyntaxKind::Identifier);
            seen.map(|leaf| leaf.text().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words(text), words(&once));
    }
});
