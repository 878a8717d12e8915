//! Reading and writing Base64 as .NET does: padded, white space allowed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The bytes; `None` for what is not Base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    if text.contains([' ', '\t', '\r', '\n']) {
        let dense: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
        return STANDARD.decode(dense).ok();
    }
    STANDARD.decode(text).ok()
}

pub(super) fn encode(bytes: &[u8], out: &mut String) {
    STANDARD.encode_string(bytes, out);
}
