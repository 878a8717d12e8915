//! `summarize`: groups and their aggregates (`kql-semantics` §11 and §13).

use super::extend::Target;
use crate::kql::bind::Binder;
use crate::kql::bind::aggregate::Collecting;
use crate::kql::bind::name::{NameRule, Wanted, give_names};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::catalog::Ty;
use crate::kql::{
    CallExpr, ColumnSymbol, Expr, Operator, Relation, Scalar, ScalarKind, ScalarType, Span, SummarizeOperator,
    TabularOperator, catalog,
};

/// Parameters that never change the answer.
const HINTS: [&str; 3] = ["hint.strategy", "hint.shufflekey", "hint.num_partitions"];

/// A column of the result, before it is named.
struct Output {
    wanted: Wanted,
    span: Span,
    /// Over the columns of the bare `Summarize`; `None` when it is in error.
    value: Option<Scalar>,
}

impl Binder<'_> {
    pub(super) fn summarize(&mut self, operator: SummarizeOperator<'_>, input: Table) -> Option<Table> {
        for parameter in TabularOperator::Summarize(operator).parameters() {
            if self.context.capabilities.is_none() {
                break;
            }
            if !HINTS.contains(&parameter.name().as_str()) {
                return self.refuse(&format!("summarize {}", parameter.name()), parameter.span());
            }
            let value = parameter.value();
            if parameter.name() == "hint.strategy" && value.is_some_and(|v| v.node().text() != "shuffle") {
                return self.error("SEM0237", parameter.span(), "'shuffle' is the only strategy of summarize");
            }
        }
        let mut keys = self.targets(operator.keys(), &input.row())?;
        for key in &mut keys {
            // Recorded: a let that is a key has no name of its own, unlike in project.
            let is_column = matches!(key.value.as_ref().map(|value| &value.kind), Some(ScalarKind::Column(_)) | None);
            if !is_column && !self.is_official() && self.is_let_key(&key.wanted, key.span.clone(), operator) {
                key.wanted = Wanted::None;
            }
        }
        if self.check_keys(&keys).is_none() && !self.is_official() {
            return None;
        }
        self.collecting = Some(Collecting {
            keys: keys.len(),
            key_columns: keys.iter().filter_map(|key| bare_column(key, &input)).collect(),
            calls: Vec::new(),
        });
        let mut outputs: Vec<Output> = keys.iter().enumerate().map(|(index, key)| key_output(index, key)).collect();
        let mut failed = false;
        for expr in operator.aggregates() {
            match self.summarize_item(expr, &input) {
                Some(found) => outputs.extend(found),
                None => failed = true,
            }
        }
        let calls = self.collecting.take()?.calls;
        if failed {
            return None;
        }
        let wanted: Vec<(Wanted, Span)> = outputs.iter().map(|o| (o.wanted.clone(), o.span.clone())).collect();
        let names = give_names(self, NameRule::Group, &wanted, &input.row())?;
        let unknown: Unknown = outputs
            .iter()
            .zip(&names)
            .filter(|(output, _)| output.value.is_none())
            .map(|(_, name)| name.clone())
            .collect();
        let depth = input.depth + 1;
        let keys: Vec<Scalar> = keys.into_iter().filter_map(|key| key.value).collect();
        let mut types: Vec<ScalarType> = keys.iter().map(|key| key.ty).collect();
        types.extend(calls.iter().flat_map(|call| call.outputs.iter().copied()));
        let span = operator.span();
        let operator = Operator::Summarize { input: Box::new(input.relation), keys, aggregates: calls };
        if !unknown.is_empty() {
            // In error already: only the names and types matter from here on.
            let columns = outputs
                .iter()
                .zip(&names)
                .filter_map(|(output, name)| Some(ColumnSymbol::new(name.clone(), output.value.as_ref()?.ty)));
            let columns: Vec<ColumnSymbol> = columns.collect();
            return self.table(Relation::new(operator, columns, span), unknown, depth);
        }
        let values: Vec<Scalar> = outputs.into_iter().filter_map(|output| output.value).collect();
        self.named_summarize(operator, &types, values, names, depth, span)
    }

    /// The `Summarize`, with a projection behind it unless its columns are the results as they stand.
    fn named_summarize(
        &mut self,
        operator: Operator,
        types: &[ScalarType],
        values: Vec<Scalar>,
        names: Vec<String>,
        depth: usize,
        span: Span,
    ) -> Option<Table> {
        let named = |names: &[String], values: &[Scalar]| -> Vec<ColumnSymbol> {
            names.iter().zip(values).map(|(name, value)| ColumnSymbol::new(name.clone(), value.ty)).collect()
        };
        let columns = named(&names, &values);
        let plain = values.len() == types.len()
            && values.iter().enumerate().all(|(index, value)| value.kind == ScalarKind::Column(index));
        if plain {
            return self.table(Relation::new(operator, columns, span), Unknown::default(), depth);
        }
        let inner = types.iter().enumerate().map(|(index, ty)| ColumnSymbol::new(format!("${index}"), *ty)).collect();
        let grouped = Relation { operator, columns: inner, span: span.clone() };
        let operator = Operator::Project { input: Box::new(grouped), values };
        self.table(Relation::new(operator, columns, span), Unknown::default(), depth + 1)
    }

    fn is_let_key(&self, wanted: &Wanted, span: Span, operator: SummarizeOperator<'_>) -> bool {
        let Wanted::Made(name) = wanted else { return false };
        let bare = |expr: Expr<'_>| matches!(expr.without_parens(), Some(Expr::Name(_)));
        self.find_let(name).is_some() && operator.keys().any(|expr| expr.span() == span && bare(expr))
    }

    fn check_keys(&mut self, keys: &[Target]) -> Option<()> {
        for key in keys {
            if let Some(value) = &key.value
                && value.ty == ScalarType::Dynamic
                && !(self.is_official() && self.ty_of(value) == Ty::Tuple)
            {
                let finding = crate::kql::Diagnostic::error(
                    self.code("SEM0480", "KS116"),
                    value.span.clone(),
                    "rows cannot be grouped by a dynamic value",
                );
                return self.report(finding.with_hint("tostring() makes a text of it"));
            }
        }
        Some(())
    }

    /// One written aggregate: one column, or several for `arg_max` and its like.
    fn summarize_item(&mut self, expr: Expr<'_>, input: &Table) -> Option<Vec<Output>> {
        let (names, value) = match expr {
            Expr::Named(named) => {
                let names: Vec<_> = named.names().map(|name| (name.value().into_owned(), name.span())).collect();
                if named.is_tuple()
                    && !self.is_official()
                    && !matches!(named.value().and_then(Expr::without_parens), Some(Expr::Call(_)))
                {
                    return self.refuse("several names for one expression", named.span());
                }
                (names, named.value()?)
            }
            other => (Vec::new(), other),
        };
        if let Some(Expr::Call(call)) = value.without_parens()
            && let Some(name) = call.name()
            && catalog::aggregate(&name.value()).is_some()
            && self.find_let(&name.value()).is_none()
        {
            return Some(self.aggregate_item(&name.value(), call, value, &names, input));
        }
        let wanted = match names.first() {
            Some((name, _)) => Wanted::Declared(name.clone()),
            None => match self.made_name(value, &input.row()) {
                Some(name) => Wanted::Made(name),
                None => Wanted::None,
            },
        };
        let span = names.first().map_or_else(|| value.span(), |(_, span)| span.clone());
        let before = self.collecting.as_ref().map_or(0, |collecting| collecting.calls.len());
        let scalar = self.scalar(value, &input.row());
        if !self.is_official()
            && scalar.is_some()
            && self.collecting.as_ref().is_some_and(|collecting| collecting.calls.len() == before)
        {
            return self.error("SEM0237", value.span(), "an aggregate is expected here");
        }
        Some(vec![Output { wanted, span, value: scalar }])
    }

    fn aggregate_item(
        &mut self,
        name: &str,
        call: CallExpr<'_>,
        expr: Expr<'_>,
        names: &[(String, Span)],
        input: &Table,
    ) -> Vec<Output> {
        let made = self.made_name(expr, &input.row());
        let Some(columns) = self.aggregate(name, call, &input.row()) else {
            // What it would have given is not known, but what it would have been called often is.
            let wanted = match (names.first(), made) {
                (Some((name, _)), _) => Wanted::Declared(name.clone()),
                (None, Some(name)) => Wanted::Made(name),
                (None, None) => Wanted::None,
            };
            return vec![Output { wanted, span: call.span(), value: None }];
        };
        let mut outputs = Vec::new();
        for (index, (own_name, ty)) in columns.outputs.into_iter().enumerate() {
            let (wanted, span) = match (names.get(index), own_name) {
                (Some((name, span)), _) => (Wanted::Declared(name.clone()), span.clone()),
                (None, own) if own.is_empty() => (made.clone().map_or(Wanted::None, Wanted::Made), call.span()),
                (None, own) => (Wanted::Made(own), call.span()),
            };
            let value = Scalar { kind: ScalarKind::Column(columns.first + index), ty, span: call.span() };
            outputs.push(Output { wanted, span, value: Some(value) });
        }
        outputs
    }
}

/// The input column that a key is, when it is nothing but that.
fn bare_column(key: &Target, input: &Table) -> Option<String> {
    match key.value.as_ref()?.kind {
        ScalarKind::Column(index) => Some(input.columns()[index].name.clone()),
        _ => None,
    }
}

fn key_output(index: usize, key: &Target) -> Output {
    let value = key.value.as_ref().map(|value| Scalar {
        kind: ScalarKind::Column(index),
        ty: value.ty,
        span: value.span.clone(),
    });
    Output { wanted: key.wanted.clone(), span: key.span.clone(), value }
}
