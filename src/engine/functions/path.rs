//! `d.a[0]['b']`: all steps of a path in one walk over the JSON text.

use datafusion::arrow::array::{ArrayRef, StringBuilder};
use datafusion::common::Result;

use crate::kql::ScalarType;

use super::Step;
use super::call::Call;
use super::column::{Longs, Strings};
use super::json;
use super::kql_function::Function;

pub(super) const FUNCTION: Function = Function::new("path", evaluate);

/// A step that differs from row to row.
enum Computed {
    Key(Strings),
    Index(Longs),
    /// A string is a key, a number an index.
    Dynamic(Strings),
}

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let base = call.raw(0);
    let computed: Vec<Computed> = (1..call.len()).map(|index| computed(call, index)).collect();
    let mut builder = StringBuilder::with_capacity(call.rows(), call.rows() * 16);
    for row in 0..call.rows() {
        let found = base.some(row).and_then(|text| walk(text, call.steps(), &computed, row));
        builder.append_option(found.filter(|value| json::kind(value) != Some(json::Kind::Null)));
    }
    Ok(std::sync::Arc::new(builder.finish()))
}

fn computed(call: &Call<'_>, index: usize) -> Computed {
    match call.ty(index) {
        ScalarType::Dynamic => Computed::Dynamic(call.raw(index)),
        ScalarType::Int | ScalarType::Long => Computed::Index(call.longs(index)),
        _ => Computed::Key(call.strings(index)),
    }
}

fn walk<'a>(text: &'a str, steps: &[Option<Step>], computed: &[Computed], row: usize) -> Option<&'a str> {
    let mut next_computed = computed.iter();
    let mut value = text;
    for step in steps {
        value = match step {
            Some(Step::Key(key)) => json::member(value, key)?,
            Some(Step::Index(index)) => json::element(value, *index)?,
            None => step_into(value, next_computed.next()?, row)?,
        };
    }
    Some(value)
}

fn step_into<'a>(value: &'a str, step: &Computed, row: usize) -> Option<&'a str> {
    match step {
        Computed::Key(keys) => json::member(value, keys.get(row)),
        Computed::Index(indices) => json::element(value, indices.get(row)?),
        Computed::Dynamic(leaves) => {
            let leaf = leaves.some(row)?;
            match json::kind(leaf)? {
                json::Kind::String => json::member(value, &json::unquote(leaf)),
                json::Kind::Number => json::element(value, leaf.parse().ok()?),
                _ => None,
            }
        }
    }
}
