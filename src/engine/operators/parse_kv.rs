//! `parse-kv`: the values of keys in one text.

use arrow::array::StringBuilder;
use datafusion::common::Result;
use regex::{Regex, RegexBuilder};

use super::extract::Taker;
use crate::engine::error::EngineError;
use crate::kql::{KeyValuePattern, KeyValueRule};

/// Keys, and how they are found.
pub(super) struct Pairs {
    keys: Vec<String>,
    rule: KeyValueRule,
    regex: Option<Regex>,
}

impl Pairs {
    pub(super) fn new(pattern: &KeyValuePattern) -> Result<Self> {
        let regex = match &pattern.by {
            KeyValueRule::Regex(text) => {
                let built = RegexBuilder::new(text).octal(true).build();
                Some(built.map_err(|error| EngineError::Query { message: error.to_string(), span: None })?)
            }
            _ => None,
        };
        Ok(Self { keys: pattern.keys.clone(), rule: pattern.by.clone(), regex })
    }
}

impl Taker for Pairs {
    fn take(&mut self, text: &str, columns: &mut [StringBuilder]) -> Result<bool> {
        let mut values: Vec<Option<String>> = vec![None; self.keys.len()];
        let mut keep = |key: &str, value: &str| {
            // The first one of a key counts.
            if let Some(index) = self.keys.iter().position(|wanted| wanted == key)
                && values[index].is_none()
            {
                values[index] = Some(value.to_owned());
            }
        };
        match (&self.rule, &self.regex) {
            (KeyValueRule::Delimiters { pair, key_value, quotes, escapes, greedy }, _) => {
                let scan = Scan { text, pair, key_value, quotes, escapes, greedy: *greedy };
                if *greedy {
                    check_greedy(&scan, &self.keys)?;
                }
                scan.pairs(keep);
            }
            (_, Some(regex)) => {
                for found in regex.captures_iter(text) {
                    let group = |index: usize| found.get(index).map_or("", |group| group.as_str().trim());
                    keep(group(1), group(2));
                }
            }
            (KeyValueRule::Words { quotes, escapes }, _) => {
                values = pairs_of(&words(text, quotes, escapes), &self.keys)?;
            }
            (KeyValueRule::Regex(_), None) => {}
        }
        for (column, value) in columns.iter_mut().zip(values) {
            column.append_option(value);
        }
        Ok(true)
    }
}

/// Without delimiters every character that is no letter and no digit is one, save inside quotes.
fn words(text: &str, quotes: &[(char, char)], escapes: &[char]) -> Vec<String> {
    let scan = Scan { text, pair: "", key_value: "", quotes, escapes, greedy: false };
    let (mut words, mut at) = (Vec::new(), 0);
    while let Some(char) = text[at..].chars().next() {
        if let Some((word, end)) = scan.quoted(at) {
            words.push(word);
            at = end;
        } else if char.is_alphanumeric() {
            let rest = &text[at..];
            let length = rest.find(|char: char| !char.is_alphanumeric()).unwrap_or(rest.len());
            words.push(rest[..length].to_owned());
            at += length;
        } else {
            at += char.len_utf8();
        }
    }
    words
}

/// Whether Kusto takes words in pairs or looks for the words that are keys is not known, so both have to come to the
/// same.
fn pairs_of(words: &[String], keys: &[String]) -> Result<Vec<Option<String>>> {
    let value = |found: Option<&[String]>| found.and_then(|pair| pair.get(1)).cloned();
    let mut values = Vec::with_capacity(keys.len());
    for key in keys {
        let in_pairs = value(words.chunks(2).find(|pair| pair[0] == *key));
        let anywhere = value(words.windows(2).find(|pair| pair[0] == *key));
        if in_pairs != anywhere {
            let message = format!(
                "parse-kv without delimiters met a text in which '{key}' does not stand where a key does: what Kusto \
                 makes of it is not known; pair_delimiter and kv_delimiter say it"
            );
            return Err(EngineError::Query { message, span: None }.into());
        }
        values.push(in_pairs);
    }
    Ok(values)
}

/// A greedy value goes on until the next key. Whether that may be one that nobody asks for is not known, so none may
/// stand behind the value of one that is asked for.
fn check_greedy(scan: &Scan<'_>, keys: &[String]) -> Result<()> {
    let mut is_asked = false;
    let mut stray = None;
    scan.pairs(|key, _| {
        let was_asked = std::mem::replace(&mut is_asked, keys.iter().any(|asked| asked == key));
        if was_asked && !is_asked && stray.is_none() {
            stray = Some(key.to_owned());
        }
    });
    let Some(key) = stray else { return Ok(()) };
    let message = format!(
        "parse-kv with greedy=true met the key '{key}', which is not asked for: whether it ends the value before it in \
         Kusto is not known; ask for it too"
    );
    Err(EngineError::Query { message, span: None }.into())
}

/// A text whose pairs and keys are parted by delimiters.
struct Scan<'a> {
    text: &'a str,
    pair: &'a str,
    key_value: &'a str,
    quotes: &'a [(char, char)],
    escapes: &'a [char],
    greedy: bool,
}

impl Scan<'_> {
    fn pairs(&self, mut keep: impl FnMut(&str, &str)) {
        let mut at = 0;
        while let Some((key, value_start)) = self.key(at) {
            let (value, end) = self.value(value_start);
            keep(&key, &value);
            // An empty delimiter does not come here, so this goes on.
            at = end.max(value_start);
        }
    }

    /// The next key, and where its value begins.
    fn key(&self, from: usize) -> Option<(String, usize)> {
        let mut at = self.skip_between(from);
        loop {
            if let Some((key, end)) = self.quoted(at) {
                let behind = end + leading_space(&self.text[end..]);
                if self.text[behind..].starts_with(self.key_value) {
                    return Some((key, behind + self.key_value.len()));
                }
            }
            let rest = &self.text[at..];
            let delimiter = rest.find(self.key_value)?;
            // A key that stands behind a quote further on begins there.
            if let Some(quote) = self.next_pair_with_quote(at, at + delimiter) {
                at = quote;
                continue;
            }
            let key = rest[..delimiter].trim();
            // What stands before the last delimiter of pairs is no part of a key.
            let key = key.rfind(self.pair).map_or(key, |end| key[end + self.pair.len()..].trim());
            return Some((key.to_owned(), at + delimiter + self.key_value.len()));
        }
    }

    /// The value that begins at a place, and where it ends.
    fn value(&self, from: usize) -> (String, usize) {
        let start = from + leading_space(&self.text[from..]);
        if let Some((value, end)) = self.quoted(start) {
            return (value, end);
        }
        let rest = &self.text[start..];
        let end = if self.greedy { self.greedy_end(rest) } else { rest.find(self.pair).unwrap_or(rest.len()) };
        (rest[..end].trim().to_owned(), start + end)
    }

    /// Up to the last delimiter of pairs before the next key.
    fn greedy_end(&self, rest: &str) -> usize {
        let Some(next) = rest.find(self.key_value) else { return rest.len() };
        rest[..next].trim_end().rfind(self.pair).unwrap_or(rest.len())
    }

    /// A text in quotes that begins at a place, and where it ends.
    fn quoted(&self, at: usize) -> Option<(String, usize)> {
        let first = self.text[at..].chars().next()?;
        let (_, close) = self.quotes.iter().find(|(open, _)| *open == first)?;
        let mut out = String::new();
        let mut chars = self.text[at + first.len_utf8()..].char_indices();
        while let Some((offset, char)) = chars.next() {
            if self.escapes.contains(&char) {
                out.extend(chars.next().map(|(_, escaped)| escaped));
            } else if char == *close {
                return Some((out, at + first.len_utf8() + offset + char.len_utf8()));
            } else {
                out.push(char);
            }
        }
        None
    }

    /// Space and delimiters of pairs between two pairs.
    fn skip_between(&self, mut at: usize) -> usize {
        loop {
            let rest = &self.text[at..];
            if rest.starts_with(self.pair) {
                at += self.pair.len();
            } else if leading_space(rest) > 0 {
                at += leading_space(rest);
            } else {
                return at;
            }
        }
    }

    /// Where, behind a delimiter of pairs, a quote begins.
    fn next_pair_with_quote(&self, from: usize, to: usize) -> Option<usize> {
        if self.quotes.is_empty() {
            return None;
        }
        let mut at = from;
        while let Some(found) = self.text[at..to].find(self.pair) {
            at = self.skip_between(at + found + self.pair.len());
            if at >= to {
                return None;
            }
            if self.quoted(at).is_some() {
                return Some(at);
            }
        }
        None
    }
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
