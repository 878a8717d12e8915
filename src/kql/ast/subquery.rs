//! Views of operators that have operators inside: `mv-apply`, `partition`, `fork`, `facet`, `macro-expand`.

use super::{
    AsClause, ByClause, CallExpr, DynamicLiteral, Expr, FunctionBody, LimitClause, MvItem, Name, Node, Span, Statement,
    SyntaxKind, TabularOperator, every, first,
};

views! {
    /// `(…)` or `{…}`: operators upon rows from outside, or a query of its own
    Subquery
    MvApplyOperator PartitionOperator PartitionByOperator ForkOperator FacetOperator MacroExpandOperator
    /// `name=(…)` of `fork`
    ForkBranch
    /// `with (…)` of `facet`
    FacetWith
    /// `in (T, U*)` of `search` and `find`; `in dynamic([…])` of `partition`
    InClause
    /// `id 'x'`
    IdClause
}

impl<'t> Subquery<'t> {
    /// The query of its own, when it is one: a pipe, a name, a call. Then there are no [`Subquery::operators`].
    pub fn query(self) -> Option<Expr<'t>> {
        self.0.children().find_map(Expr::cast).filter(|expr| !matches!(expr, Expr::Operator(_)))
    }

    /// The operators upon the rows from outside, in order.
    pub fn operators(self) -> impl Iterator<Item = TabularOperator<'t>> {
        every(self.0, TabularOperator::cast)
    }
}

impl<'t> MvApplyOperator<'t> {
    pub fn items(self) -> impl Iterator<Item = MvItem<'t>> {
        every(self.0, MvItem::cast)
    }

    pub fn limit(self) -> Option<Expr<'t>> {
        first(self.0, LimitClause::cast)?.expr()
    }

    pub fn id(self) -> Option<Expr<'t>> {
        first(first(self.0, IdClause::cast)?.0, Expr::cast)
    }

    pub fn subquery(self) -> Option<Subquery<'t>> {
        first(self.0, Subquery::cast)
    }
}

impl<'t> PartitionOperator<'t> {
    /// A column.
    pub fn by(self) -> Option<Expr<'t>> {
        first(self.0, ByClause::cast)?.items().next()
    }

    /// What stands after `in`: a call or `dynamic([…])`.
    pub fn scope(self) -> Option<Expr<'t>> {
        first(first(self.0, InClause::cast)?.0, |node| {
            CallExpr::cast(node).map(Expr::Call).or_else(|| DynamicLiteral::cast(node).map(Expr::Dynamic))
        })
    }

    pub fn subquery(self) -> Option<Subquery<'t>> {
        first(self.0, Subquery::cast)
    }
}

impl<'t> PartitionByOperator<'t> {
    /// A column.
    pub fn by(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn id(self) -> Option<Expr<'t>> {
        first(first(self.0, IdClause::cast)?.0, Expr::cast)
    }

    pub fn subquery(self) -> Option<Subquery<'t>> {
        first(self.0, Subquery::cast)
    }
}

impl<'t> ForkOperator<'t> {
    pub fn branches(self) -> impl Iterator<Item = ForkBranch<'t>> {
        every(self.0, ForkBranch::cast)
    }
}

impl<'t> ForkBranch<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    pub fn subquery(self) -> Option<Subquery<'t>> {
        first(self.0, Subquery::cast)
    }
}

impl<'t> FacetOperator<'t> {
    pub fn columns(self) -> impl Iterator<Item = Expr<'t>> {
        first(self.0, ByClause::cast).into_iter().flat_map(ByClause::items)
    }

    pub fn with(self) -> Option<FacetWith<'t>> {
        first(self.0, FacetWith::cast)
    }
}

impl<'t> FacetWith<'t> {
    /// In order; one alone where there are no brackets.
    pub fn operators(self) -> impl Iterator<Item = TabularOperator<'t>> {
        let inside = first(self.0, Subquery::cast).map_or(self.0, |subquery| subquery.0);
        every(inside, TabularOperator::cast)
    }
}

impl<'t> InClause<'t> {
    /// Tables of `search` and `find`: names, wildcarded names, paths, `T | as x`.
    pub fn tables(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }
}

impl<'t> MacroExpandOperator<'t> {
    /// A group written out, a call, a path, or a name.
    pub fn group(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    /// What a member is called inside.
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, AsClause::cast)?.name()
    }

    /// What stands in the brackets.
    pub fn statements(self) -> impl Iterator<Item = Statement<'t>> {
        first(self.0, FunctionBody::cast).into_iter().flat_map(FunctionBody::statements)
    }
}
