//! `search`: rows of some or all tables in which something is found. Bound for its columns; nothing here runs it.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, Expr, Operator, Relation, ScalarType, SearchOperator};

/// The column that says which table a row is of.
const TABLE_COLUMN: &str = "$table";

impl Binder<'_> {
    pub(super) fn search(&mut self, operator: SearchOperator<'_>, input: Option<Table>) -> Option<Table> {
        let span = operator.span();
        if self.context.capabilities.is_some() {
            return self.refuse("search", span);
        }
        let mut columns = vec![ColumnSymbol::new(TABLE_COLUMN, ScalarType::String)];
        let (tables, is_open) = match (operator.scope(), input) {
            (None, Some(input)) => {
                columns.extend(input.columns().iter().cloned());
                let is_open = input.unknown.is_open;
                (Vec::new(), is_open)
            }
            (Some(scope), _) => {
                let items: Vec<Expr<'_>> = scope.tables().collect();
                let tables: Vec<Table> = items.into_iter().flat_map(|item| self.search_tables(item)).collect();
                let is_open = tables.iter().any(|table| table.unknown.is_open);
                (tables, is_open)
            }
            (None, None) => {
                let names: Vec<String> = self.context.schema.tables().map(|table| table.name.clone()).collect();
                let views = self.views_like("*");
                let all = names.into_iter().chain(views);
                (all.filter_map(|name| self.table_name(&name, span.clone())).collect(), false)
            }
        };
        columns.extend(super::union::union_columns(&tables, false).into_iter().map(|output| output.column));
        let unknown = if is_open { Unknown::open() } else { Unknown::default() };
        self.table(
            Relation::new(Operator::Opaque { construct: "search", inputs: Vec::new() }, columns, span),
            unknown,
            1,
        )
    }

    /// The tables that an item of `in (…)` means; one that is in error may have any columns.
    fn search_tables(&mut self, item: Expr<'_>) -> Vec<Table> {
        self.union_branch(item, false).unwrap_or_else(|| vec![Table::in_error([].into(), item.span())])
    }
}
