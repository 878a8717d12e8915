//! `search`: rows of some or all tables in which something is found. Bound for its columns; nothing here runs it.

use super::find::mixed;
use super::union::union_columns;
use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Row, Table, Unknown};
use crate::kql::{BinaryExpr, ColumnSymbol, Expr, InClause, ScalarType, SearchOperator, Span, SyntaxKind};

/// The column that says which table a row is of.
const TABLE_COLUMN: &str = "$table";

impl Binder<'_> {
    pub(super) fn search(&mut self, operator: SearchOperator<'_>, input: Option<Table>) -> Option<Table> {
        let span = operator.span();
        if self.context.capabilities.is_some() {
            return self.refuse("search", span);
        }
        if let (true, Some(_), Some(word)) = (input.is_some(), operator.scope(), operator.node().tokens().next()) {
            let _: Option<()> = self.error("KS175", word.span(), "'search in' can only begin a query");
        }
        let tables = match (operator.scope(), input) {
            (Some(scope), _) => self.scope_tables(scope),
            (None, Some(input)) => vec![input],
            (None, None) => self.all_tables(&span),
        };
        let mixed = mixed(&tables);
        self.note_row(&span, &mixed);
        if let Some(predicate) = operator.predicate() {
            self.search_condition(predicate, &mixed.row());
        }
        let found = match tables.as_slice() {
            [only] => only.columns().to_vec(),
            all => union_columns(all, false, true).into_iter().map(|output| output.column).collect(),
        };
        let mut columns = vec![ColumnSymbol::new(TABLE_COLUMN, ScalarType::String)];
        columns.extend(found.into_iter().filter(|column| column.name != TABLE_COLUMN));
        let unknown = if mixed.unknown.is_open { Unknown::open() } else { Unknown::default() };
        self.opaque("search", &[], columns, unknown, span)
    }

    /// The tables of `in (…)`; one that is in error may have any columns.
    pub(super) fn scope_tables(&mut self, scope: InClause<'_>) -> Vec<Table> {
        let mut tables = Vec::new();
        for item in scope.tables() {
            let found = self.union_branch(item, false);
            tables.extend(found.unwrap_or_else(|| vec![Table::in_error([].into(), item.span())]));
        }
        tables
    }

    /// Every table of the schema, and every view of the text.
    pub(super) fn all_tables(&mut self, span: &Span) -> Vec<Table> {
        let names: Vec<String> = self.context.schema.tables_as_added().map(|table| table.name.clone()).collect();
        let all = names.into_iter().chain(self.views_like("*"));
        all.filter_map(|name| self.table_name(&name, span.clone())).collect()
    }

    /// A condition in which a text stands for every row that has it, `*` for any column, and `:` for `has`.
    pub(super) fn search_condition(&mut self, expr: Expr<'_>, row: &Row<'_>) {
        match expr {
            Expr::Paren(paren) => {
                let _ = self.deeper(expr.span(), |binder| {
                    binder.search_condition(paren.inner()?, row);
                    Some(())
                });
            }
            Expr::Logical(logical) => logical.operands().for_each(|operand| self.search_condition(operand, row)),
            Expr::Literal(text) if text.kind() == SyntaxKind::StringLiteral => {}
            Expr::CompoundString(_) => {}
            Expr::Binary(binary) if is_search_term(binary) => {
                for side in [binary.left(), binary.right()].into_iter().flatten() {
                    if !matches!(side, Expr::Star(_)) {
                        let _ = self.scalar(side, row);
                    }
                }
            }
            _ => {
                let _ = self.condition(expr, row);
            }
        }
    }
}

/// `a:"x"`, or anything about `*`.
fn is_search_term(binary: BinaryExpr<'_>) -> bool {
    let about_all = matches!(binary.left(), Some(Expr::Star(_)));
    about_all || binary.operator().is_some_and(|operator| operator.kind() == SyntaxKind::Colon)
}
