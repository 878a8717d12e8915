//! The off switch: `// tallyho: allow T003, T005` on the line of a finding, on the line above it, or at the head of
//! the query, where it holds for all of it.

use crate::kql::{SyntaxKind, Tree};

/// What comments allow.
pub(super) struct Allowed {
    everywhere: Vec<String>,
    /// Byte ranges of lines, and what is allowed in them.
    lines: Vec<(std::ops::Range<usize>, Vec<String>)>,
}

impl Allowed {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut allowed = Self { everywhere: Vec::new(), lines: Vec::new() };
        let text = tree.text();
        let first = tree.leaves().find(|leaf| !leaf.kind().is_trivia()).map_or(text.len(), |leaf| leaf.span().start);
        for comment in tree.leaves().filter(|leaf| leaf.kind() == SyntaxKind::Comment) {
            let codes = codes(comment.text());
            if codes.is_empty() {
                continue;
            }
            let start = comment.span().start;
            if start < first {
                allowed.everywhere.extend(codes);
                continue;
            }
            let line = text[..start].rfind('\n').map_or(0, |it| it + 1);
            // A comment that has its line for itself speaks of the next one.
            let alone = text[line..start].trim().is_empty();
            let next = text[start..].find('\n').map_or(text.len(), |it| start + it + 1);
            let end = if alone { text[next..].find('\n').map_or(text.len(), |it| next + it) } else { next };
            allowed.lines.push((line..end, codes));
        }
        allowed
    }

    /// True when a finding of a rule at a place is not wanted.
    pub(super) fn has(&self, code: &str, at: usize) -> bool {
        let here = self.lines.iter().filter(|(line, _)| line.contains(&at)).flat_map(|(_, codes)| codes);
        self.everywhere.iter().chain(here).any(|it| it == code)
    }
}

/// The codes behind `tallyho: allow`.
fn codes(comment: &str) -> Vec<String> {
    let Some((_, rest)) = comment.split_once("tallyho:") else { return Vec::new() };
    let Some(rest) = rest.trim_start().strip_prefix("allow") else { return Vec::new() };
    let words = rest.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    words.take_while(|word| is_code(word)).map(str::to_owned).collect()
}

fn is_code(word: &str) -> bool {
    word.len() == 4 && word.starts_with('T') && word[1..].bytes().all(|byte| byte.is_ascii_digit())
}
