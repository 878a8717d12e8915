//! Views of tabular operators and their clauses.

use super::{
    EvaluateOperator, Expr, FacetOperator, FindOperator, ForkOperator, GraphMarkComponentsOperator, GraphMatchOperator,
    GraphShortestPathsOperator, GraphToTableOperator, GraphWhereEdgesOperator, GraphWhereNodesOperator,
    MacroExpandOperator, MakeGraphOperator, MakeSeriesOperator, MvApplyOperator, MvExpandOperator, Name, Node,
    ParseKvOperator, ParseOperator, ParseWhereOperator, PartitionByOperator, PartitionOperator, ReduceOperator,
    ScanOperator, SearchOperator, Span, SyntaxKind, TypeName, WildcardName, every, first,
};

views! {
    WhereOperator ExtendOperator ProjectOperator ProjectAwayOperator ProjectKeepOperator ProjectRenameOperator
    ProjectReorderOperator SummarizeOperator SortOperator TopOperator TakeOperator CountOperator DistinctOperator
    JoinOperator UnionOperator PrintOperator RangeOperator RenderOperator GetSchemaOperator AsOperator
    SerializeOperator ProjectByNamesOperator LookupOperator SampleOperator SampleDistinctOperator TopHittersOperator
    TopNestedOperator AssertSchemaOperator ConsumeOperator ExecuteAndCacheOperator InvokeOperator
    /// `top-nested 3 of a by b`
    TopNestedClause
    /// `of a`
    OfClause
    /// `with others='x'`
    OthersClause
    /// `where e` of `join`, `find` and `graph-match`
    WhereClause
    /// `(x:long, y:string)`
    RowSchema
    /// `x desc nulls last`; a bare expression is a key too.
    SortKey
    /// `kind=inner`, `hint.strategy=shuffle`
    Parameter
    /// `title='x'` of `render … with (…)`
    Property
    /// `x:long`
    ColumnDeclaration
    ByClause
    OnClause
}

view_enum! {
    /// One tabular operator: after a `|`, or at the begin of a pipe (`print`, `range`, `union`, `search`, `find`,
    /// `evaluate`, `macro-expand`; by mistake also any other).
    TabularOperator {
        Where(WhereOperator),
        Extend(ExtendOperator),
        Project(ProjectOperator),
        ProjectAway(ProjectAwayOperator),
        ProjectKeep(ProjectKeepOperator),
        ProjectRename(ProjectRenameOperator),
        ProjectReorder(ProjectReorderOperator),
        Summarize(SummarizeOperator),
        Sort(SortOperator),
        Top(TopOperator),
        Take(TakeOperator),
        Count(CountOperator),
        Distinct(DistinctOperator),
        Join(JoinOperator),
        Union(UnionOperator),
        Print(PrintOperator),
        Range(RangeOperator),
        Render(RenderOperator),
        GetSchema(GetSchemaOperator),
        As(AsOperator),
        Serialize(SerializeOperator),
        ProjectByNames(ProjectByNamesOperator),
        Lookup(LookupOperator),
        AssertSchema(AssertSchemaOperator),
        Consume(ConsumeOperator),
        Evaluate(EvaluateOperator),
        ExecuteAndCache(ExecuteAndCacheOperator),
        Facet(FacetOperator),
        Find(FindOperator),
        Fork(ForkOperator),
        GraphMatch(GraphMatchOperator),
        GraphMarkComponents(GraphMarkComponentsOperator),
        GraphShortestPaths(GraphShortestPathsOperator),
        GraphToTable(GraphToTableOperator),
        GraphWhereEdges(GraphWhereEdgesOperator),
        GraphWhereNodes(GraphWhereNodesOperator),
        Invoke(InvokeOperator),
        MacroExpand(MacroExpandOperator),
        MakeGraph(MakeGraphOperator),
        MakeSeries(MakeSeriesOperator),
        MvApply(MvApplyOperator),
        MvExpand(MvExpandOperator),
        Parse(ParseOperator),
        ParseKv(ParseKvOperator),
        ParseWhere(ParseWhereOperator),
        Partition(PartitionOperator),
        PartitionBy(PartitionByOperator),
        Reduce(ReduceOperator),
        Sample(SampleOperator),
        SampleDistinct(SampleDistinctOperator),
        Scan(ScanOperator),
        Search(SearchOperator),
        TopHitters(TopHittersOperator),
        TopNested(TopNestedOperator),
    }
}

impl<'t> TabularOperator<'t> {
    /// The operator's first word, for example `where`.
    pub fn keyword(self) -> Option<Node<'t>> {
        self.node().tokens().next()
    }

    /// `kind=inner` and the like, in order.
    pub fn parameters(self) -> impl Iterator<Item = Parameter<'t>> {
        every(self.node(), Parameter::cast)
    }
}

/// Operators that have a list of expressions.
macro_rules! items {
    ($($name:ident)*) => {$(
        impl<'t> $name<'t> {
            /// In text order; `x = e` is [`Expr::Named`], `*` is [`Expr::Star`], `D*` is [`Expr::Wildcard`].
            pub fn items(self) -> impl Iterator<Item = Expr<'t>> {
                every(self.0, Expr::cast)
            }
        }
    )*};
}

items! {
    ExtendOperator ProjectOperator ProjectAwayOperator ProjectKeepOperator ProjectRenameOperator
    DistinctOperator PrintOperator SerializeOperator ProjectByNamesOperator ByClause
}

impl<'t> WhereOperator<'t> {
    pub fn predicate(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> ProjectReorderOperator<'t> {
    pub fn items(self) -> impl Iterator<Item = SortKey<'t>> {
        every(self.0, SortKey::cast)
    }
}

impl<'t> SummarizeOperator<'t> {
    pub fn aggregates(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }

    /// What stands after `by`; empty without `by`.
    pub fn keys(self) -> impl Iterator<Item = Expr<'t>> {
        self.by().into_iter().flat_map(ByClause::items)
    }

    pub fn by(self) -> Option<ByClause<'t>> {
        first(self.0, ByClause::cast)
    }
}

impl<'t> ByClause<'t> {
    /// The keys of `sort` and `top`.
    pub fn sort_keys(self) -> impl Iterator<Item = SortKey<'t>> {
        every(self.0, SortKey::cast)
    }
}

impl<'t> SortOperator<'t> {
    pub fn keys(self) -> impl Iterator<Item = SortKey<'t>> {
        first(self.0, ByClause::cast).into_iter().flat_map(ByClause::sort_keys)
    }
}

impl<'t> TopOperator<'t> {
    pub fn count(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn keys(self) -> impl Iterator<Item = SortKey<'t>> {
        first(self.0, ByClause::cast).into_iter().flat_map(ByClause::sort_keys)
    }
}

impl<'t> SortKey<'t> {
    pub fn expr(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    /// `asc` is true, `desc` false, and absent is for the operator to decide. `granny-asc` counts as `asc`; see
    /// [`SortKey::order`].
    pub fn ascending(self) -> Option<bool> {
        match self.order()?.kind() {
            SyntaxKind::AscKw | SyntaxKind::GrannyAscKw => Some(true),
            _ => Some(false),
        }
    }

    /// The word `asc`, `desc`, `granny-asc` or `granny-desc`.
    pub fn order(self) -> Option<Node<'t>> {
        self.0.tokens().find(|token| {
            use SyntaxKind as K;
            matches!(token.kind(), K::AscKw | K::DescKw | K::GrannyAscKw | K::GrannyDescKw)
        })
    }

    /// `nulls first` is true, `nulls last` false.
    pub fn nulls_first(self) -> Option<bool> {
        self.0.tokens().find_map(|token| match token.kind() {
            SyntaxKind::FirstKw => Some(true),
            SyntaxKind::LastKw => Some(false),
            _ => None,
        })
    }
}

impl<'t> TakeOperator<'t> {
    pub fn count(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> JoinOperator<'t> {
    /// What is joined: a name, a call, a path or a parenthesised pipe.
    pub fn right(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    /// What stands after `on`: names, `$left.a == $right.b`, and whatever else was written.
    pub fn conditions(self) -> impl Iterator<Item = Expr<'t>> {
        self.on().into_iter().flat_map(|on| every(on.node(), Expr::cast))
    }

    pub fn on(self) -> Option<OnClause<'t>> {
        first(self.0, OnClause::cast)
    }
}

impl<'t> LookupOperator<'t> {
    /// What is looked up in.
    pub fn right(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    /// What stands after `on`.
    pub fn conditions(self) -> impl Iterator<Item = Expr<'t>> {
        self.on().into_iter().flat_map(|on| every(on.node(), Expr::cast))
    }

    pub fn on(self) -> Option<OnClause<'t>> {
        first(self.0, OnClause::cast)
    }
}

impl<'t> OnClause<'t> {
    /// Keys of `join` and `lookup`; the axis of `make-series`.
    pub fn items(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }
}

impl<'t> WhereClause<'t> {
    pub fn predicate(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> OfClause<'t> {
    pub fn expr(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> SampleOperator<'t> {
    pub fn count(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> SampleDistinctOperator<'t> {
    pub fn count(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn of(self) -> Option<Expr<'t>> {
        first(self.0, OfClause::cast)?.expr()
    }
}

impl<'t> TopHittersOperator<'t> {
    pub fn count(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn of(self) -> Option<Expr<'t>> {
        first(self.0, OfClause::cast)?.expr()
    }

    pub fn by(self) -> Option<Expr<'t>> {
        first(self.0, ByClause::cast)?.items().next()
    }
}

impl<'t> TopNestedOperator<'t> {
    pub fn clauses(self) -> impl Iterator<Item = TopNestedClause<'t>> {
        every(self.0, TopNestedClause::cast)
    }
}

impl<'t> TopNestedClause<'t> {
    /// `None` means all.
    pub fn count(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }

    pub fn of(self) -> Option<Expr<'t>> {
        first(self.0, OfClause::cast)?.expr()
    }

    /// What stands for the rest, after `with others =`.
    pub fn others(self) -> Option<Expr<'t>> {
        first(first(self.0, OthersClause::cast)?.node(), Expr::cast)
    }

    pub fn by(self) -> Option<SortKey<'t>> {
        first(self.0, ByClause::cast)?.sort_keys().next()
    }
}

impl<'t> AssertSchemaOperator<'t> {
    pub fn schema(self) -> Option<RowSchema<'t>> {
        first(self.0, RowSchema::cast)
    }
}

impl<'t> RowSchema<'t> {
    pub fn columns(self) -> impl Iterator<Item = ColumnDeclaration<'t>> {
        every(self.0, ColumnDeclaration::cast)
    }

    /// True for `(*)`, any columns, and for `(*, x:long)`, these beside any.
    pub fn is_any(self) -> bool {
        self.0.child(SyntaxKind::StarExpr).is_some()
    }
}

impl<'t> InvokeOperator<'t> {
    /// A call, or a path of calls (`database('d').f()`).
    pub fn function(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> UnionOperator<'t> {
    /// Names, wildcarded names, calls, paths, parenthesised pipes.
    pub fn tables(self) -> impl Iterator<Item = Expr<'t>> {
        every(self.0, Expr::cast)
    }
}

impl<'t> RangeOperator<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        self.0.children().take_while(|node| node.kind() != SyntaxKind::FromKw).find_map(Name::cast)
    }

    pub fn from(self) -> Option<Expr<'t>> {
        self.after(SyntaxKind::FromKw)
    }

    pub fn to(self) -> Option<Expr<'t>> {
        self.after(SyntaxKind::ToKw)
    }

    pub fn step(self) -> Option<Expr<'t>> {
        self.after(SyntaxKind::StepKw)
    }

    fn after(self, keyword: SyntaxKind) -> Option<Expr<'t>> {
        Expr::cast(self.0.child(keyword)?.next_sibling()?)
    }
}

impl<'t> RenderOperator<'t> {
    /// The chart's word, for example `timechart`.
    pub fn chart(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    /// `with (…)`, in order.
    pub fn properties(self) -> impl Iterator<Item = Property<'t>> {
        properties(self.0)
    }
}

/// What stands in `with (…)`, and the properties of `render` without the brackets.
pub(super) fn properties(node: Node<'_>) -> impl Iterator<Item = Property<'_>> {
    node.child_nodes()
        .filter(|node| node.kind() == SyntaxKind::PropertyList)
        .flat_map(|list| every(list, Property::cast))
}

impl<'t> AsOperator<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }
}

impl<'t> Parameter<'t> {
    /// With its dots and without blanks, for example `hint.strategy`.
    pub fn name(self) -> String {
        self.0.tokens().take_while(|token| token.kind() != SyntaxKind::Equal).map(Node::text).collect()
    }

    /// A name, a literal or a list of names.
    pub fn value(self) -> Option<Expr<'t>> {
        first(self.0, Expr::cast)
    }
}

impl<'t> Property<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    /// A literal, a name, or several names (`ycolumns=a, b`).
    pub fn values(self) -> impl Iterator<Item = Expr<'t>> {
        self.0.children().skip_while(|node| node.kind() != SyntaxKind::Equal).filter_map(Expr::cast)
    }

    /// The value as written.
    pub fn value_text(self) -> &'t str {
        let Some(first) = self.values().next() else { return "" };
        let text = self.0.text();
        text.get(first.span().start - self.span().start..).unwrap_or("")
    }
}

impl<'t> ColumnDeclaration<'t> {
    pub fn name(self) -> Option<Name<'t>> {
        first(self.0, Name::cast)
    }

    pub fn type_name(self) -> Option<TypeName<'t>> {
        first(self.0, TypeName::cast)
    }
}

impl WildcardName<'_> {
    /// The pattern as written, `*` for any run of characters.
    pub fn pattern(&self) -> &str {
        self.node().text().trim_start_matches('[').trim_end_matches(']').trim()
    }
}
