//! Addresses found in a text.

use super::v4::parse_address;

/// The valid addresses of a text that no letter or digit touches, as they are written.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |character: char| character.is_ascii_digit() || character == '.';
    text.split(move |character| !is_part(character)).filter_map(move |run| {
        let run = run.trim_matches('.');
        let start = run.as_ptr() as usize - text.as_ptr() as usize;
        let before = text[..start].chars().next_back();
        let after = text[start + run.len()..].chars().next();
        let is_free = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
        (is_free(before) && is_free(after) && parse_address(run).is_some()).then_some(run)
    })
}

/// Whether the text has the address.
pub(super) fn has_address(text: &str, address: &str) -> bool {
    parse_address(address).is_some() && addresses(text).any(|found| found == address)
}

/// Whether the text has an address that begins with the prefix. A prefix ends at a point, or is a whole address.
pub(super) fn has_prefix(text: &str, prefix: &str) -> bool {
    let whole = parse_address(prefix).is_some();
    (whole || prefix.ends_with('.'))
        && addresses(text).any(|found| if whole { found == prefix } else { found.starts_with(prefix) })
}
