//! A walk over JSON that changes strings and copies everything else byte by byte, so that numbers, blanks and the order
//! of things stay as they came. A text that ends in the middle is walked to its end.

use serde::de::IgnoredAny;

use super::names::Names;
use super::text::{of_text, of_value};

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    /// JSON that ends before it is over.
    Cut,
    Other,
}

pub(super) fn kind_of(body: &[u8]) -> Kind {
    let body = body.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(body);
    if !body.trim_ascii_start().starts_with(b"{") && !body.trim_ascii_start().starts_with(b"[") {
        return Kind::Other;
    }
    match serde_json::from_slice::<IgnoredAny>(body) {
        Ok(_) => Kind::Whole,
        Err(error) if error.is_eof() => Kind::Cut,
        Err(_) => Kind::Other,
    }
}

/// A container that is open.
enum Frame {
    /// The key whose value comes.
    Object(String),
    /// Which element comes.
    Array(usize),
}

/// Rewrites an answer. `n_kept_keys` counts keys that hold what is replaced elsewhere.
pub(super) fn rewrite(body: &[u8], names: &mut Names, n_kept_keys: &mut usize) -> Vec<u8> {
    let mut walk = Walk { names, stack: Vec::new(), columns: Vec::new(), outer: "", depth: 0, n_kept_keys: 0 };
    let out = walk.run(body);
    *n_kept_keys += walk.n_kept_keys;
    out
}

/// Rewrites JSON that stands in a text of a column.
pub(super) fn rewrite_inner(body: &[u8], names: &mut Names, column: &str, depth: usize) -> Vec<u8> {
    Walk { names, stack: Vec::new(), columns: Vec::new(), outer: column, depth, n_kept_keys: 0 }.run(body)
}

struct Walk<'a> {
    names: &'a mut Names,
    stack: Vec<Frame>,
    /// Columns of the table that is open, for rows that are lists.
    columns: Vec<String>,
    /// The column that all of this is the value of.
    outer: &'a str,
    depth: usize,
    n_kept_keys: usize,
}

impl Walk<'_> {
    fn run(&mut self, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(body.len());
        let (mut at, mut key_comes) = (0, false);
        while at < body.len() {
            let byte = body[at];
            if byte == b'"' {
                let end = string_end(body, at);
                self.string(&body[at..end], key_comes, &mut out);
                at = end;
                continue;
            }
            match byte {
                b'{' => {
                    self.stack.push(Frame::Object(String::new()));
                    key_comes = true;
                }
                b'[' => {
                    self.stack.push(Frame::Array(0));
                    if self.place().is_some_and(|(place, behind)| place == Place::Columns && behind == 1) {
                        self.columns.clear();
                    }
                    key_comes = false;
                }
                b'}' | b']' => {
                    self.stack.pop();
                    key_comes = false;
                }
                b':' => key_comes = false,
                b',' => {
                    if let Some(Frame::Array(idx)) = self.stack.last_mut() {
                        *idx += 1;
                    }
                    key_comes = matches!(self.stack.last(), Some(Frame::Object(_)));
                }
                _ => {}
            }
            out.push(byte);
            at += 1;
        }
        out
    }

    /// The key of the innermost object, if that is what is open.
    fn key(&self) -> Option<&str> {
        match self.stack.last() {
            Some(Frame::Object(key)) => Some(key),
            _ => None,
        }
    }

    /// A string with its quotes; the last of a cut text has no closing one.
    fn string(&mut self, raw: &[u8], is_key: bool, out: &mut Vec<u8>) {
        let Ok(text) = serde_json::from_slice::<String>(raw) else {
            return out.extend_from_slice(&self.damaged(raw));
        };
        if is_key {
            self.n_kept_keys += usize::from(of_text(&text, self.names) != text);
            if let Some(Frame::Object(key)) = self.stack.last_mut() {
                *key = text;
            }
            return out.extend_from_slice(raw);
        }
        if self.place().is_some_and(|(place, behind)| place == Place::Columns && behind == 2) {
            if self.key().is_some_and(|key| ["name", "columnname"].iter().any(|it| key.eq_ignore_ascii_case(it))) {
                self.n_kept_keys += usize::from(of_text(&text, self.names) != text);
                self.columns.push(text);
            }
            return out.extend_from_slice(raw);
        }
        let column = self.column();
        let scrubbed = of_value(&column, &text, self.names, self.depth);
        if scrubbed == text {
            return out.extend_from_slice(raw);
        }
        out.extend_from_slice(serde_json::to_string(&scrubbed).expect("a string is JSON").as_bytes());
    }

    /// A string that is cut, no UTF-8, or has half a character: it is read as far as it can be and written anew.
    fn damaged(&mut self, raw: &[u8]) -> Vec<u8> {
        let is_closed = raw.len() > 1 && raw.ends_with(b"\"");
        let inside = raw[1..].strip_suffix(b"\"").filter(|_| is_closed).unwrap_or(&raw[1..]);
        let text = unescaped(&String::from_utf8_lossy(inside));
        let column = self.column();
        let scrubbed = of_value(&column, &text, self.names, self.depth);
        let mut written = serde_json::to_string(&scrubbed).expect("a string is JSON").into_bytes();
        if !is_closed {
            written.pop();
        }
        written
    }

    /// Whether this is inside of the columns or the rows of a table, and how many containers behind their key. A column
    /// of data may have such a name too, so the way to it counts: an object with a schema, a list of frames, or an
    /// object with tables.
    fn place(&self) -> Option<(Place, usize)> {
        if self.depth > 0 {
            return None;
        }
        let key = |at: usize| match self.stack.get(at) {
            Some(Frame::Object(key)) => key.to_ascii_lowercase(),
            _ => String::new(),
        };
        let is_list = |at: usize| matches!(self.stack.get(at), Some(Frame::Array(_)));
        let at = match key(0).as_str() {
            "schema" => 0,
            "tables" if is_list(1) => 2,
            _ if is_list(0) => 1,
            _ => return None,
        };
        let place = match key(at).as_str() {
            "schema" | "columns" => Place::Columns,
            "rows" if at > 0 => Place::Rows,
            _ => return None,
        };
        Some((place, self.stack.len() - at - 1))
    }

    /// The column that a value belongs to: the nearest key, or by its place in a row that is a list.
    fn column(&self) -> String {
        let nearest = self.stack.iter().rposition(|it| matches!(it, Frame::Object(_)));
        if let Some((Place::Rows, behind)) = self.place() {
            let rows = self.stack.len() - 1 - behind;
            if nearest == Some(rows)
                && let Some(Frame::Array(idx)) = self.stack.get(rows + 2)
            {
                return self.columns.get(*idx).cloned().unwrap_or_default();
            }
        }
        match nearest.and_then(|at| self.stack.get(at)) {
            Some(Frame::Object(key)) => key.clone(),
            _ => self.outer.to_owned(),
        }
    }
}

/// Lists of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Columns,
    Rows,
}

/// Where the string that begins here ends, behind its closing quote, or at the end of the text.
fn string_end(body: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < body.len() {
        match body[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    body.len()
}

/// What the escapes stand for; half characters and broken escapes become the sign for a missing character.
fn unescaped(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            units.extend_from_slice(char.encode_utf16(&mut [0; 2]));
            continue;
        }
        let unit = match chars.next() {
            Some('n') => u16::from(b'\n'),
            Some('r') => u16::from(b'\r'),
            Some('t') => u16::from(b'\t'),
            Some('b') => 8,
            Some('f') => 12,
            Some('u') => {
                let hex: String = chars.clone().take(4).collect();
                match u16::from_str_radix(&hex, 16) {
                    Ok(unit) if hex.len() == 4 => {
                        chars.nth(3);
                        unit
                    }
                    _ => 0xFFFD,
                }
            }
            Some(other) if other.is_ascii() => other as u16,
            _ => 0xFFFD,
        };
        units.push(unit);
    }
    String::from_utf16_lossy(&units)
}
