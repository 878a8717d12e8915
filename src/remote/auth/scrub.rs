//! Takes secrets out of words that others have written, before anything is cut or shown.

use url::form_urlencoded;

/// How much of another's words is quoted.
const MAX_QUOTE: usize = 300;
/// Shorter values are no secrets, but may be part of any word.
const SHORTEST_SECRET: usize = 8;

/// The words without these secrets, however they are written, and without anything that looks like a token; in one
/// line, without control characters, and not too long.
pub(super) fn quote(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|it| it.len() >= SHORTEST_SECRET) {
        let in_form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let in_query = in_form.replace('+', "%20");
        let in_json = serde_json::Value::from(*secret).to_string();
        for spelling in [*secret, in_form.as_str(), in_query.as_str(), in_json.trim_matches('"')] {
            text = text.replace(spelling, "[secret]");
        }
    }
    shorten(&one_line(&without_tokens(&plain(&text))))
}

/// Without the sequences that colour a terminal.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
        } else if chars.next_if_eq(&'[').is_some() {
            // The sequence ends with its first letter.
            while chars.next().is_some_and(|it| !('@'..='~').contains(&it)) {}
        }
    }
    out
}

/// A JWT begins with `eyJ`, which is `{"` in Base64.
fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("eyJ") {
        let token = &rest[at..];
        let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=');
        let end = token.find(|c| !is_of_token(c)).unwrap_or(token.len());
        out.push_str(&rest[..at]);
        out.push_str(if end >= 20 { "[token]" } else { &token[..end] });
        rest = &token[end..];
    }
    out.push_str(rest);
    out
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|it| !it.is_empty()).collect();
    words.join(" ")
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn no_secret_survives_in_any_spelling() {
        let secret = "p~A+b/c \"d\"&e=f";
        let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for text in [secret.to_owned(), form.clone(), form.replace('+', "%20"), serde_json::json!(secret).to_string()] {
            let quoted = quote(&format!("before {text} after"), &[secret]);
            assert!(quoted.starts_with("before ") && quoted.ends_with(" after"), "{quoted}");
            assert!(!quoted.contains("p~A") && quoted.contains("[secret]"), "{quoted}");
        }
    }

    #[test]
    fn a_secret_is_taken_out_before_the_end_is_cut_off() {
        let secret = "s3cr3t-".repeat(100);
        let quoted = quote(&format!("{}{secret}", "x".repeat(290)), &[&secret]);
        assert!(!quoted.contains("s3cr"), "{quoted}");
    }

    #[test]
    fn tokens_and_control_sequences_go() {
        assert_eq!(quote("\u{1b}[31mERROR:\u{1b}[0m\r\n bad\u{7}", &[]), "ERROR: bad");
        assert_eq!(quote("a eyJhbGciOiJub25lIn0.eyJh.c, b eyJ", &[]), "a [token], b eyJ");
    }
}
