//! `search`: rows of some or all tables in which something is found: a union of the tables, and a condition upon it.

use std::sync::Arc;

use super::find::{about, has, mixed};
use super::find_rows::is_of_several_types;
use super::union::union_columns;
use crate::kql::bind::Binder;
use crate::kql::bind::comparison::{boolean, negate_if};
use crate::kql::bind::convert::{convert, literal};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Row, Table, Unknown};
use crate::kql::bind::string_operator::string_operator;
use crate::kql::{
    BinaryExpr, ColumnSymbol, Expr, InClause, Operator, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType,
    SearchOperator, Span, SyntaxKind, TabularOperator, Value,
};

/// The column that says which table a row is of.
const TABLE_COLUMN: &str = "$table";

impl Binder<'_> {
    pub(super) fn search(&mut self, operator: SearchOperator<'_>, input: Option<Table>) -> Option<Table> {
        let span = operator.span();
        if !self.is_official() {
            return self.search_rows(operator, input, span);
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

    /// All tables one after another, under their names, and of them the rows that fit.
    fn search_rows(&mut self, operator: SearchOperator<'_>, input: Option<Table>, span: Span) -> Option<Table> {
        let parameters = TabularOperator::Search(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("search", parameters, &Row::NONE);
        let kind = given.iter().find(|it| it.name == "kind").map_or("", Given::text);
        let minds_case = kind == "case_sensitive";
        let found = self.n_mistakes();
        let tables = match (operator.scope(), input) {
            (Some(scope), None) => self.scope_tables(scope),
            (None, Some(input)) => vec![input],
            (None, None) => self.all_tables(&span),
            (Some(_), Some(_)) => return self.error("SYN0002", span, "'search in' can only begin a query"),
        };
        if self.n_mistakes() > found {
            return None;
        }
        if tables.is_empty() {
            return self.error("SEM0100", span, "there is no table to search");
        }
        let tables = self.tables_about(tables, operator, &span)?;
        let mut labelled = Vec::with_capacity(tables.len());
        for (index, table) in tables.into_iter().enumerate() {
            let label = table.source.clone().unwrap_or_else(|| format!("search_arg{index}"));
            labelled.push(self.with_source(table, TABLE_COLUMN, label)?);
        }
        let table = match <[Table; 1]>::try_from(labelled) {
            Ok([only]) => only,
            Err(labelled) => self.union_tables(labelled, false, span.clone())?,
        };
        let Some(predicate) = operator.predicate() else { return Some(table) };
        let predicate = self.deeper(predicate.span(), |binder| binder.found(predicate, &table.row(), minds_case))?;
        let columns = Arc::clone(&table.relation.columns);
        let operator = Operator::Where { input: Box::new(table.relation), predicate };
        self.table(Relation::new(operator, columns, span), table.unknown, table.depth + 1)
    }

    /// The tables that have anything the condition is about: as in `find`, the others are left out.
    fn tables_about(
        &mut self,
        mut tables: Vec<Table>,
        operator: SearchOperator<'_>,
        span: &Span,
    ) -> Option<Vec<Table>> {
        let Some(predicate) = operator.predicate() else { return Some(tables) };
        let all = mixed(&tables);
        let (named, has_terms) = about(predicate, &all, true);
        let named: Vec<&ColumnSymbol> = named.into_iter().map(|index| &all.columns()[index]).collect();
        let is_split = |column: &&&ColumnSymbol| is_of_several_types(&column.name, &tables);
        if let Some(column) = named.iter().find(is_split) {
            let construct = format!("search for '{}' in tables that give it several types", column.name);
            return self.refuse(&construct, span.clone());
        }
        if !has_terms && !named.is_empty() {
            tables.retain(|table| named.iter().any(|column| has(table, &column.name)));
        }
        Some(tables)
    }

    /// A condition in which a text stands for every row that has it.
    pub(super) fn found(&mut self, expr: Expr<'_>, row: &Row<'_>, minds_case: bool) -> Option<Scalar> {
        match expr {
            Expr::Paren(paren) => self.deeper(expr.span(), |binder| binder.found(paren.inner()?, row, minds_case)),
            Expr::Logical(logical) => {
                let operator = if logical.is_and() { ScalarOperator::And } else { ScalarOperator::Or };
                let mut operands = Vec::new();
                for operand in logical.operands() {
                    operands.push(self.deeper(operand.span(), |binder| binder.found(operand, row, minds_case))?);
                }
                Some(boolean(operator, operands, expr.span()))
            }
            Expr::Literal(text) if text.kind() == SyntaxKind::StringLiteral => self.has_term(expr, row, minds_case),
            Expr::CompoundString(_) => self.has_term(expr, row, minds_case),
            Expr::Call(call) if call.name().is_some_and(|name| name.value() == "not") => {
                let inner = call.arguments().next()?;
                let inner = self.deeper(inner.span(), |binder| binder.found(inner, row, minds_case))?;
                Some(boolean(ScalarOperator::Not, vec![inner], expr.span()))
            }
            Expr::Binary(binary) if binary.operator().is_some_and(|it| it.kind() == SyntaxKind::Colon) => {
                let (left, right) = (binary.left()?, binary.right()?);
                if matches!(left, Expr::Star(_)) {
                    return self.has_term(right, row, minds_case);
                }
                let column = self.scalar(left, row)?;
                let term = self.term(right)?;
                if !matches!(column.ty, ScalarType::String | ScalarType::Dynamic) {
                    return self.refuse("':' upon what is no text", expr.span());
                }
                self.column_has(column, &term, minds_case, &expr.span())
            }
            _ => self.condition(expr, row),
        }
    }

    fn term(&mut self, expr: Expr<'_>) -> Option<String> {
        match self.constant(expr)?.kind {
            ScalarKind::Literal(Value::String(text)) => Some(text),
            _ => self.error("SEM0040", expr.span(), "a text is expected here"),
        }
    }

    /// A text that some column has.
    fn has_term(&mut self, expr: Expr<'_>, row: &Row<'_>, minds_case: bool) -> Option<Scalar> {
        let term = self.term(expr)?;
        if term == "*" {
            return Some(literal(Value::Bool(true), expr.span()));
        }
        self.any_column(&term, row, &expr.span(), |binder, column| {
            binder.column_has(column, &term, minds_case, &expr.span())
        })
    }

    /// True where some column of text fits. What could stand in a number or a time is refused where there are such
    /// columns: whether Kusto looks into those is not known.
    fn any_column(
        &mut self,
        term: &str,
        row: &Row<'_>,
        span: &Span,
        mut fits: impl FnMut(&mut Self, Scalar) -> Option<Scalar>,
    ) -> Option<Scalar> {
        let mut operands = Vec::new();
        for (place, column) in row.columns.iter().enumerate().filter(|(_, column)| column.name != TABLE_COLUMN) {
            if matches!(column.ty, ScalarType::String | ScalarType::Dynamic) {
                let value = Scalar { kind: ScalarKind::Column(place), ty: column.ty, span: span.clone() };
                operands.push(fits(self, value)?);
            } else if could_stand_in(term, column.ty) {
                let construct = format!("looking for '{term}' in a column of {}", column.ty);
                return self.refuse(&construct, span.clone());
            }
        }
        self.charge(operands.len(), span)?;
        Some(match operands.len() {
            0 => literal(Value::Bool(false), span.clone()),
            1 => operands.remove(0),
            _ => boolean(ScalarOperator::Or, operands, span.clone()),
        })
    }

    /// `* has 'x'` and its like.
    pub(in crate::kql::bind) fn any_column_operation(&mut self, expr: BinaryExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let (operator, right) = (expr.operator()?, expr.right()?);
        let Some((operation, negated)) = string_operator(operator.kind()) else {
            return self.refuse(&format!("* {}", operator.text()), expr.span());
        };
        let is_text = |column: &&ColumnSymbol| matches!(column.ty, ScalarType::String | ScalarType::Dynamic);
        if negated && row.columns.iter().filter(is_text).count() != 1 {
            // Not in any column, or in some column not: only over one column that is the same.
            return self.refuse(&format!("* {} over several columns", operator.text()), expr.span());
        }
        let term = self.term(right)?;
        let needle = literal(Value::String(term.clone()), right.span());
        let found = self.any_column(&term, row, &expr.span(), |_, column| {
            let operands = vec![convert(column, ScalarType::String), needle.clone()];
            Some(boolean(operation, operands, expr.span()))
        })?;
        Some(negate_if(negated, found))
    }

    /// A star at an end of the term stands for the rest of a word, one inside for anything.
    fn column_has(&mut self, column: Scalar, term: &str, minds_case: bool, span: &Span) -> Option<Scalar> {
        use ScalarOperator as O;
        let starts = term.len() > 1 && term.starts_with('*');
        let ends = term.len() > 1 && term.ends_with('*');
        let inner = &term[usize::from(starts)..term.len() - usize::from(ends)];
        let column = convert(column, ScalarType::String);
        if inner.contains('*') {
            let parts: Vec<String> = inner.split('*').map(regex::escape).collect();
            let edge = |open: bool| if open { "" } else { r"\b" };
            let case = if minds_case { "" } else { "(?i)" };
            let pattern = format!("{case}{}{}{}", edge(starts), parts.join(".*"), edge(ends));
            self.check_regex(&pattern, span)?;
            let pattern = literal(Value::String(pattern), span.clone());
            return Some(boolean(O::MatchesRegex, vec![column, pattern], span.clone()));
        }
        let operator = match (starts, ends, minds_case) {
            (false, false, false) => O::Has,
            (false, false, true) => O::HasCs,
            (false, true, false) => O::HasPrefix,
            (false, true, true) => O::HasPrefixCs,
            (true, false, false) => O::HasSuffix,
            (true, false, true) => O::HasSuffixCs,
            (true, true, false) => O::Contains,
            (true, true, true) => O::ContainsCs,
        };
        let needle = literal(Value::String(inner.to_owned()), span.clone());
        Some(boolean(operator, vec![column, needle], span.clone()))
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

/// True when the text of a value of the type could have the term.
fn could_stand_in(term: &str, ty: ScalarType) -> bool {
    let term = term.trim_matches('*').to_ascii_lowercase();
    let only = |others: &str| term.chars().all(|char| char.is_ascii_digit() || others.contains(char));
    let n_dots = term.matches('.').count();
    match ty {
        ScalarType::Bool => "true".contains(&term) || "false".contains(&term),
        ScalarType::Int | ScalarType::Long => only("-"),
        ScalarType::Real | ScalarType::Decimal => only("-+.e") && n_dots < 2,
        ScalarType::Datetime => only("-:.tz ") && n_dots < 2,
        ScalarType::Timespan => only("-:.") && (n_dots < 2 || term.contains(':')),
        ScalarType::Guid => only("-abcdef"),
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => false,
    }
}

/// `a:"x"`, or anything about `*`.
fn is_search_term(binary: BinaryExpr<'_>) -> bool {
    let about_all = matches!(binary.left(), Some(Expr::Star(_)));
    about_all || binary.operator().is_some_and(|operator| operator.kind() == SyntaxKind::Colon)
}
