//! A condition on a column of the result, put where it narrows what the query reads and not only what it shows.

use super::super::edit::TextEdit;
use super::super::kind::SyntaxKind as K;
use super::super::lexer::tokenize;
use super::super::quote::quoted_name;
use super::pipe::{Stage, pipes_at};

/// The edit that adds `| where condition` to the query that ends the block `text`, for a column of its result.
///
/// It stands behind the last operator that could change which rows the column has, or what its name means: before
/// `take`, `top`, `sort`, `render` and their like, so that of twenty rows that are asked for twenty have the value. `None`
/// where there is no query.
pub fn add_condition(text: &str, column: &str, condition: &str) -> Option<TextEdit> {
    let pipe = pipes_at(text, text.len()).pop()?;
    let mut last = pipe.stages.len() - 1;
    while last > 0 && passes(text, &pipe.stages[last], column) {
        last -= 1;
    }
    let after = &pipe.stages[last];
    // Behind the comment of the stage; a query on one line stays on one.
    let is_one_line = !text[pipe.stages[0].whole.start..pipe.stages[pipe.stages.len() - 1].span.end].contains('\n');
    if is_one_line && pipe.stages.len() > 1 {
        return Some(TextEdit { span: after.span.end..after.span.end, text: format!(" | where {condition}") });
    }
    let at = after.whole.end.max(after.span.end);
    let at = text[..at].trim_end().len();
    let next = pipe.stages.get(last + 1).or_else(|| pipe.stages.get(1)).filter(|it| it.has_bar);
    let indent = next.map_or("", |it| {
        let line = text[..it.span.start].rfind('\n').map_or(0, |it| it + 1);
        let before = &text[line..it.span.start];
        if before.trim().is_empty() { before } else { "" }
    });
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(TextEdit { span: at..at, text: format!("{ending}{indent}| where {condition}") })
}

/// True for an operator before which a condition on the column says the same as behind it, but for how many rows are
/// asked for.
fn passes(text: &str, stage: &Stage, column: &str) -> bool {
    let words = Words::of(&text[stage.span.clone()]);
    match words.first() {
        "take" | "limit" | "sort" | "order" | "render" | "project-reorder" => true,
        "serialize" => words.0.len() == 1,
        "top" => !words.0.contains(&"others"),
        "project" | "project-keep" => words.lists(column),
        "project-away" => !words.has_pattern() && !words.lists(column),
        _ => false,
    }
}

/// The tokens of a stage without its bar, blanks and comments.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    fn of(stage: &'a str) -> Self {
        let mut at = 0;
        let mut words = Vec::new();
        for token in tokenize(stage).0 {
            let end = token.end as usize;
            if !token.kind.is_trivia() && token.kind != K::Bar {
                words.push(&stage[at..end]);
            }
            at = end;
        }
        Self(words)
    }

    fn first(&self) -> &str {
        self.0.first().copied().unwrap_or_default()
    }

    fn has_pattern(&self) -> bool {
        self.0.iter().any(|it| it.contains('*'))
    }

    /// True when the column stands alone between two commas: as it is, not as a name for something else.
    fn lists(&self, column: &str) -> bool {
        let name = quoted_name(column);
        let mut items = self.0.get(1..).unwrap_or_default().split(|it| *it == ",");
        items.any(|item| item.concat() == name || item == [column])
    }
}
