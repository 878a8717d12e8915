//! What stands between two tokens, by what they are and where they stand.

use super::super::kind::SyntaxKind as K;
use super::sheet::{Piece, Spacing};

/// `None` where no rule says anything: then one blank does, but a node's wish that fails leaves what stands there.
pub(super) fn between(before: &Piece, piece: &Piece) -> Option<Spacing> {
    if is_glued(before, piece) {
        return Some(Spacing::JoinedTight);
    }
    if is_word(before.kind) && is_word(piece.kind) {
        return Some(Spacing::Space);
    }
    if is_in_edge(before, piece) {
        return Some(Spacing::Space);
    }
    if is_infix(piece) || is_infix(before) {
        return Some(Spacing::Space);
    }
    if before.parent == K::UnaryExpr && matches!(before.kind, K::Minus | K::Plus) {
        return Some(Spacing::Tight);
    }
    after(before, piece).or_else(|| ahead_of(before, piece))
}

/// Tokens that make one name or one arrow: `['a b']`, `Device*`, `-->`, `-[`.
fn is_glued(before: &Piece, piece: &Piece) -> bool {
    let is_stroke = |kind| matches!(kind, K::Minus | K::Less | K::Greater | K::OpenBracket | K::CloseBracket);
    let is_arrow = is_stroke(before.kind) && is_stroke(piece.kind) && before.end == piece.start;
    match piece.parent {
        K::GraphEdge | K::MakeGraphOperator => is_arrow && before.parent == piece.parent,
        K::Name => before.parent == K::Name && (before.kind == K::OpenBracket || piece.kind == K::CloseBracket),
        K::WildcardName => before.parent == K::WildcardName && before.end == piece.start,
        _ => false,
    }
}

fn is_word(kind: K) -> bool {
    kind == K::Identifier || kind.is_keyword()
}

/// What stands in the brackets of an edge: `-[ e ]->`.
fn is_in_edge(before: &Piece, piece: &Piece) -> bool {
    let is_bracket = |piece: &Piece, kind| piece.parent == K::GraphEdge && piece.kind == kind;
    is_bracket(before, K::OpenBracket) || is_bracket(piece, K::CloseBracket)
}

/// An operator between two operands; a sign before one is none, nor is `between`.
fn is_infix(piece: &Piece) -> bool {
    matches!(piece.parent, K::BinaryExpr | K::LogicalExpr)
}

/// What the token before asks for.
fn after(before: &Piece, piece: &Piece) -> Option<Spacing> {
    match before.kind {
        K::Comma | K::Colon | K::Bar | K::Equal | K::DotDot | K::Semicolon => Some(Spacing::Space),
        K::OpenBrace if piece.kind == K::CloseBrace => None,
        K::OpenBrace if before.parent == K::JsonObject => Some(Spacing::Tight),
        K::OpenBrace => Some(Spacing::Space),
        K::OpenBracket | K::OpenParen | K::Dot => Some(Spacing::Tight),
        _ => None,
    }
}

/// What the token itself asks for.
fn ahead_of(before: &Piece, piece: &Piece) -> Option<Spacing> {
    match piece.kind {
        K::Comma | K::Colon | K::Semicolon | K::Dot | K::CloseParen | K::CloseBracket => Some(Spacing::Tight),
        K::Bar | K::Equal | K::DotDot => Some(Spacing::Space),
        K::CloseBrace if piece.parent == K::JsonObject => Some(Spacing::Tight),
        K::CloseBrace => Some(Spacing::Space),
        K::OpenBrace if piece.parent == K::FunctionBody => Some(Spacing::Space),
        K::OpenParen if takes_no_blank(before, piece) => Some(Spacing::Tight),
        _ => None,
    }
}

/// The brackets of calls, of lists to the right of `in`, of parameters and of `dynamic`.
fn takes_no_blank(before: &Piece, piece: &Piece) -> bool {
    match piece.parent {
        // These read like calls and are constructs of their own.
        K::ArgumentList => !matches!(before.kind, K::MaterializeKw | K::ToscalarKw | K::TotableKw),
        K::ExprList | K::FunctionParameters | K::DynamicLiteral => true,
        K::InRangeClause => before.kind == K::RangeKw,
        _ => false,
    }
}

/// True when two tokens would be read as another token, or as a comment, without a blank between them.
pub(super) fn would_merge(before: &str, piece: &str) -> bool {
    let (Some(left), Some(right)) = (before.chars().next_back(), piece.chars().next()) else { return false };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '\'' | '@');
    match (left, right) {
        ('.', '.') | ('=', '=' | '>' | '~') | ('!', '=' | '~' | 'a'..='z') | ('/', '/') | ('-', '-' | '>') => true,
        ('<', '>' | '=' | '|') | ('>', '=') | ('@', '"' | '\'') => true,
        _ => is_word(left) && is_word(right),
    }
}
