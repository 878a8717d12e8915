//! Names and texts written as KQL, so that any of them can stand in a query that we make.

use std::fmt::Write as _;

use super::lexer::tokenize;

/// The name as a query may use it: as it is, or in brackets where it needs them (`['two words']`).
pub fn quoted_name(name: &str) -> String {
    let (tokens, errors) = tokenize(name);
    let plain = match tokens.as_slice() {
        [token] => errors.is_empty() && token.end as usize == name.len() && token.kind.is_name(),
        _ => false,
    };
    if plain { name.to_owned() } else { format!("[{}]", written('\'', name)) }
}

/// The text as a string literal in double quotes.
pub fn string_literal(text: &str) -> String {
    written('"', text)
}

fn written(quote: char, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            it if it == quote => out.extend(['\\', it]),
            // Line separators end a literal in Kusto as line breaks do; writing all of these by number is always right.
            it if it.is_control() || matches!(it, '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(it));
            }
            it => out.push(it),
        }
    }
    out.push(quote);
    out
}
