//! The word at the cursor, and whether anything can be offered there at all.

use super::super::Span;
use super::super::kind::SyntaxKind as K;
use super::super::lexer::{Token, tokenize};

/// The bytes that an item replaces, and whether something may be offered.
pub(super) struct Place {
    pub(super) edit: Span,
    /// False inside comments, strings and other literals.
    pub(super) is_open: bool,
}

/// Looks at the tokens around a byte offset. The word that the cursor touches is replaced whole; where it touches two
/// things, the one behind it counts when it is a word.
pub(super) fn place_at(text: &str, offset: usize) -> Place {
    let tokens = tokenize(text).0;
    let index = tokens.partition_point(|token| (token.start as usize) < offset);
    let before = index.checked_sub(1).map(|before| tokens[before]);
    let behind = tokens.get(index).copied().filter(|token| token.start as usize == offset);
    let around = before.filter(|token| token.end as usize > offset);
    let touching = before.filter(|token| token.end as usize == offset);
    if let Some(token) = around {
        let is_blank = token.kind == K::Whitespace;
        let edit = if is_blank { offset..offset } else { span(token) };
        let is_closed = is_literal(token.kind) || token.kind == K::Comment;
        return Place { edit: dashed(text, edit), is_open: !is_closed };
    }
    // At the end of a line's comment the cursor is still in it.
    let is_closed = touching.is_some_and(|token| is_literal(token.kind) || token.kind == K::Comment)
        || behind.is_some_and(|token| is_literal(token.kind));
    let word = behind.filter(|token| is_word(text, *token)).or(touching.filter(|token| is_word(text, *token)));
    let edit = word.map_or(offset..offset, span);
    Place { edit: dashed(text, edit), is_open: !is_closed }
}

fn span(token: Token) -> Span {
    token.start as usize..token.end as usize
}

fn is_word(text: &str, token: Token) -> bool {
    let first = text.as_bytes()[token.start as usize];
    (token.kind == K::Identifier || token.kind.is_keyword() || token.kind == K::BadCharacter)
        && (first.is_ascii_alphabetic() || matches!(first, b'_' | b'$' | b'!'))
}

fn is_literal(kind: K) -> bool {
    (K::BoolLiteral..=K::UnterminatedString).contains(&kind)
}

/// An operator's name that is not finished, such as `project-` or `mv-ex`, is several tokens, and so is `hint.str`:
/// the edit takes in what stands before it without a blank.
fn dashed(text: &str, edit: Span) -> Span {
    let before = &text[..edit.start];
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let start = before.len() - before.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let word = &before[start..];
    if word.contains('-') && before[..start].trim_end().ends_with(['|', '(', '{']) {
        return start..edit.end;
    }
    match before.strip_suffix("hint.") {
        Some(rest) if !rest.ends_with(|c: char| is_part(c) || c == '.') => rest.len()..edit.end,
        _ => edit,
    }
}
