//! `find`: rows of several tables that fit a condition, with the columns that all of them have.

use std::collections::HashSet;

use super::union::same_names;
use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    ColumnSymbol, Expr, FindColumn, FindOperator, Name, Node, Parameter, ScalarType, SyntaxKind, TabularOperator,
};

/// The column of everything that has none of its own.
pub(super) const PACKED: &str = "pack_";

impl Binder<'_> {
    pub(super) fn find(&mut self, operator: FindOperator<'_>, has_input: bool) -> Option<Table> {
        if self.context.capabilities.is_some() {
            return self.find_rows(operator, has_input);
        }
        let tables = match operator.scope() {
            Some(scope) => self.scope_tables(scope),
            None => self.all_tables(&operator.span()),
        };
        let mixed = mixed(&tables);
        self.note_row(&operator.span(), &mixed);
        if let Some(predicate) = operator.predicate() {
            self.search_condition(predicate, &mixed.row());
        }
        let mut columns = vec![ColumnSymbol::new(source_column(operator), ScalarType::String)];
        match operator.project() {
            Some(project) if !project.is_smart() => {
                for item in project.columns() {
                    self.find_column(item, &mixed, &mut columns);
                }
            }
            _ => smart_columns(operator, &tables, &mixed, &mut columns),
        }
        let unknown = Unknown { is_open: mixed.unknown.is_open, ..Unknown::default() };
        self.opaque("find", &[], columns, unknown, operator.span())
    }

    /// One item of `project`.
    fn find_column(&mut self, item: FindColumn<'_>, mixed: &Table, columns: &mut Vec<ColumnSymbol>) {
        let (name, declared) = match item {
            FindColumn::Pack(_) => return columns.push(ColumnSymbol::new(PACKED, ScalarType::Dynamic)),
            FindColumn::Star(_) => return,
            FindColumn::Name(name) => (name, None),
            FindColumn::Typed(column) => {
                let Some(name) = column.name() else { return };
                (name, column.type_name().and_then(|ty| ScalarType::from_name(ty.text())))
            }
        };
        if let Some(value) = self.scalar_name(&name.value(), name.span(), &mixed.row()) {
            columns.push(ColumnSymbol::new(name.value(), declared.unwrap_or(value.ty)));
        }
    }
}

/// What `withsource` names, else the name it has by itself.
pub(super) fn source_column(operator: FindOperator<'_>) -> String {
    let mut parameters = TabularOperator::Find(operator).parameters();
    let named = parameters.find(|it| matches!(it.name().as_str(), "withsource" | "with_source"));
    match named.and_then(Parameter::value) {
        Some(Expr::Name(name)) => name.value().into_owned(),
        _ => "source_".to_owned(),
    }
}

/// The columns of all tables, each name once; of several types it is dynamic.
pub(super) fn mixed(tables: &[Table]) -> Table {
    let columns: Vec<ColumnSymbol> = of_one_type(tables.iter().flat_map(Table::columns));
    let mut table = Table::in_error(columns.into(), 0..0);
    table.unknown = tables.iter().fold(Unknown::default(), |all, table| all.and(&table.unknown));
    table
}

fn of_one_type<'c>(columns: impl Iterator<Item = &'c ColumnSymbol>) -> Vec<ColumnSymbol> {
    let one = |(_, same): (&str, Vec<&ColumnSymbol>)| {
        let differs = same.iter().any(|column| column.ty != same[0].ty);
        let ty = if differs { ScalarType::Dynamic } else { same[0].ty };
        ColumnSymbol { ty, ..same[0].clone() }
    };
    same_names(columns).into_iter().map(one).collect()
}

/// The columns that are shown where nobody says which: of the tables that have anything the condition is about, those
/// that all of these have, then what else the condition names, and the rest in one column.
fn smart_columns(operator: FindOperator<'_>, tables: &[Table], mixed: &Table, columns: &mut Vec<ColumnSymbol>) {
    let predicate = operator.predicate();
    let (named, has_terms) = predicate.map_or((Vec::new(), false), |it| about(it, mixed, false));
    let has_any = |table: &&Table| has_terms || named.iter().any(|&it| has(table, &mixed.columns()[it].name));
    let tables: Vec<&Table> = tables.iter().filter(has_any).collect();
    let in_all = |name: &str| !tables.is_empty() && tables.iter().all(|table| has(table, name));
    let common = of_one_type(tables.iter().flat_map(|table| table.columns()).filter(|column| in_all(&column.name)));
    let mut shown: HashSet<&str> = common.iter().map(|column| column.name.as_str()).collect();
    columns.extend(common.iter().cloned());
    for &index in &named {
        if shown.insert(&mixed.columns()[index].name) {
            columns.push(mixed.columns()[index].clone());
        }
    }
    if tables.iter().flat_map(|table| table.columns()).any(|column| !shown.contains(column.name.as_str())) {
        columns.push(ColumnSymbol::new(PACKED, ScalarType::Dynamic));
    }
}

pub(super) fn has(table: &Table, name: &str) -> bool {
    table.row().position(name).is_some()
}

/// The places of the columns that the condition names, and whether it has a text that any column may hold. The library
/// takes a member of a bag for the column of its name.
pub(super) fn about(predicate: Expr<'_>, mixed: &Table, minds_members: bool) -> (Vec<usize>, bool) {
    let node = predicate.node();
    let inside = || std::iter::once(node).chain(node.descendants());
    let is_member = |it: &Node<'_>| {
        it.parent()
            .is_some_and(|parent| parent.kind() == SyntaxKind::PathExpr && parent.span().start != it.span().start)
    };
    let names = inside().filter(|it| it.kind() == SyntaxKind::Name && !(minds_members && is_member(it)));
    let mut named = Vec::new();
    for name in names.filter_map(Name::cast) {
        let place = mixed.row().position(&name.value());
        named.extend(place.filter(|index| !named.contains(index)));
    }
    let is_term = |it: Node<'_>| {
        let stands_alone = it == node || it.parent().is_some_and(|parent| parent.kind() == SyntaxKind::LogicalExpr);
        it.kind() == SyntaxKind::StarExpr || (stands_alone && is_text(it))
    };
    (named, inside().any(is_term))
}

fn is_text(node: Node<'_>) -> bool {
    Expr::cast(node).and_then(Expr::without_parens).is_some_and(|expr| match expr {
        Expr::Literal(text) => text.kind() == SyntaxKind::StringLiteral,
        Expr::CompoundString(_) => true,
        _ => false,
    })
}
