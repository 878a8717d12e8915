//! Columns: of the row, of both sides of a join, and behind `$left.`.

use super::super::{ColumnSymbol, quoted_name};
use super::CompletionKind;
use super::list::{List, distance, item};
use super::scope::{Fit, Scope};
use super::syntax::Want;

/// The columns of the rows that the operator sees.
pub(super) fn of_row(list: &mut List, scope: &Scope<'_>, want: &Want, fit: &Fit) {
    let (columns, _) = scope.row(want);
    add(list, columns.iter(), fit);
}

/// The columns that both sides of a join have, and the names of the sides.
pub(super) fn of_both(list: &mut List, scope: &Scope<'_>, want: &Want) {
    let (left, right) = scope.row(want);
    let right = right.unwrap_or_default();
    let same = |column: &&ColumnSymbol| right.iter().any(|it| it.name == column.name && it.ty == column.ty);
    add(list, left.iter().filter(same), &Fit::default());
    for (side, doc) in [("$left", "The row of the left table"), ("$right", "The row of the right table")] {
        let side = item(side, CompletionKind::Variable, 1, distance::HERE).told("row", doc);
        let insert = format!("{}.", side.label);
        list.add(side.inserting(insert));
    }
}

/// The columns of the side that stands before the dot, which is at the end of the text.
pub(super) fn of_side(list: &mut List, scope: &Scope<'_>, want: &Want, before: &str) {
    let (left, right) = scope.row(want);
    match before {
        _ if before.ends_with("$left") => add(list, left.iter(), &Fit::default()),
        _ if before.ends_with("$right") => add(list, right.unwrap_or_default().iter(), &Fit::default()),
        _ => {}
    }
}

/// The columns of all tables, for operators that look at them all.
pub(super) fn of_all_tables(list: &mut List, scope: &Scope<'_>) {
    for table in scope.context.schema.tables() {
        add(list, table.columns.iter(), &Fit::default());
    }
}

fn add<'c>(list: &mut List, columns: impl Iterator<Item = &'c ColumnSymbol>, fit: &Fit) {
    for column in columns {
        let found = item(&column.name, CompletionKind::Column, fit.of(Some(column.ty)), distance::ROW);
        list.add(found.inserting(quoted_name(&column.name)).told(column.ty.name(), column.description.as_str()));
    }
}
