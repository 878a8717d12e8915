//! `mv-expand`: a row for each element of an array, or each key of a bag.

use crate::kql::bind::Binder;
use crate::kql::bind::convert::{a, literal};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::operators::column;
use crate::kql::bind::projection::{Clash, Item, Projection};
use crate::kql::bind::scope::Table;
use crate::kql::{
    BagExpansion, ColumnSymbol, Expr, MvExpandOperator, MvItem, Operator, Relation, Scalar, ScalarKind, ScalarType,
    Span, TabularOperator, TypeOfLiteral, Value,
};

/// What the old spelling without a hyphen takes of each row.
const LEGACY_LIMIT: i64 = 128;

/// What came of the expressions of `mv-expand` or `mv-apply`.
pub(super) struct Expanded {
    pub(super) columns: Vec<ColumnSymbol>,
    /// Columns of the input that are expanded as they are.
    pub(super) applied: Vec<usize>,
    /// Places of what is expanded among the columns, and the value where it is no column of this place.
    pub(super) items: Vec<(usize, Option<Scalar>)>,
    pub(super) has_index: bool,
}

impl Binder<'_> {
    pub(super) fn mv_expand(&mut self, operator: MvExpandOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        let whole = TabularOperator::MvExpand(operator);
        let given = self.check_parameters("mv-expand", whole.parameters().map(Given::of_parameter), &input.row());
        let expanded = self.expanded(operator.items(), &given, &input)?;
        if self.is_official() {
            self.row_limit(operator.limit(), &input);
            let unknown = input.unknown.clone();
            return self.opaque("mv-expand", &[&input], expanded.columns, unknown, span);
        }
        let is_array = |it: &Given<'_>| matches!(it.name.as_str(), "kind" | "bagexpansion") && it.text() == "array";
        let bags = if given.iter().any(is_array) { BagExpansion::Array } else { BagExpansion::Bag };
        let is_legacy = whole.keyword().is_some_and(|word| word.text() == "mvexpand");
        let limit = match operator.limit() {
            Some(limit) => Some(self.row_count(limit)?),
            None => is_legacy.then_some(LEGACY_LIMIT),
        };
        self.expand(input, expanded, bags, limit, span)
    }

    /// The input with its items expanded.
    pub(super) fn expand(
        &mut self,
        input: Table,
        expanded: Expanded,
        bags: BagExpansion,
        limit: Option<i64>,
        span: Span,
    ) -> Option<Table> {
        let n_columns = expanded.columns.len() - usize::from(expanded.has_index);
        let (items, values): (Vec<usize>, Vec<Option<Scalar>>) = expanded.items.into_iter().unzip();
        let table = self.with_items(input, &expanded.columns[..n_columns], &items, values, span.clone())?;
        let input = Box::new(table.relation);
        let operator = Operator::MvExpand { input, items, bags, has_index: expanded.has_index, limit };
        self.table(Relation::new(operator, expanded.columns, span), table.unknown, table.depth + 1)
    }

    /// The input with what is expanded at its places, as yet in one piece.
    fn with_items(
        &mut self,
        input: Table,
        columns: &[ColumnSymbol],
        places: &[usize],
        items: Vec<Option<Scalar>>,
        span: Span,
    ) -> Option<Table> {
        if items.iter().all(Option::is_none) {
            return Some(input);
        }
        let (n_input, mut symbols) = (input.columns().len(), columns.to_vec());
        let mut values: Vec<Scalar> = (0..n_input).map(|place| column(&input.relation, place, span.clone())).collect();
        values.resize(columns.len(), literal(Value::Null(ScalarType::Dynamic), span.clone()));
        for (place, item) in places.iter().zip(items) {
            symbols[*place].ty = ScalarType::Dynamic;
            values[*place] = item.unwrap_or_else(|| values[*place].clone());
        }
        let operator = Operator::Project { input: Box::new(input.relation), values };
        self.table(Relation::new(operator, symbols, span), input.unknown, input.depth + 1)
    }

    /// The input's columns with those that are expanded, and the index where it is asked for. `None` where a query that
    /// runs cannot go on.
    pub(super) fn expanded<'t>(
        &mut self,
        items: impl Iterator<Item = MvItem<'t>>,
        given: &[Given<'_>],
        input: &Table,
    ) -> Option<Expanded> {
        let mut projection = Projection::of(input.columns());
        let (mut applied, mut placed, mut failed) = (Vec::new(), Vec::new(), false);
        for mv in items {
            let Some(item) = mv.expr().and_then(Item::of) else { continue };
            let value = self.scalar(item.expr, &input.row());
            failed |= !self.check_dynamic(value.as_ref());
            let source = match value.as_ref().map(|value| &value.kind) {
                Some(ScalarKind::Column(index)) => Some(*index),
                _ => None,
            };
            if item.declared.is_none() {
                applied.extend(source);
            }
            let ty = match mv.type_of() {
                Some(types) => Some(Self::single_type(types)),
                None => value.as_ref().map(|value| value.ty),
            };
            match self.add_item(&mut projection, &item, value.as_ref(), ty, Clash::Replace, &input.row()) {
                Some(place) => placed.push((place, value.filter(|_| source != Some(place)))),
                None => failed = true,
            }
        }
        let index = given.iter().find(|it| it.name == "with_itemindex").and_then(Given::new_name);
        let has_index = index.is_some();
        if let Some(index) = index {
            projection.add(ColumnSymbol::new(index, ScalarType::Long), Clash::Digit);
        }
        if failed && !self.is_official() {
            return None;
        }
        Some(Expanded { columns: projection.into_columns(), applied, items: placed, has_index })
    }

    /// True for a value that can be expanded.
    fn check_dynamic(&mut self, value: Option<&Scalar>) -> bool {
        let Some(value) = value else { return false };
        if matches!(value.ty, ScalarType::Dynamic | ScalarType::Unknown) {
            return true;
        }
        let message = format!("only a dynamic value can be expanded, and this is {}", a(value.ty));
        let finding = crate::kql::Diagnostic::error(self.code("SEM0447", "KS141"), value.span.clone(), message);
        let _: Option<()> = self.report(match value.ty {
            ScalarType::String => finding.with_hint("parse_json() makes a dynamic value of a text"),
            _ => finding,
        });
        false
    }

    /// The one type of `typeof(…)`.
    fn single_type(types: TypeOfLiteral<'_>) -> ScalarType {
        let name = types.types().next();
        name.and_then(|name| ScalarType::from_name(name.text())).unwrap_or(ScalarType::Unknown)
    }

    /// `limit n`, which is a whole number.
    pub(super) fn row_limit(&mut self, limit: Option<Expr<'_>>, input: &Table) {
        if let Some(limit) = limit {
            self.whole_number(limit, input);
        }
    }

    /// An expression that gives a whole number.
    pub(super) fn whole_number(&mut self, expr: Expr<'_>, input: &Table) {
        if let Some(value) = self.scalar(expr, &input.row())
            && !matches!(value.ty, ScalarType::Int | ScalarType::Long | ScalarType::Unknown)
        {
            let message = format!("a whole number is expected here, and this is {}", a(value.ty));
            let _: Option<()> = self.error("KS134", value.span, message);
        }
    }
}
