//! Graphs: `make-graph a --> b with N on id`, `graph-match (a)-[e*1..3]->(b) where … project …`, `graph-to-table`.

use super::expression::{named_item, required, scalar_expr, signed};
use super::macro_expand::as_clause;
use super::name::{name, required_name};
use super::parameter::{Names, parameters};
use super::partition::partitioned_by;
use super::{List, Parser, SyntaxKind as K, at_list_end};

pub(super) fn make_graph(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    required_name(p);
    if arrow_length(p, &["-->", "--"]).is_some() {
        arrow(p, &["-->", "--"]);
    } else {
        p.expected("'-->'");
    }
    required_name(p);
    if p.at(K::WithNodeIdKw) {
        let marker = p.start();
        p.bump();
        p.expect(K::Equal);
        required_name(p);
        p.complete(marker, K::NodeIdClause);
    } else if p.eat(K::WithKw) {
        let end = |p: &Parser<'_>| p.at(K::PartitionedByKw) || at_list_end(p);
        List::expressions(table).until(end).read(p);
    }
    partitioned_by(p);
}

/// `Nodes on Id`
fn table(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if signed(p).is_none() {
        p.abandon(marker);
        return false;
    }
    p.expect(K::OnKw);
    required_name(p);
    p.complete(marker, K::GraphTable);
    true
}

/// `graph-match` and `graph-shortest-paths`.
pub(super) fn graph_match(p: &mut Parser<'_>) {
    parameters(p, &["output"], Names::Known);
    List::of("a pattern", pattern).read(p);
    if p.at(K::WhereKw) {
        let marker = p.start();
        p.bump();
        required(p, scalar_expr);
        p.complete(marker, K::WhereClause);
    }
    if p.at(K::ProjectKw) {
        let marker = p.start();
        p.bump();
        List::expressions(named_item).read(p);
        p.complete(marker, K::ProjectClause);
    }
}

/// `(a)-[e]->(b)`
fn pattern(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    let mut found = false;
    while node(p) || edge(p) {
        found = true;
    }
    if found {
        p.complete(marker, K::GraphPattern);
    } else {
        p.abandon(marker);
        p.missing_as("KS217", "a pattern such as (a)-[e]->(b)");
    }
    true
}

fn node(p: &mut Parser<'_>) -> bool {
    if !p.at(K::OpenParen) {
        return false;
    }
    let marker = p.start();
    p.bump();
    name(p);
    if !p.eat(K::CloseParen) {
        p.expected_token(K::CloseParen);
    }
    p.complete(marker, K::GraphNode);
    true
}

/// `-->`, `<--`, `--`, `-[e]->`, `<-[e]-`, `-[e*1..3]-`
fn edge(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if arrow(p, &["-->", "<--", "--"]) {
        p.complete(marker, K::GraphEdge);
        return true;
    }
    if !arrow(p, &["-[", "<-["]) {
        p.abandon(marker);
        return false;
    }
    name(p);
    if p.at(K::Star) {
        let range = p.start();
        p.bump();
        if signed(p).is_none() {
            p.missing("a value");
        }
        p.expect(K::DotDot);
        required(p, signed);
        p.complete(range, K::GraphEdgeRange);
    }
    if !arrow(p, &["]->", "]-"]) {
        p.expected("']->' or ']-'");
        p.eat(K::CloseBracket);
    }
    p.complete(marker, K::GraphEdge);
    true
}

/// Tokens, without blanks between them, that are together one of the arrows.
fn arrow_length(p: &Parser<'_>, arrows: &[&str]) -> Option<usize> {
    arrows.iter().find_map(|arrow| {
        let mut rest = *arrow;
        let mut ahead = 0;
        while !rest.is_empty() {
            let text = p.nth_text(ahead);
            if text.is_empty() || (ahead > 0 && !p.joined(ahead - 1)) {
                return None;
            }
            rest = rest.strip_prefix(text)?;
            ahead += 1;
        }
        Some(ahead)
    })
}

fn arrow(p: &mut Parser<'_>, arrows: &[&str]) -> bool {
    let Some(length) = arrow_length(p, arrows) else { return false };
    for _ in 0..length {
        p.bump();
    }
    true
}

/// `graph-to-table nodes as N with_node_id=Id, edges as E`
pub(super) fn graph_to_table(p: &mut Parser<'_>) {
    if !matches!(p.current(), K::NodesKw | K::EdgesKw) {
        p.missing_as("KS230", "'nodes' or 'edges'");
    }
    List::of("'nodes' or 'edges'", output).optional().read(p);
}

fn output(p: &mut Parser<'_>) -> bool {
    let declared: &[&str] = match p.current() {
        K::NodesKw => &["with_node_id"],
        K::EdgesKw => &["with_source_id", "with_target_id"],
        _ => return false,
    };
    let marker = p.start();
    p.bump();
    if p.at(K::AsKw) {
        as_clause(p);
    }
    parameters(p, declared, Names::Known);
    p.complete(marker, K::GraphOutput);
    true
}

/// `graph-mark-components kind=weak with_component_id=Id`
pub(super) fn graph_mark_components(p: &mut Parser<'_>) {
    parameters(p, &["with_component_id"], Names::Known);
}
