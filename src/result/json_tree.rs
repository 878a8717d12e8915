//! JSON of a cell as a tree: every node knows where it stands in the text and how KQL reaches it. Nothing is read and
//! written again, so that numbers, escapes and the order of names stay as they came.

use std::ops::Range;

use crate::kql::{quoted_name, string_literal};

/// Nodes of one tree that are kept; the others are counted.
const MAX_NODES: usize = 100_000;
/// Values nested deeper than this are no tree.
const MAX_DEPTH: usize = 256;
/// Texts in texts that are JSON again.
const MAX_NESTED: usize = 3;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

/// How its parent reaches a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonStep {
    Root,
    Name(String),
    Index(usize),
    /// The text of the parent is JSON itself: its root.
    Parsed,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonNode {
    pub step: JsonStep,
    pub kind: JsonKind,
    pub depth: usize,
    /// Members or elements.
    pub n_children: usize,
    /// The value as it was written; a text is without quotes and escapes.
    pub value: String,
    parent: usize,
    /// The place behind its last descendant.
    end: usize,
}

/// The values of a JSON text, each before what is in it. The first is the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonTree {
    nodes: Vec<JsonNode>,
    /// Not all values are kept.
    pub is_cut: bool,
}

/// Bytes of a closed object or array that are kept to be shown.
const MAX_PREVIEW: usize = 400;

impl JsonTree {
    /// The tree of an object or array; `None` for anything else, also for what only looks like one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_nested(text, 0)
    }

    fn parse_nested(text: &str, level: usize) -> Option<Self> {
        if !text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let mut reader = Reader { text, at: 0, nodes: Vec::new(), is_cut: false };
        reader.document()?;
        let mut tree = Self { nodes: reader.nodes, is_cut: reader.is_cut };
        if level < MAX_NESTED {
            tree.open_texts(level);
        }
        Some(tree)
    }

    /// Puts the trees of texts that are JSON themselves below them.
    fn open_texts(&mut self, level: usize) {
        let is_json =
            |node: &JsonNode| node.kind == JsonKind::String && node.value.trim_start().starts_with(['{', '[']);
        if !self.nodes.iter().any(is_json) {
            return;
        }
        let old = std::mem::take(&mut self.nodes);
        let mut places = Vec::with_capacity(old.len());
        for mut node in old {
            let (depth, here) = (node.depth, self.nodes.len());
            places.push(here);
            node.parent = places[node.parent];
            let inner = if is_json(&node) { Self::parse_nested(&node.value, level + 1) } else { None };
            node.n_children += usize::from(inner.is_some());
            self.nodes.push(node);
            let Some(inner) = inner else { continue };
            self.is_cut |= inner.is_cut;
            let base = self.nodes.len();
            for (idx, mut it) in inner.nodes.into_iter().enumerate() {
                it.depth += depth + 1;
                it.parent = if idx == 0 { here } else { it.parent + base };
                if idx == 0 {
                    it.step = JsonStep::Parsed;
                }
                self.nodes.push(it);
            }
        }
        self.close();
    }

    /// Finds where each node ends, from the depths.
    fn close(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.nodes.len() {
            while open.last().is_some_and(|it| self.nodes[*it].depth >= self.nodes[at].depth) {
                let done = open.pop().unwrap_or_default();
                self.nodes[done].end = at;
            }
            open.push(at);
        }
        let len = self.nodes.len();
        open.into_iter().for_each(|it| self.nodes[it].end = len);
    }

    pub fn nodes(&self) -> &[JsonNode] {
        &self.nodes
    }

    /// The place behind everything in a node.
    pub fn end(&self, at: usize) -> usize {
        self.nodes[at].end
    }

    pub fn parent(&self, at: usize) -> Option<usize> {
        (at > 0).then(|| self.nodes[at].parent)
    }

    /// The value of a node: a text as it is, anything else as compact JSON. `None` when not all of it was kept.
    pub fn text(&self, at: usize) -> Option<String> {
        let node = self.nodes.get(at)?;
        if !matches!(node.kind, JsonKind::Object | JsonKind::Array) {
            return Some(node.value.clone());
        }
        let mut out = String::new();
        self.write(at, &mut out)?;
        Some(out)
    }

    /// Writes a node as JSON. The depth of what is written is bounded by the reader.
    fn write(&self, at: usize, out: &mut String) -> Option<()> {
        let node = &self.nodes[at];
        let (left, right) = match node.kind {
            JsonKind::Object => ('{', '}'),
            JsonKind::Array => ('[', ']'),
            JsonKind::String => {
                out.push_str(&serde_json::to_string(&node.value).ok()?);
                return Some(());
            }
            _ => {
                out.push_str(&node.value);
                return Some(());
            }
        };
        out.push(left);
        let (mut child, mut n_written) = (at + 1, 0);
        while child < node.end {
            out.push_str(if n_written > 0 { "," } else { "" });
            if let JsonStep::Name(name) = &self.nodes[child].step {
                out.push_str(&serde_json::to_string(name).ok()?);
                out.push(':');
            }
            self.write(child, out)?;
            n_written += 1;
            child = self.nodes[child].end;
        }
        out.push(right);
        (n_written == node.n_children).then_some(())
    }

    /// The expression of KQL that reaches a node from that of the whole: `AdditionalFields.a["b c"][0]`.
    pub fn accessor(&self, root: &str, at: usize) -> String {
        let mut steps = vec![at];
        while let Some(parent) = self.parent(*steps.last().unwrap_or(&0)) {
            steps.push(parent);
        }
        let mut out = root.to_owned();
        for at in steps.into_iter().rev() {
            match &self.nodes[at].step {
                JsonStep::Root => {}
                JsonStep::Index(idx) => out.push_str(&format!("[{idx}]")),
                // A dynamic text is no JSON before `tostring()`: `parse_json()` leaves dynamics as they are.
                JsonStep::Parsed => out = format!("parse_json(tostring({out}))"),
                JsonStep::Name(name) if is_plain(name) => {
                    out.push('.');
                    out.push_str(name);
                }
                JsonStep::Name(name) => out.push_str(&format!("[{}]", string_literal(name))),
            }
        }
        out
    }
}

/// True for names that can stand behind a dot.
fn is_plain(name: &str) -> bool {
    name.is_ascii() && !name.starts_with(|it: char| it.is_ascii_digit()) && quoted_name(name) == name
}

/// Reads JSON without recursion.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    nodes: Vec<JsonNode>,
    is_cut: bool,
}

/// An object or array that is being read.
struct Open {
    node: Option<usize>,
    start: usize,
    is_object: bool,
    n_children: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<()> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            // A value begins here.
            self.blanks();
            let step = match open.last_mut() {
                None => JsonStep::Root,
                Some(it) if it.is_object => JsonStep::Name(self.name()?),
                Some(it) => JsonStep::Index(it.n_children),
            };
            if let Some(it) = open.last_mut() {
                it.n_children += 1;
            }
            self.blanks();
            let start = self.at;
            match self.peek()? {
                brace @ (b'{' | b'[') => {
                    if open.len() >= MAX_DEPTH {
                        return None;
                    }
                    let is_object = brace == b'{';
                    let kind = if is_object { JsonKind::Object } else { JsonKind::Array };
                    let node = self.push(step, kind, &open, String::new());
                    self.at += 1;
                    open.push(Open { node, start, is_object, n_children: 0 });
                    self.blanks();
                    if self.peek()? != if is_object { b'}' } else { b']' } {
                        continue;
                    }
                }
                _ => self.scalar(step, &open)?,
            }
            if !self.close(&mut open)? {
                self.blanks();
                return (self.at == self.text.len()).then_some(());
            }
        }
    }

    /// Behind a value: closes what ends here. True when another value follows.
    fn close(&mut self, open: &mut Vec<Open>) -> Option<bool> {
        loop {
            self.blanks();
            let Some(last) = open.last() else { return Some(false) };
            let closing = if last.is_object { b'}' } else { b']' };
            match self.peek()? {
                b',' if last.n_children > 0 => {
                    self.at += 1;
                    return Some(true);
                }
                it if it == closing => {
                    self.at += 1;
                    let done = open.pop()?;
                    if let Some(node) = done.node {
                        let end = self.nodes.len();
                        let whole = &self.text[done.start..self.at];
                        let preview = whole[..whole.floor_char_boundary(MAX_PREVIEW)].to_owned();
                        let node = &mut self.nodes[node];
                        (node.end, node.n_children, node.value) = (end, done.n_children, preview);
                    }
                }
                _ => return None,
            }
        }
    }

    fn push(&mut self, step: JsonStep, kind: JsonKind, open: &[Open], value: String) -> Option<usize> {
        let parent = open.last().map_or(Some(0), |it| it.node);
        if self.nodes.len() >= MAX_NODES || parent.is_none() {
            self.is_cut = true;
            return None;
        }
        let at = self.nodes.len();
        let parent = parent.unwrap_or_default();
        self.nodes.push(JsonNode { step, kind, depth: open.len(), n_children: 0, value, parent, end: at + 1 });
        Some(at)
    }

    fn scalar(&mut self, step: JsonStep, open: &[Open]) -> Option<()> {
        let start = self.at;
        if self.peek()? == b'"' {
            let raw = self.string()?;
            let value = unescaped(&self.text[raw]);
            self.push(step, JsonKind::String, open, value);
            return Some(());
        }
        let length = self.text[start..].find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(self.text.len() - start);
        self.at = start + length;
        let word = &self.text[start..self.at];
        let kind = match word {
            "true" | "false" => JsonKind::Bool,
            "null" => JsonKind::Null,
            _ if serde_json::from_str::<&serde_json::value::RawValue>(word).is_ok() => JsonKind::Number,
            _ => return None,
        };
        self.push(step, kind, open, word.to_owned());
        Some(())
    }

    fn name(&mut self) -> Option<String> {
        let raw = self.string()?;
        let name = unescaped(&self.text[raw]);
        self.blanks();
        (self.peek()? == b':').then(|| self.at += 1)?;
        Some(name)
    }

    /// The range of a text with its quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Some(start..at + 1);
            }
            at += 2;
        }
    }

    fn blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|it| matches!(it, b' ' | b'\t' | b'\r' | b'\n')).count();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// The text that a JSON string stands for; what is no text of Unicode (half a surrogate pair) stays as it is written.
fn unescaped(quoted: &str) -> String {
    serde_json::from_str(quoted).unwrap_or_else(|_| quoted[1..quoted.len() - 1].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<(String, String)> {
        let tree = JsonTree::parse(text).unwrap();
        (0..tree.nodes().len()).map(|at| (tree.accessor("F", at), tree.nodes()[at].value.clone())).collect()
    }

    #[test]
    fn every_value_is_reached_by_an_accessor_of_kql() {
        let found = paths(r#"{"a": {"b c": [1, {"d": "x\ty"}]}, "9": null, "where": 12345678901234567890}"#);
        let accessors: Vec<&str> = found.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(
            accessors,
            [
                "F",
                "F.a",
                "F.a[\"b c\"]",
                "F.a[\"b c\"][0]",
                "F.a[\"b c\"][1]",
                "F.a[\"b c\"][1].d",
                "F[\"9\"]",
                "F[\"where\"]"
            ]
        );
        assert_eq!(found[5].1, "x\ty");
        assert_eq!(found[7].1, "12345678901234567890", "no digit is lost");
        let text = r#"{"a":[1.50,"x\ty",{}],"b":"{\"n\":1}"}"#;
        assert_eq!(JsonTree::parse(text).unwrap().text(0).as_deref(), Some(text), "what is copied is what was there");
    }

    #[test]
    fn a_text_that_is_json_is_opened_behind_parse_json() {
        let found = paths(r#"[{"inner": "{\"n\": [true]}"}, "{no json"]"#);
        assert_eq!(found[4].0, "parse_json(tostring(F[0].inner)).n");
        assert_eq!(found[5].0, "parse_json(tostring(F[0].inner)).n[0]");
        assert_eq!(found[6].0, "F[1]");
        let tree = JsonTree::parse(r#"["[1]", 2]"#).unwrap();
        assert_eq!(tree.nodes().len(), 5);
        assert_eq!((tree.end(1), tree.end(0), tree.nodes()[1].n_children), (4, 5, 1));
    }

    #[test]
    fn what_only_looks_like_json_is_no_tree() {
        for text in
            ["", "{", "[1,]", "{\"a\" 1}", "[1] 2", "{1b4e28ba}", "[\"a]", "12", "[01]", "{\"a\":1,}", "[,]", "[\"a\\"]
        {
            assert!(JsonTree::parse(text).is_none(), "{text}");
        }
        assert!(JsonTree::parse(&"[".repeat(100_000)).is_none());
        assert!(JsonTree::parse("{}").is_some_and(|it| it.nodes()[0].n_children == 0));
        assert!(JsonTree::parse("[\"\\ud800\"]").is_some_and(|it| it.nodes()[1].value == "\\ud800"));
    }

    #[test]
    fn a_tree_of_too_many_values_is_cut_and_says_so() {
        let text = format!("[{}1]", "1,".repeat(200_000));
        let tree = JsonTree::parse(&text).unwrap();
        assert!(tree.is_cut && tree.nodes().len() == MAX_NODES);
        assert_eq!(tree.nodes()[0].n_children, 200_001);
    }
}
