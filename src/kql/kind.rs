//! Every kind of token and node, in one list.

mod words;

/// What a leaf or a node of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum SyntaxKind {
    // Trivia.
    Whitespace,
    /// `// …` up to the line end.
    Comment,
    // Words and literals.
    /// A word without a role in the grammar.
    Identifier,
    /// `true`, `bool(…)`.
    BoolLiteral,
    /// `int(…)`.
    IntLiteral,
    /// `1`, `0x1F`, `long(…)`.
    LongLiteral,
    /// `1.5`, `1e3`, `real(…)`.
    RealLiteral,
    /// `decimal(…)`.
    DecimalLiteral,
    /// `datetime(…)`.
    DatetimeLiteral,
    /// `1d`, `time(…)`.
    TimespanLiteral,
    /// `guid(…)` or the bare hexadecimal form.
    GuidLiteral,
    /// Every form: quoted, verbatim, obfuscated, multi-line.
    StringLiteral,
    /// A string without its closing quote; it ends before the line end.
    UnterminatedString,
    /// A character that begins no token.
    BadCharacter,
    /// `#crp …` up to the line end: for the client, not for the service.
    Directive,
    /// After the last token; never in a tree.
    EndOfText,
    // Punctuation.
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `|`
    Bar,
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `:`
    Colon,
    /// `?`
    Question,
    /// `@`
    At,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `=`
    Equal,
    /// `==`
    EqualEqual,
    /// `!=`
    NotEqual,
    /// `<>`
    LessGreater,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `=~`
    EqualTilde,
    /// `!~`
    NotTilde,
    /// `=>`
    FatArrow,
    /// `<|`
    LessBar,
    // Words with a role: between operands.
    AndKw,
    OrKw,
    InKw,
    InTildeKw,
    NotInKw,
    NotInTildeKw,
    BetweenKw,
    NotBetweenKw,
    HasKw,
    NotHasKw,
    HasCsKw,
    NotHasCsKw,
    HasprefixKw,
    NotHasprefixKw,
    HasprefixCsKw,
    NotHasprefixCsKw,
    HassuffixKw,
    NotHassuffixKw,
    HassuffixCsKw,
    NotHassuffixCsKw,
    ContainsKw,
    NotContainsKw,
    ContainsCsKw,
    NotContainsCsKw,
    StartswithKw,
    NotStartswithKw,
    StartswithCsKw,
    NotStartswithCsKw,
    EndswithKw,
    NotEndswithKw,
    EndswithCsKw,
    NotEndswithCsKw,
    HasAnyKw,
    HasAllKw,
    MatchesKw,
    LikeKw,
    NotlikeKw,
    LikecsKw,
    NotlikecsKw,
    NotcontainsKw,
    NotcontainscsKw,
    ContainscsKw,
    // Words with a role: tabular operators.
    WhereKw,
    FilterKw,
    ExtendKw,
    ProjectKw,
    ProjectAwayKw,
    ProjectKeepKw,
    ProjectRenameKw,
    ProjectReorderKw,
    ProjectSmartKw,
    ProjectByNamesKw,
    SummarizeKw,
    SortKw,
    OrderKw,
    TopKw,
    TakeKw,
    LimitKw,
    CountKw,
    DistinctKw,
    JoinKw,
    UnionKw,
    PrintKw,
    RangeKw,
    RenderKw,
    GetschemaKw,
    AsKw,
    SerializeKw,
    AssertSchemaKw,
    ConsumeKw,
    EvaluateKw,
    ExecuteAndCacheKw,
    FacetKw,
    FindKw,
    ForkKw,
    GraphMatchKw,
    GraphMarkComponentsKw,
    GraphShortestPathsKw,
    GraphToTableKw,
    GraphWhereEdgesKw,
    GraphWhereNodesKw,
    InvokeKw,
    LookupKw,
    MacroExpandKw,
    MakeGraphKw,
    MakeSeriesKw,
    MvApplyKw,
    MvapplyKw,
    MvExpandKw,
    MvexpandKw,
    ParseKw,
    ParseKvKw,
    ParseWhereKw,
    PartitionKw,
    PartitionbyKw,
    ReduceKw,
    SampleKw,
    SampleDistinctKw,
    ScanKw,
    SearchKw,
    TopHittersKw,
    TopNestedKw,
    // Words with a role: the rest.
    LetKw,
    SetKw,
    AliasKw,
    DeclareKw,
    RestrictKw,
    PatternKw,
    QueryParametersKw,
    DatatableKw,
    ExternaldataKw,
    ExternalDataKw,
    MaterializeKw,
    ToscalarKw,
    TotableKw,
    TypeofKw,
    DynamicKw,
    ByKw,
    OnKw,
    ToKw,
    WithKw,
    KindKw,
    FromKw,
    StepKw,
    OfKw,
    AscKw,
    DescKw,
    GrannyAscKw,
    GrannyDescKw,
    NullsKw,
    RegexKw,
    FirstKw,
    LastKw,
    NullKw,
    ViewKw,
    HintKw,
    IdKw,
    OutputKw,
    OptionalKw,
    DefaultKw,
    PackKw,
    NodesKw,
    EdgesKw,
    AccessKw,
    DatabaseKw,
    OthersKw,
    WithNodeIdKw,
    PartitionedByKw,
    DatascopeKw,
    BinKw,
    EntityGroupKw,
    ContextualDatatableKw,
    InlineExternalTableKw,
    DataformatKw,
    PathformatKw,
    DatetimePatternKw,
    MaterializedViewCombineKw,
    /// A word that is kept for a role elsewhere, such as `timechart`, and is never a name.
    ReservedWord,
    /// The same for a word that may be declared as a name, such as `title`.
    DeclaredWord,
    /// The same for a word that may be used as a name, such as `withsource`.
    UsedWord,
    // Nodes: statements and functions.
    /// The whole text: statements, `;` between them.
    Query,
    /// `let x = …`.
    LetStatement,
    /// `set option = value`.
    SetStatement,
    /// `alias database x = …`.
    AliasStatement,
    /// `declare query_parameters(…)`.
    DeclareStatement,
    /// `declare pattern p = (x:string)[y:string] { … }`.
    PatternStatement,
    /// `restrict access to (…)`.
    RestrictStatement,
    /// An expression, tabular or scalar.
    ExpressionStatement,
    /// `(x:long) { … }`, `view () { … }`.
    FunctionDeclaration,
    /// `(x:long, y:string = 'a')`.
    FunctionParameters,
    /// `{ … }`, the body of a function; also the `( … )` of `macro-expand`.
    FunctionBody,
    /// `x:long = 1` of a function, of `declare query_parameters` and of `scan … declare`.
    ParameterDeclaration,
    /// `[y:string]` of a pattern.
    PatternPath,
    /// `('a').['b'] = { … };` of a pattern.
    PatternMatch,
    // Nodes: tabular operators.
    /// Source, then operators, `|` between them.
    PipeExpr,
    WhereOperator,
    ExtendOperator,
    ProjectOperator,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectRenameOperator,
    ProjectReorderOperator,
    ProjectByNamesOperator,
    SummarizeOperator,
    SortOperator,
    TopOperator,
    TakeOperator,
    CountOperator,
    DistinctOperator,
    JoinOperator,
    LookupOperator,
    UnionOperator,
    PrintOperator,
    RangeOperator,
    RenderOperator,
    GetSchemaOperator,
    AsOperator,
    SerializeOperator,
    AssertSchemaOperator,
    ConsumeOperator,
    EvaluateOperator,
    ExecuteAndCacheOperator,
    FacetOperator,
    FindOperator,
    ForkOperator,
    GraphMatchOperator,
    GraphMarkComponentsOperator,
    GraphShortestPathsOperator,
    GraphToTableOperator,
    GraphWhereEdgesOperator,
    GraphWhereNodesOperator,
    InvokeOperator,
    MacroExpandOperator,
    MakeGraphOperator,
    MakeSeriesOperator,
    MvApplyOperator,
    MvExpandOperator,
    ParseOperator,
    ParseKvOperator,
    ParseWhereOperator,
    PartitionOperator,
    PartitionByOperator,
    ReduceOperator,
    SampleOperator,
    SampleDistinctOperator,
    ScanOperator,
    SearchOperator,
    TopHittersOperator,
    TopNestedOperator,
    // Nodes: parts of operators.
    /// `by a, b`.
    ByClause,
    /// `on a, $left.b == $right.c`; `on Timestamp` of `make-series`.
    OnClause,
    /// `where e` of `graph-match`, `join` and `find`.
    WhereClause,
    /// `project a, b` and `project-smart` of `graph-match` and `find`.
    ProjectClause,
    /// `project-away a` of `find`.
    ProjectAwayClause,
    /// `x desc nulls last`.
    SortKey,
    /// `kind=inner`, `hint.strategy=shuffle`.
    Parameter,
    /// `a, b` as the value of a parameter.
    ParameterNames,
    /// `with (title='x')`.
    PropertyList,
    /// `title='x'`.
    Property,
    /// `(x:long, y:string)`: columns and their types.
    RowSchema,
    /// `x:long`.
    ColumnDeclaration,
    TypeName,
    /// `[1, 2]` of `datatable` and `externaldata`.
    ValueList,
    /// `a = b to typeof(long)` of `mv-expand` and `mv-apply`.
    MvItem,
    /// `limit 10` of `mv-expand` and `mv-apply`.
    LimitClause,
    /// `id guid(…)` of `mv-apply` and `__partitionby`.
    IdClause,
    /// `(…)` or `{…}` with operators inside, or with a whole query.
    Subquery,
    /// `a = avg(b) default=0` of `make-series`.
    SeriesItem,
    /// `default=0`.
    DefaultClause,
    /// `from e` of `make-series`.
    FromClause,
    /// `to e` of `make-series`.
    ToClause,
    /// `step e` of `make-series`.
    StepClause,
    /// `in range(a, b, c)` of `make-series`.
    InRangeClause,
    /// `'a' x:long *` of `parse`.
    ParsePattern,
    /// `: (*, x:long)` of `evaluate`.
    EvaluateSchema,
    /// `in (T, U*)` of `search` and `find`; `in dynamic([…])` of `partition`.
    InClause,
    /// `datascope=hotcache`.
    DataScopeClause,
    /// `order by a` of `scan`.
    OrderClause,
    /// `partition by a` of `scan`.
    PartitionClause,
    /// `declare (x:long = 0)` of `scan`.
    DeclareClause,
    /// `step s: e => a = b;` of `scan`.
    ScanStep,
    /// `output = last` of a step.
    ScanOutput,
    /// `a = b` of a step.
    ScanAssignment,
    /// `name=(…)` of `fork`.
    ForkBranch,
    /// `with (…)` or `with operator` of `facet`.
    FacetWith,
    /// `with threshold=0.1` of `reduce`.
    ReduceWith,
    /// `top-nested 3 of a by b`.
    TopNestedClause,
    /// `of a`.
    OfClause,
    /// `with others = 'x'` of `top-nested`.
    OthersClause,
    /// `Nodes on Id` of `make-graph`.
    GraphTable,
    /// `with_node_id=Id` of `make-graph`.
    NodeIdClause,
    /// `partitioned-by T (…)` of `make-graph`.
    PartitionedByClause,
    /// `(a)-[e]->(b)`.
    GraphPattern,
    /// `(a)`.
    GraphNode,
    /// `-[e*1..3]->`, `-->`.
    GraphEdge,
    /// `*1..3`.
    GraphEdgeRange,
    /// `nodes as N with_node_id=Id`.
    GraphOutput,
    /// `as name` of `macro-expand` and `graph-to-table`.
    AsClause,
    // Nodes: expressions.
    /// A name, plain or `['bracketed']`.
    Name,
    /// `Device*`.
    WildcardName,
    /// `*`.
    StarExpr,
    /// `@`.
    AtExpr,
    /// One literal token.
    Literal,
    /// `'a' "b"`: adjacent strings are one.
    CompoundString,
    /// `dynamic(…)`.
    DynamicLiteral,
    JsonArray,
    JsonObject,
    JsonPair,
    /// `typeof(long)`.
    TypeOfLiteral,
    UnaryExpr,
    BinaryExpr,
    /// Operands with `and` (or `or`) between them, flat however many.
    LogicalExpr,
    /// `x between (a .. b)`.
    BetweenExpr,
    /// `x in (…)`, `x has_any (…)`.
    InExpr,
    /// `(a, b)` to the right of `in`.
    ExprList,
    CallExpr,
    ArgumentList,
    /// `a.b`, `a.['b']`, `database('d').T`.
    PathExpr,
    /// `a[0]`.
    IndexExpr,
    ParenExpr,
    /// `x = e`, `(x, y) = e`.
    NamedExpr,
    /// `(x, y)` before `=`.
    NameList,
    DatatableExpr,
    ExternalDataExpr,
    /// `__contextual_datatable 'id' (x:long)`.
    ContextualDatatableExpr,
    /// `inline_external_table (x:long) kind=storage …`.
    InlineExternalTableExpr,
    /// `entity_group [database('a'), database('b')]`.
    EntityGroupExpr,
    /// What no rule could read.
    Error,
}

impl SyntaxKind {
    /// Whitespace and comments: no meaning, but kept.
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment)
    }

    /// True for every kind that a leaf can have.
    pub fn is_token(self) -> bool {
        self < Self::Query
    }

    /// True for words that have a role in the grammar.
    pub fn is_keyword(self) -> bool {
        (Self::AndKw..Self::Query).contains(&self)
    }

    /// True for words that name a tabular operator.
    pub fn is_operator_keyword(self) -> bool {
        (Self::WhereKw..=Self::TopNestedKw).contains(&self)
    }

    /// True for nodes that make rows by operators: a pipe, or one operator alone.
    pub fn is_pipe(self) -> bool {
        (Self::PipeExpr..=Self::TopNestedOperator).contains(&self)
    }

    /// True for literal tokens, also for a string without its end.
    pub fn is_literal(self) -> bool {
        (Self::BoolLiteral..=Self::UnterminatedString).contains(&self)
    }

    /// True for string tokens, also for one without its end.
    pub fn is_string(self) -> bool {
        matches!(self, Self::StringLiteral | Self::UnterminatedString)
    }

    /// True for the words that compare two strings, such as `has` and `!contains_cs`; not for `in`, `has_any` and
    /// `matches`.
    pub(super) fn is_string_operator_word(self) -> bool {
        (Self::HasKw..=Self::NotEndswithCsKw).contains(&self) || (Self::LikeKw..=Self::ContainscsKw).contains(&self)
    }
}
