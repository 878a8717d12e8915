//! Columns out of a text: `parse`, `parse-where` and `parse-kv` become one node, which hands each text to their pattern.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, StringBuilder};
use arrow::compute::{filter_record_batch, is_null, nullif};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::logical_expr::Expr;

use super::parse::Parser;
use super::parse_kv::Pairs;
use crate::engine::error::EngineError;
use crate::engine::functions;
use crate::engine::nodes::{Check, Feed, OwnOperator, Work, WorkContext};
use crate::engine::plan::{Planned, Planner, mark, types};
use crate::engine::storage;
use crate::kql::{Relation, Scalar, ScalarType, TextPattern};

pub(in crate::engine) fn extract(
    planner: &mut Planner<'_>,
    relation: &Relation,
    input: &Relation,
    text: &Scalar,
    pattern: &TextPattern,
    needed: &[bool],
) -> Result<Planned, EngineError> {
    let n_columns = input.columns.len();
    let passes = &needed[..n_columns];
    let mut read = passes.to_vec();
    mark(&mut read, text);
    let planned = planner.plan_input(input, read)?;
    // What is passed on, then the text.
    let passed: Vec<usize> = (0..n_columns).filter(|place| passes[*place]).collect();
    let mut values: Vec<Expr> = passed.iter().map(|place| Expr::Column(planned.columns[*place].clone())).collect();
    values.extend(planner.values(&planned, std::slice::from_ref(text))?);
    let planned = planner.project(planned, values)?;
    let new = types(relation).split_off(n_columns);
    let places: Vec<usize> = (0..passed.len()).collect();
    let operator = Extract { pattern: pattern.clone(), types: new.clone() };
    let extracted = planner.own(Arc::new(operator), vec![planned], &places, &new, true)?;
    let output = |(place, ty): (usize, ScalarType)| {
        let found = match place.checked_sub(n_columns) {
            Some(new) => Some(passed.len() + new),
            None => passed.iter().position(|other| *other == place),
        };
        // Nobody reads what was not passed.
        found.map_or_else(|| Expr::Literal(storage::null(ty), None), |at| Expr::Column(extracted.columns[at].clone()))
    };
    let outputs = types(relation).into_iter().enumerate().map(output).collect();
    planner.project(extracted, outputs)
}

#[derive(Debug)]
struct Extract {
    pattern: TextPattern,
    types: Vec<ScalarType>,
}

impl OwnOperator for Extract {
    fn name(&self) -> &'static str {
        match &self.pattern {
            TextPattern::Parse(pattern) if pattern.drops => "parse-where",
            TextPattern::Parse(_) => "parse",
            TextPattern::KeyValue(_) => "parse-kv",
        }
    }

    fn feed(&self) -> Feed {
        Feed::EachPartition
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        let taker: Box<dyn Taker> = match &self.pattern {
            TextPattern::Parse(pattern) => Box::new(Parser::new(pattern, &self.types)?),
            TextPattern::KeyValue(pattern) => Box::new(Pairs::new(pattern)?),
        };
        Ok(Box::new(Extracting { taker, types: self.types.clone(), context, ready: None }))
    }
}

/// Finds the texts of the columns in one text.
pub(super) trait Taker: Send {
    /// Appends one text to each column, or a null where there is none. False when the text does not fit at all.
    fn take(&mut self, text: &str, columns: &mut [StringBuilder]) -> Result<bool>;

    /// True where one value that cannot be converted makes the whole text one that does not fit.
    fn is_atomic(&self) -> bool {
        false
    }

    /// True where rows whose text does not fit are left out.
    fn drops(&self) -> bool {
        false
    }

    /// Beyond the rules of the conversions: true for a text that is no value of the type.
    fn is_no_value(&self, _text: &str, _ty: ScalarType) -> bool {
        false
    }
}

struct Extracting {
    taker: Box<dyn Taker>,
    types: Vec<ScalarType>,
    context: WorkContext,
    ready: Option<RecordBatch>,
}

impl Work for Extracting {
    fn push(&mut self, _input: usize, batch: RecordBatch) -> Result<()> {
        let (passed, texts) = batch.columns().split_at(batch.num_columns() - 1);
        let texts = storage::normalise(&texts[0], ScalarType::String)?;
        let texts = texts.as_string::<i32>();
        let mut builders: Vec<StringBuilder> = self.types.iter().map(|_| StringBuilder::new()).collect();
        let mut fits = Vec::with_capacity(texts.len());
        for text in texts {
            one_step(&mut self.context.check, text.unwrap_or_default())?;
            fits.push(self.taker.take(text.unwrap_or_default(), &mut builders)?);
        }
        let mut fits = BooleanArray::from(fits);
        let mut columns = passed.to_vec();
        let mut found = Vec::with_capacity(self.types.len());
        for (mut builder, ty) in builders.into_iter().zip(&self.types) {
            let texts = self.values_only(builder.finish(), *ty);
            let values = functions::convert(&texts, ScalarType::String, *ty);
            // No text is no JSON either, where the empty text would be an empty dynamic string.
            found.push(if texts.null_count() > 0 { nullif(&values, &is_null(&texts)?)? } else { values });
        }
        if self.taker.is_atomic() {
            fits = all_converted(&fits, &found, &self.types);
            let misfits = arrow::compute::not(&fits)?;
            for column in &mut found {
                *column = nullif(column, &misfits)?;
            }
        }
        for (column, ty) in found.into_iter().zip(&self.types) {
            columns.push(storage::normalise(&column, *ty)?);
        }
        let batch = self.context.batch(columns, batch.num_rows())?;
        self.ready = Some(if self.taker.drops() { filter_record_batch(&batch, &fits)? } else { batch });
        Ok(())
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.ready.take())
    }
}

impl Extracting {
    /// The texts, with those emptied to null that are no value of the type.
    fn values_only(&self, texts: StringArray, ty: ScalarType) -> ArrayRef {
        if texts.iter().flatten().any(|text| self.taker.is_no_value(text, ty)) {
            let kept = texts.iter().map(|text| text.filter(|text| !self.taker.is_no_value(text, ty)));
            return Arc::new(kept.collect::<StringArray>());
        }
        Arc::new(texts)
    }
}

/// A long text takes long.
fn one_step(check: &mut Check, text: &str) -> Result<()> {
    if text.len() > 1 << 16 { check.now() } else { check.step() }
}

/// Rows that fit and of which every value could be converted.
fn all_converted(fits: &BooleanArray, columns: &[ArrayRef], types: &[ScalarType]) -> BooleanArray {
    let may_fail = |ty: &ScalarType| !matches!(ty, ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown);
    let converted = |row: usize| {
        fits.value(row) && columns.iter().zip(types).all(|(column, ty)| !may_fail(ty) || column.is_valid(row))
    };
    (0..fits.len()).map(|row| Some(converted(row))).collect()
}
