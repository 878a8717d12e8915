//! What string tokens stand for.

use std::borrow::Cow;

/// The value of a string token of any form: quotes and prefix removed, escapes resolved. `None` when it is not a
/// well-formed string (for example without its end).
pub fn string_value(token: &str) -> Option<Cow<'_, str>> {
    let token = token.strip_prefix(['h', 'H']).unwrap_or(token);
    for fence in ["```", "~~~"] {
        if let Some(rest) = token.strip_prefix(fence) {
            return rest.strip_suffix(fence).map(Cow::Borrowed);
        }
    }
    if let Some(verbatim) = token.strip_prefix('@') {
        let (quote, body) = quoted(verbatim)?;
        let mark = if quote == '"' { "\"" } else { "'" };
        return Some(if body.contains(mark) {
            Cow::Owned(body.replace(&mark.repeat(2), mark))
        } else {
            Cow::Borrowed(body)
        });
    }
    let (_, body) = quoted(token)?;
    if body.contains('\\') { unescape(body).map(Cow::Owned) } else { Some(Cow::Borrowed(body)) }
}

/// The quote and what stands between the quotes.
fn quoted(text: &str) -> Option<(char, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some((quote, text.get(1..)?.strip_suffix(quote)?))
}

/// Resolves `\n`, `\u0041`, `\x41`, `\101` and so on; `None` for an unknown escape.
fn unescape(body: &str) -> Option<String> {
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let (character, length) = escape(&rest[at + 1..])?;
        value.push(character);
        rest = &rest[at + 1 + length..];
    }
    value.push_str(rest);
    Some(value)
}

/// One escape after its backslash: the character meant and how many bytes it took. `None` for what is no escape.
pub(super) fn escape(text: &str) -> Option<(char, usize)> {
    let simple = |character| Some((character, 1));
    match text.chars().next()? {
        'a' => simple('\u{7}'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\u{b}'),
        'u' => numeric(text, 1, 4, 16),
        'U' => numeric(text, 1, 8, 16),
        'x' => numeric(text, 1, 2, 16),
        '0'..='7' => {
            let digits = text.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            numeric(text, 0, digits, 8)
        }
        character @ ('"' | '\'' | '\\') => simple(character),
        _ => None,
    }
}

fn numeric(text: &str, skip: usize, digits: usize, radix: u32) -> Option<(char, usize)> {
    let number = u32::from_str_radix(text.get(skip..skip + digits)?, radix).ok()?;
    // A lone surrogate has no place in UTF-8; it becomes the replacement character.
    Some((char::from_u32(number).unwrap_or('\u{fffd}'), skip + digits))
}
