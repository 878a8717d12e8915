//! The pattern of `graph-match` and `graph-shortest-paths` as the engine runs it: a search that gives the columns which
//! the condition and the projection read.

use std::collections::HashMap;
use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::graph_scope::{Element, GraphScope, Pushed, conjuncts, substituted};
use crate::kql::bind::plugin::{column, project};
use crate::kql::bind::scope::{GraphRows, Table, Unknown};
use crate::kql::{
    AggregateCall, ColumnSymbol, Cycles, Direction, GraphColumn, GraphElement, GraphMatch, GraphPattern, JoinKind,
    Operator, PatternEdge, Plugin, Relation, Scalar, ScalarKind, ScalarType, Span, Value,
};

/// What is looked for, before anything is known of the condition.
pub(super) struct BoundPattern {
    n_nodes: usize,
    edges: Vec<PatternEdge>,
    /// The first node of the first pattern, and the last one.
    ends: (usize, usize),
    pub(super) elements: HashMap<String, Element>,
}

/// Which matches are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All(Cycles),
    /// For each two ends a shortest one, or all that are.
    AnyShortest,
    AllShortest,
}

impl Binder<'_> {
    pub(super) fn bound_pattern(
        &mut self,
        patterns: &[GraphPattern<'_>],
        rows: &GraphRows,
        span: &Span,
    ) -> Option<BoundPattern> {
        let mut bound = BoundPattern { n_nodes: 0, edges: Vec::new(), ends: (0, 0), elements: HashMap::new() };
        for (place, pattern) in patterns.iter().enumerate() {
            let mut before: Option<usize> = None;
            let mut edge: Option<PatternEdge> = None;
            for element in pattern.elements() {
                match element {
                    GraphElement::Edge(written) => {
                        let (low, high) = self.edge_range(written)?;
                        let text = written.node().text();
                        let direction = match (text.starts_with('<'), text.ends_with('>')) {
                            (true, _) => Direction::In,
                            (_, true) => Direction::Out,
                            _ => Direction::Any,
                        };
                        if !rows.is_directed && direction != Direction::Any {
                            let message = "the edges of this graph have no direction";
                            return self.error("SEM0456", written.span(), message);
                        }
                        if let Some(name) = written.name() {
                            let place = bound.edges.len();
                            let found =
                                if written.range().is_some() { Element::Path(place) } else { Element::Edge(place) };
                            if bound.elements.insert(name.value().into_owned(), found).is_some() {
                                return self.refuse("two elements of a pattern with one name", written.span());
                            }
                        }
                        let (edge_filters, inner_filters) = (Vec::new(), Vec::new());
                        edge = Some(PatternEdge { from: 0, to: 0, direction, low, high, edge_filters, inner_filters });
                    }
                    GraphElement::Node(written) => {
                        let name = written.name().map(|name| name.value().into_owned());
                        let known = name.as_ref().and_then(|name| bound.elements.get(name)).copied();
                        let node = match known {
                            Some(Element::Node(node)) => node,
                            Some(_) => {
                                return self.refuse("two elements of a pattern with one name", written.span());
                            }
                            None => {
                                bound.n_nodes += 1;
                                bound.n_nodes - 1
                            }
                        };
                        if let Some(name) = name {
                            bound.elements.insert(name, Element::Node(node));
                        }
                        if place == 0 && before.is_none() {
                            bound.ends.0 = node;
                        }
                        bound.ends.1 = node;
                        if let (Some(from), Some(edge)) = (before, edge.take()) {
                            bound.edges.push(PatternEdge { from, to: node, ..edge });
                        }
                        before = Some(node);
                    }
                }
            }
        }
        if bound.n_nodes == 0 || !is_connected(&bound) {
            return self.error("SEM1011", span.clone(), "the parts of the pattern have no node in common");
        }
        Some(bound)
    }

    fn edge_range(&mut self, edge: crate::kql::GraphEdge<'_>) -> Option<(usize, usize)> {
        let Some(range) = edge.range() else { return Some((1, 1)) };
        let mut ends = Vec::with_capacity(2);
        for end in [range.low(), range.high()] {
            let value = end.and_then(|end| self.constant(end));
            let number = match value.map(|value| value.kind) {
                Some(ScalarKind::Literal(Value::Long(number))) => usize::try_from(number).ok(),
                Some(ScalarKind::Literal(Value::Int(number))) => usize::try_from(number).ok(),
                _ => None,
            };
            ends.push(number);
        }
        match ends.as_slice() {
            [Some(low), Some(high)] if low <= high => Some((*low, *high)),
            _ => self.error("SEM1013", edge.span(), "a path has between two whole numbers of edges, the lesser first"),
        }
    }

    /// The matches of a pattern, given what is asked of them and what is read off them.
    pub(super) fn matches(
        &mut self,
        pattern: BoundPattern,
        rows: &GraphRows,
        mut scope: GraphScope,
        (wanted, condition): (Wanted, Option<Scalar>),
        (columns, values): (Vec<ColumnSymbol>, Vec<Scalar>),
        span: &Span,
    ) -> Option<Table> {
        let cycles = if let Wanted::All(cycles) = wanted { cycles } else { Cycles::None };
        let mut search =
            GraphMatch { nodes: vec![Vec::new(); pattern.n_nodes], edges: pattern.edges, cycles, output: Vec::new() };
        let mut rest = Vec::new();
        for part in condition.map(conjuncts).unwrap_or_default() {
            match scope.pushed(&part) {
                Some(Pushed::Node { variable, column }) => search.nodes[variable].push(column),
                Some(Pushed::Edge { edge, column }) => search.edges[edge].edge_filters.push(column),
                Some(Pushed::Inner { edge, column }) => search.edges[edge].inner_filters.push(column),
                None => rest.push(part),
            }
        }
        let (first, last) = pattern.ends;
        let mut hidden = |column| scope.column(column, ScalarType::Long, span.clone());
        let ends = [GraphColumn::NodeNumber { variable: first }, GraphColumn::NodeNumber { variable: last }];
        let keys = [hidden(ends[0]), hidden(ends[1]), hidden(GraphColumn::Length)];
        search.output.clone_from(&scope.columns);
        let unnamed = |ty: ScalarType| ColumnSymbol::new("", ty);
        let output: Vec<ColumnSymbol> = scope.columns.iter().map(|(_, ty)| unnamed(*ty)).collect();
        let inputs = vec![
            with_values(&rows.nodes, &[0], scope.node_values, span),
            with_values(&rows.edges, &[rows.source, rows.target], scope.edge_values, span),
        ];
        let mut relation = Relation::new(
            Operator::Plugin { inputs, plugin: Plugin::GraphMatch(Box::new(search)) },
            output,
            span.clone(),
        );
        for predicate in rest {
            let columns = Arc::clone(&relation.columns);
            relation = Relation::new(Operator::Where { input: Box::new(relation), predicate }, columns, span.clone());
        }
        let (relation, values) = match wanted {
            Wanted::All(_) => (relation, values),
            Wanted::AnyShortest => any_shortest(relation, &keys, &values, span)?,
            Wanted::AllShortest => (self.all_shortest(relation, keys, span), values),
        };
        let relation = project(relation, values, columns, span);
        self.table(relation, Unknown::default(), rows.depth + 6)
    }

    /// The rows whose length is the least of those with the same ends.
    fn all_shortest(&mut self, matches: Relation, keys: [Scalar; 3], span: &Span) -> Relation {
        let columns = Arc::clone(&matches.columns);
        let id = self.next_materialize;
        self.next_materialize += 1;
        let operator = Operator::Materialize { id, input: Arc::new(matches) };
        let matches = Relation::new(operator, Arc::clone(&columns), span.clone());
        let places: Vec<usize> = keys.iter().filter_map(place_of).collect();
        let [from, to, length] = keys;
        let least =
            AggregateCall { function: "min", args: vec![length], outputs: vec![ScalarType::Long], span: span.clone() };
        let input = Box::new(matches.clone());
        let operator = Operator::Summarize { input, keys: vec![from, to], aggregates: vec![least] };
        let long = || ColumnSymbol::new("", ScalarType::Long);
        let least = Relation::new(operator, vec![long(), long(), long()], span.clone());
        let joined: Vec<ColumnSymbol> = columns.iter().cloned().chain([long(), long(), long()]).collect();
        let on = places.into_iter().zip(0..).collect();
        let (left, right) = (Box::new(matches), Box::new(least));
        Relation::new(Operator::Join { left, right, kind: JoinKind::Inner, on }, joined, span.clone())
    }
}

/// One of the shortest rows for each two ends; and the values, which find their columns elsewhere in it.
fn any_shortest(
    matches: Relation,
    keys: &[Scalar; 3],
    values: &[Scalar],
    span: &Span,
) -> Option<(Relation, Vec<Scalar>)> {
    let [from, to, length] = keys.clone();
    let mut args = vec![length];
    args.extend((0..matches.columns.len()).map(|place| column(&matches, place, span)));
    let outputs: Vec<ScalarType> = args.iter().map(|arg| arg.ty).collect();
    let mut columns = vec![ColumnSymbol::new("", ScalarType::Long), ColumnSymbol::new("", ScalarType::Long)];
    columns.extend(outputs.iter().map(|ty| ColumnSymbol::new("", *ty)));
    let shortest = AggregateCall { function: "arg_min", args, outputs, span: span.clone() };
    let operator = Operator::Summarize { input: Box::new(matches), keys: vec![from, to], aggregates: vec![shortest] };
    let relation = Relation::new(operator, columns, span.clone());
    let moved = |place: usize| Some(column(&relation, place + 3, span));
    let values = values.iter().map(|value| substituted(value, &moved)).collect::<Option<Vec<_>>>()?;
    Some((relation, values))
}

fn place_of(value: &Scalar) -> Option<usize> {
    match value.kind {
        ScalarKind::Column(place) => Some(place),
        _ => None,
    }
}

/// Some columns of a relation and values over it.
fn with_values(relation: &Relation, places: &[usize], values: Vec<Scalar>, span: &Span) -> Relation {
    let mut all: Vec<Scalar> = places.iter().map(|place| column(relation, *place, span)).collect();
    all.extend(values);
    let columns = all.iter().map(|value| ColumnSymbol::new("", value.ty)).collect();
    project(relation.clone(), all, columns, span)
}

fn is_connected(pattern: &BoundPattern) -> bool {
    let mut reached = vec![false; pattern.n_nodes];
    reached[0] = true;
    loop {
        let before = reached.iter().filter(|it| **it).count();
        for edge in &pattern.edges {
            let either = reached[edge.from] || reached[edge.to];
            reached[edge.from] = either;
            reached[edge.to] = either;
        }
        let now = reached.iter().filter(|it| **it).count();
        if now == before {
            return now == pattern.n_nodes;
        }
    }
}
