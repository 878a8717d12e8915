//! Tabular operators.

use super::clause::{by_clause, named_list, new_name, parameters, property_list, sort_key};
use super::expression::{named_expr, postfix_expr, scalar_expr, star_or_named, table_expr, wildcard_or_named};
use super::{Completed, Parser, SyntaxKind, comma_list};

/// True where a pipe may begin with an operator: those that make rows themselves, and, by mistake, any other.
pub(super) fn at_operator(p: &Parser<'_>) -> bool {
    use SyntaxKind as K;
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
        _ => (second.is_name() || second.is_literal()) && !second.is_operator_keyword() && !is_infix(second),
    }
}

fn is_infix(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::OnKw | SyntaxKind::AndKw | SyntaxKind::OrKw)
}

/// True for operators that make rows without an input.
pub(super) fn is_source(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(kind, K::PrintKw | K::RangeKw | K::UnionKw | K::SearchKw | K::FindKw | K::EvaluateKw | K::MacroExpandKw)
}

/// One operator. `None` when none begins at the cursor, which is reported.
pub(super) fn operator(p: &mut Parser<'_>) -> Option<Completed> {
    let Some((kind, rule)) = rule_of(p.current()) else {
        unknown_operator(p);
        return None;
    };
    let marker = p.start();
    p.bump();
    rule(p);
    Some(p.complete(marker, kind))
}

type Rule = fn(&mut Parser<'_>);

fn rule_of(keyword: SyntaxKind) -> Option<(SyntaxKind, Rule)> {
    use SyntaxKind as K;
    Some(match keyword {
        K::WhereKw | K::FilterKw => (K::WhereOperator, where_operator),
        K::ExtendKw => (K::ExtendOperator, named_list),
        K::ProjectKw => (K::ProjectOperator, optional_list),
        K::ProjectAwayKw => (K::ProjectAwayOperator, column_patterns),
        K::ProjectKeepKw => (K::ProjectKeepOperator, column_patterns),
        K::ProjectRenameKw => (K::ProjectRenameOperator, optional_list),
        K::ProjectReorderKw => (K::ProjectReorderOperator, project_reorder),
        K::SummarizeKw => (K::SummarizeOperator, summarize),
        K::SortKw | K::OrderKw => (K::SortOperator, sort),
        K::TopKw => (K::TopOperator, top),
        K::TakeKw | K::LimitKw => (K::TakeOperator, take),
        K::CountKw => (K::CountOperator, count),
        K::DistinctKw => (K::DistinctOperator, distinct),
        K::JoinKw => (K::JoinOperator, join),
        K::UnionKw => (K::UnionOperator, union),
        K::PrintKw => (K::PrintOperator, named_list),
        K::RangeKw => (K::RangeOperator, range),
        K::RenderKw => (K::RenderOperator, render),
        K::GetschemaKw => (K::GetSchemaOperator, getschema),
        K::AsKw => (K::AsOperator, as_operator),
        K::SerializeKw => (K::SerializeOperator, optional_list),
        K::ProjectSmartKw | K::ProjectByNamesKw => (K::UnsupportedOperator, swallow),
        kind if kind.is_unsupported_operator() => (K::UnsupportedOperator, swallow),
        _ => return None,
    })
}

/// An operator whose inside is not read.
fn swallow(p: &mut Parser<'_>) {
    p.swallow();
}

fn unknown_operator(p: &mut Parser<'_>) {
    let word = p.current_text();
    if p.is_reporting() && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let hint = nearest_operator(word).map(|name| format!("Did you mean {name}?"));
        p.report(format!("'{word}' is not a query operator"), hint);
    } else {
        p.error("expected a query operator after '|'");
    }
    p.skip_to(&[]);
}

/// The operator that differs from a word by the fewest letters, if by few.
fn nearest_operator(word: &str) -> Option<&'static str> {
    let names = SyntaxKind::operator_words();
    let best = names.map(|name| (distance(word, name), name)).min()?;
    (best.0 <= 1 + word.len() / 4).then_some(best.1)
}

/// Letters to add, drop, change or swap with the neighbour.
fn distance(left: &str, right: &str) -> usize {
    if left.len() > 32 {
        return usize::MAX;
    }
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = usize::from(left[i - 1] != right[j - 1]);
                let mut least = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
                if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[left.len()][right.len()]
}

/// `a = x` is read here too: Microsoft's parser leaves it to the binder to say that `==` was meant.
fn where_operator(p: &mut Parser<'_>) {
    parameters(p, &[]);
    named_expr(p);
}

/// A list that may be empty.
fn optional_list(p: &mut Parser<'_>) {
    if !at_operator_end(p) {
        named_list(p);
    }
}

fn at_operator_end(p: &Parser<'_>) -> bool {
    p.at_any(&[SyntaxKind::Bar, SyntaxKind::Semicolon, SyntaxKind::EndOfText]) || p.at_close()
}

/// `a, b*`
fn column_patterns(p: &mut Parser<'_>) {
    if !at_operator_end(p) {
        comma_list(p, |p| wildcard_or_named(p).is_some());
    }
}

/// `a desc, b*`
fn project_reorder(p: &mut Parser<'_>) {
    if !at_operator_end(p) {
        comma_list(p, |p| sort_key(p, |p| wildcard_or_named(p).is_some()));
    }
}

fn summarize(p: &mut Parser<'_>) {
    parameters(p, &["bin_legacy"]);
    if !at_operator_end(p) && !at_by(p) {
        named_list(p);
    }
    if at_by(p) {
        by_clause(p, |p| named_expr(p).is_some());
    }
}

/// `by` can be the name of a column that is declared.
fn at_by(p: &Parser<'_>) -> bool {
    p.at(SyntaxKind::ByKw) && p.nth(1) != SyntaxKind::Equal
}

fn sort(p: &mut Parser<'_>) {
    parameters(p, &[]);
    if p.at(SyntaxKind::ByKw) {
        by_clause(p, |p| sort_key(p, |p| named_expr(p).is_some()));
    } else {
        p.error("expected 'by'");
        p.skip_to(&[]);
    }
}

fn top(p: &mut Parser<'_>) {
    parameters(p, &[]);
    scalar_expr(p);
    if !p.at(SyntaxKind::ByKw) {
        p.error("expected 'by'");
        p.skip_to(&[]);
        return;
    }
    // Unlike `sort`, `top` has one key.
    let marker = p.start();
    p.bump();
    sort_key(p, |p| named_expr(p).is_some());
    p.complete(marker, SyntaxKind::ByClause);
}

fn take(p: &mut Parser<'_>) {
    parameters(p, &[]);
    scalar_expr(p);
}

/// `count`, or `count as Name`.
fn count(p: &mut Parser<'_>) {
    if p.eat(SyntaxKind::AsKw) {
        new_name(p);
    }
}

fn distinct(p: &mut Parser<'_>) {
    parameters(p, &[]);
    comma_list(p, |p| star_or_named(p).is_some());
}

/// `join kind=inner (right) on keys`
fn join(p: &mut Parser<'_>) {
    parameters(p, &["*"]);
    if postfix_expr(p).is_none() {
        p.skip_to(&[SyntaxKind::OnKw]);
    }
    if p.at(SyntaxKind::OnKw) {
        let marker = p.start();
        p.bump();
        comma_list(p, |p| scalar_expr(p).is_some());
        p.complete(marker, SyntaxKind::OnClause);
    }
}

fn union(p: &mut Parser<'_>) {
    parameters(p, &["*"]);
    comma_list(p, |p| table_expr(p).is_some());
}

/// `range x from 1 to 10 step 1`
fn range(p: &mut Parser<'_>) {
    new_name(p);
    for keyword in [SyntaxKind::FromKw, SyntaxKind::ToKw, SyntaxKind::StepKw] {
        if !p.expect(keyword) || scalar_expr(p).is_none() {
            return;
        }
    }
}

/// `render timechart with (title='x')`, or with the properties bare.
fn render(p: &mut Parser<'_>) {
    if p.current().is_token() && p.current_text().starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let marker = p.start();
        p.bump();
        p.complete(marker, SyntaxKind::Name);
    } else {
        p.error("expected the name of a chart");
        return;
    }
    property_list(p);
}

fn getschema(p: &mut Parser<'_>) {
    parameters(p, &["kind"]);
}

fn as_operator(p: &mut Parser<'_>) {
    parameters(p, &[]);
    new_name(p);
}
