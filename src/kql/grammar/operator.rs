//! Tabular operators: which word begins which one, and those that are one line long.

use super::clause::{by_clause, of_clause, sort_key};
use super::expression::{Rule, call_path, named_expr, named_item, required, scalar_expr, scalar_item};
use super::name::{missing_name, name, wildcard_or_name};
use super::parameter::{Names, parameters};
use super::schema::{row_schema, star};
use super::{
    Completed, List, Parser, SyntaxKind, at_list_end, evaluate, facet, find, fork, graph, inline_external_table, join,
    macro_expand, make_series, mv_expand, parse_operator, partition, reduce, render, scan, search, top_nested,
};

/// What follows an operator's word.
type Body = fn(&mut Parser<'_>);

/// An operator after `|`. What is none is reported, and skipped up to the next `|`.
pub(super) fn operator(p: &mut Parser<'_>) -> Completed {
    piped_operator(p).unwrap_or_else(|| unknown_operator(p))
}

/// An operator, if one stands there.
pub(super) fn piped_operator(p: &mut Parser<'_>) -> Option<Completed> {
    let (kind, body) = body_of(p.current())?;
    // `count()` and `range()` are functions.
    let is_call = matches!(p.current(), SyntaxKind::CountKw | SyntaxKind::RangeKw) && p.nth(1) == SyntaxKind::OpenParen;
    if is_call || (kind == SyntaxKind::InlineExternalTableExpr && !inline_external_table::stands_there(p)) {
        return None;
    }
    let marker = p.start();
    if kind != SyntaxKind::TopNestedOperator {
        p.bump();
    }
    body(p);
    Some(p.complete(marker, kind))
}

fn body_of(keyword: SyntaxKind) -> Option<(SyntaxKind, Body)> {
    use SyntaxKind as K;
    if !keyword.is_operator_keyword() && keyword != K::InlineExternalTableKw {
        return None;
    }
    Some(match keyword {
        K::WhereKw | K::FilterKw => (K::WhereOperator, where_operator),
        K::ExtendKw => (K::ExtendOperator, named_list),
        K::ProjectKw => (K::ProjectOperator, optional_named_list),
        K::ProjectAwayKw => (K::ProjectAwayOperator, column_patterns),
        K::ProjectKeepKw => (K::ProjectKeepOperator, column_patterns),
        K::ProjectRenameKw => (K::ProjectRenameOperator, optional_named_list),
        K::ProjectReorderKw => (K::ProjectReorderOperator, project_reorder),
        K::ProjectByNamesKw => (K::ProjectByNamesOperator, project_by_names),
        K::SummarizeKw => (K::SummarizeOperator, summarize),
        K::SortKw | K::OrderKw => (K::SortOperator, sort),
        K::TopKw => (K::TopOperator, top),
        K::TakeKw | K::LimitKw => (K::TakeOperator, take),
        K::CountKw => (K::CountOperator, count),
        K::DistinctKw => (K::DistinctOperator, distinct),
        K::JoinKw => (K::JoinOperator, join::join),
        K::LookupKw => (K::LookupOperator, join::lookup),
        K::UnionKw => (K::UnionOperator, join::union),
        K::PrintKw => (K::PrintOperator, named_list),
        K::RangeKw => (K::RangeOperator, range),
        K::RenderKw => (K::RenderOperator, render::render),
        K::GetschemaKw => (K::GetSchemaOperator, |p| parameters(p, &["kind"], Names::Declared)),
        K::AsKw => (K::AsOperator, as_operator),
        K::SerializeKw => (K::SerializeOperator, serialize),
        K::AssertSchemaKw => (K::AssertSchemaOperator, assert_schema),
        K::ConsumeKw => (K::ConsumeOperator, |p| parameters(p, &[], Names::EveryKnown)),
        K::EvaluateKw => (K::EvaluateOperator, evaluate::evaluate),
        K::ExecuteAndCacheKw => (K::ExecuteAndCacheOperator, |_| {}),
        K::FacetKw => (K::FacetOperator, facet::facet),
        K::FindKw => (K::FindOperator, find::find),
        K::ForkKw => (K::ForkOperator, fork::fork),
        K::GraphMatchKw => (K::GraphMatchOperator, graph::graph_match),
        K::GraphMarkComponentsKw => (K::GraphMarkComponentsOperator, graph::graph_mark_components),
        K::GraphShortestPathsKw => (K::GraphShortestPathsOperator, graph::graph_match),
        K::GraphToTableKw => (K::GraphToTableOperator, graph::graph_to_table),
        K::GraphWhereEdgesKw => (K::GraphWhereEdgesOperator, condition),
        K::GraphWhereNodesKw => (K::GraphWhereNodesOperator, condition),
        K::InvokeKw => (K::InvokeOperator, invoke),
        K::InlineExternalTableKw => (K::InlineExternalTableExpr, inline_external_table::inline_external_table),
        K::MacroExpandKw => (K::MacroExpandOperator, macro_expand::macro_expand),
        K::MakeGraphKw => (K::MakeGraphOperator, graph::make_graph),
        K::MakeSeriesKw => (K::MakeSeriesOperator, make_series::make_series),
        K::MvApplyKw | K::MvapplyKw => (K::MvApplyOperator, mv_expand::mv_apply),
        K::MvExpandKw | K::MvexpandKw => (K::MvExpandOperator, mv_expand::mv_expand),
        K::ParseKw => (K::ParseOperator, parse_operator::parse),
        K::ParseWhereKw => (K::ParseWhereOperator, parse_operator::parse),
        K::ParseKvKw => (K::ParseKvOperator, parse_operator::parse_kv),
        K::PartitionKw => (K::PartitionOperator, partition::partition),
        K::PartitionbyKw => (K::PartitionByOperator, partition::partition_by),
        K::ReduceKw => (K::ReduceOperator, reduce::reduce),
        K::SampleKw => (K::SampleOperator, take),
        K::SampleDistinctKw => (K::SampleDistinctOperator, sample_distinct),
        K::ScanKw => (K::ScanOperator, scan::scan),
        K::SearchKw => (K::SearchOperator, search::search),
        K::TopHittersKw => (K::TopHittersOperator, top_hitters),
        K::TopNestedKw => (K::TopNestedOperator, top_nested::top_nested),
        _ => return None,
    })
}

fn unknown_operator(p: &mut Parser<'_>) -> Completed {
    let word = p.current_text();
    let marker = p.start();
    if p.at(SyntaxKind::Identifier) {
        if p.is_reporting() {
            let hint = nearest_operator(word).map(|name| format!("Did you mean {name}?"));
            p.report("KS176", format!("'{word}' is not a query operator"), hint);
        }
        p.bump();
    } else {
        p.missing_as("KS176", "a query operator after '|'");
    }
    p.skip_to(&[]);
    p.complete(marker, SyntaxKind::Error)
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

/// `a = x` is read here too: it is left to the binder to say that `==` was meant.
fn where_operator(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    required(p, named_expr);
}

fn condition(p: &mut Parser<'_>) {
    required(p, scalar_expr);
}

fn named_list(p: &mut Parser<'_>) {
    List::expressions(named_item).read(p);
}

fn optional_named_list(p: &mut Parser<'_>) {
    List::expressions(named_item).optional().read(p);
}

/// `a, b*`
fn column_patterns(p: &mut Parser<'_>) {
    List::expressions(wildcard_or_name).optional().read(p);
}

/// `a desc, b*`
fn project_reorder(p: &mut Parser<'_>) {
    let item = |p: &mut Parser<'_>| {
        let marker = p.start();
        if !wildcard_or_name(p) {
            p.abandon(marker);
            return false;
        }
        if super::clause::at_order(p) {
            p.bump();
        }
        p.complete(marker, SyntaxKind::SortKey);
        true
    };
    List::expressions(item).optional().read(p);
}

fn project_by_names(p: &mut Parser<'_>) {
    List::expressions(scalar_item).optional().read(p);
}

fn summarize(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    List::expressions(named_item).until(|p| p.at(SyntaxKind::ByKw) || at_list_end(p)).optional().read(p);
    if p.at(SyntaxKind::ByKw) {
        let marker = p.start();
        p.bump();
        let end = |p: &Parser<'_>| at_legacy_bin(p) || at_list_end(p);
        List::expressions(named_item).until(end).read(p);
        if at_legacy_bin(p) {
            named_expr(p);
        }
        p.complete(marker, SyntaxKind::ByClause);
    }
}

/// `by x bin=1h`, as it was once written.
fn at_legacy_bin(p: &Parser<'_>) -> bool {
    p.at(SyntaxKind::BinKw) && p.nth(1) == SyntaxKind::Equal && p.nth(2).is_literal()
}

fn sort(p: &mut Parser<'_>) {
    parameters(p, &[], Names::EveryKnown);
    by_clause(p, List::expressions(sort_key));
}

fn top(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    required(p, named_expr);
    // Unlike `sort`, `top` has one key.
    by_clause(p, List::of("an expression", sort_key).one());
}

/// `take 5`, `sample 5`
fn take(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    required(p, named_expr);
}

/// `sample-distinct 5 of a`
fn sample_distinct(p: &mut Parser<'_>) {
    take(p);
    of_clause(p);
}

/// `top-hitters 5 of a by b`
fn top_hitters(p: &mut Parser<'_>) {
    required(p, named_expr);
    of_clause(p);
    if p.at(SyntaxKind::ByKw) {
        by_clause(p, List::of("an expression", named_item).one());
    }
}

/// `count`, or `count as Name`.
fn count(p: &mut Parser<'_>) {
    if !p.eat(SyntaxKind::AsKw) {
        return;
    }
    if p.at(SyntaxKind::Identifier) {
        name(p);
    } else {
        p.expected("a name");
    }
}

fn distinct(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    List::expressions(|p| star(p) || named_item(p)).read(p);
}

fn serialize(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    optional_named_list(p);
}

/// `assert-schema (x:long)`
fn assert_schema(p: &mut Parser<'_>) {
    row_schema(p);
}

/// `invoke f(x)`
fn invoke(p: &mut Parser<'_>) {
    required(p, call_path);
}

/// `range x from 1 to 10 step 1`
fn range(p: &mut Parser<'_>) {
    if name(p).is_none() {
        missing_name(p);
    }
    for keyword in [SyntaxKind::FromKw, SyntaxKind::ToKw, SyntaxKind::StepKw] {
        p.expect(keyword);
        required(p, scalar_expr as Rule);
    }
}

fn as_operator(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    super::name::required_name(p);
}
