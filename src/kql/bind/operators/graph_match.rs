//! `graph-match` and `graph-shortest-paths`: paths of a graph that fit a pattern, as rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::graph_pattern::Wanted;
use super::sample_distinct::unnamed;
use crate::kql::bind::Binder;
use crate::kql::bind::convert::a;
use crate::kql::bind::graph_scope::GraphScope;
use crate::kql::bind::local::{Local, LocalValue, Members};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::projection::{Clash, Projection};
use crate::kql::bind::scope::{Graph, GraphRows, Row, Table, Unknown};
use crate::kql::{
    ColumnSymbol, Cycles, Expr, GraphElement, GraphPattern, Name, ProjectClause, Scalar, ScalarType, Span, SyntaxKind,
    TabularOperator,
};

impl Binder<'_> {
    pub(super) fn graph_match<'t>(
        &mut self,
        operator: TabularOperator<'t>,
        patterns: impl Iterator<Item = GraphPattern<'t>>,
        predicate: Option<Expr<'t>>,
        project: Option<ProjectClause<'t>>,
        input: Table,
    ) -> Option<Table> {
        let construct = match operator {
            TabularOperator::GraphShortestPaths(_) => "graph-shortest-paths",
            _ => "graph-match",
        };
        let mut given = Vec::new();
        for parameter in operator.parameters() {
            // The service's library knows these only by where they are read.
            given.extend(self.check_parameters(construct, std::iter::once(Given::of_parameter(parameter)), &Row::NONE));
        }
        let graph = self.graph_of(operator, &input);
        let patterns: Vec<GraphPattern<'_>> = patterns.collect();
        for pattern in &patterns {
            self.check_graph_pattern(*pattern);
        }
        let outer = self.locals.len();
        let nodes = graph.nodes.clone().unwrap_or_else(|| Members { columns: [].into(), unknown: Unknown::default() });
        for element in patterns.iter().flat_map(|pattern| pattern.elements()) {
            let (name, members) = match element {
                GraphElement::Node(node) => (node.name(), &nodes),
                GraphElement::Edge(edge) => (edge.name(), &graph.edges),
            };
            let Some(name) = name else { continue };
            let value = LocalValue::Row(members.clone());
            self.push_local(Local { name: name.value().into_owned(), definition: name.span(), value }, operator.span());
        }
        if let Some(rows) = &graph.rows {
            let wanted = wanted(construct, &given);
            let found = self.run_pattern(&patterns, rows, wanted, predicate, project, &operator.span());
            self.graph_scope = None;
            self.locals.truncate(outer);
            return found;
        }
        let inner_nodes = self.inner_nodes.replace(nodes);
        self.graph_condition(predicate);
        let columns = project.map(|project| self.graph_columns(project, &patterns).0);
        self.inner_nodes = inner_nodes;
        self.locals.truncate(outer);
        match columns {
            Some(columns) => self.opaque(construct, &[&input], columns, Unknown::default(), operator.span()),
            None => self.graph_table(construct, &input, graph, operator.span()),
        }
    }

    /// The graph before an operator; a table in its place is a mistake.
    pub(super) fn graph_of(&mut self, operator: TabularOperator<'_>, input: &Table) -> Arc<Graph> {
        if let Some(graph) = &input.graph {
            return Arc::clone(graph);
        }
        if !input.unknown.is_open
            && let Some(keyword) = operator.keyword()
        {
            let message = format!("'{}' needs a graph before it: make-graph makes one", keyword.text());
            let _: Option<()> = self.error("KS219", keyword.span(), message);
        }
        let edges = Members { columns: [].into(), unknown: Unknown::open() };
        Arc::new(Graph { nodes: Some(edges.clone()), edges, rows: None })
    }

    /// Nodes and edges take turns, and a node is the last.
    fn check_graph_pattern(&mut self, pattern: GraphPattern<'_>) {
        let elements: Vec<GraphElement<'_>> = pattern.elements().collect();
        for (index, element) in elements.iter().enumerate() {
            let (is_node, span) = match element {
                GraphElement::Node(node) => (true, node.span()),
                GraphElement::Edge(edge) => (false, edge.span()),
            };
            if is_node != (index % 2 == 0) {
                let (wanted, found) = if is_node { ("an edge", "a node") } else { ("a node", "an edge") };
                let _: Option<()> =
                    self.error("KS239", span, format!("{wanted} is expected here, and this is {found}"));
            }
        }
        if let Some(GraphElement::Edge(edge)) = elements.last() {
            let _: Option<()> = self.error("KS238", edge.span(), "a pattern ends with a node");
        }
    }

    pub(super) fn graph_condition(&mut self, predicate: Option<Expr<'_>>) {
        if let Some(value) = predicate.and_then(|predicate| self.scalar(predicate, &Row::NONE))
            && !matches!(value.ty, ScalarType::Bool | ScalarType::Unknown)
        {
            let message = format!("a condition is expected here, and this is {}", a(value.ty));
            let _: Option<()> = self.error("KS141", value.span, message);
        }
    }

    /// The search, where the engine runs it.
    fn run_pattern(
        &mut self,
        patterns: &[GraphPattern<'_>],
        rows: &GraphRows,
        wanted: Wanted,
        predicate: Option<Expr<'_>>,
        project: Option<ProjectClause<'_>>,
        span: &Span,
    ) -> Option<Table> {
        if patterns.len() > 1 && !matches!(wanted, Wanted::All(_)) {
            return self.refuse("graph-shortest-paths of several patterns", span.clone());
        }
        let pattern = self.bound_pattern(patterns, rows, span)?;
        let mut scope = GraphScope::new(rows, pattern.elements.clone());
        scope.in_condition = true;
        self.graph_scope = Some(scope);
        let condition = match predicate {
            Some(predicate) => Some(self.scalar(predicate, &Row::NONE)?),
            None => None,
        };
        if let Some(condition) = condition.as_ref().filter(|condition| condition.ty != ScalarType::Bool) {
            let message = format!("a condition is expected here, and this is {}", a(condition.ty));
            return self.error("SEM0254", condition.span.clone(), message);
        }
        self.graph_scope.as_mut()?.in_condition = false;
        let Some(project) = project else {
            return self.error("SEM0001", span.clone(), "the pattern has no project: nothing is read off its matches");
        };
        let n_items = project.items().count();
        let (columns, values) = self.graph_columns(project, patterns);
        if values.len() != n_items || columns.len() != n_items {
            return None;
        }
        let scope = self.graph_scope.take()?;
        self.matches(pattern, rows, scope, (wanted, condition), (columns, values), span)
    }

    fn graph_columns(
        &mut self,
        project: ProjectClause<'_>,
        patterns: &[GraphPattern<'_>],
    ) -> (Vec<ColumnSymbol>, Vec<Scalar>) {
        let runs = self.graph_scope.is_some();
        let mut values = Vec::new();
        let paths: BTreeSet<String> =
            patterns.iter().flat_map(|pattern| pattern.elements()).filter_map(path_name).collect();
        let mut projection = Projection::default();
        for item in project.items() {
            let expr = unnamed(item);
            let value = self.scalar(expr, &Row::NONE);
            values.extend(value.clone());
            // What is read off each edge of a path is an array.
            let names_path =
                expr.node().descendants().filter_map(Name::cast).any(|name| paths.contains(name.value().as_ref()));
            let ty = if names_path && !runs {
                ScalarType::Dynamic
            } else {
                value.map_or(ScalarType::Unknown, |value| value.ty)
            };
            if let Expr::Named(named) = item {
                for name in named.names().take(1) {
                    let column = ColumnSymbol::new(name.value(), ty);
                    if let Err(finding) = projection.declare(column, Clash::Digit, &name.span()) {
                        let _: Option<()> = self.report(finding);
                    }
                }
                continue;
            }
            let called = if runs { called_name(expr) } else { None };
            let name = called.or_else(|| graph_name(expr)).or_else(|| self.made_name(expr, &Row::NONE));
            let name = name.unwrap_or_else(|| projection.unnamed(&Row::NONE));
            projection.add(ColumnSymbol::new(name, ty), Clash::Digit);
        }
        (projection.into_columns(), values)
    }
}

/// What is looked for, as the parameters say.
fn wanted(construct: &str, given: &[Given<'_>]) -> Wanted {
    let word = |name: &str| given.iter().find(|it| it.name == name).map(Given::text);
    if construct == "graph-shortest-paths" {
        return if word("output") == Some("all") { Wanted::AllShortest } else { Wanted::AnyShortest };
    }
    Wanted::All(match word("cycles") {
        Some("all") => Cycles::All,
        Some("none") => Cycles::None,
        _ => Cycles::UniqueEdges,
    })
}

/// `map(p, w)` is `p_w`, `node_degree_in(a)` is `node_degree_in_a`.
fn called_name(expr: Expr<'_>) -> Option<String> {
    let Expr::Call(call) = expr else { return None };
    let name = call.name()?.value().into_owned();
    let named = |expr: Expr<'_>| called_name(expr).or_else(|| graph_name(expr));
    match (name.as_str(), call.arguments().collect::<Vec<_>>().as_slice()) {
        ("map", [path, value]) => Some(format!("{}_{}", named(*path)?, named(*value)?)),
        ("inner_nodes" | "node_degree_in" | "node_degree_out", [element]) => {
            Some(format!("{name}_{}", named(*element)?))
        }
        _ => None,
    }
}

/// The name of an edge that stands for a path of them.
fn path_name(element: GraphElement<'_>) -> Option<String> {
    match element {
        GraphElement::Edge(edge) if edge.range().is_some() => Some(edge.name()?.value().into_owned()),
        _ => None,
    }
}

/// `a.name` is `a_name`.
fn graph_name(expr: Expr<'_>) -> Option<String> {
    let joined = |base: Option<Expr<'_>>, step: String| match base.and_then(graph_name) {
        Some(base) => format!("{base}_{step}"),
        None => step,
    };
    match expr {
        Expr::Name(name) => Some(name.value().into_owned()),
        Expr::Path(path) => match path.selector()? {
            Expr::Name(step) => Some(joined(path.base(), step.value().into_owned())),
            _ => None,
        },
        Expr::Index(index) => match index.index()? {
            Expr::Literal(step) if step.kind() == SyntaxKind::StringLiteral => {
                Some(joined(index.base(), crate::kql::string_value(step.text())?.into_owned()))
            }
            Expr::Literal(step) => Some(joined(index.base(), step.text().to_owned())),
            _ => None,
        },
        _ => None,
    }
}
