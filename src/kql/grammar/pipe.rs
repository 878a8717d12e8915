//! Pipes: a source, then operators with `|` between them.

use super::expression::{Rule, required, scalar_expr};
use super::name::name_length;
use super::operator::{operator, piped_operator};
use super::parameter::at_known_parameter;
use super::statement::at_statement;
use super::{Completed, Parser, SyntaxKind as K, close_bracket};

/// A source, then operators; also a scalar, since nothing in the syntax tells the two apart.
pub(super) fn pipe_expr(p: &mut Parser<'_>) -> Option<Completed> {
    let source = if at_query(p) {
        piped_operator(p).or_else(|| scalar_expr(p))
    } else {
        scalar_expr(p).or_else(|| piped_operator(p))
    }?;
    if !at_next_operator(p) && ends_pipe(p) {
        return Some(source);
    }
    let marker = p.precede(source);
    if !at_next_operator(p) {
        skip_stray(p);
    }
    operators(p);
    Some(p.complete(marker, K::PipeExpr))
}

/// True where the text can only be a query: it begins with the word of an operator that is no name there.
fn at_query(p: &Parser<'_>) -> bool {
    let second = p.nth(1);
    match p.current() {
        K::EvaluateKw => name_length(p, 1).is_some() || at_known_parameter(p, 1),
        K::FacetKw => second == K::ByKw,
        K::PartitionKw | K::ReduceKw => second == K::ByKw || at_known_parameter(p, 1),
        K::RangeKw => name_length(p, 1).is_some_and(|length| p.nth(1 + length) == K::FromKw),
        K::InlineExternalTableKw => matches!(second, K::OpenParen | K::KindKw),
        K::RenderKw => second.is_name() || second == K::ReservedWord,
        kind => kind.is_operator_keyword() && !kind.is_name(),
    }
}

fn at_next_operator(p: &Parser<'_>) -> bool {
    p.at(K::Bar) || at_operator(p)
}

/// True where an operator without its `|` seems to stand.
fn at_operator(p: &Parser<'_>) -> bool {
    let first = p.current();
    if !first.is_operator_keyword() {
        return false;
    }
    if !first.is_declared_name() {
        return true;
    }
    // The word may be a name: what follows decides.
    let second = p.nth(1);
    match first {
        K::PrintKw | K::SearchKw | K::FindKw | K::WhereKw | K::AsKw | K::InvokeKw => second != K::Equal,
        _ => {
            (second.is_name() || second.is_literal())
                && !second.is_operator_keyword()
                && !matches!(second, K::OnKw | K::AndKw | K::OrKw)
        }
    }
}

/// Operators up to the end of the pipe.
fn operators(p: &mut Parser<'_>) {
    while at_next_operator(p) {
        if !p.eat(K::Bar) {
            p.report("KS005", format!("expected '|' before '{}'", p.current_text()), None);
        }
        operator(p);
        if !at_next_operator(p) && !ends_pipe(p) {
            skip_stray(p);
        }
    }
}

/// True where a pipe may end, or where the rule around it knows better what is missing.
fn ends_pipe(p: &Parser<'_>) -> bool {
    p.at_any(&[K::Semicolon, K::EndOfText]) || p.in_brackets() || p.at_close() || at_statement(p)
}

/// What stands between an operator and the next `|` belongs to neither.
fn skip_stray(p: &mut Parser<'_>) {
    let code = if begins_statement(p.current()) { "KS005" } else { "KS198" };
    if p.is_reporting() {
        let hint = p.at(K::Equal).then(|| "Write == to compare".to_owned());
        p.report(code, format!("expected '|' or ';', found '{}'", p.shown()), hint);
    }
    p.skip_to(&[]);
}

/// Where Microsoft's parser begins another statement, and misses the `;` before it.
pub(super) fn begins_statement(kind: K) -> bool {
    kind.is_used_name()
        || kind.is_literal()
        || kind.is_operator_keyword()
        || matches!(
            kind,
            K::OpenParen | K::OpenBracket | K::Minus | K::Plus | K::At | K::DynamicKw | K::DatatableKw | K::SetKw
        )
}

/// What a bracket with a query inside may begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// Operators upon rows from outside.
    Operators,
    /// These, or a query of its own.
    OperatorsOrQuery,
    /// A query of its own.
    Query,
    /// Operators, or a table of the context.
    Context,
}

/// `(…)` with operators or a query inside.
pub(super) fn subquery(p: &mut Parser<'_>, inside: Inside) {
    bracketed(p, inside, K::OpenParen, K::CloseParen);
}

/// `{…}` with a query of its own inside.
pub(super) fn braced_query(p: &mut Parser<'_>) {
    bracketed(p, Inside::Query, K::OpenBrace, K::CloseBrace);
}

fn bracketed(p: &mut Parser<'_>, inside: Inside, open: K, close: K) {
    p.nested(|p| {
        let marker = p.start();
        let opened = p.expect(open);
        match inside {
            _ if !opened && !begins_statement(p.current()) => {}
            Inside::Query => {
                required(p, pipe_expr);
            }
            Inside::OperatorsOrQuery => {
                if !operators_upon(p, piped_operator) {
                    required(p, pipe_expr);
                }
            }
            Inside::Operators => {
                operators_upon(p, |p| Some(operator(p)));
            }
            Inside::Context => {
                operators_upon(p, |p| super::expression::contextual_table(p).or_else(|| Some(operator(p))));
            }
        }
        close_bracket(p, close, opened);
        Some(p.complete(marker, K::Subquery))
    });
}

/// Operators that take their rows from around; the first one read by a rule.
fn operators_upon(p: &mut Parser<'_>, first: Rule) -> bool {
    if first(p).is_none() {
        return false;
    }
    operators(p);
    true
}
