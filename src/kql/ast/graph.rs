//! Views of graph operators.

use super::{Expr, Name, Node, Parameter, ProjectClause, Span, Subquery, SyntaxKind, WhereClause, every, first};

views! {
    MakeGraphOperator GraphMatchOperator GraphShortestPathsOperator GraphToTableOperator GraphMarkComponentsOperator
    GraphWhereNodesOperator GraphWhereEdgesOperator
    /// `Nodes on Id`
    GraphTable
    /// `with_node_id=Id`
    NodeIdClause
    /// `partitioned-by T (…)`
    PartitionedByClause
    /// `(a)-[e]->(b)`
    GraphPattern
    /// `(a)`
    GraphNode
    /// `-[e*1..3]->`
    GraphEdge
    /// `*1..3`
    GraphEdgeRange
    /// `nodes as N with_node_id=Id`
    GraphOutput
    /// `as name`
    AsClause
}

impl<'t> MakeGraphOperator<'t> {
    /// The column that an edge comes from.
    pub fn source(self) -> Option<Name<'t>> {
        let is_arrow = |node: &Node<'t>| matches!(node.kind(), SyntaxKind::Minus | SyntaxKind::Greater);
        self.0.children().take_while(|node| !is_arrow(node)).find_map(Name::cast)
    }

    /// The column that an edge goes to.
    pub fn target(self) -> Option<Name<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Minus).find_map(Name::cast)
    }

    /// True for `-->`, false for `--`.
    pub fn is_directed(self) -> bool {
        self.0.child(SyntaxKind::Greater).is_some()
    }

    /// The tables of nodes.
    pub fn tables(self) -> impl Iterator<Item = GraphTable<'t>> {
        every(self.0, GraphTable::cast)
    }

    /// `with_node_id=Id`
    pub fn node_id(self) -> Option<Name<'t>> {
        first(first(self.0, NodeIdClause::cast)?.0, Name::cast)
    }

    pub fn partitioned_by(self) -> Option<PartitionedByClause<'t>> {
        first(self.0, PartitionedByClause::cast)
    }
}

impl<'t> GraphTable<'t> {
    pub fn table(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::OnKw).find_map(Expr::cast)
    }

    pub fn key(self) -> Option<Name<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::OnKw).find_map(Name::cast)
    }
}

impl<'t> PartitionedByClause<'t> {
    pub fn entity(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn subquery(self) -> Option<Subquery<'t>> {
        first(self.0, Subquery::cast)
    }
}

/// `graph-match` and `graph-shortest-paths`, which are written alike.
macro_rules! matching {
    ($($name:ident)*) => {$(
        impl<'t> $name<'t> {
            pub fn patterns(self) -> impl Iterator<Item = GraphPattern<'t>> {
                every(self.0, GraphPattern::cast)
            }

            pub fn predicate(self) -> Option<Expr<'t>> {
                first(self.0, WhereClause::cast)?.predicate()
            }

            pub fn project(self) -> Option<ProjectClause<'t>> {
                first(self.0, ProjectClause::cast)
            }
        }
    )*};
}

matching! { GraphMatchOperator GraphShortestPathsOperator }

/// One element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphElement<'t> {
    Node(GraphNode<'t>),
    Edge(GraphEdge<'t>),
}

impl<'t> GraphPattern<'t> {
    /// Nodes and edges as they stand there.
    pub fn elements(self) -> impl Iterator<Item = GraphElement<'t>> {
        every(self.0, |node| {
            GraphNode::cast(node).map(GraphElement::Node).or_else(|| GraphEdge::cast(node).map(GraphElement::Edge))
        })
    }
}

impl<'t> GraphNode<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }
}

impl<'t> GraphEdge<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    /// `*1..3`: the edge stands for several.
    pub fn range(self) -> Option<GraphEdgeRange<'t>> {
        first(self.0, GraphEdgeRange::cast)
    }
}

impl<'t> GraphEdgeRange<'t> {
    pub fn low(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::DotDot).find_map(Expr::cast)
    }

    pub fn high(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::DotDot).find_map(Expr::cast)
    }
}

impl<'t> GraphToTableOperator<'t> {
    pub fn outputs(self) -> impl Iterator<Item = GraphOutput<'t>> {
        every(self.0, GraphOutput::cast)
    }
}

impl<'t> GraphOutput<'t> {
    /// True for `nodes`, false for `edges`.
    pub fn is_nodes(self) -> bool {
        self.0.child(SyntaxKind::NodesKw).is_some()
    }

    /// `as name`
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, AsClause::cast)?.name()
    }

    /// `with_node_id=Id` and its like.
    pub fn parameters(self) -> impl Iterator<Item = Parameter<'t>> {
        every(self.0, Parameter::cast)
    }
}

impl<'t> AsClause<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }
}

impl<'t> GraphWhereNodesOperator<'t> {
    pub fn predicate(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> GraphWhereEdgesOperator<'t> {
    pub fn predicate(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}
