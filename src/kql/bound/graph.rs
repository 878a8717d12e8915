//! What a pattern of `graph-match` asks of a graph.

use crate::kql::ScalarType;

/// First input: nodes, the identity first. Second: edges, their ends first. The output is one row for each match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphMatch {
    /// For each variable that stands for a node, the columns of the nodes that must be true.
    pub nodes: Vec<Vec<usize>>,
    /// Each has an end in common with one before it, or would have in another order.
    pub edges: Vec<PatternEdge>,
    pub cycles: Cycles,
    pub output: Vec<(GraphColumn, ScalarType)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternEdge {
    /// Variables: the node before it in the pattern, and the one behind it.
    pub from: usize,
    pub to: usize,
    pub direction: Direction,
    /// How many edges follow one another in its place.
    pub low: usize,
    pub high: usize,
    /// Columns of the edges that must be true of each.
    pub edge_filters: Vec<usize>,
    /// Columns of the nodes that must be true of each node between two of its edges.
    pub inner_filters: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `-[e]->`
    Out,
    /// `<-[e]-`
    In,
    /// `-[e]-`
    Any,
}

/// What may occur twice in one match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycles {
    /// Nodes, but no edge.
    UniqueEdges,
    All,
    /// Neither, except where the pattern names one node in two places.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphColumn {
    /// A column of the node that a variable stands for.
    Node { variable: usize, column: usize },
    /// A column of the one edge in a place of the pattern.
    Edge { edge: usize, column: usize },
    /// How many edges enter or leave the node.
    Degree { variable: usize, incoming: bool },
    /// A column over all edges in a place of the pattern, or over the nodes between them.
    Path { edge: usize, inner: bool, column: usize, fold: PathFold },
    /// Which node it is.
    NodeNumber { variable: usize },
    /// Edges in all places together.
    Length,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFold {
    All,
    Any,
    /// A dynamic array of values of this type.
    List(ScalarType),
}
