//! `mv-expand`: a row for each element of an array and each member of a bag, written batch by batch.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray, StringBuilder, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::logical_expr::Expr;

use crate::engine::error::EngineError;
use crate::engine::functions::{self, json};
use crate::engine::nodes::{Feed, OwnOperator, Work, WorkContext};
use crate::engine::plan::{Planned, Planner};
use crate::engine::storage;
use crate::kql::{BagExpansion, Operator, Relation, ScalarType};

/// Text in a batch past which no further row is added: one input row may hold a megabyte, and be repeated for each of
/// its elements.
const MAX_BYTES: usize = 64 << 20;

pub(in crate::engine) fn mv_expand(
    planner: &mut Planner<'_>,
    relation: &Relation,
    needed: &[bool],
) -> Result<Planned, EngineError> {
    let Operator::MvExpand { input, items, bags, has_index, limit } = &relation.operator else {
        return Err(EngineError::internal("mv-expand of something else"));
    };
    let n_columns = input.columns.len();
    let mut read = needed[..n_columns].to_vec();
    for item in items {
        read[*item] = true;
    }
    let planned = planner.plan_input(input, read.clone())?;
    let (narrowed, places) = planner.narrowed(planned, &read)?;
    let is_passed = |place: &usize| read[*place] && !items.contains(place);
    let passed: Vec<usize> = (0..n_columns).filter(is_passed).collect();
    let mut new: Vec<ScalarType> = items.iter().map(|item| relation.columns[*item].ty).collect();
    let operator = MvExpand {
        items: items.iter().map(|item| places[*item]).collect(),
        types: new.clone(),
        passed: passed.iter().map(|place| places[*place]).collect(),
        bags: *bags,
        has_index: *has_index,
        limit: limit.map(|limit| usize::try_from(limit).unwrap_or(0)),
    };
    new.extend(has_index.then_some(ScalarType::Long));
    let narrow_passed = operator.passed.clone();
    let expanded = planner.own(Arc::new(operator), vec![narrowed], &narrow_passed, &new, true)?;
    let outputs = relation.columns.iter().enumerate().map(|(place, column)| {
        let found = if place >= n_columns {
            Some(expanded.columns.len() - 1)
        } else if let Some(item) = items.iter().position(|item| *item == place) {
            Some(passed.len() + item)
        } else {
            passed.iter().position(|other| *other == place)
        };
        // Nobody reads what was not passed.
        found.map_or_else(
            || Expr::Literal(storage::null(column.ty), None),
            |at| Expr::Column(expanded.columns[at].clone()),
        )
    });
    let outputs = outputs.collect();
    planner.project(expanded, outputs)
}

#[derive(Debug, Clone)]
struct MvExpand {
    /// Places in the narrowed input.
    items: Vec<usize>,
    types: Vec<ScalarType>,
    passed: Vec<usize>,
    bags: BagExpansion,
    has_index: bool,
    limit: Option<usize>,
}

impl OwnOperator for MvExpand {
    fn name(&self) -> &'static str {
        "mv-expand"
    }

    fn feed(&self) -> Feed {
        Feed::EachPartition
    }

    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>> {
        Ok(Box::new(Expanding { operator: self.clone(), context, open: None }))
    }
}

/// One row's cell after the split: where the key (of a bag's member) and the value stand in the text. A null has neither.
type Part = (Range<usize>, Range<usize>);

/// The batch that is being expanded, and the row at hand.
struct Open {
    batch: RecordBatch,
    items: Vec<StringArray>,
    /// The next row to split.
    next_row: usize,
    /// Parts of the row before, for each item.
    parts: Vec<Vec<Part>>,
    n_parts: usize,
    at: usize,
    /// Text that each output row of this row repeats.
    repeated: usize,
}

struct Expanding {
    operator: MvExpand,
    context: WorkContext,
    open: Option<Open>,
}

impl Work for Expanding {
    fn push(&mut self, _input: usize, batch: RecordBatch) -> Result<()> {
        self.context.memory.try_resize(batch.get_array_memory_size())?;
        let items = self.operator.items.iter().map(|place| texts(batch.column(*place)));
        let items = items.collect::<Result<Vec<_>>>()?;
        let parts = vec![Vec::new(); items.len()];
        self.open = Some(Open { batch, items, next_row: 0, parts, n_parts: 0, at: 0, repeated: 0 });
        Ok(())
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some(mut open) = self.open.take() else { return Ok(None) };
        let mut rows: Vec<u32> = Vec::new();
        let mut index: Vec<i64> = Vec::new();
        let mut items: Vec<StringBuilder> = open.items.iter().map(|_| StringBuilder::new()).collect();
        let mut bytes = 0;
        let mut is_done = false;
        while rows.len() < self.context.batch_size && bytes < MAX_BYTES {
            self.context.check.step()?;
            if open.at >= open.n_parts {
                if open.next_row >= open.batch.num_rows() {
                    is_done = true;
                    break;
                }
                open.split(&self.operator);
                continue;
            }
            let row = open.next_row - 1;
            for ((out, parts), texts) in items.iter_mut().zip(&open.parts).zip(&open.items) {
                bytes += write_part(parts.get(open.at), texts.value(row), self.operator.bags, out);
            }
            rows.push(u32::try_from(row).unwrap_or(u32::MAX));
            index.push(i64::try_from(open.at).unwrap_or(i64::MAX));
            bytes += open.repeated;
            open.at += 1;
        }
        if rows.is_empty() {
            self.context.memory.free();
            return Ok(None);
        }
        let batch = self.batch(&open.batch, rows, items, index)?;
        if !is_done {
            self.open = Some(open);
        }
        Ok(Some(batch))
    }
}

impl Expanding {
    fn batch(
        &self,
        input: &RecordBatch,
        rows: Vec<u32>,
        items: Vec<StringBuilder>,
        index: Vec<i64>,
    ) -> Result<RecordBatch> {
        let n_rows = rows.len();
        let rows = UInt32Array::from(rows);
        let mut columns: Vec<ArrayRef> = Vec::new();
        for place in &self.operator.passed {
            columns.push(take(input.column(*place), &rows, None)?);
        }
        for (mut item, ty) in items.into_iter().zip(&self.operator.types) {
            columns.push(functions::elements_as(item.finish(), *ty));
        }
        if self.operator.has_index {
            columns.push(Arc::new(Int64Array::from(index)));
        }
        self.context.batch(columns, n_rows)
    }
}

impl Open {
    /// Goes to the next row and finds its parts.
    fn split(&mut self, operator: &MvExpand) {
        let row = self.next_row;
        self.next_row += 1;
        self.at = 0;
        self.n_parts = 0;
        for (texts, parts) in self.items.iter().zip(&mut self.parts) {
            parts.clear();
            split_value(if texts.is_null(row) { None } else { Some(texts.value(row)) }, operator.limit, parts);
            self.n_parts = self.n_parts.max(parts.len());
        }
        let of_string = |place: &usize| match self.batch.column(*place).data_type() {
            DataType::Utf8 => self.batch.column(*place).as_string::<i32>().value(row).len(),
            _ => 0,
        };
        self.repeated = operator.passed.iter().map(of_string).sum();
    }
}

/// Parts of one value: elements of an array, members of a bag, one for anything else, be it null.
fn split_value(text: Option<&str>, limit: Option<usize>, parts: &mut Vec<Part>) {
    let limit = limit.unwrap_or(usize::MAX);
    let Some(text) = text else { return parts.extend((limit > 0).then_some((0..0, 0..0))) };
    let range = |part: &str| {
        let start = part.as_ptr().addr() - text.as_ptr().addr();
        start..start + part.len()
    };
    if json::is_array(text) {
        parts.extend(json::elements(text).take(limit).map(|element| (0..0, range(element))));
    } else if json::is_bag(text) {
        parts.extend(json::raw_members(text).take(limit).map(|(key, value)| (range(key), range(value))));
    } else if limit > 0 {
        parts.push((0..0, 0..text.len()));
    }
}

/// Writes one cell, and says how long it is.
fn write_part(part: Option<&Part>, text: &str, bags: BagExpansion, out: &mut StringBuilder) -> usize {
    let value = part.map_or("", |(_, value)| &text[value.clone()]);
    let key = part.map_or("", |(key, _)| &text[key.clone()]);
    if key.is_empty() {
        if value.is_empty() || value == "null" {
            out.append_null();
        } else {
            out.append_value(value);
        }
        return value.len();
    }
    let [open, between, close] = match bags {
        BagExpansion::Bag => ["{", ":", "}"],
        BagExpansion::Array => ["[", ",", "]"],
    };
    out.append_value([open, key, between, value, close].concat());
    key.len() + value.len()
}

/// A dynamic column as its texts.
fn texts(array: &ArrayRef) -> Result<StringArray> {
    Ok(storage::normalise(array, ScalarType::Dynamic)?.as_string::<i32>().clone())
}
