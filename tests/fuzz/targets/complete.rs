//! Completion at any offset: no panic, and what it would replace is a piece of the text.

#![no_main]
use libfuzzer_sys::fuzz_target;
use tallyho_fuzz::kql;
use tallyho_fuzz::schema;

fuzz_target!(|input: (u16, &str)| {
    let (offset, text) = input;
    let offset = usize::from(offset) % (text.len() + 1);
    let context = kql::Context::new(schema::advanced_hunting(), 0, None);
    let completion = kql::complete(text, offset, &context);
    assert!(text.get(completion.edit.clone()).is_some(), "{:?}", completion.edit);
    for fix in kql::fixes(text, &(offset..offset), &context) {
        let _ = kql::apply_edits(text, &fix.edits);
    }
});
