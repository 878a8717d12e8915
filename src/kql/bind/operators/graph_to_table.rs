//! `graph-to-table`: the nodes or the edges of a graph as a table, or both as two.

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::plugin::{column, project};
use crate::kql::bind::scope::{Graph, GraphRows, Let, LetValue, Row, Table, Unknown};
use crate::kql::{ColumnSymbol, GraphOutput, GraphToTableOperator, ScalarType, Span, TabularOperator};

impl Binder<'_> {
    pub(super) fn graph_to_table(&mut self, operator: GraphToTableOperator<'_>, input: Table) -> Option<Table> {
        let graph = self.graph_of(TabularOperator::GraphToTable(operator), &input);
        let outputs: Vec<GraphOutput<'_>> = operator.outputs().collect();
        if let Some(rows) = &graph.rows {
            return match outputs.as_slice() {
                [output] => self.graph_rows_out(*output, &graph, rows, &operator.span()),
                _ => self.refuse("graph-to-table of nodes and edges at once", operator.span()),
            };
        }
        let mut tables = Vec::new();
        for output in &outputs {
            let (columns, unknown) = self.graph_output(*output, &graph);
            let table = self.opaque("graph-to-table", &[&input], columns, unknown, operator.span())?;
            match output.name() {
                Some(name) if outputs.len() > 1 => {
                    let (definition, value) = (name.span(), LetValue::Table(Box::new(table.clone())));
                    let name = name.value().into_owned();
                    self.note_definition(&name, &definition, &value, operator.span().end);
                    self.graph_outputs.push(Let { name, value, size: 1, is_parameter: false, rows: None, definition });
                }
                None if outputs.len() > 1 => {
                    let message = "each of two tables needs a name: nodes as N, edges as E";
                    let _: Option<()> = self.error("KS273", output.span(), message);
                }
                _ => {}
            }
            tables.push(table);
        }
        match tables.len() {
            1 => tables.pop(),
            // Two tables go no further down the pipe.
            _ => self.opaque("graph-to-table", &[&input], Vec::new(), Unknown::default(), operator.span()),
        }
    }

    /// The nodes or the edges, the numbers of identities before them.
    fn graph_rows_out(
        &mut self,
        output: GraphOutput<'_>,
        graph: &Graph,
        rows: &GraphRows,
        span: &Span,
    ) -> Option<Table> {
        let (columns, unknown) = self.graph_output(output, graph);
        let given: Vec<String> = output.parameters().map(|parameter| Given::of_parameter(parameter).name).collect();
        let (relation, identities) = if output.is_nodes() {
            (&rows.nodes, vec![("with_node_id", 0)])
        } else {
            (&rows.edges, vec![("with_source_id", rows.source), ("with_target_id", rows.target)])
        };
        let mut values = Vec::with_capacity(columns.len());
        for (parameter, place) in identities {
            if given.iter().any(|name| name == parameter) {
                let identity = column(relation, place, span);
                values.push(self.capable_call("hash", vec![identity], ScalarType::Long, span.clone())?);
            }
        }
        let first = usize::from(output.is_nodes());
        values.extend((first..relation.columns.len()).map(|place| column(relation, place, span)));
        if values.is_empty() || values.len() != columns.len() {
            return self.refuse("graph-to-table of nodes without properties", span.clone());
        }
        let relation = project(relation.clone(), values, columns, span);
        self.table(relation, unknown, rows.depth + 1)
    }

    fn graph_output(&mut self, output: GraphOutput<'_>, graph: &Graph) -> (Vec<ColumnSymbol>, Unknown) {
        let operator = if output.is_nodes() { "graph-to-table nodes" } else { "graph-to-table edges" };
        let given = self.check_parameters(operator, output.parameters().map(Given::of_parameter), &Row::NONE);
        let mut columns: Vec<ColumnSymbol> = ["with_source_id", "with_target_id", "with_node_id"]
            .into_iter()
            .filter_map(|id| given.iter().find(|it| it.name == id).and_then(Given::new_name))
            .map(|name| ColumnSymbol::new(name, ScalarType::Long))
            .collect();
        let members = match (output.is_nodes(), &graph.nodes) {
            (true, Some(nodes)) => nodes,
            (true, None) => return (columns, Unknown::default()),
            (false, _) => &graph.edges,
        };
        columns.extend(members.columns.iter().cloned());
        (columns, members.unknown.clone())
    }
}
