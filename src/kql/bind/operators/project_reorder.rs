//! `project-reorder`: these columns first, the others after them as they were.

use std::cmp::Ordering;

use crate::kql::ast::SortKey;
use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, Expr, ProjectReorderOperator, SyntaxKind};

impl Binder<'_> {
    pub(super) fn project_reorder(&mut self, operator: ProjectReorderOperator<'_>, mut input: Table) -> Option<Table> {
        let mut order: Vec<usize> = Vec::new();
        let mut named = std::collections::BTreeSet::new();
        let mut failed = false;
        for key in operator.items() {
            let Some(expr) = key_expr(key) else { continue };
            let Some(mut found) = self.columns_of(expr, &mut input) else {
                failed = true;
                continue;
            };
            if let (true, Expr::Name(name), [index]) = (self.is_official(), expr, found.as_slice())
                && !named.insert(*index)
            {
                let message = format!("there is a column '{}' already", name.value());
                let _: Option<()> = self.error("KS171", name.span(), message);
            }
            found.retain(|index| !order.contains(index));
            if let Some(direction) = key.order() {
                found.sort_by(|&a, &b| compare(direction.kind(), &input.columns()[a], &input.columns()[b]));
            }
            order.extend(found);
        }
        if failed {
            return None;
        }
        let rest: Vec<usize> = (0..input.columns().len()).filter(|index| !order.contains(index)).collect();
        order.extend(rest);
        self.choose(input, &order, operator.span())
    }
}

fn key_expr(key: SortKey<'_>) -> Option<Expr<'_>> {
    key.expr()
}

fn compare(direction: SyntaxKind, left: &ColumnSymbol, right: &ColumnSymbol) -> Ordering {
    let (left, right) = (left.name.as_str(), right.name.as_str());
    match direction {
        SyntaxKind::AscKw => left.cmp(right),
        SyntaxKind::DescKw => right.cmp(left),
        SyntaxKind::GrannyAscKw => natural(left, right),
        _ => natural(right, left),
    }
}

/// Numbers inside names count as numbers: `a2` stands before `a10`.
fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let (a, b) = (split_number(left), split_number(right));
        let ordering = match (a, b) {
            ((Some(a), _), (Some(b), _)) => a.cmp(&b),
            _ => left.chars().next().cmp(&right.chars().next()),
        };
        if ordering != Ordering::Equal || left.is_empty() {
            return ordering;
        }
        left = step(left, a);
        right = step(right, b);
    }
}

fn split_number(text: &str) -> (Option<u128>, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(38);
    (text[..digits].parse().ok(), digits)
}

fn step(text: &str, number: (Option<u128>, usize)) -> &str {
    let taken = if number.1 > 0 { number.1 } else { text.chars().next().map_or(0, char::len_utf8) };
    &text[taken..]
}
