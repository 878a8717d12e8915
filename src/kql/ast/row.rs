//! Views of operators that make rows or columns out of rows: `mv-expand`, `make-series`, `parse`, `reduce`, `scan`.

use super::{
    ByClause, ColumnDeclaration, CompoundString, Expr, Literal, Name, Node, OnClause, ParameterDeclaration, Property,
    RowSchema, SortKey, Span, SyntaxKind, TypeOfLiteral, every, first, properties,
};

views! {
    MvExpandOperator MakeSeriesOperator ParseOperator ParseWhereOperator ParseKvOperator ReduceOperator ScanOperator
    /// `a = b to typeof(long)` of `mv-expand` and `mv-apply`
    MvItem
    /// `limit 10` of `mv-expand` and `mv-apply`
    LimitClause
    /// `a = avg(b) default=0`
    SeriesItem
    /// `default=0`
    DefaultClause
    /// `from x`
    FromClause
    /// `to x`
    ToClause
    /// `step x`
    StepClause
    /// `in range(x, y, z)`
    InRangeClause
    /// What stands after `with` of `parse`
    ParsePattern
    /// `with threshold=0.1` of `reduce`
    ReduceWith
    /// `order by a` of `scan`
    OrderClause
    /// `partition by a` of `scan`
    PartitionClause
    /// `declare (x:long=0)` of `scan`
    DeclareClause
    /// `step s output=last: e => x = 1;`
    ScanStep
    /// `output=last`
    ScanOutput
    /// `x = 1`
    ScanAssignment
}

impl<'t> MvExpandOperator<'t> {
    pub fn items(self) -> impl Iterator<Item = MvItem<'t>> {
        every(self.0, MvItem::cast)
    }

    pub fn limit(self) -> Option<Expr<'t>> {
        first(self.0, LimitClause::cast)?.expr()
    }
}

impl<'t> MvItem<'t> {
    /// `x = e` is [`Expr::Named`]. `None` for `to typeof(long)` alone.
    pub fn expr(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::ToKw).find_map(Expr::cast)
    }

    /// What stands after `to`.
    pub fn type_of(self) -> Option<TypeOfLiteral<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::ToKw).find_map(TypeOfLiteral::cast)
    }
}

/// Clauses that hold one expression.
macro_rules! one_expression {
    ($($name:ident)*) => {$(
        impl<'t> $name<'t> {
            pub fn expr(self) -> Option<Expr<'t>> {
                first(self.0, Expr::cast)
            }
        }
    )*};
}

one_expression! { LimitClause DefaultClause FromClause ToClause StepClause }

impl<'t> MakeSeriesOperator<'t> {
    pub fn items(self) -> impl Iterator<Item = SeriesItem<'t>> {
        every(self.0, SeriesItem::cast)
    }

    /// The axis.
    pub fn on(self) -> Option<Expr<'t>> {
        first(self.0, OnClause::cast)?.items().next()
    }

    pub fn from(self) -> Option<Expr<'t>> {
        first(self.0, FromClause::cast)?.expr()
    }

    pub fn to(self) -> Option<Expr<'t>> {
        first(self.0, ToClause::cast)?.expr()
    }

    pub fn step(self) -> Option<Expr<'t>> {
        first(self.0, StepClause::cast)?.expr()
    }

    /// The three of `in range(…)`.
    pub fn range(self) -> impl Iterator<Item = Expr<'t>> {
        first(self.0, InRangeClause::cast).into_iter().flat_map(|clause| every(clause.0, Expr::cast))
    }

    pub fn keys(self) -> impl Iterator<Item = Expr<'t>> {
        first(self.0, ByClause::cast).into_iter().flat_map(ByClause::items)
    }
}

impl<'t> SeriesItem<'t> {
    /// `x = e` is [`Expr::Named`].
    pub fn expr(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn default(self) -> Option<Expr<'t>> {
        first(self.0, DefaultClause::cast)?.expr()
    }
}

/// One piece of the pattern of `parse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsePiece<'t> {
    Text(Literal<'t>),
    CompoundText(CompoundString<'t>),
    /// `*`
    Star(Node<'t>),
    /// A text column.
    Name(Name<'t>),
    /// `a:long`
    Typed(ColumnDeclaration<'t>),
}

impl<'t> ParsePiece<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        Some(match node.kind() {
            SyntaxKind::Literal => Self::Text(Literal::cast(node)?),
            SyntaxKind::CompoundString => Self::CompoundText(CompoundString::cast(node)?),
            SyntaxKind::StarExpr => Self::Star(node),
            SyntaxKind::Name => Self::Name(Name::cast(node)?),
            SyntaxKind::ColumnDeclaration => Self::Typed(ColumnDeclaration::cast(node)?),
            _ => return None,
        })
    }
}

/// `parse` and `parse-where`, which are written alike.
macro_rules! parse_operators {
    ($($name:ident)*) => {$(
        impl<'t> $name<'t> {
            /// What is taken apart.
            pub fn expr(self) -> Option<Expr<'t>> {
                first(self.0, Expr::cast)
            }

            /// What stands after `with`, in order.
            pub fn pieces(self) -> impl Iterator<Item = ParsePiece<'t>> {
                first(self.0, ParsePattern::cast).into_iter().flat_map(|pattern| every(pattern.0, ParsePiece::cast))
            }
        }
    )*};
}

parse_operators! { ParseOperator ParseWhereOperator }

impl<'t> ParseKvOperator<'t> {
    /// What is taken apart.
    pub fn expr(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn schema(self) -> Option<RowSchema<'t>> {
        first(self.0, RowSchema::cast)
    }

    /// What stands after `with`.
    pub fn properties(self) -> impl Iterator<Item = Property<'t>> {
        properties(self.0)
    }
}

impl<'t> ReduceOperator<'t> {
    pub fn by(self) -> Option<Expr<'t>> {
        first(self.0, ByClause::cast)?.items().next()
    }

    /// What stands after `with`.
    pub fn properties(self) -> impl Iterator<Item = Property<'t>> {
        first(self.0, ReduceWith::cast).into_iter().flat_map(|with| every(with.0, Property::cast))
    }
}

impl<'t> ScanOperator<'t> {
    pub fn order(self) -> impl Iterator<Item = SortKey<'t>> {
        first(self.0, OrderClause::cast).into_iter().flat_map(|clause| every(clause.0, SortKey::cast))
    }

    pub fn partition(self) -> impl Iterator<Item = Expr<'t>> {
        first(self.0, PartitionClause::cast).into_iter().flat_map(|clause| every(clause.0, Expr::cast))
    }

    /// What `declare` gives to every step.
    pub fn declarations(self) -> impl Iterator<Item = ParameterDeclaration<'t>> {
        first(self.0, DeclareClause::cast).into_iter().flat_map(|clause| every(clause.0, ParameterDeclaration::cast))
    }

    pub fn steps(self) -> impl Iterator<Item = ScanStep<'t>> {
        every(self.0, ScanStep::cast)
    }
}

impl<'t> ScanStep<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::Colon).find_map(Name::cast)
    }

    pub fn is_optional(self) -> bool {
        self.0.child(SyntaxKind::OptionalKw).is_some()
    }

    /// `all`, `last` or `none`.
    pub fn output(self) -> Option<Node<'t>> {
        let clause = first(self.0, ScanOutput::cast)?;
        clause.0.tokens().skip_while(|token| token.kind() != SyntaxKind::Equal).nth(1)
    }

    pub fn condition(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Colon).find_map(Expr::cast)
    }

    pub fn assignments(self) -> impl Iterator<Item = ScanAssignment<'t>> {
        every(self.0, ScanAssignment::cast)
    }
}

impl<'t> ScanAssignment<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    pub fn value(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Equal).find_map(Expr::cast)
    }
}
