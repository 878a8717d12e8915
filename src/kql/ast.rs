//! Typed read-only views over the tree. Nothing is copied, and nothing is sure to be there: the tree of a broken text
//! has holes, so accessors give `Option`.

use std::borrow::Cow;

use super::diagnostic::Span;
use super::kind::SyntaxKind;
use super::tree::{Node, Tree};

/// Declares views: a struct around a node of one kind.
macro_rules! views {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name<'t>(Node<'t>);

        impl<'t> $name<'t> {
            /// `None` when the node is of another kind.
            pub fn cast(node: Node<'t>) -> Option<Self> {
                (node.kind() == SyntaxKind::$name).then_some(Self(node))
            }

            pub fn node(self) -> Node<'t> {
                self.0
            }

            pub fn span(self) -> Span {
                self.0.span()
            }
        }
    )*};
}

/// Declares an enum over views, with `cast`, `node` and `span`.
macro_rules! view_enum {
    ($(#[$doc:meta])* $name:ident { $($variant:ident($view:ident)),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name<'t> { $($variant($view<'t>)),* }

        impl<'t> $name<'t> {
            /// `None` when the node is no such thing.
            pub fn cast(node: Node<'t>) -> Option<Self> {
                match node.kind() {
                    $(SyntaxKind::$view => $view::cast(node).map(Self::$variant),)*
                    _ => None,
                }
            }

            pub fn node(self) -> Node<'t> {
                match self { $(Self::$variant(view) => view.node()),* }
            }

            pub fn span(self) -> Span {
                self.node().span()
            }
        }
    };
}

fn first<'t, T>(node: Node<'t>, cast: impl Fn(Node<'t>) -> Option<T>) -> Option<T> {
    node.child_nodes().find_map(cast)
}

fn every<'t, T>(node: Node<'t>, cast: impl Fn(Node<'t>) -> Option<T>) -> impl Iterator<Item = T> {
    node.child_nodes().filter_map(cast)
}

mod expression;
mod graph;
mod operator;
mod row;
mod search;
mod statement;
mod subquery;

pub use expression::*;
pub use graph::*;
pub use operator::*;
pub use row::*;
pub use search::*;
pub use statement::*;
pub use subquery::*;
