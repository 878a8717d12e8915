//! Views of a text and its statements.

use super::{Expr, Name, Node, Span, SyntaxKind, Tree, every, first};

views! {
    /// A whole text: statements.
    Query
    LetStatement
    ExpressionStatement
    SetStatement
    AliasStatement
    DeclareStatement
    RestrictStatement
    /// `(x:long) { … }`: a `let` that makes a function.
    FunctionDeclaration
}

view_enum! {
    Statement {
        Let(LetStatement),
        Expression(ExpressionStatement),
        Set(SetStatement),
        Alias(AliasStatement),
        Declare(DeclareStatement),
        Restrict(RestrictStatement),
    }
}

/// What a `let` gives its name to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetValue<'t> {
    /// Scalar or tabular: syntax does not tell.
    Expr(Expr<'t>),
    Function(FunctionDeclaration<'t>),
}

impl<'t> Query<'t> {
    pub fn of(tree: &'t Tree) -> Self {
        Self(tree.root())
    }

    /// In text order; empty statements (`;;`) are not there.
    pub fn statements(self) -> impl Iterator<Item = Statement<'t>> {
        every(self.0, Statement::cast)
    }
}

impl Statement<'_> {
    /// The statement's word, for a refusal: `let`, `set`, `declare query_parameters`, …; empty for an expression.
    pub fn construct(self) -> &'static str {
        match self {
            Self::Let(_) => "let",
            Self::Expression(_) => "",
            Self::Set(_) => "set",
            Self::Alias(_) => "alias",
            Self::Declare(view) if view.node().child(SyntaxKind::PatternKw).is_some() => "declare pattern",
            Self::Declare(_) => "declare query_parameters",
            Self::Restrict(_) => "restrict access",
        }
    }
}

impl<'t> LetStatement<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    pub fn value(self) -> Option<LetValue<'t>> {
        // The declared name is itself of the kind of a name expression, hence only what stands after `=`.
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Equal).find_map(|node| {
            FunctionDeclaration::cast(node).map(LetValue::Function).or_else(|| Expr::cast(node).map(LetValue::Expr))
        })
    }
}

impl<'t> ExpressionStatement<'t> {
    pub fn expr(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}
