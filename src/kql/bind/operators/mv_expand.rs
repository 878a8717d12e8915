//! `mv-expand`: a row for each element of an array, or each key of a bag.

use crate::kql::bind::Binder;
use crate::kql::bind::convert::a;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::projection::{Clash, Item, Projection};
use crate::kql::bind::scope::Table;
use crate::kql::{
    ColumnSymbol, Expr, MvExpandOperator, MvItem, Scalar, ScalarKind, ScalarType, TabularOperator, TypeOfLiteral,
};

/// What came of the expressions of `mv-expand` or `mv-apply`.
pub(super) struct Expanded {
    pub(super) columns: Vec<ColumnSymbol>,
    /// Columns of the input that are expanded as they are.
    pub(super) applied: Vec<usize>,
}

impl Binder<'_> {
    pub(super) fn mv_expand(&mut self, operator: MvExpandOperator<'_>, input: Table) -> Option<Table> {
        let parameters = TabularOperator::MvExpand(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("mv-expand", parameters, &input.row());
        let expanded = self.expanded(operator.items(), &given, &input);
        self.row_limit(operator.limit(), &input);
        let unknown = input.unknown.clone();
        self.opaque("mv-expand", &[&input], expanded.columns, unknown, operator.span())
    }

    /// The input's columns with those that are expanded, and the index where it is asked for.
    pub(super) fn expanded<'t>(
        &mut self,
        items: impl Iterator<Item = MvItem<'t>>,
        given: &[Given<'_>],
        input: &Table,
    ) -> Expanded {
        let mut projection = Projection::of(input.columns());
        let mut applied = Vec::new();
        for mv in items {
            let Some(item) = mv.expr().and_then(Item::of) else { continue };
            let value = self.scalar(item.expr, &input.row());
            self.check_dynamic(value.as_ref());
            if let (None, Some(ScalarKind::Column(index))) = (&item.declared, value.as_ref().map(|value| &value.kind)) {
                applied.push(*index);
            }
            let ty = match mv.type_of() {
                Some(types) => Some(Self::single_type(types)),
                None => value.as_ref().map(|value| value.ty),
            };
            self.add_item(&mut projection, &item, value.as_ref(), ty, Clash::Replace, &input.row());
        }
        if let Some(index) = given.iter().find(|it| it.name == "with_itemindex").and_then(Given::new_name) {
            projection.add(ColumnSymbol::new(index, ScalarType::Long), Clash::Digit);
        }
        Expanded { columns: projection.into_columns(), applied }
    }

    fn check_dynamic(&mut self, value: Option<&Scalar>) {
        if let Some(value) = value
            && !matches!(value.ty, ScalarType::Dynamic | ScalarType::Unknown)
        {
            let message = format!("only a dynamic value can be expanded, and this is {}", a(value.ty));
            let finding = crate::kql::Diagnostic::error("KS141", value.span.clone(), message);
            let _: Option<()> = self.report(match value.ty {
                ScalarType::String => finding.with_hint("parse_json() makes a dynamic value of a text"),
                _ => finding,
            });
        }
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
