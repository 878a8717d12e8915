//! What counts as missing in a series: nulls, or a number that stands for them.

use super::numbers::Number;
use crate::engine::functions::column::Strings;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

/// The placeholder of each row.
pub(super) struct Placeholders(Option<Strings>);

impl Placeholders {
    pub(super) fn of(call: &Call<'_>, index: usize) -> Self {
        Self((call.len() > index).then(|| call.jsons(index)))
    }

    /// What is missing in a row: null, unless a number is given.
    pub(super) fn get(&self, row: usize) -> Missing {
        match self.0.as_ref().and_then(|texts| texts.some(row)).and_then(Number::of) {
            None => Missing::Null,
            Some(number) => Missing::Number(number.real()),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Missing {
    Null,
    Number(f64),
}

impl Missing {
    pub(super) fn is(self, element: &str) -> bool {
        match self {
            Self::Null => json::kind(element) == Some(json::Kind::Null),
            Self::Number(placeholder) => Number::of(element).is_some_and(|number| is_same(number.real(), placeholder)),
        }
    }
}

/// The series with what is missing replaced by the element before it, in the order of the array or against it.
pub(super) fn carried(call: &Call<'_>, backward: bool) -> Result<ArrayRef> {
    let (series, placeholders) = (call.jsons(0), Placeholders::of(call, 1));
    call.make_texts(|row, out| {
        let Some(text) = series.some(row).filter(|text| json::is_array(text)) else { return false };
        let missing = placeholders.get(row);
        let mut elements: Vec<&str> = json::elements(text).collect();
        if backward {
            elements.reverse();
        }
        for place in 1..elements.len() {
            if missing.is(elements[place]) {
                elements[place] = elements[place - 1];
            }
        }
        if backward {
            elements.reverse();
        }
        json::push_array(elements.into_iter().map(Some), out);
        true
    })
}

/// A NaN stands for a NaN.
fn is_same(number: f64, placeholder: f64) -> bool {
    match number.partial_cmp(&placeholder) {
        Some(order) => order.is_eq(),
        None => number.is_nan() && placeholder.is_nan(),
    }
}
