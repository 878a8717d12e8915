//! The bracket that belongs to the one at the cursor.

use super::super::diagnostic::Span;
use super::super::kind::SyntaxKind as K;
use super::super::lexer::tokenize;

/// The pair of the bracket behind the cursor, else of the one before it: the opening one first. `None` where no bracket
/// stands or none belongs to it. Brackets in strings and comments are text.
pub fn bracket_pair(text: &str, offset: usize) -> Option<(Span, Span)> {
    let pairs = pairs(text);
    let touches =
        |place: usize| pairs.iter().find(|(open, close)| open.start == place || close.start == place).cloned();
    touches(offset).or_else(|| touches(offset.checked_sub(1)?))
}

/// All brackets that belong together, in the order of their closing ones. One that has no partner does not take another's.
pub(super) fn pairs(text: &str) -> Vec<(Span, Span)> {
    let mut open: Vec<(K, Span)> = Vec::new();
    let mut pairs = Vec::new();
    for token in tokenize(text).0 {
        let span = token.start as usize..token.end as usize;
        match token.kind {
            K::OpenParen | K::OpenBracket | K::OpenBrace => open.push((token.kind, span)),
            K::CloseParen | K::CloseBracket | K::CloseBrace => {
                let partner = opening_of(token.kind);
                if let Some(at) = open.iter().rposition(|(kind, _)| *kind == partner) {
                    pairs.push((open[at].1.clone(), span));
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
    pairs
}

fn opening_of(close: K) -> K {
    match close {
        K::CloseParen => K::OpenParen,
        K::CloseBracket => K::OpenBracket,
        _ => K::OpenBrace,
    }
}
