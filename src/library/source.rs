//! What a file holds: its text, and the queries in it with their places.

use std::path::Path;

use super::{markdown, yaml};
use crate::{kql, text};

/// A file that was read.
pub struct Source {
    /// As it was named, for people.
    pub name: String,
    pub text: String,
    pub queries: Vec<Query>,
    /// Why the file as a whole is no good: a byte offset and what is wrong there.
    pub broken: Option<(usize, String)>,
}

/// One query of a file.
#[derive(Debug, Clone)]
pub struct Query {
    pub text: String,
    /// Where pieces of the text begin, in it and in the file, in order. Within a piece both go on alike.
    pub(super) places: Vec<(usize, usize)>,
}

impl Query {
    /// A query that stands in the file as it is.
    fn at(text: &str, start: usize) -> Self {
        Self { text: text.to_owned(), places: vec![(0, start)] }
    }

    /// The byte of the file that a byte of the query is.
    pub fn in_file(&self, offset: usize) -> usize {
        let after = self.places.partition_point(|(start, _)| *start <= offset);
        let (start, place) = after.checked_sub(1).and_then(|it| self.places.get(it)).copied().unwrap_or_default();
        place + (offset - start)
    }

    /// The queries of a text that itself stands in a file.
    fn blocks(&self) -> Vec<Self> {
        let piece = |block: kql::Span| {
            let places = std::iter::once((0, self.in_file(block.start)));
            let within = self.places.iter().filter(|(start, _)| block.contains(start) && *start > block.start);
            let places = places.chain(within.map(|(start, place)| (start - block.start, *place))).collect();
            Self { text: self.text[block].to_owned(), places }
        };
        queries(&self.text).into_iter().map(piece).collect()
    }
}

/// Reads what bytes hold; the error says why they are no text.
pub fn read(name: String, path: &Path, bytes: Vec<u8>) -> Result<Source, String> {
    let text = text::decode(bytes)?;
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    let (queries, broken) = match extension.as_str() {
        "md" | "markdown" => (markdown::fences(&text).iter().flat_map(Query::blocks).collect(), None),
        "yaml" | "yml" => match yaml::queries(&text) {
            Ok(queries) => (queries, None),
            Err(broken) => (Vec::new(), Some(broken)),
        },
        _ => (Query::at(&text, 0).blocks(), None),
    };
    Ok(Source { name, text, queries, broken })
}

/// The queries of a text. Editors part them at blank lines; here a blank line parts only where what is before can end
/// a query and what is after can begin one, since published queries have blank lines behind `let` and between
/// operators.
pub fn queries(text: &str) -> Vec<kql::Span> {
    let mut queries: Vec<kql::Span> = Vec::new();
    let mut goes_on = false;
    for block in kql::blocks(text) {
        let tree = kql::parse(&text[block.clone()]);
        let mut seen = tree.leaves().filter(|leaf| !leaf.kind().is_trivia());
        let first = seen.next();
        let last = seen.next_back().or(first);
        match queries.last_mut() {
            Some(query) if goes_on || first.is_some_and(|first| continues(first.kind())) => query.end = block.end,
            _ => queries.push(block),
        }
        goes_on = last.is_some_and(|last| is_continued(last.kind()));
    }
    queries
}

/// True for what cannot begin a query.
fn continues(first: kql::SyntaxKind) -> bool {
    use kql::SyntaxKind as K;
    matches!(first, K::Bar | K::CloseParen | K::CloseBrace | K::CloseBracket | K::Comma | K::Semicolon)
        || matches!(first, K::AndKw | K::OrKw | K::OnKw | K::ByKw)
}

/// True for what cannot end a query.
fn is_continued(last: kql::SyntaxKind) -> bool {
    use kql::SyntaxKind as K;
    matches!(last, K::Bar | K::OpenParen | K::OpenBrace | K::OpenBracket | K::Comma | K::Semicolon | K::Equal)
        || matches!(last, K::AndKw | K::OrKw | K::OnKw | K::ByKw)
}
