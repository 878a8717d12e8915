//! `join`: rows of two tables whose keys are equal (`kql-semantics` §14.1).

use crate::kql::bind::Binder;
use crate::kql::bind::convert::{a as a_type, convert};
use crate::kql::bind::facts::Meaning;
use crate::kql::bind::name::free_name;
use crate::kql::bind::operators::column;
use crate::kql::bind::scope::{Table, widest};
use crate::kql::{
    BinaryExpr, ColumnSymbol, Diagnostic, Expr, JoinKind, JoinOperator, OnClause, Operator, Relation, Scalar,
    ScalarType, Span, SyntaxKind, TabularOperator,
};

const KINDS: [(&str, JoinKind); 12] = [
    ("innerunique", JoinKind::InnerUnique),
    ("inner", JoinKind::Inner),
    ("leftouter", JoinKind::LeftOuter),
    ("rightouter", JoinKind::RightOuter),
    ("fullouter", JoinKind::FullOuter),
    ("leftsemi", JoinKind::LeftSemi),
    ("rightsemi", JoinKind::RightSemi),
    ("leftanti", JoinKind::LeftAnti),
    ("leftantisemi", JoinKind::LeftAnti),
    ("anti", JoinKind::LeftAnti),
    ("rightanti", JoinKind::RightAnti),
    ("rightantisemi", JoinKind::RightAnti),
];

/// Parameters that never change the answer.
const HINTS: [&str; 5] = ["hint.strategy", "hint.shufflekey", "hint.remote", "hint.num_partitions", "hint.spread"];

impl Binder<'_> {
    pub(super) fn join(&mut self, operator: JoinOperator<'_>, left: Table) -> Option<Table> {
        let kind = self.join_kind(operator);
        let right = operator.right().and_then(|right| self.nested_table(right));
        let (kind, right) = match (kind, right) {
            (Some(kind), Some(right)) => (kind, right),
            // What is joined is not known: whatever is named behind it is let pass.
            (kind, None) if self.context.capabilities.is_none() => {
                (kind.unwrap_or(JoinKind::InnerUnique), Table::in_error([].into(), operator.span()))
            }
            _ => return None,
        };
        self.note_right(&operator.span(), &right);
        let mut pairs = Vec::new();
        let mut failed = false;
        let mut written = 0;
        for condition in operator.conditions() {
            written += 1;
            failed |= self.join_condition(condition, &left, &right, &mut pairs).is_none();
        }
        if written == 0 {
            let code = self.code("SEM0100", "KS006");
            return self.error(code, operator.span(), "join needs 'on' and what must be equal");
        }
        if failed {
            return self.after_failed_join(kind, left, right, operator.span());
        }
        let on = operator.on().map_or_else(|| operator.span(), OnClause::span);
        if self.check_key_types(&left, &right, &pairs, &on).is_none() {
            return self.after_failed_join(kind, left, right, operator.span());
        }
        self.join_tables(kind, left, right, pairs, operator.span())
    }

    fn join_kind(&mut self, operator: JoinOperator<'_>) -> Option<JoinKind> {
        let mut kind = JoinKind::InnerUnique;
        for parameter in TabularOperator::Join(operator).parameters() {
            let name = parameter.name();
            let value = parameter.value().map_or("", |value| value.node().text());
            match (name.as_str(), KINDS.iter().find(|(word, _)| *word == value)) {
                ("kind", Some((_, found))) => kind = *found,
                ("kind", None) => {
                    let words = KINDS.iter().map(|(word, _)| *word);
                    let finding =
                        Diagnostic::error("SEM0254", parameter.span(), format!("there is no kind of join '{value}'"));
                    return self.report(match crate::kql::bind::suggest::did_you_mean(value, words) {
                        Some(hint) => finding.with_hint(hint),
                        None => finding,
                    });
                }
                (hint, _) if HINTS.contains(&hint) => {}
                _ => return self.refuse(&format!("join {name}"), parameter.span()),
            }
        }
        Some(kind)
    }

    /// `key`, `$left.a == $right.b`, or several with `and`: pairs of columns.
    pub(super) fn join_condition(
        &mut self,
        condition: Expr<'_>,
        left: &Table,
        right: &Table,
        pairs: &mut Vec<(usize, usize)>,
    ) -> Option<()> {
        match condition {
            Expr::Paren(paren) => {
                self.deeper(condition.span(), |b| b.join_condition(paren.inner()?, left, right, pairs))
            }
            Expr::Name(name) => {
                let (key, span) = (name.value(), name.span());
                if self.context.capabilities.is_none() {
                    return self.common_column(&key, span, left, right, pairs);
                }
                let first = self.join_column(&key, &span, left, "left");
                let second = self.join_column(&key, &span, right, "right");
                pairs.push((first?, second?));
                Some(())
            }
            Expr::Logical(logical) if logical.is_and() => {
                for operand in logical.operands() {
                    self.join_condition(operand, left, right, pairs)?;
                }
                Some(())
            }
            Expr::Binary(binary) if binary.operator().is_some_and(|o| o.kind() == SyntaxKind::EqualEqual) => {
                if self.context.capabilities.is_none() {
                    return self.compared_columns(binary, left, right, pairs);
                }
                let pair = self.join_equality(binary, left, right)?;
                pairs.push(pair);
                Some(())
            }
            _ => {
                let code = self.code("SEM0100", "KS182");
                let finding = Diagnostic::error(code, condition.span(), "join can only compare columns for equality");
                self.report(finding.with_hint("Write a column both sides have, or $left.a == $right.b"))
            }
        }
    }

    fn join_equality(&mut self, binary: BinaryExpr<'_>, left: &Table, right: &Table) -> Option<(usize, usize)> {
        let (first, second) = (sided(binary.left()?), sided(binary.right()?));
        let (Some(first), Some(second)) = (first, second) else {
            let finding =
                Diagnostic::error("SEM0100", binary.span(), "both sides of '==' must be columns of one table");
            return self.report(finding.with_hint("Write $left.a == $right.b"));
        };
        if (first.0, second.0) != (Side::Left, Side::Right) {
            let message = "$left must stand to the left of '==' and $right to the right";
            return self.error("SEM0100", binary.span(), message);
        }
        let (a, b) = (first, second);
        let a = self.join_column(&a.1, &a.2, left, "left");
        let b = self.join_column(&b.1, &b.2, right, "right");
        Some((a?, b?))
    }

    fn join_column(&mut self, name: &str, span: &Span, table: &Table, side: &str) -> Option<usize> {
        if table.is_unknown(name) {
            return None;
        }
        if let Some(index) = table.row().position(name) {
            return Some(index);
        }
        let message = format!("the {side} side has no column named '{name}'");
        let finding = Diagnostic::error("SEM0100", span.clone(), message);
        let names = table.columns().iter().map(|column| column.name.as_str());
        self.report(match crate::kql::bind::suggest::did_you_mean(name, names) {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        })
    }

    /// A column that both sides have, by the library's rules.
    fn common_column(
        &mut self,
        name: &str,
        span: Span,
        left: &Table,
        right: &Table,
        pairs: &mut Vec<(usize, usize)>,
    ) -> Option<()> {
        let places = (left.row().position(name), right.row().position(name));
        let may_have = |table: &Table| table.unknown.is_open || table.is_unknown(name);
        match places {
            (Some(a), Some(b)) => {
                let (first, second) = (left.columns()[a].ty, right.columns()[b].ty);
                self.note_name(&span, name, Meaning::Column, Some(first), None);
                let known = first != ScalarType::Unknown && second != ScalarType::Unknown;
                if known && first != second {
                    let message =
                        format!("'{name}' is {} on the left and {} on the right", a_type(first), a_type(second));
                    return self.error("KS227", span, message);
                }
                pairs.push((a, b));
                Some(())
            }
            (Some(place), None) => {
                self.note_name(&span, name, Meaning::Column, Some(left.columns()[place].ty), None);
                if may_have(right) {
                    Some(())
                } else {
                    self.error("KS145", span, format!("the right side has no column named '{name}'"))
                }
            }
            (None, Some(place)) => {
                self.note_name(&span, name, Meaning::Column, Some(right.columns()[place].ty), None);
                if may_have(left) {
                    Some(())
                } else {
                    self.error("KS145", span, format!("the left side has no column named '{name}'"))
                }
            }
            (None, None) if may_have(left) && may_have(right) => Some(()),
            (None, None) if may_have(left) || may_have(right) => {
                self.error("KS145", span, format!("one side has no column named '{name}'"))
            }
            (None, None) => self.unknown_column(name, span, &left.row()),
        }
    }

    /// `$left.a == $right.b`, by the library's rules.
    fn compared_columns(
        &mut self,
        binary: BinaryExpr<'_>,
        left: &Table,
        right: &Table,
        pairs: &mut Vec<(usize, usize)>,
    ) -> Option<()> {
        let (first, second) = (binary.left()?, binary.right()?);
        let a = self.sided_column(first, Side::Left, left);
        let b = self.sided_column(second, Side::Right, right);
        let (a, b) = (a?, b?);
        let (Some(a), Some(b)) = (a, b) else { return Some(()) };
        let (left_ty, right_ty) = (left.columns()[a].ty, right.columns()[b].ty);
        let known = left_ty != ScalarType::Unknown && right_ty != ScalarType::Unknown;
        if left_ty == ScalarType::Dynamic || right_ty == ScalarType::Dynamic {
            let wrong = if left_ty == ScalarType::Dynamic { first } else { second };
            return self.error("KS241", wrong.span(), "a key of a join cannot be dynamic");
        }
        if known && left_ty != right_ty && !(left_ty.is_numeric() && right_ty.is_numeric()) {
            let message = format!("the keys of the join differ: {} and {}", a_type(left_ty), a_type(right_ty));
            return self.error("KS242", 0..0, message);
        }
        pairs.push((a, b));
        Some(())
    }

    /// The place of `$left.a`; `None` inside where the table may have it.
    fn sided_column(&mut self, expr: Expr<'_>, side: Side, table: &Table) -> Option<Option<usize>> {
        match sided(expr) {
            Some((found, name, span)) if found == side => {
                if let Some(place) = table.row().position(&name) {
                    self.note_name(&span, &name, Meaning::Column, Some(table.columns()[place].ty), None);
                    return Some(Some(place));
                }
                if table.unknown.is_open || table.is_unknown(&name) {
                    return Some(None);
                }
                self.unknown_column(&name, span, &table.row())
            }
            _ => {
                let wanted = if side == Side::Left { "$left" } else { "$right" };
                self.error("KS183", expr.span(), format!("a column of {wanted} is expected here"))
            }
        }
    }

    pub(super) fn check_key_types(
        &mut self,
        left: &Table,
        right: &Table,
        pairs: &[(usize, usize)],
        on: &Span,
    ) -> Option<()> {
        if self.context.capabilities.is_none() {
            return Some(());
        }
        for &(a, b) in pairs {
            let (a, b) = (&left.columns()[a], &right.columns()[b]);
            if a.ty == ScalarType::Dynamic || b.ty == ScalarType::Dynamic {
                let finding = Diagnostic::error("SEM0480", on.clone(), "tables cannot be joined by a dynamic column");
                return self.report(finding.with_hint("extend a key with tostring() on both sides first"));
            }
            if a.ty != b.ty && widest(a.ty, b.ty).is_none() {
                let message =
                    format!("the join keys '{}' ({}) and '{}' ({}) differ in type", a.name, a.ty, b.name, b.ty);
                return self.error("SEM0254", on.clone(), message);
            }
        }
        Some(())
    }

    pub(super) fn join_tables(
        &mut self,
        kind: JoinKind,
        left: Table,
        right: Table,
        pairs: Vec<(usize, usize)>,
        span: Span,
    ) -> Option<Table> {
        let columns = joined_columns(kind, &left, &right, self.context.capabilities.is_none());
        let (left_width, right_width) = (left.columns().len(), right.columns().len());
        let mut on = Vec::with_capacity(pairs.len());
        let (mut left_extra, mut right_extra) = (Vec::new(), Vec::new());
        for (a, b) in pairs {
            let (left_ty, right_ty) = (left.columns()[a].ty, right.columns()[b].ty);
            if left_ty == right_ty || widest(left_ty, right_ty).is_none() {
                on.push((a, b));
                continue;
            }
            // Checked before: keys of different types are numbers.
            let ty = widest(left_ty, right_ty)?;
            on.push((left_width + left_extra.len(), right_width + right_extra.len()));
            left_extra.push((a, ty));
            right_extra.push((b, ty));
        }
        let widened = left_extra.len();
        let depth = left.depth.max(right.depth) + 1;
        let unknown = left.unknown.clone().and(&right.unknown);
        let (left, right) = (with_keys(left.relation, &left_extra), with_keys(right.relation, &right_extra));
        let all = joined_relation_columns(kind, &left.columns, &right.columns);
        let operator = Operator::Join { left: Box::new(left), right: Box::new(right), kind, on };
        if widened == 0 {
            return self.table(Relation::new(operator, columns, span), unknown, depth);
        }
        let joined = Relation::new(operator, all, span.clone());
        let kept: Vec<usize> = match kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => (0..left_width).collect(),
            JoinKind::RightSemi | JoinKind::RightAnti => (0..right_width).collect(),
            _ => (0..left_width).chain((0..right_width).map(|index| left_width + widened + index)).collect(),
        };
        let table = self.table(joined, unknown, depth)?;
        self.rearrange(table, &kept, columns, span)
    }

    /// The columns that would have come out, so that what follows is still looked at.
    pub(super) fn after_failed_join(&mut self, kind: JoinKind, left: Table, right: Table, span: Span) -> Option<Table> {
        let columns = joined_columns(kind, &left, &right, self.context.capabilities.is_none());
        let unknown = left.unknown.clone().and(&right.unknown);
        let depth = left.depth.max(right.depth) + 1;
        let operator = Operator::Datatable { rows: Vec::new() };
        self.table(Relation::new(operator, columns, span), unknown, depth)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// `$left.a` or `$right.b`.
fn sided(expr: Expr<'_>) -> Option<(Side, String, Span)> {
    let Some(Expr::Path(path)) = expr.without_parens() else { return None };
    let (Some(Expr::Name(base)), Some(Expr::Name(column))) = (path.base(), path.selector()) else { return None };
    let side = match base.value().as_ref() {
        "$left" => Side::Left,
        "$right" => Side::Right,
        _ => return None,
    };
    Some((side, column.value().into_owned(), column.span()))
}

/// The relation with converted keys behind its columns.
fn with_keys(relation: Relation, keys: &[(usize, ScalarType)]) -> Relation {
    if keys.is_empty() {
        return relation;
    }
    let span = relation.span.clone();
    let mut columns = relation.columns.to_vec();
    let mut values: Vec<Scalar> = (0..columns.len()).map(|index| column(&relation, index, span.clone())).collect();
    for (number, &(index, ty)) in keys.iter().enumerate() {
        columns.push(ColumnSymbol::new(format!("$key{number}"), ty));
        values.push(convert(column(&relation, index, span.clone()), ty));
    }
    Relation::new(Operator::Project { input: Box::new(relation), values }, columns, span)
}

/// A digit behind names that are taken.
pub(super) fn unique(columns: Vec<ColumnSymbol>) -> Vec<ColumnSymbol> {
    let mut taken = std::collections::HashSet::with_capacity(columns.len());
    let mut result = Vec::with_capacity(columns.len());
    for mut column in columns {
        if taken.contains(&column.name) {
            column.name = free_name(&column.name, |candidate| taken.contains(candidate));
        }
        taken.insert(column.name.clone());
        result.push(column);
    }
    result
}

/// Left, then right with a digit behind names that are taken; one side alone for semi and anti joins.
fn joined_columns(kind: JoinKind, left: &Table, right: &Table, official: bool) -> Vec<ColumnSymbol> {
    use JoinKind::{FullOuter, Inner, InnerUnique, LeftOuter, RightOuter};
    match kind {
        Inner | InnerUnique | LeftOuter | RightOuter | FullOuter if official => beside(left.columns(), right.columns()),
        _ => joined_relation_columns(kind, left.columns(), right.columns()),
    }
}

/// Left, then right; a name of the right that the left has gets the first digit behind it that neither side has. So the
/// library names them.
pub(super) fn beside(left: &[ColumnSymbol], right: &[ColumnSymbol]) -> Vec<ColumnSymbol> {
    let mut taken: std::collections::HashSet<String> = left.iter().map(|column| column.name.clone()).collect();
    let theirs: Vec<bool> = right.iter().map(|column| taken.contains(&column.name)).collect();
    taken.extend(right.iter().map(|column| column.name.clone()));
    let mut columns = left.to_vec();
    for (column, is_taken) in right.iter().zip(theirs) {
        let mut column = column.clone();
        if is_taken {
            column.name = free_name(&column.name, |candidate| taken.contains(candidate));
            taken.insert(column.name.clone());
        }
        columns.push(column);
    }
    columns
}

fn joined_relation_columns(kind: JoinKind, left: &[ColumnSymbol], right: &[ColumnSymbol]) -> Vec<ColumnSymbol> {
    match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => return left.to_vec(),
        JoinKind::RightSemi | JoinKind::RightAnti => return right.to_vec(),
        _ => {}
    }
    let mut columns = left.to_vec();
    let mut taken: std::collections::BTreeSet<String> = left.iter().map(|column| column.name.clone()).collect();
    for column in right {
        let mut column = column.clone();
        if taken.contains(&column.name) {
            column.name = free_name(&column.name, |candidate| taken.contains(candidate));
        }
        taken.insert(column.name.clone());
        columns.push(column);
    }
    columns
}
