//! `fork a=(where e) (count)`

use super::name::{name, name_length};
use super::pipe::{Inside, subquery};
use super::{Parser, SyntaxKind as K};

pub(super) fn fork(p: &mut Parser<'_>) {
    let mut found = false;
    loop {
        let named = name_length(p, 0).is_some_and(|length| p.nth(length) == K::Equal);
        if !named && !p.at(K::OpenParen) {
            break;
        }
        found = true;
        let marker = p.start();
        if named {
            name(p);
            p.bump();
        }
        subquery(p, Inside::OperatorsOrQuery);
        p.complete(marker, K::ForkBranch);
    }
    if !found {
        p.expected_token(K::OpenParen);
    }
}
