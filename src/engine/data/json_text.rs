//! A scanner of JSON text that never recurses, keeps key order and number text, and writes compact JSON.
//!
//! It accepts what real exports contain and strict readers refuse: any nesting depth, lone surrogates (which become
//! U+FFFD), raw control characters in strings and repeated keys. Everything else that is not JSON is an error.

use memchr::memchr2;

/// What a scanned value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    /// The text is the number as written.
    Number,
    /// The text is the decoded string.
    Text,
    /// An object or array; the text is compact JSON.
    Nested,
}

/// Not JSON, found at this byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotJson {
    pub(super) at: usize,
}

type Scan<T> = Result<T, NotJson>;

/// The text as compact JSON if it is one JSON value and nothing else.
pub(super) fn compact(text: &str) -> Option<String> {
    let mut scanner = Scanner::new(text);
    let mut out = String::with_capacity(text.len());
    let kind = scanner.value(&mut out).ok()?;
    scanner.spaces();
    if !scanner.done() {
        return None;
    }
    Some(match kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Text => quoted(&out),
        Kind::Number | Kind::Nested => out,
    })
}

/// The text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(text, &mut out);
    out
}

/// Appends the text as a JSON string.
pub(super) fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[written..at]);
        written = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            _ => {
                out.push_str("\\u00");
                out.push(char::from(if byte >= 0x10 { b'1' } else { b'0' }));
                out.push(char::from_digit(u32::from(byte & 0xf), 16).unwrap_or('0'));
            }
        }
    }
    out.push_str(&text[written..]);
    out.push('"');
}

/// Reads values one after another out of a text.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes on at another byte, which must begin a character.
    pub(super) fn jump(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn done(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Passes over white space and then this byte, if it is there.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        self.spaces();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, byte: u8) -> Scan<()> {
        if self.take(byte) { Ok(()) } else { self.fail() }
    }

    fn fail<T>(&self) -> Scan<T> {
        Err(NotJson { at: self.at })
    }

    /// One object, calling `member` with each key, kind and text in order.
    pub(super) fn object(&mut self, mut member: impl FnMut(&str, Kind, &str)) -> Scan<()> {
        let mut text = String::new();
        self.members(|scanner, key| {
            text.clear();
            let kind = scanner.value(&mut text)?;
            member(key, kind, &text);
            Ok(())
        })
    }

    /// One object, calling `member` with each key; it must pass over the value.
    pub(super) fn members(&mut self, mut member: impl FnMut(&mut Self, &str) -> Scan<()>) -> Scan<()> {
        self.need(b'{')?;
        if self.take(b'}') {
            return Ok(());
        }
        let mut key = String::new();
        loop {
            self.spaces();
            key.clear();
            self.string(&mut key)?;
            self.need(b':')?;
            member(self, &key)?;
            if self.take(b'}') {
                return Ok(());
            }
            self.need(b',')?;
        }
    }

    /// One value; its text is appended to `out` as its kind says.
    pub(super) fn value(&mut self, out: &mut String) -> Scan<Kind> {
        self.spaces();
        match self.peek() {
            Some(b'"') => self.string(out).map(|()| Kind::Text),
            Some(b'{' | b'[') => self.nested(out).map(|()| Kind::Nested),
            Some(b't') => self.word("true").map(|()| Kind::Bool(true)),
            Some(b'f') => self.word("false").map(|()| Kind::Bool(false)),
            Some(b'n') => self.word("null").map(|()| Kind::Null),
            _ => self.number(out).map(|()| Kind::Number),
        }
    }

    fn word(&mut self, word: &str) -> Scan<()> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.fail();
        }
        self.at += word.len();
        if self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) { self.fail() } else { Ok(()) }
    }

    fn digits(&mut self) -> Scan<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { self.fail() } else { Ok(()) }
    }

    fn number(&mut self, out: &mut String) -> Scan<()> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        if self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            return self.fail();
        }
        out.push_str(&self.text[start..self.at]);
        Ok(())
    }

    /// One string, decoded.
    fn string(&mut self, out: &mut String) -> Scan<()> {
        if self.peek() != Some(b'"') {
            return self.fail();
        }
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(length) = memchr2(b'"', b'\\', rest.as_bytes()) else { return self.fail() };
            out.push_str(&rest[..length]);
            self.at += length + 1;
            if rest.as_bytes()[length] == b'"' {
                return Ok(());
            }
            let decoded = self.escape()?;
            out.push(decoded);
        }
    }

    fn escape(&mut self) -> Scan<char> {
        let Some(byte) = self.peek() else { return self.fail() };
        let plain = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return self.fail(),
        };
        self.at += 1;
        Ok(plain)
    }

    /// After `\u`: four digits, and the other half if they are the first half of a pair.
    fn unicode(&mut self) -> Scan<char> {
        let first = self.hex4()?;
        if (0xd800..0xdc00).contains(&first) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Scan<u32> {
        let mut value = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else { return self.fail() };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    /// One object or array, as compact JSON.
    fn nested(&mut self, out: &mut String) -> Scan<()> {
        // The closing bytes that are still owed, innermost last.
        let mut open: Vec<u8> = Vec::new();
        let mut decoded = String::new();
        loop {
            self.spaces();
            match self.peek() {
                Some(b'{') => {
                    if self.open(b'{', b'}', &mut open, out) {
                        self.key(&mut decoded, out)?;
                        continue;
                    }
                }
                Some(b'[') => {
                    if self.open(b'[', b']', &mut open, out) {
                        continue;
                    }
                }
                _ => self.leaf(&mut decoded, out)?,
            }
            // A value has ended: close what ends with it, or go on to the next.
            loop {
                let Some(&closing) = open.last() else { return Ok(()) };
                if self.take(closing) {
                    out.push(char::from(closing));
                    open.pop();
                    continue;
                }
                self.need(b',')?;
                out.push(',');
                if closing == b'}' {
                    self.key(&mut decoded, out)?;
                }
                break;
            }
        }
    }

    /// Enters an object or array; false when it is empty and therefore ended already.
    fn open(&mut self, opening: u8, closing: u8, open: &mut Vec<u8>, out: &mut String) -> bool {
        self.at += 1;
        out.push(char::from(opening));
        if self.take(closing) {
            out.push(char::from(closing));
            return false;
        }
        open.push(closing);
        true
    }

    fn key(&mut self, decoded: &mut String, out: &mut String) -> Scan<()> {
        self.spaces();
        decoded.clear();
        self.string(decoded)?;
        push_quoted(decoded, out);
        self.need(b':')?;
        out.push(':');
        Ok(())
    }

    fn leaf(&mut self, decoded: &mut String, out: &mut String) -> Scan<()> {
        decoded.clear();
        match self.value(decoded)? {
            Kind::Null => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Kind::Text => push_quoted(decoded, out),
            Kind::Number | Kind::Nested => out.push_str(decoded),
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "json_text/tests.rs"]
mod tests;
