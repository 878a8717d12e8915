//! Queries whose columns hang on rows: bound in steps, each of which looks at the rows that the next one needs to know.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use arrow::array::{Array, ArrayRef, AsArray};
use tokio_util::sync::CancellationToken;

use super::Engine;
use super::error::EngineError;
use super::functions::key_of_member;
use super::json::bag_members;
use crate::kql::{self, Analysis, Context, Learnt, Question, ScalarType, Step};

/// Questions that one query may ask: each is a run of its own.
const MAX_STEPS: usize = 100;
/// Columns that may come of one question. Kusto's tables have no more either.
const MAX_COLUMNS: usize = 10_000;
/// How long threads get to notice that they are not needed any more.
const GRACE: Duration = Duration::from_millis(100);

pub(super) fn analyze(
    engine: &Engine,
    text: &str,
    context: &Context<'_>,
    cancel: &CancellationToken,
    on_stop: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Analysis, EngineError> {
    let mut learnt = context.learnt.to_vec();
    loop {
        let analysis = kql::analyze(text, &Context { learnt: &learnt, ..*context });
        let Some(step) = &analysis.step else { return Ok(analysis) };
        if learnt.len() >= MAX_STEPS {
            let message = format!("the columns of the query hang on more than {MAX_STEPS} looks at the data");
            return Err(EngineError::Limit { message });
        }
        learnt.push(answer(engine, step, cancel, on_stop.clone())?);
    }
}

fn answer(
    engine: &Engine,
    step: &Step,
    cancel: &CancellationToken,
    on_stop: impl Fn() + Send + Sync + 'static,
) -> Result<Learnt, EngineError> {
    let no_threads = |error: std::io::Error| EngineError::Limit { message: format!("cannot start a run: {error}") };
    let threads = engine.threads(on_stop).map_err(no_threads)?;
    let mut execution = engine.execute(&step.query, threads.handle(), cancel.clone());
    let mut found = match step.question {
        Question::Members => Found::Members(BTreeMap::new()),
        Question::Values => Found::Values(BTreeSet::new()),
    };
    let outcome = threads.block_on(async {
        while let Some(batch) = execution.next().await {
            found.add(batch?.column(0))?;
        }
        Ok(())
    });
    drop(execution);
    threads.shutdown_timeout(GRACE);
    outcome.map(|()| found.learnt())
}

/// What was met so far.
enum Found {
    /// Nothing is known of the type of a member that was always null.
    Members(BTreeMap<String, Option<ScalarType>>),
    Values(BTreeSet<String>),
}

impl Found {
    fn add(&mut self, column: &ArrayRef) -> Result<(), EngineError> {
        let fault = || EngineError::internal("what is looked at is no text");
        let texts = column.as_string_opt::<i32>().ok_or_else(fault)?;
        for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
            match self {
                Self::Members(members) => add_members(members, texts.value(row)),
                Self::Values(values) => {
                    if !values.contains(texts.value(row)) {
                        values.insert(texts.value(row).to_owned());
                    }
                }
            }
            if self.len() > MAX_COLUMNS {
                let message = format!("more than {MAX_COLUMNS} columns would come of the rows");
                return Err(EngineError::Limit { message });
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        match self {
            Self::Members(members) => members.len(),
            Self::Values(values) => values.len(),
        }
    }

    fn learnt(self) -> Learnt {
        match self {
            Self::Members(members) => Learnt::Members(
                members.into_iter().map(|(name, ty)| (name, ty.unwrap_or(ScalarType::Unknown))).collect(),
            ),
            Self::Values(values) => Learnt::Values(values.into_iter().collect()),
        }
    }
}

fn add_members(members: &mut BTreeMap<String, Option<ScalarType>>, bag: &str) {
    for (key, value) in bag_members(bag).unwrap_or_default() {
        let key = key_of_member(key);
        let ty = type_of(value);
        match members.get_mut(key.as_ref()) {
            Some(known) => {
                *known = match (*known, ty) {
                    (Some(one), Some(other)) if one != other => Some(ScalarType::Dynamic),
                    (one, other) => one.or(other),
                }
            }
            None => {
                members.insert(key.into_owned(), ty);
            }
        }
    }
}

/// The type of a column that holds such a value; `None` for null.
fn type_of(value: &str) -> Option<ScalarType> {
    match value.as_bytes().first()? {
        b'n' => None,
        b't' | b'f' => Some(ScalarType::Bool),
        b'"' => Some(ScalarType::String),
        b'-' | b'0'..=b'9' if value.contains(['.', 'e', 'E']) => Some(ScalarType::Real),
        b'-' | b'0'..=b'9' => Some(ScalarType::Long),
        _ => Some(ScalarType::Dynamic),
    }
}
