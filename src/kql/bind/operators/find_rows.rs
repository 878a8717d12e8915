//! The rows of `find`: of each table those that fit, each table's columns laid out alike, one table after another.

use super::column;
use super::find::{PACKED, about, has, mixed, source_column};
use super::union::same_names;
use crate::kql::bind::Binder;
use crate::kql::bind::convert::{convert, literal};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Row, Table, Unknown};
use crate::kql::bind::string_operator::string_operator;
use crate::kql::{
    ColumnSymbol, Expr, FindColumn, FindOperator, Node, Operator, ProjectClause, Relation, Scalar, ScalarType, Span,
    SyntaxKind, TabularOperator, Value,
};

/// What comes out beside the source.
struct Layout {
    /// With the type it was declared to have, if it was.
    columns: Vec<ColumnSymbol>,
    packs: Packs,
}

#[derive(Clone, Copy, PartialEq)]
enum Packs {
    Nothing,
    /// What has no column of its own.
    Rest,
    Everything,
}

impl Binder<'_> {
    pub(super) fn find_rows(&mut self, operator: FindOperator<'_>, has_input: bool) -> Option<Table> {
        let span = operator.span();
        if has_input {
            return self.refuse("find upon rows", span);
        }
        let found = self.n_mistakes();
        let parameters = TabularOperator::Find(operator).parameters().map(Given::of_parameter);
        self.check_parameters("find", parameters, &Row::NONE);
        if operator.project_away().is_some() {
            return self.refuse("find with __projectAway", span);
        }
        let mut tables = match operator.scope() {
            Some(scope) => self.scope_tables(scope),
            None => self.all_tables(&span),
        };
        let all = mixed(&tables);
        let predicate = operator.predicate()?;
        let (named, has_terms) = about(predicate, &all, true);
        let named: Vec<ColumnSymbol> = named.into_iter().map(|index| all.columns()[index].clone()).collect();
        if named.is_empty() && !has_terms {
            return self.refuse("find with a condition upon no column", span);
        }
        // Tables without anything that the condition is about are left out.
        tables.retain(|table| has_terms || named.iter().any(|column| has(table, &column.name)));
        if self.n_mistakes() > found {
            return None;
        }
        if tables.is_empty() {
            return self.error("SEM0100", span, "there is no table to look into");
        }
        let layout = match operator.project().filter(|project| !project.is_smart()) {
            Some(project) => self.chosen(project, &tables)?,
            None => smart(&named, &tables),
        };
        let shown = named.iter().chain(&layout.columns);
        if let Some(column) = shown.clone().find(|column| is_of_several_types(&column.name, &tables)) {
            return self.refuse(&format!("find of tables that give '{}' several types", column.name), span);
        }
        let source = source_column(operator);
        if layout.columns.iter().any(|column| column.name == source || column.name == PACKED) {
            return self.refuse("find of tables with a column of the name that find gives", span);
        }
        let mut branches = Vec::with_capacity(tables.len());
        for table in tables {
            branches.push(self.found_in(table, predicate, &named, &layout, &source)?);
        }
        match <[Table; 1]>::try_from(branches) {
            Ok([mut only]) => {
                only.source = None;
                Some(only)
            }
            Err(branches) => self.union_tables(branches, false, span),
        }
    }

    /// What `project` lists.
    fn chosen(&mut self, project: ProjectClause<'_>, tables: &[Table]) -> Option<Layout> {
        let mut layout = Layout { columns: Vec::new(), packs: Packs::Nothing };
        for item in project.columns() {
            let (name, declared) = match item {
                FindColumn::Pack(_) => {
                    layout.packs = Packs::Everything;
                    continue;
                }
                FindColumn::Star(star) => return self.refuse("find with project *", star.span()),
                FindColumn::Name(name) => (name, None),
                FindColumn::Typed(column) => (column.name()?, Some(column.type_name()?)),
            };
            let text = name.value();
            let Some(known) = tables.iter().find_map(|table| table.columns().iter().find(|it| it.name == text)) else {
                return self.refuse("find with a column that none of its tables has", name.span());
            };
            if layout.columns.iter().any(|column| column.name == text) {
                return self.refuse("find with a column twice", name.span());
            }
            let mut column = known.clone();
            if let Some(declared) = declared {
                let Some(ty) = ScalarType::from_name(declared.text()) else {
                    return self.error("SYN0002", declared.span(), format!("there is no type '{}'", declared.text()));
                };
                if ty != column.ty {
                    column = ColumnSymbol::new(text.as_ref(), ty);
                }
            }
            layout.columns.push(column);
        }
        if layout.packs == Packs::Everything && !layout.columns.is_empty() {
            // The documentation says that the bag has all columns, and shows one that has the rest.
            return self.refuse("find with columns and pack(*)", project.span());
        }
        Some(layout)
    }

    /// The rows of one table that fit, as they come out.
    fn found_in(
        &mut self,
        table: Table,
        predicate: Expr<'_>,
        named: &[ColumnSymbol],
        layout: &Layout,
        source: &str,
    ) -> Option<Table> {
        let span = table.relation.span.clone();
        if !table.unknown.is_empty() {
            return None;
        }
        let Some(label) = table.source.clone() else {
            return self.refuse("find in a table without a name", span);
        };
        let own: Vec<ColumnSymbol> = table.columns().to_vec();
        let missing: Vec<ColumnSymbol> = named.iter().filter(|column| !has(&table, &column.name)).cloned().collect();
        if !is_false_without(predicate, &missing) {
            return self.refuse("find with this condition upon a column that a table lacks", predicate.span());
        }
        let depth = table.depth + 3;
        let mut values: Vec<Scalar> = (0..own.len()).map(|at| column(&table.relation, at, span.clone())).collect();
        values.extend(missing.iter().map(|column| nothing(column.ty, &span)));
        let columns = [own.clone(), missing].concat();
        let widened = Operator::Project { input: Box::new(table.relation), values };
        let widened = Relation::new(widened, columns, span.clone());
        let row = Row { columns: &widened.columns, unknown: None };
        let fits = self.deeper(predicate.span(), |binder| binder.found(predicate, &row, false))?;
        let columns = std::sync::Arc::clone(&widened.columns);
        let found = Operator::Where { input: Box::new(widened), predicate: fits };
        let found = Relation::new(found, columns, span.clone());

        let mut columns = vec![ColumnSymbol::new(source, ScalarType::String)];
        let mut values = vec![literal(Value::String(label), span.clone())];
        for shown in &layout.columns {
            columns.push(shown.clone());
            values.push(match own.iter().position(|it| it.name == shown.name) {
                Some(at) => convert(column(&found, at, span.clone()), shown.ty),
                None => nothing(shown.ty, &span),
            });
        }
        if layout.packs != Packs::Nothing {
            columns.push(ColumnSymbol::new(PACKED, ScalarType::Dynamic));
            values.push(self.packed(&found, &own, layout, &span)?);
        }
        let operator = Operator::Project { input: Box::new(found), values };
        self.table(Relation::new(operator, columns, span), Unknown::default(), depth)
    }

    fn packed(&mut self, found: &Relation, own: &[ColumnSymbol], layout: &Layout, span: &Span) -> Option<Scalar> {
        let is_shown = |it: &ColumnSymbol| layout.columns.iter().any(|shown| shown.name == it.name);
        let mut pairs = Vec::new();
        for (at, it) in own.iter().enumerate() {
            if layout.packs == Packs::Everything || !is_shown(it) {
                pairs.push(literal(Value::String(it.name.clone()), span.clone()));
                pairs.push(column(found, at, span.clone()));
            }
        }
        if pairs.is_empty() {
            return self
                .refuse("find in a table whose columns all stand by themselves, beside one that packs", span.clone());
        }
        self.charge(pairs.len(), span)?;
        self.capable_call("bag_pack", pairs, ScalarType::Dynamic, span.clone())
    }
}

/// The columns that all tables have, then what else the condition names, and a bag where there are more.
fn smart(named: &[ColumnSymbol], tables: &[Table]) -> Layout {
    let in_all = |column: &&ColumnSymbol| tables.iter().all(|table| has(table, &column.name));
    let mut columns: Vec<ColumnSymbol> = tables[0].columns().iter().filter(in_all).cloned().collect();
    for column in named {
        if columns.iter().all(|it| it.name != column.name) {
            columns.push(column.clone());
        }
    }
    let is_shown = |it: &ColumnSymbol| columns.iter().any(|shown| shown.name == it.name);
    let has_rest = tables.iter().any(|table| !table.columns().iter().all(is_shown));
    Layout { packs: if has_rest { Packs::Rest } else { Packs::Nothing }, columns }
}

pub(super) fn is_of_several_types(name: &str, tables: &[Table]) -> bool {
    let same = same_names(tables.iter().flat_map(Table::columns)).into_iter().find(|(it, _)| *it == name);
    same.is_some_and(|(_, same)| same.iter().any(|column| column.ty != same[0].ty))
}

fn nothing(ty: ScalarType, span: &Span) -> Scalar {
    match ty {
        ScalarType::String => literal(Value::String(String::new()), span.clone()),
        ty => literal(Value::Null(ty), span.clone()),
    }
}

/// True where the condition without these columns is what it is with nothing in them, which is known where all that
/// asks for one asks for something to be there.
fn is_false_without(expr: Expr<'_>, missing: &[ColumnSymbol]) -> bool {
    let is_missing = |name: Node<'_>| {
        Expr::cast(name).is_some_and(
            |it| matches!(it, Expr::Name(name) if missing.iter().any(|column| column.name == name.value())),
        )
    };
    match expr {
        Expr::Paren(paren) => paren.inner().is_none_or(|inner| is_false_without(inner, missing)),
        Expr::Logical(logical) => logical.operands().all(|operand| is_false_without(operand, missing)),
        _ if !expr.node().descendants().any(is_missing) => true,
        Expr::Binary(binary) => {
            let wants = binary.operator().is_some_and(|it| {
                matches!(it.kind(), SyntaxKind::EqualEqual | SyntaxKind::EqualTilde | SyntaxKind::Colon)
                    || string_operator(it.kind()).is_some_and(|(_, negated)| !negated)
            });
            let something = matches!(binary.right(), Some(Expr::Literal(it)) if !is_empty(it.text()));
            wants && something && matches!(binary.left(), Some(Expr::Name(_)))
        }
        _ => false,
    }
}

/// True for the text of a literal that may stand for nothing.
fn is_empty(text: &str) -> bool {
    text.contains("null") || text.trim_matches(['@', 'h', 'H', '\'', '"', '`', '~']).is_empty()
}
