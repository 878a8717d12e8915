//! What is in scope at the cursor, and what type its place expects.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::catalog::{self, Class};
use super::super::{ColumnSymbol, Context, Facts, Meaning, ScalarType, VariableFact, inspect};
use super::syntax::{Expected, Want};

/// What binding learnt of the text before the cursor.
pub(super) struct Scope<'a> {
    pub(super) context: &'a Context<'a>,
    /// The text before the cursor, or before the word that the cursor touches.
    pub(super) text: &'a str,
    facts: Facts,
}

/// The types that a place expects; `None` when it expects nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit(Option<Vec<ScalarType>>);

impl<'a> Scope<'a> {
    pub(super) fn new(text: &'a str, context: &'a Context<'a>) -> Self {
        // What an engine cannot run can be written all the same.
        let lenient = Context { capabilities: None, ..*context };
        Self { context, text, facts: inspect(text, &lenient).facts }
    }

    /// The columns of the rows that an operator sees, and those of the right side of a join.
    pub(super) fn row(&self, want: &Want) -> (Arc<[ColumnSymbol]>, Option<Arc<[ColumnSymbol]>>) {
        let at_stage = |stage| self.facts.rows.iter().rev().find(|row| row.span.start == stage);
        match want.stage.and_then(at_stage) {
            Some(row) => (Arc::clone(&row.columns), row.right.clone()),
            None => (Arc::new([]), None),
        }
    }

    /// What the text names, each name once: the last one that can be used at the cursor.
    pub(super) fn variables(&self) -> impl Iterator<Item = &VariableFact> {
        let mut seen = HashSet::new();
        let end = self.text.len();
        let can_be_used =
            move |it: &&VariableFact| it.visible.start <= end && it.visible.end >= self.text.trim_end().len();
        let variables = self.facts.variables.iter().rev().filter(can_be_used);
        variables.filter(move |variable| seen.insert(variable.name.as_str()))
    }

    /// The types of the expressions that end at a byte, the innermost first.
    pub(super) fn types_ending(&self, end: usize) -> Vec<ScalarType> {
        let mut found: Vec<_> = self.facts.types.iter().filter(|(span, _)| span.end == end).collect();
        found.sort_by_key(|(span, _)| span.len());
        found.dedup_by_key(|(span, _)| span.start);
        found.into_iter().map(|(_, ty)| *ty).collect()
    }

    /// True when what ends there is surely rows.
    pub(super) fn is_table_ending(&self, end: usize) -> bool {
        let is_table = |meaning| matches!(meaning, Meaning::Table);
        self.facts.names.iter().any(|fact| fact.span.end == end && is_table(fact.meaning))
    }

    /// What the place expects.
    pub(super) fn fit(&self, expected: &Expected) -> Fit {
        match expected {
            Expected::Anything => Fit(None),
            Expected::Text => Fit(Some(vec![ScalarType::String])),
            Expected::Like(end) => match self.types_ending(*end).first() {
                Some(ty) if *ty != ScalarType::Unknown => Fit(Some(vec![*ty])),
                _ => Fit(None),
            },
            Expected::Argument(name, index) => Fit(argument_types(name, *index)),
        }
    }
}

/// The types that an argument of a function may have, where its signatures list them.
fn argument_types(name: &str, index: usize) -> Option<Vec<ScalarType>> {
    let function = catalog::function(name).or_else(|| catalog::aggregate(name))?;
    let mut types = Vec::new();
    for signature in &function.signatures {
        let parameter = signature.parameters.get(index).or_else(|| {
            let last = signature.parameters.last()?;
            last.repeat.is_some().then_some(last)
        })?;
        match &parameter.class {
            Class::Types(some) => types.extend(some.iter().copied()),
            Class::Text => types.push(ScalarType::String),
            _ => return None,
        }
    }
    (!types.is_empty()).then_some(types)
}

impl Fit {
    /// 0 for an expected type, 1 for one that can become it, 2 for others. Where nothing is expected all are 1.
    pub(super) fn of(&self, ty: Option<ScalarType>) -> u8 {
        let Some(types) = &self.0 else { return 1 };
        match ty {
            Some(ty) if types.contains(&ty) => 0,
            Some(ScalarType::Dynamic | ScalarType::Unknown) | None => 1,
            Some(ty) if ty.is_numeric() && types.iter().any(|it| it.is_numeric()) => 1,
            Some(_) => 2,
        }
    }

    pub(super) fn types(&self) -> &[ScalarType] {
        self.0.as_deref().unwrap_or_default()
    }
}
