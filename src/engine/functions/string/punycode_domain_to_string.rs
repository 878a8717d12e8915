//! `punycode_domain_to_string(domain)`

use crate::engine::functions::prelude::*;

use super::punycode::{self, DOTS, PREFIX};

pub(super) const FUNCTION: Function = Function::new("punycode_domain_to_string", evaluate);

/// Encodes the labels that are not ASCII, whatever the name says; the dots become plain ones.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        for (index, label) in texts.get(row).split(DOTS).enumerate() {
            if index > 0 {
                out.push('.');
            }
            match punycode::encode(label) {
                Some(encoded) if !label.is_ascii() => out.extend([PREFIX, &encoded]),
                _ => out.push_str(label),
            }
        }
    })
}
