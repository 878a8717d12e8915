//! A query upon the rows of one group, spread over the rows of all groups at once.
//!
//! `mv-apply` runs its query for each row by itself, `partition` for each value of a column. Here that query is bound
//! once upon [`Operator::Group`], which stands for the rows of a group, and then spread: every operator carries the
//! columns that tell groups apart in front of its own, sorts within groups, summarizes by group, takes rows of each
//! group. So a million groups are one plan. An operator that cannot be spread is refused by name.

use std::sync::Arc;

use super::Binder;
use crate::kql::{
    AggregateCall, ColumnSymbol, JoinKind, Operator, PathStep, Relation, Scalar, ScalarKind, ScalarType, SortKey, Span,
    UnionInput, WindowCall,
};

/// The rows of all groups.
pub(super) struct Grouping {
    pub(super) group: usize,
    /// The columns in front, then those of a group's rows.
    pub(super) rows: Relation,
    /// How many columns in front tell groups apart.
    pub(super) n_keys: usize,
    /// How many columns there are in front: the keys, and what is the same in all rows of a group.
    pub(super) n_front: usize,
}

impl Grouping {
    fn key_places(&self) -> impl Iterator<Item = usize> + use<> {
        0..self.n_keys
    }

    fn front(&self) -> &[ColumnSymbol] {
        &self.rows.columns[..self.n_front]
    }

    fn columns(&self, columns: &[ColumnSymbol]) -> Vec<ColumnSymbol> {
        self.front().iter().chain(columns).cloned().collect()
    }

    /// A reference to one of the columns in front.
    fn column(&self, place: usize, span: &Span) -> Scalar {
        Scalar { kind: ScalarKind::Column(place), ty: self.front()[place].ty, span: span.clone() }
    }

    fn keys(&self, span: &Span) -> Vec<Scalar> {
        self.key_places().map(|place| self.column(place, span)).collect()
    }
}

impl Binder<'_> {
    /// A mark for groups that no others have.
    pub(super) fn new_group(&mut self) -> usize {
        self.next_materialize += 1;
        self.next_materialize
    }

    /// A relation over the rows of a group as one over the rows of all groups.
    pub(super) fn spread(&mut self, relation: &Relation, groups: &Grouping) -> Option<Relation> {
        let span = relation.span.clone();
        let operator = match &relation.operator {
            Operator::Group { group } if *group == groups.group => return Some(groups.rows.clone()),
            Operator::Materialize { input, .. } => return self.spread(input, groups),
            Operator::Summarize { input, keys, aggregates } => {
                return self.spread_summarize(relation, input, keys, aggregates, groups);
            }
            Operator::Count { input } => {
                let outputs = vec![ScalarType::Long];
                let count = AggregateCall { function: "count", args: Vec::new(), outputs, span: span.clone() };
                return self.spread_summarize(relation, input, &[], &[count], groups);
            }
            Operator::Distinct { input } => {
                let keys: Vec<Scalar> = input.columns.iter().enumerate().map(|it| plain(it, &span)).collect();
                return self.spread_summarize(relation, input, &keys, &[], groups);
            }
            Operator::Join { left, right, kind, on } => {
                return self.spread_join(relation, left, right, *kind, on, groups);
            }
            Operator::Where { input, predicate } => {
                let predicate = self.shifted(predicate, groups)?;
                Operator::Where { input: self.spread_box(input, groups)?, predicate }
            }
            Operator::Project { input, values } => {
                let mut all: Vec<Scalar> = (0..groups.n_front).map(|place| groups.column(place, &span)).collect();
                all.extend(self.all_shifted(values, groups)?);
                Operator::Project { input: self.spread_box(input, groups)?, values: all }
            }
            Operator::Sort { input, keys } => {
                Operator::Sort { input: self.spread_box(input, groups)?, keys: self.sort_keys_within(keys, groups)? }
            }
            Operator::Top { input, count, keys } => {
                let input = self.spread_box(input, groups)?;
                let keys = self.sort_keys_within(keys, groups)?;
                let columns = groups.columns(&relation.columns);
                let sorted = Relation::new(Operator::Sort { input, keys }, columns, span.clone());
                Operator::TakeEach { input: Box::new(sorted), keys: groups.key_places().collect(), count: *count }
            }
            Operator::Take { input, count } => {
                let keys = groups.key_places().collect();
                Operator::TakeEach { input: self.spread_box(input, groups)?, keys, count: *count }
            }
            Operator::TakeEach { input, keys, count } => {
                let keys = groups.key_places().chain(keys.iter().map(|key| key + groups.n_front)).collect();
                Operator::TakeEach { input: self.spread_box(input, groups)?, keys, count: *count }
            }
            Operator::Groups { input, keys, group, limit: None } => {
                let keys = groups.key_places().chain(keys.iter().map(|key| key + groups.n_front)).collect();
                Operator::Groups { input: self.spread_box(input, groups)?, keys, group: *group, limit: None }
            }
            Operator::RowId { input, group } => {
                Operator::RowId { input: self.spread_box(input, groups)?, group: *group }
            }
            Operator::EveryGroup { input, group } => {
                Operator::EveryGroup { input: self.spread_box(input, groups)?, group: *group }
            }
            Operator::MvExpand { input, items, bags, has_index, limit } => {
                let items = items.iter().map(|item| item + groups.n_front).collect();
                let input = self.spread_box(input, groups)?;
                Operator::MvExpand { input, items, bags: *bags, has_index: *has_index, limit: *limit }
            }
            Operator::Extract { input, text, pattern } => {
                let text = self.shifted(text, groups)?;
                Operator::Extract { input: self.spread_box(input, groups)?, text, pattern: pattern.clone() }
            }
            Operator::Window { input, calls } => {
                let mut shifted = Vec::with_capacity(calls.len());
                for call in calls {
                    shifted.push(WindowCall { args: self.all_shifted(&call.args, groups)?, ..call.clone() });
                }
                let input = self.spread_in_order(input, groups)?;
                return Some(anew(Operator::Window { input, calls: shifted }, relation, groups));
            }
            Operator::Scan { input, scan } => {
                let mut scan = scan.clone();
                // Its expressions see the columns once for the row, and once more for each step.
                let width = input.columns.len() + scan.declared.len();
                let place = |at: usize| at / width * (width + groups.n_front) + groups.n_front + at % width;
                for step in &mut scan.steps {
                    step.condition = self.moved(&step.condition, groups.group, &place)?;
                    for (_, value) in &mut step.assignments {
                        *value = self.moved(value, groups.group, &place)?;
                    }
                }
                let input = self.spread_in_order(input, groups)?;
                return Some(anew(Operator::Scan { input, scan }, relation, groups));
            }
            Operator::EachGroup { input, keys } => {
                let keys = groups.key_places().chain(keys.iter().map(|key| key + groups.n_front)).collect();
                let input = self.spread(input, groups)?;
                let Operator::EachGroup { input, .. } = input.operator else {
                    return self.refuse("this operator inside mv-apply or partition", span);
                };
                Operator::EachGroup { input, keys }
            }
            Operator::MakeSeries { input, series } if groups.n_front == groups.n_keys => {
                let mut series = series.clone();
                series.keys += groups.n_keys;
                Operator::MakeSeries { input: self.spread_box(input, groups)?, series }
            }
            Operator::Union { inputs } => Operator::Union { inputs: self.spread_union(inputs, groups)? },
            _ => return self.refuse("this operator inside mv-apply or partition", span),
        };
        Some(Relation::new(operator, groups.columns(&relation.columns), span))
    }

    fn spread_box(&mut self, relation: &Relation, groups: &Grouping) -> Option<Box<Relation>> {
        self.spread(relation, groups).map(Box::new)
    }

    /// The rows of all groups where each stands in its order, one group after the other.
    fn spread_in_order(&mut self, relation: &Relation, groups: &Grouping) -> Option<Box<Relation>> {
        let spread = self.spread_box(relation, groups)?;
        if is_sorted(&spread) {
            return Some(spread);
        }
        self.refuse("row order without a sort inside mv-apply or partition", relation.span.clone())
    }

    /// By group, and what is the same in all rows of a group beside it.
    fn spread_summarize(
        &mut self,
        relation: &Relation,
        input: &Relation,
        keys: &[Scalar],
        aggregates: &[AggregateCall],
        groups: &Grouping,
    ) -> Option<Relation> {
        let span = &relation.span;
        let carried = groups.n_keys..groups.n_front;
        let input = self.spread_box(input, groups)?;
        let mut all_keys = groups.keys(span);
        all_keys.extend(self.all_shifted(keys, groups)?);
        let mut calls: Vec<AggregateCall> = Vec::new();
        for place in carried.clone() {
            let arg = groups.column(place, span);
            let outputs = vec![arg.ty];
            calls.push(AggregateCall { function: "take_any", args: vec![arg], outputs, span: span.clone() });
        }
        for call in aggregates {
            calls.push(AggregateCall { args: self.all_shifted(&call.args, groups)?, ..call.clone() });
        }
        // Keys, keys of the query, what is carried, aggregates: the second and the third change places.
        let (n_keys, n_own) = (groups.n_keys, keys.len());
        let mut made: Vec<ColumnSymbol> = groups.front()[..n_keys].to_vec();
        made.extend_from_slice(&relation.columns[..n_own]);
        made.extend_from_slice(&groups.front()[carried.clone()]);
        made.extend_from_slice(&relation.columns[n_own..]);
        let operator = Operator::Summarize { input, keys: all_keys, aggregates: calls };
        let mut table = Relation::new(operator, made, span.clone());
        if keys.is_empty() {
            let columns = Arc::clone(&table.columns);
            let operator = Operator::EveryGroup { input: Box::new(table), group: groups.group };
            table = Relation::new(operator, columns, span.clone());
        }
        let n_carried = carried.len();
        let places = (0..n_keys)
            .chain(n_keys + n_own..n_keys + n_own + n_carried)
            .chain(n_keys..n_keys + n_own)
            .chain(n_keys + n_own + n_carried..table.columns.len())
            .collect::<Vec<_>>();
        Some(chosen(table, &places, groups.columns(&relation.columns), span))
    }

    fn spread_join(
        &mut self,
        relation: &Relation,
        left: &Relation,
        right: &Relation,
        kind: JoinKind,
        on: &[(usize, usize)],
        groups: &Grouping,
    ) -> Option<Relation> {
        use JoinKind as K;
        let span = relation.span.clone();
        let is_one_sided = has_group(left, groups.group) && !has_group(right, groups.group);
        if !is_one_sided || matches!(kind, K::RightOuter | K::FullOuter | K::RightSemi | K::RightAnti) {
            return self.refuse("this kind of join inside mv-apply or partition", span);
        }
        let mut left = self.spread_box(left, groups)?;
        let on: Vec<(usize, usize)> = on.iter().map(|(left, right)| (left + groups.n_front, *right)).collect();
        let kind = if kind == K::InnerUnique {
            // The left side has one row for each key, in each group by itself.
            let keys = groups.key_places().chain(on.iter().map(|(left, _)| *left)).collect();
            let columns = Arc::clone(&left.columns);
            left = Box::new(Relation::new(Operator::TakeEach { input: left, keys, count: 1 }, columns, span.clone()));
            K::Inner
        } else {
            kind
        };
        let operator = Operator::Join { left, right: Box::new(right.clone()), kind, on };
        Some(Relation::new(operator, groups.columns(&relation.columns), span))
    }

    fn spread_union(&mut self, inputs: &[UnionInput], groups: &Grouping) -> Option<Vec<UnionInput>> {
        let [input] = inputs else {
            // The rows of the groups would be made once for each branch, and be other groups each time.
            let span = inputs.first().map_or(0..0, |input| input.relation.span.clone());
            return self.refuse("union inside mv-apply or partition", span);
        };
        let columns = (0..groups.n_front).map(Some);
        let columns = columns.chain(input.columns.iter().map(|place| place.map(|it| it + groups.n_front)));
        Some(vec![UnionInput { columns: columns.collect(), relation: self.spread(&input.relation, groups)? }])
    }

    fn sort_keys_within(&mut self, keys: &[SortKey], groups: &Grouping) -> Option<Vec<SortKey>> {
        let mut all: Vec<SortKey> = Vec::new();
        for value in groups.keys(&groups.rows.span) {
            all.push(SortKey { value, descending: false, nulls_first: true });
        }
        for key in keys {
            all.push(SortKey { value: self.shifted(&key.value, groups)?, ..key.clone() });
        }
        Some(all)
    }

    fn all_shifted(&mut self, scalars: &[Scalar], groups: &Grouping) -> Option<Vec<Scalar>> {
        scalars.iter().map(|scalar| self.shifted(scalar, groups)).collect()
    }

    /// A scalar over the columns behind those in front.
    fn shifted(&mut self, scalar: &Scalar, groups: &Grouping) -> Option<Scalar> {
        self.moved(scalar, groups.group, &|place| place + groups.n_front)
    }

    /// A scalar whose columns have gone to other places.
    fn moved(&mut self, scalar: &Scalar, group: usize, place: &dyn Fn(usize) -> usize) -> Option<Scalar> {
        let kind = match &scalar.kind {
            ScalarKind::Column(at) => ScalarKind::Column(place(*at)),
            ScalarKind::Literal(_) | ScalarKind::Open(_) | ScalarKind::Parameter(_) => scalar.kind.clone(),
            ScalarKind::Operator(operator, args) => {
                ScalarKind::Operator(*operator, self.all_moved(args, group, place)?)
            }
            ScalarKind::Call(name, args) => ScalarKind::Call(name, self.all_moved(args, group, place)?),
            ScalarKind::Convert(inner) => ScalarKind::Convert(Box::new(self.moved(inner, group, place)?)),
            ScalarKind::Path { base, steps } => {
                let mut moved = Vec::with_capacity(steps.len());
                for step in steps {
                    moved.push(match step {
                        PathStep::Computed(value) => PathStep::Computed(self.moved(value, group, place)?),
                        step => step.clone(),
                    });
                }
                ScalarKind::Path { base: Box::new(self.moved(base, group, place)?), steps: moved }
            }
            ScalarKind::ToScalar(relation) if !has_group(relation, group) => scalar.kind.clone(),
            ScalarKind::InRelation { needle, relation, ignore_case } if !has_group(relation, group) => {
                let needle = Box::new(self.moved(needle, group, place)?);
                ScalarKind::InRelation { needle, relation: relation.clone(), ignore_case: *ignore_case }
            }
            ScalarKind::ToScalar(_) | ScalarKind::InRelation { .. } => {
                return self.refuse("a table of the group inside an expression", scalar.span.clone());
            }
        };
        Some(Scalar { kind, ty: scalar.ty, span: scalar.span.clone() })
    }

    fn all_moved(&mut self, scalars: &[Scalar], group: usize, place: &dyn Fn(usize) -> usize) -> Option<Vec<Scalar>> {
        scalars.iter().map(|scalar| self.moved(scalar, group, place)).collect()
    }

    /// The rows of all groups in the order of the groups, where they may have lost it.
    pub(super) fn in_order_of_groups(table: Relation, groups: &Grouping) -> Relation {
        if keeps_order(&table) {
            return table;
        }
        let (columns, span) = (Arc::clone(&table.columns), table.span.clone());
        let key = |value| SortKey { value, descending: false, nulls_first: true };
        let keys = groups.keys(&span).into_iter().map(key).collect();
        Relation::new(Operator::Sort { input: Box::new(table), keys }, columns, span)
    }
}

/// An operator over rows in order, begun anew in each group.
fn anew(operator: Operator, relation: &Relation, groups: &Grouping) -> Relation {
    let (columns, span) = (groups.columns(&relation.columns), relation.span.clone());
    let all = Relation::new(operator, columns.clone(), span.clone());
    let keys = groups.key_places().collect();
    Relation::new(Operator::EachGroup { input: Box::new(all), keys }, columns, span)
}

/// True when the rows come from a sort, which spreading has put the keys of the groups before.
fn is_sorted(relation: &Relation) -> bool {
    match &relation.operator {
        Operator::Sort { .. } => true,
        Operator::Where { input, .. }
        | Operator::Project { input, .. }
        | Operator::TakeEach { input, .. }
        | Operator::EachGroup { input, .. }
        | Operator::Window { input, .. }
        | Operator::Scan { input, .. }
        | Operator::Extract { input, .. } => is_sorted(input),
        _ => false,
    }
}

/// True when the rows of groups stand one group after the other.
fn keeps_order(relation: &Relation) -> bool {
    match &relation.operator {
        Operator::Where { input, .. }
        | Operator::Project { input, .. }
        | Operator::TakeEach { input, .. }
        | Operator::EveryGroup { input, .. }
        | Operator::EachGroup { input, .. }
        | Operator::Window { input, .. }
        | Operator::Scan { input, .. }
        | Operator::Groups { input, .. }
        | Operator::RowId { input, .. }
        | Operator::Extract { input, .. }
        | Operator::MvExpand { input, .. } => keeps_order(input),
        Operator::Summarize { .. } | Operator::Join { .. } | Operator::Union { .. } | Operator::MakeSeries { .. } => {
            false
        }
        _ => true,
    }
}

/// True when a relation reads the rows of the group.
fn has_group(relation: &Relation, group: usize) -> bool {
    match &relation.operator {
        Operator::Group { group: other } => *other == group,
        operator => operator.inputs().into_iter().any(|input| has_group(input, group)),
    }
}

fn plain((place, column): (usize, &ColumnSymbol), span: &Span) -> Scalar {
    Scalar { kind: ScalarKind::Column(place), ty: column.ty, span: span.clone() }
}

/// The columns at these places under the given names.
pub(super) fn chosen(table: Relation, places: &[usize], columns: Vec<ColumnSymbol>, span: &Span) -> Relation {
    let values = places.iter().map(|place| plain((*place, &table.columns[*place]), span)).collect();
    Relation::new(Operator::Project { input: Box::new(table), values }, columns, span.clone())
}
