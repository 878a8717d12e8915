//! `graph-mark-components`, `graph-where-nodes` and `graph-where-edges`: a graph again.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::local::Members;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::{column, project};
use crate::kql::bind::scope::{Graph, Row, Table, Unknown};
use crate::kql::{
    ColumnSymbol, Expr, GraphMarkComponentsOperator, Operator, Plugin, Relation, ScalarType, TabularOperator,
};

impl Binder<'_> {
    /// Every node has a column more: the component that it belongs to.
    pub(super) fn graph_mark_components(
        &mut self,
        operator: GraphMarkComponentsOperator<'_>,
        input: Table,
    ) -> Option<Table> {
        let parameters = TabularOperator::GraphMarkComponents(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("graph-mark-components", parameters, &Row::NONE);
        let graph = self.graph_of(TabularOperator::GraphMarkComponents(operator), &input);
        let id = given.iter().find(|it| it.name == "with_component_id").and_then(Given::new_name);
        let id = ColumnSymbol::new(id.unwrap_or_else(|| "ComponentId".to_owned()), ScalarType::Long);
        let (mut columns, unknown) = match &graph.nodes {
            Some(nodes) => (nodes.columns.to_vec(), nodes.unknown.clone()),
            None => (Vec::new(), Unknown::default()),
        };
        columns.push(id);
        let nodes = Some(Members { columns: columns.into(), unknown });
        let mut rows = graph.rows.clone();
        if let Some(rows) = &mut rows {
            let kind = given.iter().find(|it| it.name == "kind").map(Given::text);
            if kind.is_some_and(|kind| kind != "weak") {
                return self.refuse("graph-mark-components kind=strong", operator.span());
            }
            let span = operator.span();
            let ends = [rows.source, rows.target].map(|place| column(&rows.edges, place, &span)).to_vec();
            let symbols = ends.iter().map(|end| ColumnSymbol::new("", end.ty)).collect();
            let inputs = vec![rows.nodes.clone(), project(rows.edges.clone(), ends, symbols, &span)];
            let mut columns = vec![rows.nodes.columns[0].clone()];
            columns.extend(nodes.iter().flat_map(|nodes| nodes.columns.iter().cloned()));
            let plugin = Plugin::GraphComponents;
            rows.nodes = Relation::new(Operator::Plugin { inputs, plugin }, columns, span);
            rows.depth += 2;
        }
        let graph = Arc::new(Graph { edges: graph.edges.clone(), nodes, rows });
        self.graph_table("graph-mark-components", &input, graph, operator.span())
    }

    /// Part of a graph.
    pub(super) fn graph_where(
        &mut self,
        operator: TabularOperator<'_>,
        construct: &'static str,
        predicate: Option<Expr<'_>>,
        input: Table,
    ) -> Option<Table> {
        let graph = self.graph_of(operator, &input);
        self.graph_condition(predicate);
        self.graph_table(construct, &input, graph, operator.span())
    }
}
