//! Text to tokens. Never fails, and every byte of the text is in exactly one token.
//!
//! What is a token and what is not was measured on Microsoft's lexer: words are ASCII, `time(…)` and its like are one
//! token up to the first `)` of the line, `5h_avg` is a word although `5h` is a timespan, a string ends with its line.

use super::diagnostic::Diagnostic;
use super::kind::SyntaxKind;
use super::string_literal::escape;

/// A token begins here; it ends where the next one begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: SyntaxKind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// All tokens of a text shorter than 4 GiB, and what is wrong with single ones.
pub(super) fn tokenize(text: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer { text, at: 0, errors: Vec::new() };
    let mut tokens = Vec::with_capacity(text.len() / 3 + 1);
    while lexer.at < text.len() {
        let start = lexer.at;
        let kind = lexer.token();
        debug_assert!(lexer.at > start, "the lexer advances");
        tokens.push(Token { kind, start: start as u32, end: lexer.at as u32 });
    }
    (tokens, lexer.errors)
}

/// Suffixes of timespan literals.
const TIMESPAN_UNITS: &[&str] = &[
    "d",
    "day",
    "days",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "m",
    "min",
    "minute",
    "minutes",
    "s",
    "sec",
    "second",
    "seconds",
    "ms",
    "milli",
    "millis",
    "millisec",
    "millisecond",
    "milliseconds",
    "micro",
    "micros",
    "microsec",
    "microsecond",
    "microseconds",
    "nano",
    "nanos",
    "nanosec",
    "nanosecond",
    "nanoseconds",
    "tick",
    "ticks",
];

/// A text with more mistakes is no query; listing them all would only cost time.
pub(super) const MAX_ERRORS: usize = 1000;

struct Lexer<'t> {
    text: &'t str,
    /// Always on a character boundary.
    at: usize,
    errors: Vec<Diagnostic>,
}

impl Lexer<'_> {
    fn token(&mut self) -> SyntaxKind {
        match self.byte(0) {
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => self.whitespace(),
            b'/' if self.byte(1) == b'/' => self.comment(),
            b'0'..=b'9' => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(),
            b'"' | b'\'' => self.string(),
            b'@' if matches!(self.byte(1), b'"' | b'\'') => self.verbatim(1),
            b'`' | b'~' if self.fence(0).is_some() => self.fenced(0),
            b'!' => self.negated(),
            b'#' => self.directive(),
            0x80.. => self.beyond_ascii(),
            _ => self.punctuation(),
        }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Advances over bytes that satisfy a test; only ASCII bytes may.
    fn skip(&mut self, test: impl Fn(u8) -> bool) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|byte| !test(*byte)).unwrap_or(rest.len());
    }

    /// The token that began at `start` cannot be read.
    fn unexpected(&mut self, start: usize, message: impl FnOnce() -> String) {
        self.report(Diagnostic::error("KS002", start..self.at, ""), message);
    }

    /// The token that began at `start` lacks its end.
    fn unclosed(&mut self, start: usize, message: impl FnOnce() -> String) {
        self.report(Diagnostic::error("KS001", start..self.at, ""), message);
    }

    fn report(&mut self, mut error: Diagnostic, message: impl FnOnce() -> String) {
        if self.errors.len() < MAX_ERRORS {
            error.message = message();
            self.errors.push(error);
        }
    }

    fn whitespace(&mut self) -> SyntaxKind {
        loop {
            self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x0c'));
            match self.text[self.at..].chars().next() {
                Some(c) if is_wide_space(c) => self.at += c.len_utf8(),
                _ => return SyntaxKind::Whitespace,
            }
        }
    }

    fn comment(&mut self) -> SyntaxKind {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        SyntaxKind::Comment
    }

    fn directive(&mut self) -> SyntaxKind {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        SyntaxKind::Directive
    }

    /// Spaces of other scripts and the byte order mark are blanks; other characters begin no token. Neighbours that
    /// begin none are one token, so that a word in another script is one mistake.
    fn beyond_ascii(&mut self) -> SyntaxKind {
        let start = self.at;
        for c in self.text[start..].chars() {
            if c.is_ascii() || is_wide_space(c) {
                break;
            }
            self.at += c.len_utf8();
        }
        if self.at == start {
            return self.whitespace();
        }
        let found = clip(&self.text[start..self.at]);
        self.unexpected(start, || {
            format!("'{found}' is unexpected here; names in other scripts are written ['{found}']")
        });
        SyntaxKind::BadCharacter
    }

    fn bad(&mut self) -> SyntaxKind {
        let start = self.at;
        self.at += 1;
        let found = &self.text[start..self.at];
        self.unexpected(start, || format!("'{}' is unexpected here", found.escape_debug()));
        SyntaxKind::BadCharacter
    }

    fn word(&mut self) -> SyntaxKind {
        let start = self.at;
        // A guid may begin with a letter.
        if self.text.as_bytes().get(start + 8) == Some(&b'-') && self.raw_guid() {
            return SyntaxKind::GuidLiteral;
        }
        self.at += 1;
        self.skip(is_word);
        let word = &self.text[start..self.at];
        if let Some(kind) = self.word_with_tail(start, word) {
            return kind;
        }
        if matches!(word, "h" | "H") {
            self.at = start;
            match self.byte(1) {
                b'"' | b'\'' => return self.string_after(1),
                b'@' if matches!(self.byte(2), b'"' | b'\'') => return self.verbatim(2),
                b'`' | b'~' if self.fence(1).is_some() => return self.fenced(1),
                _ => self.at = start + 1,
            }
        }
        match goo_kind(word) {
            Some(kind) if self.byte(0) == b'(' => self.goo(kind, start),
            _ => match word {
                "True" | "TRUE" | "False" | "FALSE" => SyntaxKind::BoolLiteral,
                _ => SyntaxKind::of_word(word),
            },
        }
    }

    /// `in~`, and words with hyphens such as `mv-expand`: the longest that is a keyword.
    fn word_with_tail(&mut self, start: usize, word: &str) -> Option<SyntaxKind> {
        let next = self.byte(0);
        if next == b'~' && word == "in" {
            self.at += 1;
            return Some(SyntaxKind::InTildeKw);
        }
        if next == b' ' && word == "matches" {
            return self.matches_regex();
        }
        if next != b'-' || !word.as_bytes()[0].is_ascii_lowercase() {
            return None;
        }
        // No keyword is longer; the bound keeps a text of hyphens from being read again and again.
        let rest = self.text.as_bytes()[start..].iter().take(32);
        let mut candidate = rest.take_while(|byte| is_word(**byte) || **byte == b'-').count();
        while candidate > word.len() {
            if let Some(kind) = SyntaxKind::of_keyword(&self.text[start..start + candidate]) {
                self.at = start + candidate;
                return Some(kind);
            }
            candidate = self.text[start..start + candidate].rfind('-')?;
        }
        None
    }

    /// `matches regex` is one operator, with exactly one blank in it; without it `matches` is a word like any other.
    fn matches_regex(&mut self) -> Option<SyntaxKind> {
        let rest = self.text.as_bytes()[self.at..].strip_prefix(b" regex")?;
        if rest.first().is_some_and(|byte| is_word(*byte)) {
            return None;
        }
        self.at += " regex".len();
        Some(SyntaxKind::MatchesKw)
    }

    /// The rest of `time(…)`: raw text up to the first `)` of the line.
    fn goo(&mut self, kind: SyntaxKind, start: usize) -> SyntaxKind {
        let rest = &self.text.as_bytes()[self.at..];
        let end = memchr::memchr3(b')', b'\n', b'\r', rest).unwrap_or(rest.len());
        self.at += end;
        if self.byte(0) == b')' {
            self.at += 1;
        } else {
            let found = clip(&self.text[start..self.at]);
            self.unclosed(start, || format!("'{found}' lacks its ')'"));
        }
        kind
    }

    /// A number, a timespan such as `1.5d`, a bare guid, or a word that begins with a digit. What a word character
    /// follows is no number: `1.5x` is `1`, a dot and the word `5x`.
    fn number(&mut self) -> SyntaxKind {
        if self.raw_guid() {
            return SyntaxKind::GuidLiteral;
        }
        let rest = &self.text.as_bytes()[self.at..];
        let whole = digits(rest);
        let word = whole + rest[whole..].iter().take_while(|byte| is_word(**byte)).count();
        let (length, kind) = if let Some(length) = real_length(rest, whole) {
            (length, SyntaxKind::RealLiteral)
        } else if let Some(length) = timespan_length(self.text, self.at, whole) {
            (length, SyntaxKind::TimespanLiteral)
        } else if word == whole || is_hexadecimal(&rest[..word]) {
            (word, SyntaxKind::LongLiteral)
        } else {
            (word, SyntaxKind::Identifier)
        };
        self.at += length;
        kind
    }

    /// `74be27de-1e4e-49d9-b579-fe0b331d3642`
    fn raw_guid(&mut self) -> bool {
        let Some(bytes) = self.text.as_bytes().get(self.at..self.at + 36) else { return false };
        let is_guid = bytes.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        if is_guid {
            self.at += 36;
            return true;
        }
        false
    }

    fn string(&mut self) -> SyntaxKind {
        self.string_after(0)
    }

    /// A quoted string whose quote stands `prefix` bytes ahead. Where Microsoft's lexer ends a string at a wrong escape
    /// and stumbles over what follows, this one reports the escape and reads on to the closing quote.
    fn string_after(&mut self, prefix: usize) -> SyntaxKind {
        let start = self.at;
        let quote = self.byte(prefix);
        self.at += prefix + 1;
        let mut wrong_escape = None;
        loop {
            self.skip(|byte| byte != quote && !matches!(byte, b'\\' | b'\n' | b'\r'));
            match self.byte(0) {
                b'\\' if self.at + 1 < self.text.len() && !matches!(self.byte(1), b'\n' | b'\r') => {
                    if let Some((_, length)) = escape(&self.text[self.at + 1..]) {
                        self.at += 1 + length;
                    } else {
                        wrong_escape = wrong_escape.or(Some(self.at));
                        self.at += 1 + self.text[self.at + 1..].chars().next().map_or(0, char::len_utf8);
                    }
                }
                b'\\' => self.at += 1,
                byte if byte == quote && self.at < self.text.len() => {
                    self.at += 1;
                    if let Some(at) = wrong_escape {
                        self.wrong_escape(at);
                    }
                    return SyntaxKind::StringLiteral;
                }
                _ => return self.unterminated(start, char::from(quote)),
            }
        }
    }

    fn wrong_escape(&mut self, at: usize) {
        let length = 1 + self.text[at + 1..].chars().next().map_or(0, char::len_utf8);
        let found = &self.text[at..at + length];
        let hint = "Double the backslash, or put @ before the string";
        let error = Diagnostic::error("KS001", at..at + length, "").with_hint(hint);
        self.report(error, || format!("'{found}' is not an escape"));
    }

    /// `@'…'`, where only the doubled quote is special. The quote stands `prefix` bytes ahead.
    fn verbatim(&mut self, prefix: usize) -> SyntaxKind {
        let start = self.at;
        let quote = self.byte(prefix);
        self.at += prefix + 1;
        loop {
            self.skip(|byte| byte != quote && !matches!(byte, b'\n' | b'\r'));
            if self.byte(0) != quote || self.at >= self.text.len() {
                return self.unterminated(start, char::from(quote));
            }
            self.at += 1;
            if self.byte(0) != quote {
                return SyntaxKind::StringLiteral;
            }
            self.at += 1;
        }
    }

    fn unterminated(&mut self, start: usize, quote: char) -> SyntaxKind {
        self.unclosed(start, || format!("this string lacks its closing {quote}"));
        SyntaxKind::UnterminatedString
    }

    fn fence(&self, ahead: usize) -> Option<&'static str> {
        let rest = self.text.as_bytes().get(self.at + ahead..)?;
        ["```", "~~~"].into_iter().find(|fence| rest.starts_with(fence.as_bytes()))
    }

    /// A multi-line string whose fence stands `prefix` bytes ahead.
    fn fenced(&mut self, prefix: usize) -> SyntaxKind {
        let start = self.at;
        let fence = self.fence(prefix).unwrap_or("```");
        let body = start + prefix + fence.len();
        if let Some(length) = self.text[body..].find(fence) {
            self.at = body + length + fence.len();
            return SyntaxKind::StringLiteral;
        }
        self.at = self.text.len();
        self.unclosed(start, || format!("this string lacks its closing {fence}"));
        SyntaxKind::UnterminatedString
    }

    /// `!has`, `!in~`, `!=`, `!~`.
    fn negated(&mut self) -> SyntaxKind {
        let start = self.at;
        match self.byte(1) {
            b'=' => return self.mark(2, SyntaxKind::NotEqual),
            b'~' => return self.mark(2, SyntaxKind::NotTilde),
            _ => {}
        }
        self.at += 1;
        self.skip(is_word);
        let end = self.at;
        let tilde = usize::from(self.byte(0) == b'~');
        for end in [end + tilde, end] {
            if let Some(kind) = SyntaxKind::of_keyword(&self.text[start..end]) {
                self.at = end;
                return kind;
            }
        }
        self.at = start;
        self.bad()
    }

    fn mark(&mut self, length: usize, kind: SyntaxKind) -> SyntaxKind {
        self.at += length;
        kind
    }

    fn punctuation(&mut self) -> SyntaxKind {
        use SyntaxKind as K;
        let (length, kind) = match (self.byte(0), self.byte(1)) {
            (b'=', b'=') => (2, K::EqualEqual),
            (b'=', b'~') => (2, K::EqualTilde),
            (b'=', b'>') => (2, K::FatArrow),
            (b'=', _) => (1, K::Equal),
            (b'<', b'=') => (2, K::LessEqual),
            (b'<', b'>') => (2, K::LessGreater),
            (b'<', b'|') => (2, K::LessBar),
            (b'<', _) => (1, K::Less),
            (b'>', b'=') => (2, K::GreaterEqual),
            (b'>', _) => (1, K::Greater),
            (b'.', b'.') => (2, K::DotDot),
            (b'.', _) => (1, K::Dot),
            (b'(', _) => (1, K::OpenParen),
            (b')', _) => (1, K::CloseParen),
            (b'[', _) => (1, K::OpenBracket),
            (b']', _) => (1, K::CloseBracket),
            (b'{', _) => (1, K::OpenBrace),
            (b'}', _) => (1, K::CloseBrace),
            (b'|', _) => (1, K::Bar),
            (b';', _) => (1, K::Semicolon),
            (b',', _) => (1, K::Comma),
            (b':', _) => (1, K::Colon),
            (b'?', _) => (1, K::Question),
            (b'@', _) => (1, K::At),
            (b'+', _) => (1, K::Plus),
            (b'-', _) => (1, K::Minus),
            (b'*', _) => (1, K::Star),
            (b'/', _) => (1, K::Slash),
            (b'%', _) => (1, K::Percent),
            _ => return self.bad(),
        };
        self.mark(length, kind)
    }
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Bytes of `1.5`, `1.`, `1.5e3` or `1e3`, of which the digits before the dot have been counted.
fn real_length(bytes: &[u8], whole: usize) -> Option<usize> {
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut length = whole;
    // `1..5` is a range; `1...5` is one that begins with `1.`.
    let has_dot = at(length) == b'.' && (at(length + 1) != b'.' || at(length + 2) == b'.');
    if has_dot {
        length += 1 + digits(&bytes[length + 1..]);
    }
    let mut has_exponent = false;
    if matches!(at(length), b'e' | b'E') {
        let sign = usize::from(matches!(at(length + 1), b'+' | b'-'));
        let exponent = digits(bytes.get(length + 1 + sign..).unwrap_or_default());
        has_exponent = exponent > 0;
        if has_exponent {
            length += 1 + sign + exponent;
        }
    }
    ((has_dot || has_exponent) && !is_word(at(length))).then_some(length)
}

/// Bytes of `1d` or `1.5d` at an offset.
fn timespan_length(text: &str, at: usize, whole: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[at..];
    let mut number = whole;
    if bytes.get(number) == Some(&b'.') {
        let fraction = digits(&bytes[number + 1..]);
        if fraction > 0 {
            number += 1 + fraction;
        }
    }
    let unit = bytes[number..].iter().take_while(|byte| is_word(**byte)).count();
    TIMESPAN_UNITS.contains(&&text[at + number..at + number + unit]).then_some(number + unit)
}

/// `0x1F`
fn is_hexadecimal(word: &[u8]) -> bool {
    matches!(word, [b'0', b'x' | b'X', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Blanks beyond ASCII, with the zero-width ones that copying from a web page brings along.
pub(super) fn is_wide_space(c: char) -> bool {
    // Separators of lines and paragraphs are no blanks, although Unicode says so.
    let is_separator = matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
    !c.is_ascii() && !is_separator && (c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{180e}'))
}

/// Words that make one literal token with the parentheses after them.
fn goo_kind(word: &str) -> Option<SyntaxKind> {
    Some(match word {
        "bool" => SyntaxKind::BoolLiteral,
        "int" | "int32" => SyntaxKind::IntLiteral,
        "long" | "int64" => SyntaxKind::LongLiteral,
        "real" | "double" => SyntaxKind::RealLiteral,
        "decimal" => SyntaxKind::DecimalLiteral,
        "datetime" | "date" => SyntaxKind::DatetimeLiteral,
        "timespan" | "time" => SyntaxKind::TimespanLiteral,
        "guid" => SyntaxKind::GuidLiteral,
        _ => return None,
    })
}

/// Text for a message: its first 40 characters.
fn clip(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}
