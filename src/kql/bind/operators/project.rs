//! `project`: exactly the columns written, in that order.

use super::extend::Target;
use crate::kql::bind::Binder;
use crate::kql::bind::name::{NameRule, Wanted, give_names};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, Operator, ProjectOperator, Relation, Scalar, Span};

impl Binder<'_> {
    pub(super) fn project(&mut self, operator: ProjectOperator<'_>, input: Table) -> Option<Table> {
        let (targets, windows) = self.windowed(&input, |binder| binder.targets(operator.items(), &input.row()))?;
        let mut input = input;
        let (wanted, span) = (wanted(&targets), operator.span());
        let names = give_names(self, NameRule::Anew, &wanted, &input.row())?;
        input.relation = Self::with_windows(input.relation, windows, &span);
        self.projected(targets, names, input, span)
    }

    /// A projection on bound targets.
    pub(super) fn project_targets(&mut self, targets: Vec<Target>, input: Table, span: Span) -> Option<Table> {
        let names = give_names(self, NameRule::Anew, &wanted(&targets), &input.row())?;
        self.projected(targets, names, input, span)
    }

    fn projected(&mut self, targets: Vec<Target>, names: Vec<String>, input: Table, span: Span) -> Option<Table> {
        let (columns, values, unknown) = sound_columns(targets, names);
        let operator = Operator::Project { input: Box::new(input.relation), values };
        self.table(Relation::new(operator, columns, span), unknown, input.depth + 1)
    }
}

/// What the targets want to be called.
fn wanted(targets: &[Target]) -> Vec<(Wanted, Span)> {
    targets.iter().map(|target| (target.wanted.clone(), target.span.clone())).collect()
}

/// The columns whose values are sound, and the names of the others.
pub(super) fn sound_columns(targets: Vec<Target>, names: Vec<String>) -> (Vec<ColumnSymbol>, Vec<Scalar>, Unknown) {
    let (mut columns, mut values, mut unknown) = (Vec::new(), Vec::new(), Unknown::default());
    for (target, name) in targets.into_iter().zip(names) {
        match target.value {
            Some(value) => {
                columns.push(ColumnSymbol::new(name, value.ty).with_shape(target.shape));
                values.push(value);
            }
            None => {
                unknown.insert(name);
            }
        }
    }
    (columns, values, unknown)
}
