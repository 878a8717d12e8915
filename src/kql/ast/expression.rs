//! Views of expressions. Tabular and scalar ones are one sort: syntax does not tell them apart.

use super::super::string_literal::string_value;
use super::{
    ColumnDeclaration, Cow, Node, Property, RowSchema, Span, SyntaxKind, TabularOperator, every, first, properties,
};

views! {
    /// `T | where … | take 1`
    PipeExpr
    /// `x`, `['x y']`, `$left`, and the words that may be names.
    Name
    /// `Device*`
    WildcardName
    StarExpr
    /// `@`
    AtExpr
    /// One literal token.
    Literal
    /// Adjacent strings, which are one.
    CompoundString
    /// `dynamic(…)`
    DynamicLiteral
    JsonArray
    JsonObject
    JsonPair
    TypeOfLiteral
    TypeName
    UnaryExpr
    BinaryExpr
    /// `a and b and c`: flat, two operands or more, one operator.
    LogicalExpr
    BetweenExpr
    InExpr
    ExprList
    CallExpr
    ArgumentList
    PathExpr
    IndexExpr
    ParenExpr
    NamedExpr
    NameList
    DatatableExpr
    ExternalDataExpr
    /// `__contextual_datatable 'id' (x:long)`
    ContextualDatatableExpr
    InlineExternalTableExpr
    /// `entity_group [database('a')]`
    EntityGroupExpr
}

/// Any expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expr<'t> {
    Pipe(PipeExpr<'t>),
    /// A pipe that is only its first operator, such as `print x=1`.
    Operator(TabularOperator<'t>),
    Name(Name<'t>),
    Wildcard(WildcardName<'t>),
    Star(StarExpr<'t>),
    Literal(Literal<'t>),
    CompoundString(CompoundString<'t>),
    Dynamic(DynamicLiteral<'t>),
    TypeOf(TypeOfLiteral<'t>),
    Unary(UnaryExpr<'t>),
    Binary(BinaryExpr<'t>),
    Logical(LogicalExpr<'t>),
    Between(BetweenExpr<'t>),
    In(InExpr<'t>),
    Call(CallExpr<'t>),
    Path(PathExpr<'t>),
    Index(IndexExpr<'t>),
    Paren(ParenExpr<'t>),
    Named(NamedExpr<'t>),
    Datatable(DatatableExpr<'t>),
    ExternalData(ExternalDataExpr<'t>),
    ContextualDatatable(ContextualDatatableExpr<'t>),
    InlineExternalTable(InlineExternalTableExpr<'t>),
    EntityGroup(EntityGroupExpr<'t>),
    At(AtExpr<'t>),
    /// Only inside `dynamic(…)`.
    Array(JsonArray<'t>),
    /// Only inside `dynamic(…)`.
    Object(JsonObject<'t>),
}

impl<'t> Expr<'t> {
    /// `None` when the node is no expression.
    pub fn cast(node: Node<'t>) -> Option<Self> {
        use SyntaxKind as K;
        Some(match node.kind() {
            K::PipeExpr => Self::Pipe(PipeExpr(node)),
            K::Name => Self::Name(Name(node)),
            K::WildcardName => Self::Wildcard(WildcardName(node)),
            K::StarExpr => Self::Star(StarExpr(node)),
            K::Literal => Self::Literal(Literal(node)),
            K::CompoundString => Self::CompoundString(CompoundString(node)),
            K::DynamicLiteral => Self::Dynamic(DynamicLiteral(node)),
            K::TypeOfLiteral => Self::TypeOf(TypeOfLiteral(node)),
            K::UnaryExpr => Self::Unary(UnaryExpr(node)),
            K::BinaryExpr => Self::Binary(BinaryExpr(node)),
            K::LogicalExpr => Self::Logical(LogicalExpr(node)),
            K::BetweenExpr => Self::Between(BetweenExpr(node)),
            K::InExpr => Self::In(InExpr(node)),
            K::CallExpr => Self::Call(CallExpr(node)),
            K::PathExpr => Self::Path(PathExpr(node)),
            K::IndexExpr => Self::Index(IndexExpr(node)),
            K::ParenExpr => Self::Paren(ParenExpr(node)),
            K::NamedExpr => Self::Named(NamedExpr(node)),
            K::DatatableExpr => Self::Datatable(DatatableExpr(node)),
            K::ExternalDataExpr => Self::ExternalData(ExternalDataExpr(node)),
            K::ContextualDatatableExpr => Self::ContextualDatatable(ContextualDatatableExpr(node)),
            K::InlineExternalTableExpr => Self::InlineExternalTable(InlineExternalTableExpr(node)),
            K::EntityGroupExpr => Self::EntityGroup(EntityGroupExpr(node)),
            K::AtExpr => Self::At(AtExpr(node)),
            K::JsonArray => Self::Array(JsonArray(node)),
            K::JsonObject => Self::Object(JsonObject(node)),
            _ => return TabularOperator::cast(node).map(Self::Operator),
        })
    }

    pub fn node(self) -> Node<'t> {
        match self {
            Self::Pipe(view) => view.0,
            Self::Operator(view) => view.node(),
            Self::Name(view) => view.0,
            Self::Wildcard(view) => view.0,
            Self::Star(view) => view.0,
            Self::Literal(view) => view.0,
            Self::CompoundString(view) => view.0,
            Self::Dynamic(view) => view.0,
            Self::TypeOf(view) => view.0,
            Self::Unary(view) => view.0,
            Self::Binary(view) => view.0,
            Self::Logical(view) => view.0,
            Self::Between(view) => view.0,
            Self::In(view) => view.0,
            Self::Call(view) => view.0,
            Self::Path(view) => view.0,
            Self::Index(view) => view.0,
            Self::Paren(view) => view.0,
            Self::Named(view) => view.0,
            Self::Datatable(view) => view.0,
            Self::ExternalData(view) => view.0,
            Self::ContextualDatatable(view) => view.0,
            Self::InlineExternalTable(view) => view.0,
            Self::EntityGroup(view) => view.0,
            Self::At(view) => view.0,
            Self::Array(view) => view.0,
            Self::Object(view) => view.0,
        }
    }

    pub fn span(self) -> Span {
        self.node().span()
    }

    /// The expression inside any number of parentheses.
    pub fn without_parens(self) -> Option<Self> {
        let mut expr = self;
        while let Self::Paren(paren) = expr {
            expr = paren.inner()?;
        }
        Some(expr)
    }
}

impl<'t> PipeExpr<'t> {
    /// What stands before the first `|`; an [`Expr::Operator`] for `print … | …`.
    pub fn source(self) -> Option<Expr<'t>> {
        self.0.children().next().and_then(Expr::cast)
    }

    /// What stands after the source.
    pub fn operators(self) -> impl Iterator<Item = TabularOperator<'t>> {
        self.0.children().skip(1).filter_map(TabularOperator::cast)
    }
}

impl<'t> Name<'t> {
    /// The name without brackets, quotes and escapes.
    pub fn value(self) -> Cow<'t, str> {
        let text = self.0.text();
        if !text.starts_with('[') {
            return Cow::Borrowed(
                text.strip_prefix('{').map_or(text, |inner| inner.strip_suffix('}').unwrap_or(inner)),
            );
        }
        let mut strings = self.0.tokens().filter(|token| token.kind() == SyntaxKind::StringLiteral).map(Node::text);
        let value = |text| string_value(text).unwrap_or(Cow::Borrowed(text));
        match (strings.next(), strings.next()) {
            (Some(only), None) => value(only),
            (Some(first), Some(second)) => {
                [first, second].into_iter().chain(strings).map(value).collect::<String>().into()
            }
            (None, _) => Cow::Borrowed(""),
        }
    }

    /// True for `{x}`, which a client replaces before it sends the query.
    pub fn is_braced(self) -> bool {
        self.0.text().starts_with('{')
    }

    /// True for `['x']`.
    pub fn is_bracketed(self) -> bool {
        self.0.child(SyntaxKind::OpenBracket).is_some()
    }
}

impl<'t> Literal<'t> {
    /// Its one token: the kind says which literal, the text is as written (`1d`, `time(1.00:00)`, `h@'x'`).
    pub fn token(self) -> Option<Node<'t>> {
        self.0.tokens().next()
    }

    /// The kind of the token; never trivia.
    pub fn kind(self) -> SyntaxKind {
        self.token().map_or(SyntaxKind::BadCharacter, Node::kind)
    }

    pub fn text(self) -> &'t str {
        self.0.text()
    }
}

impl<'t> CompoundString<'t> {
    /// The string tokens in order.
    pub fn tokens(self) -> impl Iterator<Item = Node<'t>> {
        self.0.tokens()
    }
}

impl<'t> DynamicLiteral<'t> {
    /// A literal (also `null`, as a [`Name`]), an array, an object or another `dynamic(…)`.
    pub fn value(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> JsonArray<'t> {
    pub fn values(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }
}

impl<'t> JsonObject<'t> {
    pub fn pairs(self) -> impl Iterator<Item = JsonPair<'t>> {
        every(self.0, JsonPair::cast)
    }
}

impl<'t> JsonPair<'t> {
    /// A string literal, or a bare name.
    pub fn key(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::Colon).find_map(Expr::cast)
    }

    pub fn value(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Colon).find_map(Expr::cast)
    }
}

impl<'t> TypeOfLiteral<'t> {
    /// `typeof(long)`; several for `typeof(a:long, b:string)`, which keeps only the types here.
    pub fn types(self) -> impl Iterator<Item = TypeName<'t>> {
        self.0.descendants().filter_map(TypeName::cast)
    }
}

impl<'t> TypeName<'t> {
    pub fn text(self) -> &'t str {
        self.0.text()
    }
}

impl<'t> UnaryExpr<'t> {
    /// `-` or `+`.
    pub fn operator(self) -> Option<Node<'t>> {
        self.0.tokens().next()
    }

    pub fn operand(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> BinaryExpr<'t> {
    /// The token between the operands: `Plus`, `EqualEqual`, `HasKw`, `NotHasKw`, `MatchesKw` (for `matches regex`),
    /// `Colon`, …
    pub fn operator(self) -> Option<Node<'t>> {
        self.0.tokens().next()
    }

    pub fn left(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| !node.is_token()).find_map(Expr::cast)
    }

    pub fn right(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| !node.is_token()).find_map(Expr::cast)
    }
}

impl<'t> LogicalExpr<'t> {
    /// True for `and`, false for `or`.
    pub fn is_and(self) -> bool {
        self.0.child(SyntaxKind::AndKw).is_some()
    }

    pub fn operands(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }

    /// Where the words between the operands stand.
    pub fn operator_spans(self) -> impl Iterator<Item = Span> {
        self.0.tokens().filter(|it| matches!(it.kind(), SyntaxKind::AndKw | SyntaxKind::OrKw)).map(Node::span)
    }
}

impl<'t> BetweenExpr<'t> {
    /// `between` or `!between`.
    pub fn operator(self) -> Option<Node<'t>> {
        self.0.tokens().next()
    }

    /// True for `!between`.
    pub fn is_negated(self) -> bool {
        self.0.child(SyntaxKind::NotBetweenKw).is_some()
    }

    pub fn operand(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| !node.is_token()).find_map(Expr::cast)
    }

    pub fn low(self) -> Option<Expr<'t>> {
        self.bounds().take_while(|node| node.kind() != SyntaxKind::DotDot).find_map(Expr::cast)
    }

    pub fn high(self) -> Option<Expr<'t>> {
        self.bounds().skip_while(|node| node.kind() != SyntaxKind::DotDot).find_map(Expr::cast)
    }

    fn bounds(self) -> impl Iterator<Item = Node<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::OpenParen)
    }
}

impl<'t> InExpr<'t> {
    /// `InKw`, `NotInKw`, `InTildeKw`, `NotInTildeKw`, `HasAnyKw` or `HasAllKw`.
    pub fn operator(self) -> Option<Node<'t>> {
        self.0.tokens().next()
    }

    pub fn operand(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| !node.is_token()).find_map(Expr::cast)
    }

    /// What stands in the parentheses: scalars, or one tabular expression.
    pub fn items(self) -> impl Iterator<Item = Expr<'t>> {
        first(self.0, ExprList::cast).into_iter().flat_map(|list| every(list.0, Expr::cast))
    }
}

impl<'t> CallExpr<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    /// In order; `x = e` is [`Expr::Named`], `*` is [`Expr::Star`]. That of `toscalar` and `materialize` may be a pipe.
    pub fn arguments(self) -> impl Iterator<Item = Expr<'t>> {
        first(self.0, ArgumentList::cast).into_iter().flat_map(|list| every(list.0, Expr::cast))
    }
}

impl<'t> PathExpr<'t> {
    pub fn base(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::Dot).find_map(Expr::cast)
    }

    /// After the dot: a name, or a call as in `cluster('c').database('d')`, or a wildcarded name.
    pub fn selector(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Dot).find_map(Expr::cast)
    }
}

impl<'t> IndexExpr<'t> {
    pub fn base(self) -> Option<Expr<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::OpenBracket).find_map(Expr::cast)
    }

    pub fn index(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::OpenBracket).find_map(Expr::cast)
    }
}

impl<'t> ParenExpr<'t> {
    pub fn inner(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> NamedExpr<'t> {
    /// One name, or several for `(a, b) = e`.
    pub fn names(self) -> impl Iterator<Item = Name<'t>> {
        let list = first(self.0, NameList::cast);
        let single = if list.is_none() { self.left().find_map(Name::cast) } else { None };
        single.into_iter().chain(list.into_iter().flat_map(|list| every(list.0, Name::cast)))
    }

    /// True for `(a, b) = e`, also with a single name.
    pub fn is_tuple(self) -> bool {
        first(self.0, NameList::cast).is_some()
    }

    pub fn value(self) -> Option<Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Equal).find_map(Expr::cast)
    }

    fn left(self) -> impl Iterator<Item = Node<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::Equal)
    }
}

impl<'t> DatatableExpr<'t> {
    pub fn columns(self) -> impl Iterator<Item = ColumnDeclaration<'t>> {
        first(self.0, RowSchema::cast).into_iter().flat_map(RowSchema::columns)
    }

    /// All values, row after row.
    pub fn values(self) -> impl Iterator<Item = Expr<'t>> {
        values(self.0)
    }
}

impl<'t> ExternalDataExpr<'t> {
    pub fn columns(self) -> impl Iterator<Item = ColumnDeclaration<'t>> {
        first(self.0, RowSchema::cast).into_iter().flat_map(RowSchema::columns)
    }

    /// The addresses.
    pub fn values(self) -> impl Iterator<Item = Expr<'t>> {
        values(self.0)
    }

    /// What stands after `with`.
    pub fn properties(self) -> impl Iterator<Item = Property<'t>> {
        properties(self.0)
    }
}

fn values(node: Node<'_>) -> impl Iterator<Item = Expr<'_>> {
    node.child(SyntaxKind::ValueList).into_iter().flat_map(|list| every(list, Expr::cast))
}

impl<'t> ContextualDatatableExpr<'t> {
    pub fn columns(self) -> impl Iterator<Item = ColumnDeclaration<'t>> {
        first(self.0, RowSchema::cast).into_iter().flat_map(RowSchema::columns)
    }
}

impl<'t> InlineExternalTableExpr<'t> {
    pub fn columns(self) -> impl Iterator<Item = ColumnDeclaration<'t>> {
        first(self.0, RowSchema::cast).into_iter().flat_map(RowSchema::columns)
    }
}

impl<'t> EntityGroupExpr<'t> {
    pub fn members(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }
}
