//! A graph in memory: nodes and edges as numbers.

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use datafusion::common::{HashMap, Result};

use crate::engine::nodes::Check;

/// Numbers for identities, in the order in which they are met. A null is an identity like any other.
pub(super) struct Identities {
    converter: RowConverter,
    numbers: HashMap<Box<[u8]>, u32>,
}

impl Identities {
    pub(super) fn like(column: &ArrayRef) -> Result<Self> {
        let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())])?;
        Ok(Self { converter, numbers: HashMap::new() })
    }

    /// The number of each, and whether it was new.
    pub(super) fn number(&mut self, column: &ArrayRef) -> Result<Vec<(u32, bool)>> {
        let rows = self.converter.convert_columns(std::slice::from_ref(column))?;
        let mut out = Vec::with_capacity(rows.num_rows());
        for row in &rows {
            let next = self.numbers.len() as u32;
            out.push(match self.numbers.get(row.as_ref()) {
                Some(number) => (*number, false),
                None => (*self.numbers.entry(row.as_ref().into()).or_insert(next), true),
            });
        }
        Ok(out)
    }
}

/// Edges that leave or enter each node, in their order.
struct Neighbours {
    first: Vec<usize>,
    /// Edge and the node at its other end.
    hops: Vec<(u32, u32)>,
}

impl Neighbours {
    fn new(n_nodes: usize, ends: &[(u32, u32)]) -> Self {
        let mut first = vec![0; n_nodes + 1];
        for (near, _) in ends {
            first[*near as usize + 1] += 1;
        }
        for node in 0..n_nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut hops = vec![(0, 0); ends.len()];
        for (edge, (near, far)) in ends.iter().enumerate() {
            let place = &mut next[*near as usize];
            hops[*place] = (edge as u32, *far);
            *place += 1;
        }
        Self { first, hops }
    }

    fn of(&self, node: u32) -> &[(u32, u32)] {
        &self.hops[self.first[node as usize]..self.first[node as usize + 1]]
    }
}

pub(super) struct Graph {
    pub(super) n_nodes: usize,
    out: Neighbours,
    into: Neighbours,
}

impl Graph {
    /// Of nodes, whose identities are all different, and edges between them.
    pub(super) fn new(
        identities: &ArrayRef,
        sources: &ArrayRef,
        targets: &ArrayRef,
        check: &mut Check,
    ) -> Result<Self> {
        let mut numbers = Identities::like(identities)?;
        let n_nodes = numbers.number(identities)?.len();
        check.now()?;
        let (sources, targets) = (numbers.number(sources)?, numbers.number(targets)?);
        let ends: Vec<(u32, u32)> = sources.iter().zip(&targets).map(|((from, _), (to, _))| (*from, *to)).collect();
        check.now()?;
        let n_nodes = n_nodes.max(numbers.numbers.len());
        let turned: Vec<(u32, u32)> = ends.iter().map(|(from, to)| (*to, *from)).collect();
        Ok(Self { n_nodes, out: Neighbours::new(n_nodes, &ends), into: Neighbours::new(n_nodes, &turned) })
    }

    pub(super) fn leaving(&self, node: u32) -> &[(u32, u32)] {
        self.out.of(node)
    }

    pub(super) fn entering(&self, node: u32) -> &[(u32, u32)] {
        self.into.of(node)
    }
}

/// The graph of the first column of the nodes and the first two of the edges.
pub(super) fn graph_of(nodes: &RecordBatch, edges: &RecordBatch, check: &mut Check) -> Result<Graph> {
    Graph::new(nodes.column(0), edges.column(0), edges.column(1), check)
}
