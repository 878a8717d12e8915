//! String literals and bracketed names.

/// The text that a string literal stands for; `None` when it is not one. Adjacent literals are joined by the caller.
pub(in crate::kql) fn unquote(literal: &str) -> Option<String> {
    let literal = literal.strip_prefix(['h', 'H']).unwrap_or(literal);
    for fence in ["```", "~~~"] {
        if let Some(rest) = literal.strip_prefix(fence) {
            return rest.strip_suffix(fence).map(str::to_owned);
        }
    }
    if let Some(rest) = literal.strip_prefix('@') {
        let (quote, inner) = quoted(rest)?;
        let doubled = format!("{quote}{quote}");
        return Some(inner.replace(&doubled, &quote.to_string()));
    }
    let (_, inner) = quoted(literal)?;
    if inner.contains('\\') { unescape(inner) } else { Some(inner.to_owned()) }
}

/// The name that `plain`, `['bracketed']` or `["bracketed"]` stands for.
pub(in crate::kql) fn unquote_name(name: &str) -> String {
    let Some(inner) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return name.to_owned();
    };
    let inner = inner.trim();
    unquote(inner).unwrap_or_else(|| inner.to_owned())
}

fn quoted(text: &str) -> Option<(char, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    Some((quote, inner))
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (c, used) = escape(&rest[at + 1..])?;
        out.push(c);
        rest = &rest[at + 1 + used..];
    }
    out.push_str(rest);
    Some(out)
}

/// The character after a backslash, and how many bytes name it.
fn escape(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    let simple = match first {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'u' => return hexadecimal(text, 4),
        'U' => return hexadecimal(text, 8),
        'x' => return hexadecimal(text, 2),
        '0'..='7' => return Some(octal(text)),
        other => other,
    };
    Some((simple, first.len_utf8()))
}

fn hexadecimal(text: &str, digits: usize) -> Option<(char, usize)> {
    let code = u32::from_str_radix(text.get(1..=digits)?, 16).ok()?;
    // Half of a surrogate pair has no character of its own.
    Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), digits + 1))
}

fn octal(text: &str) -> (char, usize) {
    let digits = text.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let code = text.bytes().take(digits).fold(0_u32, |code, byte| code * 8 + u32::from(byte - b'0'));
    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), digits)
}
