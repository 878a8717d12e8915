//! `scan with_match_id=m order by a partition by b declare (x:long=0) with (step s output=last: e => x = 1; …)`

use super::clause::sort_key;
use super::expression::{required, scalar_expr, scalar_item};
use super::function::parameter_list;
use super::name::{declared_name, missing_name};
use super::parameter::{Names, parameters};
use super::{Item, List, Parser, SyntaxKind as K, at_list_end, close_bracket};

pub(super) fn scan(p: &mut Parser<'_>) {
    parameters(p, &[], Names::EveryKnown);
    by_clause(p, K::OrderKw, K::OrderClause, sort_key);
    by_clause(p, K::PartitionKw, K::PartitionClause, scalar_item);
    if p.at(K::DeclareKw) {
        let marker = p.start();
        p.bump();
        parameter_list(p);
        p.complete(marker, K::DeclareClause);
    }
    p.expect(K::WithKw);
    p.nested(|p| {
        let opened = p.expect(K::OpenParen);
        while step(p) {}
        close_bracket(p, K::CloseParen, opened);
        Some(())
    });
}

/// `order by a`, `partition by b`
fn by_clause(p: &mut Parser<'_>, word: K, kind: K, item: Item) {
    if !p.at(word) {
        return;
    }
    let marker = p.start();
    p.bump();
    p.expect(K::ByKw);
    List::expressions(item).until(at_clause_end).read(p);
    p.complete(marker, kind);
}

fn at_clause_end(p: &Parser<'_>) -> bool {
    matches!(p.current(), K::PartitionKw | K::OrderKw | K::ByKw | K::DeclareKw | K::WithKw) || at_list_end(p)
}

/// `step s optional output=last: e => x = 1, y = 2;`
fn step(p: &mut Parser<'_>) -> bool {
    if !p.at(K::StepKw) {
        return false;
    }
    let marker = p.start();
    p.bump();
    if declared_name(p).is_none() {
        missing_name(p);
    }
    p.eat(K::OptionalKw);
    if p.at(K::OutputKw) {
        output(p);
    }
    p.expect(K::Colon);
    required(p, scalar_expr);
    if p.eat(K::FatArrow) {
        List::of("a name", assignment).until(at_list_end).read(p);
    }
    p.expect(K::Semicolon);
    p.complete(marker, K::ScanStep);
    true
}

fn output(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.expect(K::Equal);
    if matches!(p.current_text(), "all" | "last" | "none") {
        p.bump();
    } else {
        p.expected("'all', 'last' or 'none'");
    }
    p.complete(marker, K::ScanOutput);
}

/// `x = 1`
fn assignment(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if declared_name(p).is_none() {
        p.abandon(marker);
        return false;
    }
    p.expect(K::Equal);
    required(p, scalar_expr);
    p.complete(marker, K::ScanAssignment);
    true
}
