//! The names in a text, whatever they mean.

use std::collections::BTreeSet;

use super::kind::SyntaxKind;
use super::lexer::tokenize;

/// Every identifier of a text, each once: not what stands in comments and strings.
pub fn identifiers(text: &str) -> BTreeSet<&str> {
    let names = tokenize(text).0.into_iter().filter(|it| it.kind == SyntaxKind::Identifier);
    names.map(|it| &text[it.start as usize..it.end as usize]).collect()
}
