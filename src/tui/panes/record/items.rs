//! What the cursor of a record can stand on, and the lines that each takes on the screen.

use std::collections::HashSet;

use super::facts::{Facts, Field, Hidden, Shown, Spans};
use crate::kql::{Class, ScalarType};
use crate::result::{JsonKind, JsonNode, JsonStep, JsonTree, ResultSet};
use crate::text;

/// Lines of a long value that are shown before it is opened.
const FOLDED_LINES: usize = 6;
/// The same where what hides in the value stands below it.
const FOLDED_ABOVE_DECODED: usize = 2;
/// Lines of one value at most; it can be copied whole.
const MAX_LINES: usize = 2_000;
/// Lines of a record at most.
const MAX_ALL_LINES: usize = 100_000;
/// Values of one object or array that are listed; the search finds only these.
const MAX_LISTED: usize = 20_000;
/// A text of fewer bytes is never folded.
const SHORT: usize = 80;

/// A place in a record: a field, a value in its JSON, or what was decoded in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Field(usize),
    Node(usize, usize),
    Hidden(usize, usize),
}

impl Place {
    pub(super) fn col(self) -> usize {
        match self {
            Self::Field(col) | Self::Node(col, _) | Self::Hidden(col, _) => col,
        }
    }
}

/// What is open, by column and path, so that it stays open from record to record.
pub(super) type Opened = HashSet<(usize, String)>;

/// What a piece of a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tint {
    Name,
    Dim,
    Value,
    Figure,
    Info,
    Class(Class),
}

/// A line of the screen.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The place in the list of items.
    pub(super) item: usize,
    /// The column of the terminal that each piece starts at.
    pub(super) pieces: Vec<(usize, String, Tint)>,
}

/// The items of a record and their lines.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) places: Vec<Place>,
    pub(super) lines: Vec<Line>,
}

/// Columns of the terminal: of names, of types, and where values start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    names: usize,
    types: usize,
    values: usize,
    width: usize,
}

impl Columns {
    pub(super) fn new(set: &ResultSet, width: u16) -> Self {
        let width = usize::from(width);
        let widest = set.columns().iter().map(|it| text::width(&text::sanitize(&it.name))).max().unwrap_or(0);
        let names = widest.min(width * 2 / 5).min(44);
        let types =
            if width >= 60 { set.columns().iter().map(|it| it.ty.name().len()).max().unwrap_or(0) + 2 } else { 0 };
        Self { names, types, values: 2 + names + 2 + types, width }
    }

    fn room(&self, x: usize) -> usize {
        self.width.saturating_sub(x + 1).max(8)
    }
}

/// The key of a place among what is open.
pub(super) fn key(facts: &Facts, place: Place) -> (usize, String) {
    match place {
        Place::Field(col) => (col, String::new()),
        Place::Node(col, node) => {
            let tree = facts.fields.get(col).and_then(|it| it.tree.as_ref());
            (col, tree.map_or_else(String::new, |it| it.accessor("", node)))
        }
        Place::Hidden(col, at) => (col, format!("#{at}")),
    }
}

/// Makes the items and their lines.
pub(super) fn items(set: &ResultSet, facts: &Facts, open: &Opened, width: u16) -> Items {
    let mut maker = Maker { columns: Columns::new(set, width), open, out: Items::default() };
    for (col, field) in facts.fields.iter().enumerate() {
        if maker.out.lines.len() >= MAX_ALL_LINES {
            break;
        }
        let Some(column) = set.columns().get(col) else { break };
        maker.field(col, field, &column.name, column.ty);
    }
    maker.out
}

struct Maker<'a> {
    columns: Columns,
    open: &'a Opened,
    out: Items,
}

impl Maker<'_> {
    fn is_open(&self, col: usize, path: &str) -> bool {
        !self.open.is_empty() && self.open.contains(&(col, path.to_owned()))
    }

    fn item(&mut self, place: Place) -> usize {
        self.out.places.push(place);
        self.out.places.len() - 1
    }

    fn field(&mut self, col: usize, field: &Field, name: &str, ty: ScalarType) {
        let item = self.item(Place::Field(col));
        let start = self.out.lines.len();
        let x = self.columns.values;
        let is_open = self.is_open(col, "");
        match (&field.tree, field.shown) {
            (Some(tree), _) => {
                let value = closed(&tree.nodes()[0], is_open);
                self.line(item, vec![(x, value, Tint::Value)]);
            }
            (None, Shown::Null) => self.line(item, vec![(x, "–".to_owned(), Tint::Dim)]),
            (None, Shown::Empty) => self.line(item, vec![(x, "\"\"".to_owned(), Tint::Dim)]),
            (None, Shown::Text) => {
                let tint = if ty.is_numeric() { Tint::Figure } else { Tint::Value };
                let folded = if field.decoded.is_empty() { FOLDED_LINES } else { FOLDED_ABOVE_DECODED };
                let limit = if is_open { MAX_LINES } else { folded };
                self.wrapped(item, x, &field.text, &field.spans, tint, limit, field.cut_at);
            }
        }
        self.head(start, name, ty);
        if !field.note.is_empty() {
            self.note(item, start, &field.note);
        }
        for (at, hidden) in field.decoded.iter().enumerate() {
            self.hidden(col, at, hidden);
        }
        if let Some(tree) = field.tree.as_ref().filter(|_| is_open) {
            self.children(col, tree, 0);
        }
    }

    /// Writes the name and the type before the first line of a field.
    fn head(&mut self, start: usize, name: &str, ty: ScalarType) {
        let name = text::clip(&text::sanitize(name), self.columns.names).into_owned();
        let (names, types) = (self.columns.names, self.columns.types);
        let Some(line) = self.out.lines.get_mut(start) else { return };
        line.pieces.insert(0, (2, name, Tint::Name));
        if types > 0 {
            line.pieces.insert(1, (2 + names + 2, ty.name().to_owned(), Tint::Dim));
        }
    }

    /// Writes what a value is behind it, where there is room, else below.
    fn note(&mut self, item: usize, start: usize, note: &str) {
        let needed = text::width(note) + 3;
        let width = self.columns.width;
        if self.out.lines.len() == start + 1
            && let Some(line) = self.out.lines.get_mut(start)
        {
            let end = line.pieces.last().map_or(0, |(x, text, _)| x + text::width(text));
            if end + needed < width {
                line.pieces.push((end + 3, note.to_owned(), Tint::Dim));
                return;
            }
        }
        let x = self.columns.values;
        let clipped = text::clip(note, self.columns.room(x)).into_owned();
        self.line(item, vec![(x, clipped, Tint::Dim)]);
    }

    fn hidden(&mut self, col: usize, at: usize, hidden: &Hidden) {
        let item = self.item(Place::Hidden(col, at));
        let start = self.out.lines.len();
        let is_open = self.is_open(col, &format!("#{at}"));
        let x = self.columns.values;
        let limit = if is_open { MAX_LINES } else { FOLDED_LINES };
        self.wrapped(item, x, &hidden.text, &hidden.spans, Tint::Value, limit, None);
        if hidden.is_cut {
            self.line(item, vec![(x, "… there is more".to_owned(), Tint::Dim)]);
        }
        // How it was read stands below the word where there is no room beside it.
        let (names, types) = (self.columns.names, self.columns.types);
        let room = (names + types).max(9);
        let whole = format!("decoded  {}", hidden.how);
        let label = if text::width(&whole) + 3 <= room { whole } else { "decoded".to_owned() };
        let is_short = label.len() == "decoded".len();
        if let Some(line) = self.out.lines.get_mut(start) {
            line.pieces.insert(0, (4, text::clip(&label, x.saturating_sub(5)).into_owned(), Tint::Info));
        }
        if is_short {
            self.line(item, vec![(x, format!("({})", hidden.how), Tint::Dim)]);
        }
    }

    /// The values in a value of a tree, as far as they are open.
    fn children(&mut self, col: usize, tree: &JsonTree, parent: usize) {
        let mut at = parent + 1;
        let base = tree.nodes()[parent].depth;
        let mut n_direct = 0;
        while at < tree.end(parent) && n_direct < MAX_LISTED && self.out.lines.len() < MAX_ALL_LINES {
            let node = &tree.nodes()[at];
            n_direct += usize::from(node.depth == base + 1);
            // Paths take their time: only what can be opened needs one.
            let can_open = node.n_children > 0 || node.value.len() > SHORT;
            let path = if can_open { tree.accessor("", at) } else { String::new() };
            let is_open = node.n_children > 0 && self.is_open(col, &path);
            self.node(col, at, node, is_open, &path);
            at = if is_open { at + 1 } else { tree.end(at) };
        }
        let missing = tree.nodes()[parent].n_children.saturating_sub(n_direct);
        if missing > 0 {
            let item = self.out.places.len() - 1;
            self.line(item, vec![(4, format!("… {missing} more that are not listed"), Tint::Dim)]);
        }
    }

    fn node(&mut self, col: usize, at: usize, node: &JsonNode, is_open: bool, path: &str) {
        let item = self.item(Place::Node(col, at));
        let x = 4 + (node.depth.saturating_sub(1) * 2).min(self.columns.width / 3);
        let name = match &node.step {
            JsonStep::Name(name) => text::clip(&text::sanitize(name), 60).into_owned(),
            JsonStep::Index(idx) => format!("[{idx}]"),
            JsonStep::Parsed => "(JSON)".to_owned(),
            JsonStep::Root => String::new(),
        };
        let value_x = x + 2 + text::width(&name) + 2;
        let start = self.out.lines.len();
        let can_open = node.n_children > 0;
        if matches!(node.kind, JsonKind::Object | JsonKind::Array) {
            let value = closed(node, is_open);
            let value = value.strip_prefix(['▸', '▾']).map_or(value.as_str(), str::trim_start).to_owned();
            self.line(item, vec![(value_x, value, Tint::Value)]);
        } else {
            let tint = Tint::Class(match node.kind {
                JsonKind::String => Class::String,
                JsonKind::Number => Class::Number,
                _ => Class::Constant,
            });
            let limit = if !can_open && !path.is_empty() && self.is_open(col, path) { MAX_LINES } else { FOLDED_LINES };
            let lines: Vec<_> = node.value.split('\n').map(text::sanitize).collect();
            let value = if node.value.is_empty() { "\"\"".to_owned() } else { lines.join("\n") };
            self.wrapped(item, value_x, &value, &Vec::new(), tint, limit, None);
        }
        let mark = match (can_open, is_open) {
            (true, true) => "▾",
            (true, false) => "▸",
            _ => " ",
        };
        if let Some(line) = self.out.lines.get_mut(start) {
            line.pieces.insert(0, (x, mark.to_owned(), Tint::Dim));
            line.pieces.insert(1, (x + 2, name, Tint::Class(Class::Column)));
        }
    }

    /// A text in as many lines as it takes, folded when it is long and not open.
    #[expect(clippy::too_many_arguments, reason = "each is one plain fact about the same text")]
    fn wrapped(
        &mut self,
        item: usize,
        x: usize,
        shown: &str,
        spans: &Spans,
        tint: Tint,
        limit: usize,
        cut_at: Option<usize>,
    ) {
        let room = self.columns.room(x);
        let lines = text::wrap(shown, room);
        for line in lines.iter().take(limit) {
            let offset = line.as_ptr() as usize - shown.as_ptr() as usize;
            let mut pieces = Vec::new();
            let mut column = x;
            for (piece, class) in coloured(line, offset, spans) {
                let tint = class.map_or(tint, Tint::Class);
                pieces.push((column, piece.to_owned(), tint));
                column += text::width(piece);
            }
            self.line(item, pieces);
        }
        let n_more = lines.len().saturating_sub(limit);
        let words = match (n_more, cut_at) {
            (0, None) => return,
            (0, Some(bytes)) => format!("… {bytes} bytes in all; y copies"),
            (n, Some(bytes)) => format!("… {n} more lines, {bytes} bytes in all; y copies"),
            (1, None) => "… 1 more line".to_owned(),
            (n, None) => format!("… {n} more lines"),
        };
        self.line(item, vec![(x, words, Tint::Dim)]);
    }

    fn line(&mut self, item: usize, pieces: Vec<(usize, String, Tint)>) {
        self.out.lines.push(Line { item, pieces });
    }
}

/// An object or array in one line: `▸ {3}  a: true, …`.
fn closed(node: &JsonNode, is_open: bool) -> String {
    let (left, right) = if node.kind == JsonKind::Object { ('{', '}') } else { ('[', ']') };
    let mark = match (node.n_children, is_open) {
        (0, _) => "",
        (_, true) => "▾ ",
        (_, false) => "▸ ",
    };
    let count = if node.n_children == 0 { String::new() } else { node.n_children.to_string() };
    let preview = if is_open || node.n_children == 0 { String::new() } else { format!("  {}", in_a_line(&node.value)) };
    format!("{mark}{left}{count}{right}{preview}")
}

/// JSON without its outer brackets and the quotes of its names, in one line.
fn in_a_line(json: &str) -> String {
    let safe = text::sanitize(json.trim());
    let inner = safe.strip_prefix(['{', '[']).unwrap_or(&safe);
    let inner = inner.strip_suffix(['}', ']']).unwrap_or(inner);
    let mut out = String::with_capacity(inner.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in inner.chars() {
        if in_string {
            out.push(c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => (in_string, escaped) = (true, false),
            '␤' | '␍' | '␉' | ' ' => continue,
            _ => {}
        }
        out.push(c);
        if matches!(c, ',' | ':') {
            out.push(' ');
        }
    }
    out
}

/// The pieces of a line with their classes.
fn coloured<'a>(line: &'a str, offset: usize, spans: &Spans) -> Vec<(&'a str, Option<Class>)> {
    let mut out = Vec::new();
    let mut at = 0;
    let first = spans.partition_point(|(span, _)| span.end <= offset);
    for (span, class) in &spans[first..] {
        let start = span.start.saturating_sub(offset).max(at);
        let end = span.end.saturating_sub(offset).min(line.len());
        if start >= line.len() || !line.is_char_boundary(start) || !line.is_char_boundary(end) || end <= start {
            if start >= line.len() {
                break;
            }
            continue;
        }
        if start > at {
            out.push((&line[at..start], None));
        }
        out.push((&line[start..end], Some(*class)));
        at = end;
    }
    if at < line.len() || out.is_empty() {
        out.push((&line[at..], None));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Class, coloured, in_a_line};

    #[test]
    fn a_line_has_all_its_text_whatever_the_spans() {
        let spans = vec![(0..3, Class::Function), (5..9, Class::String), (50..60, Class::Number)];
        for (line, offset) in [("abcdefghij", 0), ("fghij", 5), ("日本語", 4), ("", 0)] {
            let text: String = coloured(line, offset, &spans).into_iter().map(|it| it.0).collect();
            assert_eq!(text, line);
        }
    }

    #[test]
    fn json_in_a_line_loses_no_value() {
        assert_eq!(in_a_line("{\"a\":\n [1,2],\"b\":\"x: \\\"y, z\"}"), "\"a\": [1, 2], \"b\": \"x: \\\"y, z\"");
    }
}
