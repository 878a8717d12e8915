//! Queries in the YAML of Sentinel's analytics rules, hunting queries and parsers: wherever a key such as `query` has
//! a text, in any style of writing.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use super::Query;

/// Keys, in small letters, whose text is a query.
const KEYS: [&str; 6] = ["query", "kql", "kqlquery", "parserquery", "functionquery", "huntingquery"];

/// Levels of indentation; the parser calls itself for each, and a file must not end the program. It limits brackets
/// itself.
const MAX_DEPTH: usize = 100;

/// Where lines are indented in more levels than that. Blocks are told apart by their columns, and `- - a` is two levels in
/// one line.
fn too_deep(text: &str) -> Option<usize> {
    let mut columns: Vec<usize> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut rest = line.trim_start_matches(' ');
        if rest.trim().is_empty() {
            start += line.len();
            continue;
        }
        loop {
            let column = line.len() - rest.len();
            columns.truncate(columns.partition_point(|it| *it < column));
            columns.push(column);
            if columns.len() > MAX_DEPTH {
                return Some(start);
            }
            let inner = ["- ", "? ", ": "].iter().find_map(|it| rest.strip_prefix(it));
            let Some(inner) = inner else { break };
            rest = inner.trim_start_matches(' ');
        }
        start += line.len();
    }
    None
}

/// The bytes at which the characters of a text begin: the parser counts characters.
pub(super) struct Offsets(Vec<usize>);

impl Offsets {
    pub(super) fn of(text: &str) -> Self {
        Self(text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
    }

    /// The byte of a place of the parser.
    fn byte(&self, index: usize) -> usize {
        self.0.get(index).or(self.0.last()).copied().unwrap_or(0)
    }

    /// Where a node stands in the text.
    pub(super) fn span(&self, node: &MarkedYaml<'_>) -> std::ops::Range<usize> {
        let (start, end) = (self.byte(node.span.start.index()), self.byte(node.span.end.index()));
        start..end.max(start)
    }
}

/// The documents of a file, or where and why it is no YAML.
pub(super) fn documents<'t>(text: &'t str, offsets: &Offsets) -> Result<Vec<MarkedYaml<'t>>, (usize, String)> {
    if let Some(at) = too_deep(text) {
        return Err((at, format!("it nests deeper than {MAX_DEPTH} levels")));
    }
    MarkedYaml::load_from_str(text)
        .map_err(|error| (offsets.byte(error.marker().index()), format!("this is no YAML: {}", error.info())))
}

/// All queries of a file, or where and why it is no YAML.
pub(super) fn queries(text: &str) -> Result<Vec<Query>, (usize, String)> {
    let offsets = Offsets::of(text);
    let documents = documents(text, &offsets)?;
    let mut found = Vec::new();
    // A stack instead of recursion, the first child on top.
    let mut left: Vec<(Option<&MarkedYaml<'_>>, &MarkedYaml<'_>)> =
        documents.iter().rev().map(|document| (None, document)).collect();
    while let Some((key, node)) = left.pop() {
        match &node.data {
            YamlData::Sequence(items) => left.extend(items.iter().rev().map(|item| (None, item))),
            YamlData::Mapping(pairs) => {
                let mut pairs: Vec<_> = pairs.iter().map(|(key, value)| (Some(key), value)).collect();
                pairs.reverse();
                left.extend(pairs);
            }
            YamlData::Value(Scalar::String(value)) if key.is_some_and(names_query) => {
                found.push(placed(value, text, offsets.span(node)));
            }
            _ => {}
        }
    }
    Ok(found)
}

fn names_query(key: &MarkedYaml<'_>) -> bool {
    let YamlData::Value(Scalar::String(name)) = &key.data else { return false };
    KEYS.contains(&name.to_ascii_lowercase().as_str())
}

/// Finds each character of a value in the source that it was read from: blanks may have been folded or cut, quotes
/// doubled, characters escaped.
pub(super) fn placed(value: &str, source: &str, span: std::ops::Range<usize>) -> Query {
    let mut cursor = Cursor { source, at: span.start, end: span.end, escapes: false, quote: None };
    cursor.header();
    let mut places = Vec::new();
    let mut expected = None;
    for (at, char) in value.char_indices() {
        let place = cursor.find(char);
        // A place is kept only where it does not follow from the one before.
        if expected != Some(place) {
            places.push((at, place));
        }
        expected = Some(place + char.len_utf8());
    }
    Query { text: value.to_owned(), places }
}

struct Cursor<'s> {
    source: &'s str,
    at: usize,
    end: usize,
    /// Inside `"`, where a backslash escapes.
    escapes: bool,
    quote: Option<char>,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..self.end.max(self.at)).unwrap_or_default()
    }

    /// Passes the quote, or the line of a block's `|` or `>`, whichever begins the value.
    fn header(&mut self) {
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.at += 1;
                self.quote = Some(quote);
                self.escapes = quote == '"';
            }
            Some('|' | '>') => self.at += self.rest().find('\n').map_or(0, |line| line + 1),
            _ => {}
        }
    }

    /// The place of the next character of the value; the cursor stands behind it afterwards.
    fn find(&mut self, char: char) -> usize {
        if char.is_whitespace() {
            let place = self.at;
            if self.rest().starts_with(char) {
                self.at += char.len_utf8();
            }
            return place;
        }
        loop {
            let Some(next) = self.rest().chars().next() else { return self.at };
            let place = self.at;
            if self.escapes && next == '\\' {
                let (escaped, length) = escape(self.rest());
                self.at += length;
                if escaped == Some(char) {
                    return place;
                }
            } else if next == char {
                let doubled = self.quote == Some('\'') && char == '\'';
                self.at += if doubled { 2 } else { char.len_utf8() };
                return place;
            } else if next.is_whitespace() {
                self.at += next.len_utf8();
            } else {
                // The source is not as expected: the line is near enough.
                return place;
            }
        }
    }
}

/// The character that an escape of a double-quoted text means, and its bytes.
fn escape(text: &str) -> (Option<char>, usize) {
    let Some(letter) = text.chars().nth(1) else { return (None, 1) };
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '"' | '\\' | '/' => return (Some(letter), 2),
        // A blank or a control.
        _ => return (None, 1 + letter.len_utf8()),
    };
    let number = text.get(2..2 + digits).and_then(|it| u32::from_str_radix(it, 16).ok());
    (number.and_then(char::from_u32), 2 + digits)
}
