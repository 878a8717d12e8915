//! `graph-match` and `graph-shortest-paths`: paths of a graph that fit a pattern, as rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sample_distinct::unnamed;
use crate::kql::bind::Binder;
use crate::kql::bind::convert::a;
use crate::kql::bind::local::{Local, LocalValue, Members};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::projection::{Clash, Projection};
use crate::kql::bind::scope::{Graph, Row, Table, Unknown};
use crate::kql::{
    ColumnSymbol, Expr, GraphElement, GraphPattern, Name, ProjectClause, ScalarType, SyntaxKind, TabularOperator,
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
        for parameter in operator.parameters() {
            // The service's library knows these only by where they are read.
            let _ = self.check_parameters(construct, std::iter::once(Given::of_parameter(parameter)), &Row::NONE);
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
        let inner_nodes = self.inner_nodes.replace(nodes);
        self.graph_condition(predicate);
        let columns = project.map(|project| self.graph_columns(project, &patterns));
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
        Arc::new(Graph { nodes: Some(edges.clone()), edges })
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

    fn graph_columns(&mut self, project: ProjectClause<'_>, patterns: &[GraphPattern<'_>]) -> Vec<ColumnSymbol> {
        let paths: BTreeSet<String> =
            patterns.iter().flat_map(|pattern| pattern.elements()).filter_map(path_name).collect();
        let mut projection = Projection::default();
        for item in project.items() {
            let expr = unnamed(item);
            let value = self.scalar(expr, &Row::NONE);
            // What is read off each edge of a path is an array.
            let names_path =
                expr.node().descendants().filter_map(Name::cast).any(|name| paths.contains(name.value().as_ref()));
            let ty = if names_path { ScalarType::Dynamic } else { value.map_or(ScalarType::Unknown, |value| value.ty) };
            if let Expr::Named(named) = item {
                for name in named.names().take(1) {
                    let column = ColumnSymbol::new(name.value(), ty);
                    if let Err(finding) = projection.declare(column, Clash::Digit, &name.span()) {
                        let _: Option<()> = self.report(finding);
                    }
                }
                continue;
            }
            let name = graph_name(expr).or_else(|| self.made_name(expr, &Row::NONE));
            let name = name.unwrap_or_else(|| projection.unnamed(&Row::NONE));
            projection.add(ColumnSymbol::new(name, ty), Clash::Digit);
        }
        projection.into_columns()
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
