//! `make-graph`: a graph of a table of edges and tables of nodes.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::local::Members;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Graph, Row, Table, Unknown};
use crate::kql::{ColumnSymbol, MakeGraphOperator, Name, ScalarType, TabularOperator};

impl Binder<'_> {
    pub(super) fn make_graph(&mut self, operator: MakeGraphOperator<'_>, input: Table) -> Option<Table> {
        let parameters = TabularOperator::MakeGraph(operator).parameters().map(Given::of_parameter);
        self.check_parameters("make-graph", parameters, &input.row());
        let source = operator.source().and_then(|name| self.node_key(name, &input.row()));
        if let Some(target) = operator.target() {
            let _ = self.node_key(target, &input.row());
        }
        let mut nodes: Option<Members> = None;
        for graph_table in operator.tables() {
            let Some(table) = graph_table.table().and_then(|table| self.nested_table(table)) else { continue };
            if let Some(key) = graph_table.key() {
                self.note_row(&graph_table.span(), &table);
                let _ = self.node_key(key, &table.row());
            }
            nodes = Some(with_nodes(nodes, table.columns(), &table.unknown));
        }
        if let Some(id) = operator.node_id() {
            let column = ColumnSymbol::new(id.value(), source.unwrap_or(ScalarType::Unknown));
            nodes = Some(Members { columns: [column].into(), unknown: Unknown::default() });
        }
        let edges = Members { columns: Arc::clone(&input.relation.columns), unknown: input.unknown.clone() };
        let graph = Arc::new(Graph { edges, nodes });
        let table = self.graph_table("make-graph", &input, graph, operator.span())?;
        let Some(partitioned) = operator.partitioned_by() else { return Some(table) };
        if let Some(entity) = partitioned.entity() {
            let _ = self.only_column(entity, &input);
        }
        let Some(subquery) = partitioned.subquery() else { return Some(table) };
        Some(self.subquery(subquery, table, |_| true))
    }

    /// A column that says which node is meant; the type of its values.
    fn node_key(&mut self, name: Name<'_>, row: &Row<'_>) -> Option<ScalarType> {
        let value = self.scalar_name(&name.value(), name.span(), row)?;
        if value.ty == ScalarType::Dynamic {
            let _: Option<()> = self.error("KS240", name.span(), "nodes cannot be told apart by a dynamic column");
        }
        Some(value.ty)
    }

    /// A graph where a table would be: it has no columns of its own.
    pub(super) fn graph_table(
        &mut self,
        construct: &'static str,
        input: &Table,
        graph: Arc<Graph>,
        span: crate::kql::Span,
    ) -> Option<Table> {
        let table = self.opaque(construct, &[input], Vec::new(), Unknown::default(), span)?;
        Some(Table { graph: Some(graph), ..table })
    }
}

/// Nodes of several tables have the columns of all.
fn with_nodes(nodes: Option<Members>, columns: &[ColumnSymbol], unknown: &Unknown) -> Members {
    let Some(nodes) = nodes else { return Members { columns: columns.into(), unknown: unknown.clone() } };
    let mut all = nodes.columns.to_vec();
    for column in columns {
        if !all.iter().any(|other| other.name == column.name && other.ty == column.ty) {
            all.push(column.clone());
        }
    }
    Members { columns: all.into(), unknown: nodes.unknown.and(unknown) }
}
