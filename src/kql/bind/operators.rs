//! Tabular operators, one file each.

mod count;
mod datatable;
mod distinct;
mod extend;
mod getschema;
mod join;
mod print;
mod project;
mod project_away;
mod project_keep;
mod project_rename;
mod project_reorder;
mod range;
mod render;
mod serialize;
mod sort;
mod summarize;
mod take;
mod top;
mod union;
mod r#where;

use super::Binder;
use super::scope::Table;
use crate::kql::{ColumnSymbol, Operator, Relation, Scalar, ScalarKind, Span, TabularOperator};

impl Binder<'_> {
    /// An operator upon its input; without one where it begins a pipe.
    pub(super) fn operator(&mut self, operator: TabularOperator<'_>, input: Option<Table>) -> Option<Table> {
        use TabularOperator as T;
        let input = match (operator, input) {
            (T::Print(print), _) => return self.print(print),
            (T::Range(range), _) => return self.range(range),
            (T::Union(union), input) => return self.union(union, input),
            (operator @ (T::Search(_) | T::Find(_) | T::Evaluate(_) | T::MacroExpand(_)), _) => {
                let word = operator.keyword().map_or("", |keyword| keyword.text());
                return self.refuse(word, operator.span());
            }
            (operator, None) => {
                let Some(keyword) = operator.keyword() else { return None };
                let word = keyword.text();
                return self.error("KS174", keyword.span(), format!("'{word}' needs a table before it"));
            }
            (_, Some(input)) => input,
        };
        self.note_row(&operator.span(), &input);
        match operator {
            T::Where(operator) => self.r#where(operator, input),
            T::Extend(operator) => self.extend(operator.items(), input, operator.span()),
            T::Project(operator) => self.project(operator, input),
            T::ProjectAway(operator) => self.project_away(operator, input),
            T::ProjectKeep(operator) => self.project_keep(operator, input),
            T::ProjectRename(operator) => self.project_rename(operator, input),
            T::ProjectReorder(operator) => self.project_reorder(operator, input),
            T::Summarize(operator) => self.summarize(operator, input),
            T::Sort(operator) => self.sort(operator, input),
            T::Top(operator) => self.top(operator, input),
            T::Take(operator) => self.take(operator, input),
            T::Count(operator) => self.count(operator, input),
            T::Distinct(operator) => self.distinct(operator, input),
            T::Join(operator) => self.join(operator, input),
            T::GetSchema(operator) => self.getschema(operator, input),
            T::As(operator) => self.r#as(operator, input),
            T::Serialize(operator) => self.serialize(operator, input),
            // What is drawn does not change the rows; the last one is kept by the statement.
            T::Render(_) => Some(input),
            T::Print(_) | T::Range(_) | T::Union(_) => None,
            // Read by the grammar, and not bound yet.
            _ => {
                let word = operator.keyword().map_or("", |keyword| keyword.text());
                self.refuse(word, operator.span())
            }
        }
    }

    /// A table of the columns at these places.
    fn choose(&mut self, input: Table, chosen: &[usize], span: Span) -> Option<Table> {
        let columns: Vec<ColumnSymbol> = chosen.iter().map(|&index| input.columns()[index].clone()).collect();
        self.rearrange(input, chosen, columns, span)
    }

    /// A table of the columns at these places under the given names.
    fn rearrange(&mut self, input: Table, chosen: &[usize], columns: Vec<ColumnSymbol>, span: Span) -> Option<Table> {
        let values = chosen.iter().map(|&index| column(&input.relation, index, span.clone())).collect();
        let operator = Operator::Project { input: Box::new(input.relation), values };
        self.table(Relation::new(operator, columns, span), input.unknown, input.depth + 1)
    }
}

/// A reference to a column of a relation.
fn column(relation: &Relation, index: usize, span: Span) -> Scalar {
    Scalar { kind: ScalarKind::Column(index), ty: relation.columns[index].ty, span }
}

/// True when the name fits a pattern in which `*` stands for any run of characters.
pub(super) fn matches_pattern(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            match rest.find(middle) {
                Some(at) => rest = &rest[at + str::len(middle)..],
                None => return false,
            }
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}
