//! `graph-mark-components`, `graph-where-nodes` and `graph-where-edges`: a graph again.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::local::Members;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Graph, Row, Table, Unknown};
use crate::kql::{ColumnSymbol, Expr, GraphMarkComponentsOperator, ScalarType, TabularOperator};

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
        let graph = Arc::new(Graph { edges: graph.edges.clone(), nodes });
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
