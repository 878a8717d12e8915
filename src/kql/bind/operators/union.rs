//! `union`: tables one after another, columns matched by name (`kql-semantics` §14.3).

use std::collections::BTreeSet;

use crate::kql::bind::Binder;
use crate::kql::bind::convert::literal;
use crate::kql::bind::name::free_name;
use crate::kql::bind::operators::{column, matches_pattern};
use crate::kql::bind::scope::{LetValue, Lets, Table, Unknown};
use crate::kql::{
    ColumnSymbol, Expr, Operator, Relation, ScalarType, Severity, Span, TabularOperator, UnionInput, UnionOperator,
    Value,
};

/// The code of a branch that `isfuzzy` leaves out.
const LEFT_OUT: &str = "TLY0019";

/// What `union` was told beside its tables.
#[derive(Default)]
struct Settings {
    inner: bool,
    fuzzy: bool,
    source: Option<String>,
}

impl Binder<'_> {
    pub(super) fn union(&mut self, operator: UnionOperator<'_>, input: Option<Table>) -> Option<Table> {
        let settings = self.union_settings(operator)?;
        let mut branches: Vec<Table> = input.into_iter().collect();
        let mut failed = false;
        for expr in operator.tables() {
            match self.union_branch(expr, settings.fuzzy) {
                Some(tables) => branches.extend(tables),
                None => failed = true,
            }
        }
        if self.context.capabilities.is_none() {
            if failed {
                branches.push(Table::in_error([].into(), operator.span()));
            }
            return self.looked_at_union(branches, &settings, operator.span());
        }
        if failed {
            return None;
        }
        if branches.is_empty() {
            return self.error("SEM0100", operator.span(), "none of the tables of this union exists");
        }
        if let Some(name) = &settings.source {
            if branches.iter().any(|branch| branch.row().position(name).is_some()) {
                // Which of the two would get another name is not known.
                return self.refuse("union withsource= of the name of a column", operator.span());
            }
            let labelled: Option<Vec<Table>> = branches
                .into_iter()
                .enumerate()
                .map(|(index, table)| {
                    let label = table.source.clone().unwrap_or_else(|| format!("union_arg{index}"));
                    self.with_source(table, name, label)
                })
                .collect();
            branches = labelled?;
        }
        self.union_tables(branches, settings.inner, operator.span())
    }

    /// The union that the library sees: the column of the source comes first whatever else is named so, and `kind=inner`
    /// changes no columns.
    fn looked_at_union(&mut self, branches: Vec<Table>, settings: &Settings, span: Span) -> Option<Table> {
        let mut columns: Vec<ColumnSymbol> = Vec::new();
        columns.extend(settings.source.as_ref().map(|name| ColumnSymbol::new(name, ScalarType::String)));
        columns.extend(union_columns(&branches, false, true).into_iter().map(|output| output.column));
        self.charge(columns.len().saturating_mul(branches.len()) / 16, &span)?;
        let depth = branches.iter().map(|branch| branch.depth).max().unwrap_or(0) + 1;
        let unknown = branches.iter().fold(Unknown::default(), |all, branch| all.and(&branch.unknown));
        let operator = Operator::Opaque { construct: "union", inputs: Vec::new() };
        self.table(Relation::new(operator, columns, span), unknown, depth)
    }

    fn union_settings(&mut self, operator: UnionOperator<'_>) -> Option<Settings> {
        let mut settings = Settings::default();
        for parameter in TabularOperator::Union(operator).parameters() {
            let name = parameter.name();
            let value = parameter.value().map_or("", |value| value.node().text());
            match (name.as_str(), value) {
                ("kind", "outer") | ("isfuzzy", "false") => {}
                ("kind", "inner") => settings.inner = true,
                ("isfuzzy", "true") => settings.fuzzy = true,
                ("withsource" | "with_source", _) => match parameter.value() {
                    Some(Expr::Name(column)) => settings.source = Some(column.value().into_owned()),
                    _ => return self.error("SEM0100", parameter.span(), "the name of a column is expected here"),
                },
                (hint, _) if hint.starts_with("hint.") => {}
                ("kind" | "isfuzzy", _) => {
                    return self.error("SEM0254", parameter.span(), format!("'{value}' is no {name} of union"));
                }
                _ => return self.refuse(&format!("union {name}"), parameter.span()),
            }
        }
        Some(settings)
    }

    pub(super) fn union_branch(&mut self, expr: Expr<'_>, fuzzy: bool) -> Option<Vec<Table>> {
        match expr {
            Expr::Wildcard(pattern) => self.tables_like(pattern.pattern(), expr.span(), fuzzy),
            Expr::Star(_) => self.tables_like("*", expr.span(), fuzzy),
            Expr::Paren(paren) => self.deeper(expr.span(), |binder| binder.union_branch(paren.inner()?, fuzzy)),
            _ if fuzzy => self.fuzzy_branch(expr),
            _ => Some(vec![self.nested_table(expr)?]),
        }
    }

    /// A branch that is left out when nothing is wrong with it but that a table does not exist.
    fn fuzzy_branch(&mut self, expr: Expr<'_>) -> Option<Vec<Table>> {
        let (found, missing) = (self.diagnostics.len(), self.missing_tables);
        let table = self.nested_table(expr);
        let mistakes = self.diagnostics[found..].iter().filter(|it| it.severity <= Severity::Refusal).count();
        if mistakes == 0 || mistakes > self.missing_tables - missing {
            return Some(vec![table?]);
        }
        let left_out = self.code(LEFT_OUT, "KS205");
        for finding in &mut self.diagnostics[found..] {
            if finding.severity <= Severity::Refusal {
                finding.code = left_out;
                finding.severity = Severity::Warning;
                finding.message.push_str(", so this part of the union is left out");
            }
        }
        if self.context.capabilities.is_none() {
            return Some(vec![Table::in_error([].into(), expr.span())]);
        }
        Some(Vec::new())
    }

    /// Tables of the schema whose names fit; there is no order of creation here, so they come by name.
    fn tables_like(&mut self, pattern: &str, span: Span, fuzzy: bool) -> Option<Vec<Table>> {
        let schema = self.context.schema;
        let fits = |name: &&str| matches_pattern(pattern, name);
        let names: Vec<&str> = if self.is_official() {
            schema.tables_as_added().map(|table| table.name.as_str()).filter(fits).collect()
        } else {
            schema.tables().map(|table| table.name.as_str()).filter(fits).collect()
        };
        let views = self.views_like(pattern);
        if names.is_empty() && views.is_empty() && !(fuzzy && self.context.capabilities.is_some()) {
            let code = self.code("SEM0100", "KS142");
            return self.error(code, span, format!("no table is named like '{pattern}'"));
        }
        // The pattern means tables, even where a `let` has taken the name of one.
        let shadowed = |name: &str| matches!(self.find_let(name).map(|l| &l.value), Some(LetValue::Table(_)));
        let lets =
            if names.iter().any(|name| shadowed(name)) { std::mem::take(&mut self.lets) } else { Lets::default() };
        let tables: Option<Vec<Table>> = names.iter().map(|name| self.table_name(name, span.clone())).collect();
        if lets.len() > 0 {
            self.lets = lets;
        }
        let mut tables = tables?;
        // The library knows that views are meant too, but not their columns.
        if self.context.capabilities.is_some() {
            for view in views {
                tables.push(self.table_name(&view, span.clone())?);
            }
        }
        Some(tables)
    }

    /// Views of this text whose names fit.
    pub(super) fn views_like(&self, pattern: &str) -> Vec<String> {
        let is_view = |binding: &&crate::kql::bind::scope::Let| match &binding.value {
            LetValue::Function(function) => {
                function.is_view
                    && function.fewest() == 0
                    && function.gives_table()
                    && matches_pattern(pattern, &binding.name)
            }
            _ => false,
        };
        self.lets.iter().filter(is_view).map(|binding| binding.name.clone()).collect()
    }

    pub(super) fn with_source(&mut self, table: Table, name: &str, label: String) -> Option<Table> {
        let span = table.relation.span.clone();
        let mut columns = vec![ColumnSymbol::new(name, ScalarType::String)];
        let mut values = vec![literal(Value::String(label), span.clone())];
        for (index, symbol) in table.columns().iter().enumerate().filter(|(_, symbol)| symbol.name != name) {
            columns.push(symbol.clone());
            values.push(column(&table.relation, index, span.clone()));
        }
        let depth = table.depth + 1;
        let operator = Operator::Project { input: Box::new(table.relation), values };
        self.table(Relation::new(operator, columns, span), table.unknown, depth)
    }

    pub(super) fn union_tables(&mut self, branches: Vec<Table>, inner: bool, span: Span) -> Option<Table> {
        let outputs = union_columns(&branches, inner, self.context.capabilities.is_none());
        let columns: Vec<ColumnSymbol> = outputs.iter().map(|output| output.column.clone()).collect();
        self.charge(columns.len().saturating_mul(branches.len()) / 16, &span)?;
        let depth = branches.iter().map(|branch| branch.depth).max().unwrap_or(0) + 1;
        let unknown = branches.iter().fold(Unknown::default(), |all, branch| all.and(&branch.unknown));
        let inputs = branches
            .into_iter()
            .map(|branch| {
                let places: std::collections::HashMap<(&str, ScalarType), usize> = branch
                    .columns()
                    .iter()
                    .enumerate()
                    .map(|(index, symbol)| ((symbol.name.as_str(), symbol.ty), index))
                    .collect();
                let columns = outputs
                    .iter()
                    .map(|output| places.get(&(output.name.as_str(), output.column.ty)).copied())
                    .collect();
                UnionInput { columns, relation: branch.relation }
            })
            .collect();
        self.table(Relation::new(Operator::Union { inputs }, columns, span), unknown, depth)
    }
}

/// A column of a union: its name in the branches, and as it comes out.
pub(super) struct UnionColumn {
    pub(super) name: String,
    pub(super) column: ColumnSymbol,
}

/// Columns in the order in which their names first appear; a name of several types is one column for each. The library
/// looks at the first two of a name only: where these have one type, later ones of other types are not told apart.
pub(super) fn union_columns(branches: &[Table], inner: bool, official: bool) -> Vec<UnionColumn> {
    let mut names = same_names(branches.iter().flat_map(Table::columns));
    if inner {
        names.retain(|(name, _)| branches.iter().all(|branch| branch.row().position(name).is_some()));
    }
    for (_, columns) in &mut names {
        if official && columns.get(1).is_some_and(|second| second.ty == columns[0].ty) {
            columns.truncate(1);
        }
        let mut seen = BTreeSet::new();
        columns.retain(|column| seen.insert(column.ty));
    }
    let mut taken: BTreeSet<String> =
        names.iter().filter(|(_, types)| types.len() == 1).map(|(name, _)| (*name).to_owned()).collect();
    let mut outputs = Vec::new();
    for (name, types) in names {
        let split = types.len() > 1;
        for column in types {
            let mut column = column.clone();
            if split {
                column.name = format!("{name}_{}", column.ty);
                if taken.contains(&column.name) {
                    column.name = free_name(&column.name, |candidate| taken.contains(candidate));
                }
                taken.insert(column.name.clone());
            }
            outputs.push(UnionColumn { name: name.to_owned(), column });
        }
    }
    outputs
}

/// The columns of each name, in the order in which names first appear.
pub(super) fn same_names<'c>(columns: impl Iterator<Item = &'c ColumnSymbol>) -> Vec<(&'c str, Vec<&'c ColumnSymbol>)> {
    let mut names: Vec<(&str, Vec<&ColumnSymbol>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for column in columns {
        let place = *places.entry(column.name.as_str()).or_insert(names.len());
        match names.get_mut(place) {
            Some((_, same)) => same.push(column),
            None => names.push((&column.name, vec![column])),
        }
    }
    names
}
