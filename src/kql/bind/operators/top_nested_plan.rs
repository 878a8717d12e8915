//! `top-nested` as it runs: each level is a summary by its value and those above it, joined to what was kept above, and
//! cut by the numbers of its rows within each group (`kql-semantics` §18.1).

use std::sync::Arc;

use super::sample_distinct::unnamed;
use super::top_nested::Names;
use crate::kql::bind::Binder;
use crate::kql::bind::aggregate::Collecting;
use crate::kql::bind::convert::literal;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    AggregateCall, ColumnSymbol, Expr, JoinKind, Operator, Relation, Scalar, ScalarKind, ScalarOperator, ScalarType,
    SortKey, Span, TopNestedClause, TopNestedOperator, Value, WindowCall,
};

/// One clause: what its rows are told apart by, and what they are ordered by.
struct Level {
    of: Scalar,
    calls: Vec<AggregateCall>,
    /// Over the keys of this level and those above, and then the outputs of the calls.
    by: Scalar,
    count: Option<i64>,
    descending: bool,
    names: [String; 2],
}

impl Binder<'_> {
    pub(super) fn top_levels(&mut self, operator: TopNestedOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        let mut names = Names::default();
        let mut levels = Vec::new();
        for (depth, clause) in operator.clauses().enumerate() {
            levels.push(self.level(clause, depth, &input, &mut names)?);
        }
        let depth = input.depth + 6 * levels.len();
        let source = Arc::new(input.relation);
        let id = self.next_materialize;
        self.next_materialize += 1;
        let columns = Arc::clone(&source.columns);
        let rows = || {
            let operator = Operator::Materialize { id, input: Arc::clone(&source) };
            Relation::new(operator, Arc::clone(&columns), span.clone())
        };
        let mut kept: Option<Relation> = None;
        let mut keys: Vec<Scalar> = Vec::new();
        let mut columns_so_far = Vec::new();
        for level in levels {
            keys.push(level.of.clone());
            let summary = summary(rows(), &keys, &level, &span);
            let joined = match kept {
                Some(above) => below(summary, above, keys.len() - 1, &span),
                None => summary,
            };
            columns_so_far.extend(level.names.clone());
            let named = with_names(joined, &columns_so_far);
            kept = Some(first_of_each(named, keys.len() - 1, &level, &span));
        }
        self.table(kept?, Unknown::default(), depth)
    }

    fn level(&mut self, clause: TopNestedClause<'_>, depth: usize, input: &Table, names: &mut Names) -> Option<Level> {
        if let Some(others) = clause.others() {
            return self.refuse("top-nested with others", others.span());
        }
        let count = match clause.count() {
            Some(count) => Some(self.row_count(count)?),
            None => None,
        };
        let of = clause.of()?;
        let of_name = names.give(&self.result_name(of, input));
        if of_name.is_empty() {
            return self.refuse("top-nested of an expression without a name", of.span());
        }
        let of = self.scalar(unnamed(of), &input.row())?;
        if of.ty == ScalarType::Dynamic {
            return self.error("SEM0480", of.span, "rows cannot be grouped by a dynamic value");
        }
        let key = clause.by()?;
        let by = key.expr()?;
        let declared = match by {
            Expr::Named(named) => named.names().next().map(|name| name.value().into_owned()),
            _ => None,
        };
        let by_name = names.give(&declared.unwrap_or_else(|| format!("aggregated_{of_name}")));
        let collecting = Collecting { keys: depth + 1, key_columns: Vec::new(), calls: Vec::new() };
        let outer = self.collecting.replace(collecting);
        let by = self.scalar(unnamed(by), &input.row());
        let calls = std::mem::replace(&mut self.collecting, outer)?.calls;
        let by = by?;
        if calls.is_empty() {
            return self.error("SEM0237", by.span, "an aggregate is expected here");
        }
        let descending = !key.ascending().unwrap_or(false);
        Some(Level { of, calls, by, count, descending, names: [of_name, by_name] })
    }
}

/// The rows by the keys so far: keys, then what orders them.
fn summary(rows: Relation, keys: &[Scalar], level: &Level, span: &Span) -> Relation {
    let key_types = keys.iter().map(|key| key.ty);
    let types = key_types.chain(level.calls.iter().flat_map(|call| call.outputs.iter().copied()));
    let columns: Vec<ColumnSymbol> =
        types.enumerate().map(|(index, ty)| ColumnSymbol::new(format!("${index}"), ty)).collect();
    let operator = Operator::Summarize { input: Box::new(rows), keys: keys.to_vec(), aggregates: level.calls.clone() };
    let grouped = Relation::new(operator, columns, span.clone());
    let mut values: Vec<Scalar> = (0..keys.len()).map(|index| super::column(&grouped, index, span.clone())).collect();
    values.push(level.by.clone());
    projected(grouped, values, span)
}

/// A projection whose columns are told apart by their places.
fn projected(input: Relation, values: Vec<Scalar>, span: &Span) -> Relation {
    let symbol = |(index, value): (usize, &Scalar)| ColumnSymbol::new(format!("${index}"), value.ty);
    let columns: Vec<ColumnSymbol> = values.iter().enumerate().map(symbol).collect();
    Relation::new(Operator::Project { input: Box::new(input), values }, columns, span.clone())
}

/// The groups of a level within those kept above: value and order of each level in turn.
fn below(summary: Relation, above: Relation, n_above: usize, span: &Span) -> Relation {
    let on = (0..n_above).map(|level| (level, 2 * level)).collect();
    let n_own = n_above + 2;
    let columns: Vec<ColumnSymbol> = summary.columns.iter().chain(above.columns.iter()).cloned().collect();
    let kind = JoinKind::Inner;
    let operator = Operator::Join { left: Box::new(summary), right: Box::new(above), kind, on };
    let joined = Relation::new(operator, columns, span.clone());
    let places = (n_own..n_own + 2 * n_above).chain([n_above, n_above + 1]);
    let values = places.map(|place| super::column(&joined, place, span.clone())).collect();
    projected(joined, values, span)
}

fn with_names(relation: Relation, names: &[String]) -> Relation {
    let columns = relation.columns.iter().zip(names).map(|(column, name)| ColumnSymbol::new(name.clone(), column.ty));
    Relation { columns: columns.collect(), ..relation }
}

/// The first rows of each group of the levels above, in the order of the last column.
fn first_of_each(relation: Relation, n_above: usize, level: &Level, span: &Span) -> Relation {
    let Some(count) = level.count else { return relation };
    let columns = Arc::clone(&relation.columns);
    let column = |place: usize| super::column(&relation, place, span.clone());
    let order =
        SortKey { value: column(columns.len() - 1), descending: level.descending, nulls_first: !level.descending };
    if n_above == 0 {
        let operator = Operator::Top { input: Box::new(relation.clone()), count, keys: vec![order] };
        return Relation::new(operator, columns, span.clone());
    }
    let above: Vec<usize> = (0..n_above).map(|level| 2 * level).collect();
    let mut keys: Vec<SortKey> =
        above.iter().map(|place| SortKey { value: column(*place), descending: false, nulls_first: true }).collect();
    keys.push(order);
    let calls = numbers_within(&above.iter().map(|place| column(*place)).collect::<Vec<_>>(), columns.len(), span);
    let sorted = Operator::Sort { input: Box::new(relation.clone()), keys };
    let sorted = Relation::new(sorted, Arc::clone(&columns), span.clone());
    let n_columns = columns.len();
    let numbered = Binder::with_windows(sorted, calls, span);
    let number = super::column(&numbered, numbered.columns.len() - 1, span.clone());
    let kind = ScalarKind::Operator(ScalarOperator::LessEqual, vec![number, literal(Value::Long(count), span.clone())]);
    let predicate = Scalar { kind, ty: ScalarType::Bool, span: span.clone() };
    let all = Arc::clone(&numbered.columns);
    let few = Relation::new(Operator::Where { input: Box::new(numbered), predicate }, all, span.clone());
    let values = (0..n_columns).map(|place| super::column(&few, place, span.clone())).collect();
    Relation::new(Operator::Project { input: Box::new(few), values }, columns, span.clone())
}

/// The number of each row within its group: it begins anew where a value above differs from that of the row before.
fn numbers_within(above: &[Scalar], n_columns: usize, span: &Span) -> Vec<WindowCall> {
    let one = || literal(Value::Long(1), span.clone());
    let mut calls = Vec::new();
    let mut changes = Vec::new();
    for value in above {
        let before = ScalarKind::Column(n_columns + calls.len());
        let default = literal(Value::Null(value.ty), span.clone());
        let args = vec![value.clone(), one(), default];
        calls.push(WindowCall { function: "prev", args, ty: value.ty, span: span.clone() });
        let before = Scalar { kind: before, ty: value.ty, span: span.clone() };
        let bool_of = |operator, operands| {
            let kind = ScalarKind::Operator(operator, operands);
            Scalar { kind, ty: ScalarType::Bool, span: span.clone() }
        };
        let same = bool_of(ScalarOperator::Equal, vec![value.clone(), before]);
        changes.push(bool_of(ScalarOperator::Not, vec![same]));
    }
    let restart = if changes.len() == 1 {
        changes.remove(0)
    } else {
        Scalar { kind: ScalarKind::Operator(ScalarOperator::Or, changes), ty: ScalarType::Bool, span: span.clone() }
    };
    let args = vec![one(), restart];
    calls.push(WindowCall { function: "row_number", args, ty: ScalarType::Long, span: span.clone() });
    calls
}
