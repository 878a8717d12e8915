//! Binding: the tree and the schema become a [`BoundQuery`](super::BoundQuery), or reasons why not.
//!
//! Every function that binds something gives `None` when it could not, and then the reason has been reported already:
//! what is built upon it stays silent, so that one mistake is one finding.

mod aggregate;
mod arithmetic;
mod call;
mod columns;
mod comparison;
mod convert;
mod dynamic;
mod entity;
mod expression;
mod facts;
mod file_profile;
mod fold;
mod function;
mod graph_scope;
mod grouped;
mod library;
mod library_aggregate;
mod library_name;
mod literal;
mod local;
mod management;
mod membership;
mod name;
mod operator_parameter;
mod operators;
mod overload;
mod parameter;
mod path;
mod pattern;
mod plugin;
mod projection;
mod scope;
mod set;
mod source;
mod special;
mod statement;
mod string_operator;
mod suggest;
mod window;

pub use facts::{Facts, Meaning, NameFact, RowFact, VariableFact};
pub(super) use graph_scope::GRAPH_FUNCTIONS;
pub use literal::timespan_of_text;
pub(super) use parameter::literal_of_text;
pub(super) use plugin::RUN_PLUGINS;
pub(super) use special::BOUND_FUNCTIONS;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::ast::Query;
use super::{
    Analysis, BoundQuery, Context, Diagnostic, DynamicShape, Learnt, Limits, MoreResult, Output, Question, Relation,
    Render, Scalar, Severity, Span, Step, Tree,
};
use aggregate::Collecting;
use graph_scope::GraphScope;
use local::{Local, Members};
use pattern::Pattern;
use scope::{Let, Lets, Row, Table, Unknown};
use set::Settings;

/// How deep expressions may nest.
const MAX_DEPTH: usize = 96;
/// How many operators may follow one another, those of `let` counted where they are used.
const MAX_PIPE: usize = 400;
/// How many expressions and operators a query may have once every `let` is put in its place.
const MAX_SIZE: usize = 200_000;

/// Binds a parsed text.
pub(super) fn bind(tree: &Tree, context: &Context<'_>) -> Analysis {
    bind_with(tree, Binder::new(context, tree)).0
}

/// Binds a parsed text and keeps what was learnt on the way.
pub(super) fn bind_with_facts(tree: &Tree, context: &Context<'_>) -> (Analysis, Facts) {
    let binder = Binder { facts: Some(Facts::default()), ..Binder::new(context, tree) };
    bind_with(tree, binder)
}

/// A mistake of syntax as a service reports it: under its one code for all of them, at the token that it stumbles upon.
fn as_service(error: &Diagnostic, tree: &Tree) -> Diagnostic {
    let is_token = |span: &Span| !tree.text()[span.clone()].trim().is_empty() && span.start >= error.span.start;
    let mut found = Diagnostic { code: "SYN0002", ..error.clone() };
    if error.span.is_empty()
        && let Some(leaf) = tree.leaf_at(error.span.start)
    {
        let mut next = Some(leaf);
        while next.is_some_and(|leaf| leaf.kind().is_trivia() || !is_token(&leaf.span())) {
            next = next.and_then(|leaf| tree.leaf_at(leaf.span().end).filter(|other| *other != leaf));
        }
        found.span = next.map_or(found.span, crate::kql::Node::span);
    }
    found
}

fn bind_with(tree: &Tree, mut binder: Binder<'_>) -> (Analysis, Facts) {
    let (query, output) = binder.query(Query::of(tree));
    let step = binder.step.take().map(|(step, n_found)| {
        // Behind the question nothing is sure; what is wrong there will be found again.
        binder.diagnostics.truncate(n_found);
        step
    });
    // A syntax error leaves holes in the tree behind it; what the binder says of those is only an echo.
    let first_error = tree.errors().iter().map(|error| error.span.start).min().unwrap_or(usize::MAX);
    let runs_here = binder.context.capabilities.is_some();
    let mut diagnostics = tree.errors().to_vec();
    if runs_here {
        for error in &mut diagnostics {
            *error = as_service(error, tree);
        }
    }
    let before_errors = |finding: &Diagnostic| finding.span.start < first_error;
    let is_echo = |finding: &Diagnostic| first_error != usize::MAX && finding.code == statement::NO_QUERY;
    diagnostics.extend(binder.diagnostics.into_iter().filter(|finding| before_errors(finding) && !is_echo(finding)));
    diagnostics.sort_by_key(|finding| (finding.span.start, finding.severity));
    diagnostics.dedup_by_key(|finding| finding.span.start);
    let forbidden = diagnostics.iter().any(|finding| matches!(finding.severity, Severity::Error | Severity::Refusal));
    let query = if forbidden || step.is_some() { None } else { query };
    let step = if forbidden { None } else { step };
    (Analysis { diagnostics, query, step, output }, binder.facts.unwrap_or_default())
}

/// What is known while binding one query.
struct Binder<'a> {
    context: Context<'a>,
    tree: &'a Tree,
    diagnostics: Vec<Diagnostic>,
    lets: Lets,
    /// How many names there were where the innermost body of a function began: of those since, each is given once.
    scope: usize,
    /// Where names that are given now end.
    scope_end: usize,
    /// How many tables stand around, one inside the other.
    nesting: usize,
    /// Databases that `alias` has named, and whether each is the one that the query runs in.
    aliases: HashMap<String, bool>,
    /// What `declare pattern` has named.
    patterns: Vec<Rc<Pattern>>,
    /// A function was called whose columns hang on its arguments, or a table was found by a text.
    calls_variable: bool,
    /// What `set` has said of the whole query.
    settings: Settings,
    /// Aggregates met so far, while the expressions of `summarize` are bound.
    collecting: Option<Collecting>,
    /// Window functions met so far, while expressions that may hold them are bound.
    windowing: Option<window::Windowing>,
    render: Option<Render>,
    /// Results behind the first, with their names.
    more: Vec<(Option<String>, Table)>,
    /// Where the operator stands that may give several results: the last one of a statement.
    ends_statement: Option<Span>,
    depth: usize,
    size: usize,
    next_materialize: usize,
    /// How many times a table was named that does not exist.
    missing_tables: usize,
    /// An operator has given a column the name of another one, as `parse` does.
    has_twins: bool,
    /// Names that mean something only inside the operator at hand.
    locals: Vec<Local>,
    /// The nodes of the graph whose pattern is looked at.
    inner_nodes: Option<Members>,
    /// The pattern itself, where the engine will look for it.
    graph_scope: Option<GraphScope>,
    /// Tables that `graph-to-table` names for the statements behind it.
    graph_outputs: Vec<Let>,
    /// What is learnt on the way, when somebody wants it.
    facts: Option<Facts>,
    /// What is known of the inside of dynamic values, by their place.
    shapes: HashMap<(usize, usize), DynamicShape>,
    /// Values before a dot or a bracket that take no part in the name of what is read from them.
    plain_bases: HashSet<(usize, usize)>,
    /// How many columns were named by number so far.
    unnamed: usize,
    /// Questions to the rows that were asked so far.
    n_asked: usize,
    /// The first one that is not answered, and how much had been found when it was asked.
    step: Option<(Step, usize)>,
}

impl<'a> Binder<'a> {
    fn new(context: &Context<'a>, tree: &'a Tree) -> Self {
        Self {
            context: *context,
            tree,
            diagnostics: Vec::new(),
            lets: Lets::default(),
            scope: 0,
            scope_end: usize::MAX,
            nesting: 0,
            aliases: HashMap::new(),
            patterns: Vec::new(),
            calls_variable: false,
            settings: Settings::new(context.now),
            collecting: None,
            windowing: None,
            render: None,
            more: Vec::new(),
            ends_statement: None,
            depth: 0,
            size: 0,
            next_materialize: 0,
            missing_tables: 0,
            has_twins: false,
            locals: Vec::new(),
            inner_nodes: None,
            graph_scope: None,
            graph_outputs: Vec::new(),
            facts: None,
            shapes: HashMap::new(),
            plain_bases: HashSet::new(),
            unnamed: 0,
            n_asked: 0,
            step: None,
        }
    }

    fn query(&mut self, query: Query<'_>) -> (Option<BoundQuery>, Option<Output>) {
        self.settings_of(query);
        let Some(table) = self.statements(query) else { return (None, None) };
        if self.context.capabilities.is_some() && table.graph.is_some() {
            let span = table.relation.span.clone();
            let _: Option<()> =
                self.error("SEM0104", span, "a graph is no result: graph-match or its like goes on from it");
        }
        let columns = Arc::clone(&table.relation.columns);
        let output = Some(Output { columns, is_open: table.unknown.is_open });
        let result = self.limited(table).map(|limited| limited.relation);
        let mut more = Vec::new();
        for (name, table) in std::mem::take(&mut self.more) {
            if let Some(limited) = self.limited(table) {
                more.push(MoreResult { name, result: limited.relation });
            }
        }
        let limits = self.settings.limits;
        (result.map(|result| BoundQuery { result, more, render: self.render.take(), limits }), output)
    }

    /// The code of a mistake: that of the real engine where ours will run the query and holds it to the same rules, else
    /// that of the official library, whose rules alone count for a text that is only looked at.
    fn code(&self, engine: &'static str, official: &'static str) -> &'static str {
        if self.context.capabilities.is_some() { engine } else { official }
    }

    /// Reports an error; always `None`, so that it can be the value of a failed binding.
    fn error<T>(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Option<T> {
        self.report(Diagnostic::error(code, span, message))
    }

    fn refuse<T>(&mut self, construct: &str, span: Span) -> Option<T> {
        self.report(Diagnostic::refusal(construct, span))
    }

    /// How many findings stop the query so far.
    fn n_mistakes(&self) -> usize {
        self.diagnostics.iter().filter(|finding| finding.severity <= Severity::Refusal).count()
    }

    /// Reports what the query does well enough but its author may not expect.
    fn warn(&mut self, code: &'static str, span: Span, message: &str) {
        let severity = Severity::Warning;
        self.diagnostics.push(Diagnostic { code, severity, span, message: message.to_owned(), hint: None });
    }

    /// Reports what the author may like to know.
    fn inform(&mut self, code: &'static str, span: Span, message: String) {
        let severity = Severity::Information;
        self.diagnostics.push(Diagnostic { code, severity, span, message, hint: None });
    }

    fn report<T>(&mut self, finding: Diagnostic) -> Option<T> {
        self.diagnostics.push(finding);
        None
    }

    /// Runs a binding one level deeper, or reports that the query nests too deep.
    fn deeper<T>(&mut self, span: Span, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return self.error("TLY0010", span, format!("the query nests deeper than {MAX_DEPTH} levels"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Counts what is added to the query, or reports that it grows too large.
    fn charge(&mut self, size: usize, span: &Span) -> Option<()> {
        if self.size > MAX_SIZE {
            return None;
        }
        self.size = self.size.saturating_add(size);
        if self.size > MAX_SIZE {
            let message = format!("the query grows beyond {MAX_SIZE} parts once every let stands where it is used");
            return self.error("TLY0011", span.clone(), message);
        }
        Some(())
    }

    /// Asks something of rows; `None` until it was answered.
    fn ask(&mut self, rows: Relation, question: Question, span: Span) -> Option<Learnt> {
        if self.step.is_some() {
            return None;
        }
        let answer = self.context.learnt.get(self.n_asked).cloned();
        self.n_asked += 1;
        if answer.is_none() {
            let query = BoundQuery { result: rows, more: Vec::new(), render: None, limits: Limits::default() };
            self.step = Some((Step { query, question, span }, self.diagnostics.len()));
        }
        answer
    }

    /// An operator put upon a table.
    fn table(&mut self, relation: Relation, unknown: Unknown, depth: usize) -> Option<Table> {
        self.charge(1 + relation.columns.len() / 16, &relation.span)?;
        if depth > MAX_PIPE {
            let span = relation.span;
            return self.error("TLY0010", span, format!("more than {MAX_PIPE} operators follow one another"));
        }
        Some(Table { relation, unknown, depth, source: None, graph: None })
    }

    /// An expression that may not read columns.
    fn constant(&mut self, expr: super::Expr<'_>) -> Option<Scalar> {
        self.scalar(expr, &Row::NONE)
    }
}
