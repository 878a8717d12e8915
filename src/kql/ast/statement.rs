//! Views of a text and its statements.

use super::{ColumnDeclaration, Expr, Name, Node, RowSchema, Span, SyntaxKind, Tree, TypeName, every, first};

views! {
    /// A whole text: statements.
    Query
    LetStatement
    ExpressionStatement
    SetStatement
    AliasStatement
    DeclareStatement
    PatternStatement
    /// `x:long = 1` of a function, of `declare query_parameters` and of `scan … declare`.
    ParameterDeclaration
    RestrictStatement
    /// `(x:long) { … }`: a `let` that makes a function.
    FunctionDeclaration
    /// `(x:long, T:(a:long))`
    FunctionParameters
    /// `{ … }`; also the brackets of `macro-expand`.
    FunctionBody
    /// `('a').['b'] = { … };`
    PatternMatch
    /// `.['b']` of a match, `[b:string]` of a pattern
    PatternPath
}

view_enum! {
    Statement {
        Let(LetStatement),
        Expression(ExpressionStatement),
        Set(SetStatement),
        Alias(AliasStatement),
        Declare(DeclareStatement),
        Pattern(PatternStatement),
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

    /// True for `.show tables` and its like, which are not read.
    pub fn is_management_command(self) -> bool {
        let first = self.0.children().find(|node| node.kind() != SyntaxKind::Directive);
        first.is_some_and(|node| node.kind() == SyntaxKind::Error && node.text().starts_with('.'))
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
            Self::Pattern(_) => "declare pattern",
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

impl<'t> SetStatement<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    /// What stands after `=`.
    pub fn value(self) -> Option<Expr<'t>> {
        after_equal(self.0)
    }
}

impl<'t> AliasStatement<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    /// What stands after `=`.
    pub fn value(self) -> Option<Expr<'t>> {
        after_equal(self.0)
    }
}

impl<'t> DeclareStatement<'t> {
    pub fn parameters(self) -> impl Iterator<Item = ParameterDeclaration<'t>> {
        every(self.0, ParameterDeclaration::cast)
    }
}

impl<'t> PatternStatement<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    pub fn parameters(self) -> impl Iterator<Item = ColumnDeclaration<'t>> {
        every(self.0, ColumnDeclaration::cast)
    }

    /// `[y:string]`
    pub fn path(self) -> Option<ColumnDeclaration<'t>> {
        first(first(self.0, PatternPath::cast)?.0, ColumnDeclaration::cast)
    }

    pub fn matches(self) -> impl Iterator<Item = PatternMatch<'t>> {
        every(self.0, PatternMatch::cast)
    }
}

impl<'t> PatternMatch<'t> {
    /// The values of the parameters.
    pub fn values(self) -> impl Iterator<Item = Expr<'t>> {
        self.0.child(SyntaxKind::ExprList).into_iter().flat_map(|list| every(list, Expr::cast))
    }

    /// Where those stand.
    pub fn values_span(self) -> Span {
        self.0.child(SyntaxKind::ExprList).map_or_else(|| self.0.span(), Node::span)
    }

    /// Where the path stands.
    pub fn path_span(self) -> Option<Span> {
        first(self.0, PatternPath::cast).map(|it| it.0.span())
    }

    /// The value of the path.
    pub fn path(self) -> Option<Expr<'t>> {
        first(first(self.0, PatternPath::cast)?.0, Expr::cast)
    }

    pub fn body(self) -> Option<FunctionBody<'t>> {
        first(self.0, FunctionBody::cast)
    }
}

impl<'t> RestrictStatement<'t> {
    /// Names, wildcarded names, paths.
    pub fn entities(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }
}

impl<'t> FunctionDeclaration<'t> {
    /// True for `view () { … }`.
    pub fn is_view(self) -> bool {
        self.0.child(SyntaxKind::ViewKw).is_some()
    }

    pub fn parameters(self) -> impl Iterator<Item = ParameterDeclaration<'t>> {
        first(self.0, FunctionParameters::cast).into_iter().flat_map(|list| every(list.0, ParameterDeclaration::cast))
    }

    pub fn body(self) -> Option<FunctionBody<'t>> {
        first(self.0, FunctionBody::cast)
    }
}

impl<'t> FunctionBody<'t> {
    /// In text order; the expression that is the result is the last one, if there is one.
    pub fn statements(self) -> impl Iterator<Item = Statement<'t>> {
        every(self.0, Statement::cast)
    }
}

impl<'t> ParameterDeclaration<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    /// `None` for a parameter that is a table.
    pub fn type_name(self) -> Option<TypeName<'t>> {
        first(self.0, TypeName::cast)
    }

    /// The columns of a parameter that is a table: `(a:long)`, or `(*)` for any.
    pub fn schema(self) -> Option<RowSchema<'t>> {
        first(self.0, RowSchema::cast)
    }

    /// The value it has when none is given.
    pub fn default(self) -> Option<Expr<'t>> {
        after_equal(self.0)
    }
}

/// A declared name is itself of the kind of an expression, hence only what stands after `=`.
fn after_equal(node: Node<'_>) -> Option<Expr<'_>> {
    node.children().skip_while(|node| node.kind() != SyntaxKind::Equal).find_map(Expr::cast)
}

impl<'t> ExpressionStatement<'t> {
    pub fn expr(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}
