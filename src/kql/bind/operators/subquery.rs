//! Operators inside another operator: `mv-apply … on (…)`, `partition by a (…)`, `fork (…)`, `facet … with (…)`.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, Expr, Operator, Relation, Span, Subquery, TabularOperator};

/// Operators that may stand inside another one.
pub(super) type Allowed = fn(TabularOperator<'_>) -> bool;

/// All that go on after a pipe.
pub(super) const AFTER_PIPE: Allowed = |operator| {
    use TabularOperator as T;
    !matches!(
        operator,
        T::Print(_)
            | T::Range(_)
            | T::AssertSchema(_)
            | T::GraphMarkComponents(_)
            | T::GraphShortestPaths(_)
            | T::GraphWhereEdges(_)
            | T::GraphWhereNodes(_)
            | T::MacroExpand(_)
    )
};

/// Those of `fork` and `facet`.
pub(super) const OF_FORK: Allowed = |operator| {
    use TabularOperator as T;
    matches!(
        operator,
        T::As(_)
            | T::Count(_)
            | T::Distinct(_)
            | T::ExecuteAndCache(_)
            | T::Extend(_)
            | T::Where(_)
            | T::Invoke(_)
            | T::MvExpand(_)
            | T::Parse(_)
            | T::ParseWhere(_)
            | T::ParseKv(_)
            | T::Project(_)
            | T::ProjectAway(_)
            | T::ProjectByNames(_)
            | T::ProjectKeep(_)
            | T::ProjectRename(_)
            | T::ProjectReorder(_)
            | T::Reduce(_)
            | T::SampleDistinct(_)
            | T::Sample(_)
            | T::Sort(_)
            | T::Summarize(_)
            | T::Take(_)
            | T::TopHitters(_)
            | T::TopNested(_)
            | T::Top(_)
    )
};

impl Binder<'_> {
    /// What the operators in brackets make of a table.
    pub(super) fn subquery(&mut self, subquery: Subquery<'_>, input: Table, allowed: Allowed) -> Table {
        let span = subquery.span();
        let mut operators: Vec<TabularOperator<'_>> = subquery.operators().collect();
        // Operators upon operators are one pipe, whose first operator stands where a source would.
        let whole = subquery.query();
        let mut source = None;
        if let Some(Expr::Pipe(pipe)) = whole {
            match pipe.source() {
                Some(Expr::Operator(first)) => operators.push(first),
                other => source = other,
            }
            operators.extend(pipe.operators());
        } else if operators.is_empty() {
            source = whole;
        }
        let collecting = self.collecting.take();
        let input = match source {
            Some(Expr::ContextualDatatable(_)) | None => input,
            Some(source) => self.tabular(source).unwrap_or_else(|| Table::in_error([].into(), span)),
        };
        let table = self.operators_upon(&operators, input, allowed);
        self.collecting = collecting;
        table
    }

    /// What operators make of a table, one after the other; those that are not allowed are reported.
    pub(super) fn operators_upon(
        &mut self,
        operators: &[TabularOperator<'_>],
        input: Table,
        allowed: Allowed,
    ) -> Table {
        let lets = self.lets.len();
        let mut table = input;
        for &operator in operators {
            if let Some(keyword) = operator.keyword()
                && !allowed(operator)
            {
                let message = format!("'{}' cannot stand inside this operator", keyword.text());
                let _: Option<()> = self.error("KS177", keyword.span(), message);
            }
            let columns = Arc::clone(&table.relation.columns);
            table = match self.operator(operator, Some(table)) {
                Some(table) => table,
                None => Table::in_error(columns, operator.span()),
            };
        }
        self.lets.truncate(lets);
        table
    }

    /// A table of an operator of which only the columns are known.
    pub(super) fn opaque(
        &mut self,
        construct: &'static str,
        inputs: &[&Table],
        columns: Vec<ColumnSymbol>,
        unknown: Unknown,
        span: Span,
    ) -> Option<Table> {
        let depth = inputs.iter().map(|input| input.depth).max().unwrap_or(0) + 1;
        let inputs = inputs.iter().map(|input| input.relation.clone()).collect();
        self.table(Relation::new(Operator::Opaque { construct, inputs }, columns, span), unknown, depth)
    }

    /// The same columns as the input.
    pub(super) fn opaque_same(&mut self, construct: &'static str, input: Table, span: Span) -> Option<Table> {
        let columns = input.columns().to_vec();
        let unknown = input.unknown.clone();
        self.opaque(construct, &[&input], columns, unknown, span)
    }
}
