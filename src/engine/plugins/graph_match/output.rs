//! What is read off a match: columns of its nodes and edges.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringBuilder, UInt32Array};
use arrow::compute::take;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::search::Search;
use crate::engine::json::Encoder;
use crate::engine::plugins::graph::Graph;
use crate::kql::{GraphColumn, GraphMatch, PathFold};

/// Matches that were found and not given away yet.
pub(super) struct Output {
    columns: Vec<GraphColumn>,
    nodes: RecordBatch,
    edges: RecordBatch,
    n_rows: usize,
    /// For each column the rows that it reads, of a match after the other.
    read: Vec<Vec<u32>>,
    /// For a column over a path, how many of these each match has.
    lengths: Vec<Vec<usize>>,
}

impl Output {
    pub(super) fn new(pattern: &GraphMatch, inputs: Vec<RecordBatch>) -> Self {
        let columns: Vec<GraphColumn> = pattern.output.iter().map(|(column, _)| *column).collect();
        let n = columns.len();
        let (nodes, edges) = (inputs[0].clone(), inputs[1].clone());
        Self { columns, nodes, edges, n_rows: 0, read: vec![Vec::new(); n], lengths: vec![Vec::new(); n] }
    }

    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Adds the match at which the search stands.
    pub(super) fn add(&mut self, search: &Search) {
        let node = |variable: usize| search.nodes[variable].unwrap_or_default();
        for (place, column) in self.columns.iter().enumerate() {
            let read = &mut self.read[place];
            match column {
                GraphColumn::Node { variable, .. }
                | GraphColumn::Degree { variable, .. }
                | GraphColumn::NodeNumber { variable } => read.push(node(*variable)),
                GraphColumn::Edge { edge, .. } => read.extend(search.edges(*edge).first()),
                GraphColumn::Path { edge, inner, .. } => {
                    let rows = if *inner { search.inner_nodes(*edge) } else { search.edges(*edge) };
                    self.lengths[place].push(rows.len());
                    read.extend(rows);
                }
                GraphColumn::Length => read.push(search.length() as u32),
            }
        }
        self.n_rows += 1;
    }

    /// The columns of all matches added since the last time.
    pub(super) fn take_columns(&mut self, graph: &Graph) -> Result<Vec<ArrayRef>> {
        self.n_rows = 0;
        let mut columns = Vec::with_capacity(self.columns.len());
        for (place, column) in self.columns.iter().enumerate() {
            let read = std::mem::take(&mut self.read[place]);
            let lengths = std::mem::take(&mut self.lengths[place]);
            columns.push(match column {
                GraphColumn::Node { column, .. } => take(self.nodes.column(*column), &UInt32Array::from(read), None)?,
                GraphColumn::Edge { column, .. } => take(self.edges.column(*column), &UInt32Array::from(read), None)?,
                GraphColumn::Degree { incoming, .. } => {
                    let degree = |node: u32| if *incoming { graph.entering(node) } else { graph.leaving(node) }.len();
                    Arc::new(read.into_iter().map(|node| Some(degree(node) as i64)).collect::<Int64Array>())
                }
                GraphColumn::Path { inner, column, fold, .. } => {
                    let values = if *inner { self.nodes.column(*column) } else { self.edges.column(*column) };
                    folded(values, &read, &lengths, *fold)
                }
                GraphColumn::NodeNumber { .. } | GraphColumn::Length => {
                    Arc::new(read.into_iter().map(|number| Some(i64::from(number))).collect::<Int64Array>())
                }
            });
        }
        Ok(columns)
    }
}

/// One value of each path. A null condition counts as false.
fn folded(values: &ArrayRef, read: &[u32], lengths: &[usize], fold: PathFold) -> ArrayRef {
    let mut rest = read;
    let mut next = |length: &usize| {
        let (rows, others) = rest.split_at(*length);
        rest = others;
        rows
    };
    let is_true = |row: &u32| {
        let values = values.as_boolean();
        values.is_valid(*row as usize) && values.value(*row as usize)
    };
    match fold {
        PathFold::All => {
            Arc::new(lengths.iter().map(|it| Some(next(it).iter().all(is_true))).collect::<BooleanArray>())
        }
        PathFold::Any => {
            Arc::new(lengths.iter().map(|it| Some(next(it).iter().any(is_true))).collect::<BooleanArray>())
        }
        PathFold::List(ty) => {
            let encoder = Encoder::new(ty, values);
            let mut texts = StringBuilder::new();
            let mut text = String::new();
            for length in lengths {
                text.clear();
                text.push('[');
                for (place, row) in next(length).iter().enumerate() {
                    if place > 0 {
                        text.push(',');
                    }
                    encoder.write(*row as usize, &mut text);
                }
                text.push(']');
                texts.append_value(&text);
            }
            Arc::new(texts.finish())
        }
    }
}
