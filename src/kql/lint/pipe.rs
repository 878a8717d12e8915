//! Pipelines as rules look at them: a source, then operators.

use std::collections::HashMap;

use crate::kql::{Expr, LetStatement, LetValue, Name, Node, SyntaxKind as K, Tree};

/// How far names of `let` are followed.
const MAX_STEPS: usize = 8;

/// The operators of a pipe behind its source, or the whole of what is no pipe.
#[derive(Clone)]
pub(super) struct Pipe<'t> {
    pub(super) source: Node<'t>,
    pub(super) operators: Vec<Node<'t>>,
}

impl<'t> Pipe<'t> {
    /// What an expression is once its parentheses are taken away.
    pub(super) fn of(expr: Expr<'t>) -> Option<Self> {
        match expr.without_parens()? {
            Expr::Pipe(pipe) => {
                let mut parts = pipe.node().child_nodes();
                let source = parts.next()?;
                let outer = Self { source, operators: parts.collect() };
                // `(T | where x) | where y` goes on where the inner one ends.
                match Expr::cast(source) {
                    Some(Expr::Paren(paren)) => {
                        let mut inner = Self::of(paren.inner()?)?;
                        inner.operators.extend(outer.operators);
                        Some(inner)
                    }
                    _ => Some(outer),
                }
            }
            other => Some(Self { source: other.node(), operators: Vec::new() }),
        }
    }

    /// What goes into one of the operators of a pipe.
    pub(super) fn before(operator: Node<'t>) -> Option<Self> {
        let around = operator.parent().filter(|around| around.kind() == K::PipeExpr)?;
        let mut pipe = Self::of(Expr::cast(around)?)?;
        let end = pipe.operators.iter().position(|it| *it == operator)?;
        pipe.operators.truncate(end);
        Some(pipe)
    }

    /// The same with the names of `let` at its begin replaced by what they stand for.
    pub(super) fn resolved(mut self, lets: &Lets<'t>) -> Self {
        for _ in 0..MAX_STEPS {
            let Some(Expr::Name(name)) = Expr::cast(self.source) else { break };
            let Some(mut inner) = lets.pipe(name) else { break };
            inner.operators.append(&mut self.operators);
            self = inner;
        }
        self
    }

    /// The name at the begin.
    pub(super) fn source_name(&self) -> Option<Name<'t>> {
        Name::cast(self.source)
    }

    /// True when fewer rows come out than go in.
    pub(super) fn is_reduced(&self) -> bool {
        self.operators.iter().any(|operator| reduces(word(*operator)))
    }
}

/// What `let` statements stand for, by name.
pub(super) struct Lets<'t>(HashMap<String, Expr<'t>>);

impl<'t> Lets<'t> {
    pub(super) fn of(tree: &'t Tree) -> Self {
        let statements = tree.elements().filter_map(LetStatement::cast);
        let pairs = statements.filter_map(|statement| match statement.value()? {
            LetValue::Expr(expr) => Some((statement.name()?.value().into_owned(), expr)),
            LetValue::Function(_) => None,
        });
        Self(pairs.collect())
    }

    fn pipe(&self, name: Name<'t>) -> Option<Pipe<'t>> {
        let expr = *self.0.get(name.value().as_ref())?;
        // The value is of use only before its own statement, so a name cannot stand for itself.
        if expr.span().contains(&name.span().start) {
            return None;
        }
        match expr {
            Expr::Call(call) if call.name().is_some_and(|name| name.value() == "materialize") => {
                Pipe::of(call.arguments().next()?)
            }
            expr => Pipe::of(expr),
        }
    }
}

/// The word of an operator.
pub(super) fn word(operator: Node<'_>) -> K {
    operator.tokens().next().map_or(K::EndOfText, Node::kind)
}

fn reduces(word: K) -> bool {
    matches!(
        word,
        K::WhereKw
            | K::FilterKw
            | K::SummarizeKw
            | K::DistinctKw
            | K::TakeKw
            | K::LimitKw
            | K::TopKw
            | K::SampleKw
            | K::SampleDistinctKw
            | K::TopNestedKw
            | K::TopHittersKw
            | K::CountKw
            | K::ReduceKw
            | K::JoinKw
            | K::LookupKw
            | K::SearchKw
            | K::InvokeKw
            | K::ParseWhereKw
            | K::MakeSeriesKw
    )
}

/// True for a table that grows with every event; inventories stay small beside it.
pub(super) fn is_of_events(table: &str) -> bool {
    ["Events", "Event", "Logs", "Log"].iter().any(|end| table.ends_with(end))
}
