//! `mv-apply`: operators upon the elements of each row by themselves.

use std::sync::Arc;

use super::mv_expand::Expanded;
use crate::kql::bind::Binder;
use crate::kql::bind::grouped::{Grouping, chosen};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::operators::column;
use crate::kql::bind::projection::{Clash, Projection};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    BagExpansion, ColumnSymbol, MvApplyOperator, Operator, Relation, Scalar, ScalarType, Span, TabularOperator,
};

impl Binder<'_> {
    pub(super) fn mv_apply(&mut self, operator: MvApplyOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        let parameters = TabularOperator::MvApply(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("mv-apply", parameters, &input.row());
        let expanded = self.expanded(operator.items(), &given, &input)?;
        // Where the query gives no column of its name, Kusto keeps the array; the service's library thinks it gone.
        let is_kept = |place: usize| !self.is_official() || !expanded.applied.contains(&place);
        let kept: Vec<bool> = (0..input.columns().len()).map(is_kept).collect();
        if self.is_official() {
            self.row_limit(operator.limit(), &input);
            let inner = Operator::Opaque { construct: "mv-apply", inputs: vec![input.relation.clone()] };
            let inner = Relation::new(inner, expanded.columns, span.clone());
            let elements = Table { relation: inner, ..input.clone() };
            let result = operator.subquery().map(|it| self.subquery(it, elements, super::subquery::AFTER_PIPE));
            let results = result.as_ref().map(Table::columns).unwrap_or_default();
            let columns = outputs(input.columns(), &kept, results).0;
            let unknown = input.unknown.clone();
            return self.opaque("mv-apply", &[&input], columns, unknown, span);
        }
        if let Some(id) = operator.id() {
            return self.refuse("mv-apply id", id.span());
        }
        let limit = operator.limit().map(|limit| self.row_count(limit));
        let limit = if let Some(limit) = limit { Some(limit?) } else { None };
        let group = self.new_group();
        let elements = Relation::new(Operator::Group { group }, expanded.columns.clone(), span.clone());
        let elements = self.table(elements, input.unknown.clone(), input.depth + 1)?;
        let found = self.n_mistakes();
        let result = self.subquery(operator.subquery()?, elements, super::subquery::AFTER_PIPE);
        if self.n_mistakes() > found {
            return None;
        }
        let (depth, n_input) = (result.depth + 4, input.columns().len());
        let (columns, places) = outputs(input.columns(), &kept, result.columns());
        let groups = elements_of_all(input.relation, expanded, group, limit, &span);
        let spread = self.spread(&result.relation, &groups)?;
        let spread = Self::in_order_of_groups(spread, &groups);
        // In front of the query's columns stand the number of the row and the columns of the input.
        let places: Vec<usize> =
            places.iter().map(|(is_outer, at)| 1 + at + if *is_outer { 0 } else { n_input }).collect();
        self.table(chosen(spread, &places, columns, &span), Unknown::default(), depth)
    }
}

/// What is not expanded stays, and what the query gives comes behind it or in its place: the columns, and of each
/// whether it is one of the input, and which.
fn outputs(input: &[ColumnSymbol], kept: &[bool], result: &[ColumnSymbol]) -> (Vec<ColumnSymbol>, Vec<(bool, usize)>) {
    let mut projection = Projection::default();
    let mut places: Vec<(bool, usize)> = Vec::new();
    for (index, column) in input.iter().enumerate().filter(|(index, _)| kept[*index]) {
        if projection.add(column.clone(), Clash::Digit).is_some() {
            places.push((true, index));
        }
    }
    for (index, column) in result.iter().enumerate() {
        match projection.add(column.clone(), Clash::Replace) {
            Some(place) if place < places.len() => places[place] = (false, index),
            Some(_) => places.push((false, index)),
            None => {}
        }
    }
    (projection.into_columns(), places)
}

/// The elements of every row: the row's number, its columns, and the columns of the elements.
fn elements_of_all(input: Relation, expanded: Expanded, group: usize, limit: Option<i64>, span: &Span) -> Grouping {
    let n_input = input.columns.len();
    let number = ColumnSymbol::new("row", ScalarType::Long);
    let mut columns = input.columns.to_vec();
    columns.push(number.clone());
    let outer = Arc::clone(&input.columns);
    let numbered = Relation::new(Operator::RowId { input: Box::new(input), group }, columns, span.clone());
    let n_expanded = expanded.columns.len() - usize::from(expanded.has_index);
    let mut symbols = vec![number];
    symbols.extend(outer.iter().cloned());
    symbols.extend_from_slice(&expanded.columns[..n_expanded]);
    let mut values = vec![column(&numbered, n_input, span.clone())];
    values.extend((0..n_input).map(|place| column(&numbered, place, span.clone())));
    let own = |place: usize| -> Scalar {
        let item = expanded.items.iter().find(|(at, _)| *at == place).and_then(|(_, value)| value.clone());
        item.unwrap_or_else(|| column(&numbered, place, span.clone()))
    };
    values.extend((0..n_expanded).map(own));
    let items: Vec<usize> = expanded.items.iter().map(|(place, _)| 1 + n_input + place).collect();
    let mut unexpanded = symbols.clone();
    for item in &items {
        unexpanded[*item].ty = ScalarType::Dynamic;
    }
    let prepared = Operator::Project { input: Box::new(numbered), values };
    let prepared = Relation::new(prepared, unexpanded, span.clone());
    symbols.extend_from_slice(&expanded.columns[n_expanded..]);
    let operator = Operator::MvExpand {
        input: Box::new(prepared),
        items,
        bags: BagExpansion::Bag,
        has_index: expanded.has_index,
        limit,
    };
    Grouping { group, rows: Relation::new(operator, symbols, span.clone()), n_keys: 1, n_front: 1 + n_input }
}
