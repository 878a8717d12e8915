//! `partition hint.strategy=native by a (top 1 by b)`, `partition by a { T | where … }`, `__partitionby`

use super::expression::{call, simple_path};
use super::literal::{dynamic, literal};
use super::name::missing_name;
use super::parameter::{Names, parameters};
use super::pipe::{Inside, braced_query, subquery};
use super::{Parser, SyntaxKind as K};

pub(super) fn partition(p: &mut Parser<'_>) {
    parameters(p, &[], Names::EveryKnown);
    let by = p.start();
    p.expect(K::ByKw);
    column(p);
    p.complete(by, K::ByClause);
    if p.at(K::InKw) {
        let marker = p.start();
        p.bump();
        if call(p).is_none() && !(p.at(K::DynamicKw) && dynamic(p).is_some()) {
            p.missing_expression();
        }
        p.complete(marker, K::InClause);
    }
    if p.at(K::OpenBrace) { braced_query(p) } else { subquery(p, Inside::Operators) }
}

fn column(p: &mut Parser<'_>) {
    if simple_path(p).is_none() {
        missing_name(p);
    }
}

/// `__partitionby a id 'x' (…)`
pub(super) fn partition_by(p: &mut Parser<'_>) {
    parameters(p, &[], Names::EveryKnown);
    column(p);
    if p.at(K::IdKw) {
        let marker = p.start();
        p.bump();
        if literal(p).is_none() {
            p.missing("a value");
        }
        p.complete(marker, K::IdClause);
    }
    subquery(p, Inside::Context);
}

/// `partitioned-by T (…)` of `make-graph`.
pub(super) fn partitioned_by(p: &mut Parser<'_>) {
    if !p.at(K::PartitionedByKw) {
        return;
    }
    let marker = p.start();
    p.bump();
    column(p);
    subquery(p, Inside::Context);
    p.complete(marker, K::PartitionedByClause);
}
