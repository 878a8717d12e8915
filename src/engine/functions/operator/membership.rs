//! `in` and `in~`: membership in a list; a dynamic array in the list stands for its elements.

use std::collections::HashSet;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::column::Strings;
use crate::engine::functions::json;
use crate::kql::ScalarType;
use crate::result::{decimal_text, parse_decimal};

use super::fold::folded;

pub(super) fn is_in(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, false)
}

pub(super) fn is_in_ignoring_case(call: &Call<'_>) -> Result<ArrayRef> {
    search(call, true)
}

/// A null is in no list and no list holds null, so the answer is never null.
fn search(call: &Call<'_>, ignore_case: bool) -> Result<ArrayRef> {
    let lists: Vec<Strings> = (1..call.len()).map(|index| call.jsons(index)).collect();
    let constant = lists.iter().all(Strings::is_constant);
    let members = |row| Members::new(call, &lists, row, ignore_case);
    let fixed = constant.then(|| {
        let key: Vec<&str> = lists.iter().map(|list| list.some(0).unwrap_or("null")).collect();
        call.built::<Members>(&key.join("\0"), |_| members(0))
    });
    let has = |row: usize, holds: &dyn Fn(&Members) -> bool| match &fixed {
        Some(members) => holds(members),
        None => holds(&members(row)),
    };
    match call.ty(0) {
        ScalarType::Bool | ScalarType::Int | ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            let values = call.longs(0);
            call.make_bools(|row| Some(values.get(row).is_some_and(|value| has(row, &|it| it.has_long(value)))))
        }
        ScalarType::Real => {
            let values = call.reals(0);
            call.make_bools(|row| Some(values.get(row).is_some_and(|value| has(row, &|it| it.has_real(value)))))
        }
        ScalarType::Decimal | ScalarType::String | ScalarType::Guid | ScalarType::Dynamic | ScalarType::Unknown => {
            let texts = call.strings(0);
            call.make_bools(|row| {
                let text = texts.get(row);
                Some(!call.is_null(0, row) && has(row, &|members| members.has_text(text, ignore_case)))
            })
        }
    }
}

/// The list, by the type of the value that is sought.
#[derive(Default)]
struct Members {
    longs: HashSet<i64>,
    /// Bits; both zeros are one.
    reals: HashSet<u64>,
    texts: HashSet<String>,
}

impl Members {
    fn new(call: &Call<'_>, lists: &[Strings], row: usize, ignore_case: bool) -> Self {
        let mut members = Self::default();
        for (index, list) in lists.iter().enumerate() {
            let Some(json) = list.some(row) else { continue };
            let ty = call.ty(index + 1);
            if ty == ScalarType::Dynamic && json::is_array(json) {
                json::elements(json).for_each(|element| members.insert(element, call.ty(0), ignore_case));
            } else if matches!(ty, ScalarType::Datetime | ScalarType::Timespan) {
                members.longs.extend(call.longs(index + 1).get(row));
            } else {
                members.insert(json, call.ty(0), ignore_case);
            }
        }
        members
    }

    fn insert(&mut self, json: &str, ty: ScalarType, ignore_case: bool) {
        use crate::engine::functions::conversion::Leaf;
        if json::kind(json) == Some(json::Kind::Null) {
            return;
        }
        match ty {
            ScalarType::Decimal => {
                let decimal = Leaf::of(json).and_then(|leaf| parse_decimal(&leaf.number_text()));
                self.texts.extend(decimal.map(decimal_text));
            }
            ScalarType::Real => {
                self.reals.extend(Leaf::of(json).and_then(|leaf| leaf.real()).map(|real| (real + 0.0).to_bits()));
            }
            ScalarType::Bool | ScalarType::Int | ScalarType::Long => {
                self.longs.extend(Leaf::of(json).and_then(|leaf| leaf.exact_long()));
            }
            ScalarType::Datetime => self.longs.extend(Leaf::of(json).and_then(|leaf| leaf.datetime())),
            ScalarType::Timespan => self.longs.extend(Leaf::of(json).and_then(|leaf| leaf.timespan())),
            ScalarType::String | ScalarType::Guid | ScalarType::Dynamic | ScalarType::Unknown => {
                let text = json::leaf_text(json);
                self.texts.insert(if ignore_case { folded(&text) } else { text.into_owned() });
            }
        }
    }

    fn has_long(&self, value: i64) -> bool {
        self.longs.contains(&value)
    }

    fn has_real(&self, value: f64) -> bool {
        self.reals.contains(&(value + 0.0).to_bits())
    }

    fn has_text(&self, text: &str, ignore_case: bool) -> bool {
        if ignore_case { self.texts.contains(&folded(text)) } else { self.texts.contains(text) }
    }
}
