//! Views of expressions. Tabular and scalar ones are one sort: syntax does not tell them apart.

use super::{ColumnDeclaration, Cow, Node, Span, SyntaxKind, TabularOperator, every, first};

views! {
    /// `T | where … | take 1`
    PipeExpr
    /// `x`, `['x y']`, `$left`, and the words that may be names.
    Name
    /// `Device*`
    WildcardName
    StarExpr
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
        self.0.children().take_while(|node| node.kind() != SyntaxKind::Bar).find_map(Expr::cast)
    }

    /// What stands after each `|`.
    pub fn operators(self) -> impl Iterator<Item = TabularOperator<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Bar).filter_map(TabularOperator::cast)
    }
}

impl<'t> Name<'t> {
    /// The name without brackets, quotes and escapes.
    pub fn value(self) -> Cow<'t, str> {
        match self.0.child(SyntaxKind::StringLiteral) {
            Some(string) => string_value(string.text()).unwrap_or(Cow::Borrowed(string.text())),
            None => Cow::Borrowed(self.0.text()),
        }
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
}

impl<'t> BetweenExpr<'t> {
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

    /// In order; `x = e` is [`Expr::Named`], `*` is [`Expr::Star`]. An argument may be a pipe.
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
        every(self.0, ColumnDeclaration::cast)
    }

    /// All values, row after row.
    pub fn values(self) -> impl Iterator<Item = Expr<'t>> {
        first(self.0, |node| (node.kind() == SyntaxKind::ValueList).then_some(node))
            .into_iter()
            .flat_map(|list| every(list, Expr::cast))
    }
}

/// The value of a string token of any form: quotes and prefix removed, escapes resolved. `None` when it is not a
/// well-formed string (for example without its end).
pub fn string_value(token: &str) -> Option<Cow<'_, str>> {
    let token = token.strip_prefix(['h', 'H']).unwrap_or(token);
    for fence in ["```", "~~~"] {
        if let Some(rest) = token.strip_prefix(fence) {
            return rest.strip_suffix(fence).map(Cow::Borrowed);
        }
    }
    if let Some(verbatim) = token.strip_prefix('@') {
        let (quote, body) = quoted(verbatim)?;
        let mark = if quote == '"' { "\"" } else { "'" };
        return Some(if body.contains(mark) {
            Cow::Owned(body.replace(&mark.repeat(2), mark))
        } else {
            Cow::Borrowed(body)
        });
    }
    let (_, body) = quoted(token)?;
    if body.contains('\\') { unescape(body).map(Cow::Owned) } else { Some(Cow::Borrowed(body)) }
}

/// The quote and what stands between the quotes.
fn quoted(text: &str) -> Option<(char, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some((quote, text.get(1..)?.strip_suffix(quote)?))
}

/// Resolves `\n`, `\u0041`, `\x41`, `\101` and so on; `None` for an unknown escape.
fn unescape(body: &str) -> Option<String> {
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let (character, length) = escape(&rest[at + 1..])?;
        value.push(character);
        rest = &rest[at + 1 + length..];
    }
    value.push_str(rest);
    Some(value)
}

/// One escape after its backslash: the character meant and how many bytes it took.
fn escape(text: &str) -> Option<(char, usize)> {
    let simple = |character| Some((character, 1));
    match text.chars().next()? {
        'a' => simple('\u{7}'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\u{b}'),
        'u' => numeric(text, 1, 4, 16),
        'U' => numeric(text, 1, 8, 16),
        'x' => numeric(text, 1, 2, 16),
        '0'..='7' => {
            let digits = text.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            numeric(text, 0, digits, 8)
        }
        character @ ('"' | '\'' | '\\') => simple(character),
        _ => None,
    }
}

fn numeric(text: &str, skip: usize, digits: usize, radix: u32) -> Option<(char, usize)> {
    let number = u32::from_str_radix(text.get(skip..skip + digits)?, radix).ok()?;
    // A lone surrogate has no place in UTF-8; it becomes the replacement character.
    Some((char::from_u32(number).unwrap_or('\u{fffd}'), skip + digits))
}
