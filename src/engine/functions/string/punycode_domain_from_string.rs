//! `punycode_domain_from_string(domain)`

use crate::engine::functions::prelude::*;

use super::punycode::{self, PREFIX};

pub(super) const FUNCTION: Function = Function::new("punycode_domain_from_string", evaluate);

/// Decodes the labels that are punycode, whatever the name says.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        for (index, label) in texts.get(row).split('.').enumerate() {
            if index > 0 {
                out.push('.');
            }
            match label.strip_prefix(PREFIX).and_then(punycode::decode) {
                Some(decoded) => out.push_str(&decoded),
                None => out.push_str(label),
            }
        }
    })
}
