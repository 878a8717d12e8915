//! Views of `search`, `find` and `evaluate`.

use super::{
    CallExpr, ColumnDeclaration, Expr, InClause, Name, Node, RowSchema, Span, SyntaxKind, WhereClause, every, first,
};

views! {
    SearchOperator FindOperator EvaluateOperator
    /// `: (*, x:long)` of `evaluate`
    EvaluateSchema
    /// `project a, b` of `find` and `graph-match`
    ProjectClause
    /// `project-away a` of `find`
    ProjectAwayClause
    /// `datascope=hotcache`
    DataScopeClause
}

impl<'t> SearchOperator<'t> {
    /// `in (T, U*)`
    pub fn scope(self) -> Option<InClause<'t>> {
        first(self.0, InClause::cast)
    }

    /// What is searched for; `a:'x'` is a [`super::BinaryExpr`] with a colon.
    pub fn predicate(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> FindOperator<'t> {
    /// `in (T, U*)`
    pub fn scope(self) -> Option<InClause<'t>> {
        first(self.0, InClause::cast)
    }

    /// With or without the word `where`.
    pub fn predicate(self) -> Option<Expr<'t>> {
        first(self.0, WhereClause::cast)?.predicate()
    }

    pub fn project(self) -> Option<ProjectClause<'t>> {
        first(self.0, ProjectClause::cast)
    }

    pub fn project_away(self) -> Option<ProjectAwayClause<'t>> {
        first(self.0, ProjectAwayClause::cast)
    }
}

/// An item of `find … project`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindColumn<'t> {
    Name(Name<'t>),
    /// `a:long`
    Typed(ColumnDeclaration<'t>),
    /// `*`
    Star(Node<'t>),
    /// `pack(*)`
    Pack(CallExpr<'t>),
}

impl<'t> FindColumn<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        Some(match node.kind() {
            SyntaxKind::Name => Self::Name(Name::cast(node)?),
            SyntaxKind::ColumnDeclaration => Self::Typed(ColumnDeclaration::cast(node)?),
            SyntaxKind::StarExpr => Self::Star(node),
            SyntaxKind::CallExpr => Self::Pack(CallExpr::cast(node)?),
            _ => return None,
        })
    }
}

impl<'t> ProjectClause<'t> {
    /// Those of `graph-match`.
    pub fn items(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }

    /// Those of `find`.
    pub fn columns(self) -> impl Iterator<Item = FindColumn<'t>> {
        every(self.0, FindColumn::cast)
    }

    /// True for `project-smart`.
    pub fn is_smart(self) -> bool {
        self.0.child(SyntaxKind::ProjectSmartKw).is_some()
    }
}

impl<'t> ProjectAwayClause<'t> {
    pub fn columns(self) -> impl Iterator<Item = FindColumn<'t>> {
        every(self.0, FindColumn::cast)
    }
}

impl<'t> EvaluateOperator<'t> {
    pub fn call(self) -> Option<CallExpr<'t>> {
        first(self.0, CallExpr::cast)
    }

    /// What stands after `:`.
    pub fn schema(self) -> Option<RowSchema<'t>> {
        first(first(self.0, EvaluateSchema::cast)?.0, RowSchema::cast)
    }
}
