//! `make-graph`: a graph of a table of edges and tables of nodes.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::convert::literal;
use crate::kql::bind::local::Members;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::{column, project};
use crate::kql::bind::scope::{Graph, GraphRows, Row, Table, Unknown};
use crate::kql::{
    ColumnSymbol, MakeGraphOperator, Name, Operator, Plugin, Relation, ScalarType, TabularOperator, Value,
};

impl Binder<'_> {
    pub(super) fn make_graph(&mut self, operator: MakeGraphOperator<'_>, input: Table) -> Option<Table> {
        let parameters = TabularOperator::MakeGraph(operator).parameters().map(Given::of_parameter);
        self.check_parameters("make-graph", parameters, &input.row());
        if self.context.capabilities.is_some() && operator.partitioned_by().is_some() {
            return self.refuse("make-graph partitioned-by", operator.span());
        }
        let source = operator.source().and_then(|name| self.node_key(name, &input.row()));
        if let Some(target) = operator.target() {
            let _ = self.node_key(target, &input.row());
        }
        let mut nodes: Option<Members> = None;
        let mut tables: Vec<(Table, usize)> = Vec::new();
        for graph_table in operator.tables() {
            let Some(table) = graph_table.table().and_then(|table| self.nested_table(table)) else { continue };
            if let Some(key) = graph_table.key() {
                self.note_row(&graph_table.span(), &table);
                let _ = self.node_key(key, &table.row());
            }
            nodes = Some(with_nodes(nodes, table.columns(), &table.unknown));
            let key = graph_table.key().and_then(|key| table.row().position(&key.value()));
            tables.extend(key.map(|key| (table, key)));
        }
        if let Some(id) = operator.node_id() {
            let column = ColumnSymbol::new(id.value(), source.unwrap_or(ScalarType::Unknown));
            nodes = Some(Members { columns: [column].into(), unknown: Unknown::default() });
        }
        let edges = Members { columns: Arc::clone(&input.relation.columns), unknown: input.unknown.clone() };
        let rows = if self.context.capabilities.is_some() {
            Some(self.graph_rows(operator, &input, &tables, nodes.as_ref())?)
        } else {
            None
        };
        let graph = Arc::new(Graph { edges, nodes, rows });
        let table = self.graph_table("make-graph", &input, graph, operator.span())?;
        let Some(partitioned) = operator.partitioned_by() else { return Some(table) };
        if let Some(entity) = partitioned.entity() {
            let _ = self.only_column(entity, &input);
        }
        let Some(subquery) = partitioned.subquery() else { return Some(table) };
        Some(self.subquery(subquery, table, |_| true))
    }

    /// The tables that the graph is made of.
    fn graph_rows(
        &mut self,
        operator: MakeGraphOperator<'_>,
        input: &Table,
        tables: &[(Table, usize)],
        nodes: Option<&Members>,
    ) -> Option<GraphRows> {
        let span = operator.span();
        let place = |name: Option<Name<'_>>| name.and_then(|name| input.row().position(&name.value()));
        let (source, target) = (place(operator.source())?, place(operator.target())?);
        let ty = input.columns()[source].ty;
        if input.columns()[target].ty != ty {
            return self.error("SEM1019", span, "both ends of an edge are of one type");
        }
        if tables.iter().any(|(table, key)| table.columns()[*key].ty != ty) {
            return self.error("SEM1079", span, "nodes and the ends of edges are told apart by values of one type");
        }
        if matches!(ty, ScalarType::Dynamic | ScalarType::Unknown) {
            return None;
        }
        let ends = [source, target].map(|place| column(&input.relation, place, &span)).to_vec();
        let ends =
            project(input.relation.clone(), ends, vec![ColumnSymbol::new("", ty), ColumnSymbol::new("", ty)], &span);
        let properties: Vec<ColumnSymbol> = nodes.map(|nodes| nodes.columns.to_vec()).unwrap_or_default();
        let mut columns = vec![ColumnSymbol::new("", ty)];
        let is_named = operator.node_id().is_some();
        if !is_named {
            columns.extend(properties.iter().cloned());
        }
        let mut inputs = vec![ends];
        for (table, key) in tables.iter().filter(|_| !is_named) {
            let mut values = vec![column(&table.relation, *key, &span)];
            for property in &properties {
                let same = |other: &ColumnSymbol| other.name == property.name && other.ty == property.ty;
                values.push(match table.columns().iter().position(same) {
                    Some(place) => column(&table.relation, place, &span),
                    None if property.ty == ScalarType::String => literal(Value::String(String::new()), span.clone()),
                    None => literal(Value::Null(property.ty), span.clone()),
                });
            }
            inputs.push(project(table.relation.clone(), values, columns.clone(), &span));
        }
        let nodes = Relation::new(Operator::Plugin { inputs, plugin: Plugin::GraphNodes }, columns, span.clone());
        // The property by which a node is known is known of the ends of edges that no table has, too.
        let keys: Vec<&str> = tables.iter().map(|(table, key)| table.columns()[*key].name.as_str()).collect();
        let is_key = |property: &ColumnSymbol| {
            is_named || (property.ty == ty && !keys.is_empty() && keys.iter().all(|key| *key == property.name))
        };
        let mut values = vec![column(&nodes, 0, &span)];
        for (place, property) in properties.iter().enumerate() {
            values.push(column(&nodes, if is_key(property) { 0 } else { place + 1 }, &span));
        }
        let mut columns = vec![ColumnSymbol::new("", ty)];
        columns.extend(properties);
        let nodes = project(nodes, values, columns, &span);
        let depth = tables.iter().map(|(table, _)| table.depth).max().unwrap_or(0).max(input.depth) + 3;
        let (edges, is_directed) = (input.relation.clone(), operator.is_directed());
        Some(GraphRows { nodes, edges, source, target, is_directed, depth })
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
