//! Queries in the fenced blocks of Markdown.

use super::Query;

/// A fence that is open.
struct Fence {
    /// `` ` `` or `~`.
    mark: char,
    length: usize,
    /// Blanks before it, which the lines inside may have too.
    indent: usize,
    is_query: bool,
}

/// The texts of all blocks that say they are KQL, each with its place.
pub(super) fn fences(text: &str) -> Vec<Query> {
    let mut found: Vec<Query> = Vec::new();
    let mut open: Option<Fence> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match &open {
            None => {
                open = opening(line);
                if open.as_ref().is_some_and(|fence| fence.is_query) {
                    found.push(Query { text: String::new(), places: Vec::new() });
                }
            }
            Some(fence) if closes(line, fence) => open = None,
            Some(fence) if fence.is_query => {
                let blanks = line.bytes().take(fence.indent).take_while(|byte| *byte == b' ').count();
                if let Some(query) = found.last_mut() {
                    query.places.push((query.text.len(), start + blanks));
                    query.text.push_str(&line[blanks..]);
                }
            }
            Some(_) => {}
        }
    }
    found
}

fn opening(line: &str) -> Option<Fence> {
    let inner = line.trim_start_matches(' ');
    let mark = inner.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = inner.chars().take_while(|it| *it == mark).count();
    let info = inner[length..].trim();
    if length < 3 || (mark == '`' && info.contains('`')) {
        return None;
    }
    let language = info.trim_start_matches(['{', '.']).to_ascii_lowercase();
    let is_query = ["kql", "kusto", "csl"].iter().any(|name| language.starts_with(name));
    Some(Fence { mark, length, indent: line.len() - inner.len(), is_query })
}

fn closes(line: &str, fence: &Fence) -> bool {
    let line = line.trim();
    line.chars().count() >= fence.length && line.chars().all(|it| it == fence.mark)
}
