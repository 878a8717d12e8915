//! A series: an array whose elements are numbers, or gaps.

use std::fmt::Write;

use crate::engine::functions::call::Call;
use crate::engine::functions::column::Strings;
use crate::engine::functions::conversion::Leaf;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

/// The numbers of an array; what is no number is a gap. One real makes all of them reals.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Series {
    Longs(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
}

/// An element as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Long(i64),
    Real(f64),
}

impl Number {
    pub(super) fn of(element: &str) -> Option<Self> {
        match Leaf::of(element)? {
            Leaf::Long(long) => Some(Self::Long(long)),
            Leaf::Real(real) => Some(Self::Real(real)),
            // What JSON has no number for.
            Leaf::String(text) => match text.as_ref() {
                "NaN" => Some(Self::Real(f64::NAN)),
                "Infinity" => Some(Self::Real(f64::INFINITY)),
                "-Infinity" => Some(Self::Real(f64::NEG_INFINITY)),
                _ => None,
            },
            Leaf::Bool(_) => None,
        }
    }

    pub(super) fn real(self) -> f64 {
        match self {
            Self::Long(long) => long as f64,
            Self::Real(real) => real,
        }
    }

    pub(super) fn push(self, out: &mut String) {
        match self {
            Self::Long(long) => _ = write!(out, "{long}"),
            Self::Real(real) => json::push_real(real, out),
        }
    }
}

impl Series {
    /// `None` for what is no array.
    pub(super) fn of(text: &str) -> Option<Self> {
        json::is_array(text).then(|| Self::of_numbers(json::elements(text).map(Number::of).collect()))
    }

    fn of_numbers(numbers: Vec<Option<Number>>) -> Self {
        if numbers.iter().any(|number| matches!(number, Some(Number::Real(_)))) {
            Self::Reals(numbers.into_iter().map(|number| number.map(Number::real)).collect())
        } else {
            let long = |number| match number {
                Number::Long(long) => Some(long),
                Number::Real(_) => None,
            };
            Self::Longs(numbers.into_iter().map(|number| number.and_then(long)).collect())
        }
    }

    pub(super) fn into_reals(self) -> Vec<Option<f64>> {
        match self {
            Self::Longs(longs) => longs.into_iter().map(|long| long.map(|long| long as f64)).collect(),
            Self::Reals(reals) => reals,
        }
    }

    /// The same number so many times.
    pub(super) fn constant(number: Option<Number>, length: usize) -> Self {
        Self::of_numbers(vec![number; length])
    }
}

/// The numbers of an array without gaps; `None` for anything else.
pub(super) fn whole(text: &str) -> Option<Vec<f64>> {
    Series::of(text)?.into_reals().into_iter().collect()
}

/// An argument that is a series, or one number for all places.
pub(super) struct Operands {
    texts: Strings,
    is_array: bool,
}

impl Operands {
    pub(super) fn of(call: &Call<'_>, index: usize) -> Self {
        Self { texts: call.jsons(index), is_array: call.ty(index) == ScalarType::Dynamic }
    }

    /// The series of a row; one number is as long as asked. `None` for what is no array.
    pub(super) fn get(&self, row: usize, length: usize) -> Option<Series> {
        let text = self.texts.some(row);
        if self.is_array { Series::of(text?) } else { Some(Series::constant(text.and_then(Number::of), length)) }
    }

    /// Elements of the array, none for a number.
    pub(super) fn length(&self, row: usize) -> usize {
        if self.is_array { self.texts.some(row).map_or(0, |text| json::elements(text).count()) } else { 0 }
    }
}

/// The sum, which is +0 of nothing: Rust's own is -0.
pub(super) fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.sum::<f64>() + 0.0
}

pub(super) fn push_reals(values: impl IntoIterator<Item = Option<f64>>, out: &mut String) {
    push_each(values, out, json::push_real);
}

pub(super) fn push_longs(values: impl IntoIterator<Item = Option<i64>>, out: &mut String) {
    push_each(values, out, |long, out| _ = write!(out, "{long}"));
}

pub(super) fn push_bools(values: impl IntoIterator<Item = Option<bool>>, out: &mut String) {
    push_each(values, out, |value, out| out.push_str(if value { "true" } else { "false" }));
}

fn push_each<T>(values: impl IntoIterator<Item = Option<T>>, out: &mut String, push: impl Fn(T, &mut String)) {
    out.push('[');
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match value {
            Some(value) => push(value, out),
            None => out.push_str("null"),
        }
    }
    out.push(']');
}

/// Makes a real of each element; a gap stays one.
pub(super) fn each_real(call: &Call<'_>, mut of: impl FnMut(f64) -> f64) -> Result<ArrayRef> {
    let series = call.jsons(0);
    call.make_texts(|row, out| {
        let Some(series) = series.some(row).and_then(Series::of) else { return false };
        push_reals(series.into_reals().into_iter().map(|element| element.map(&mut of)), out);
        true
    })
}

/// As [`each_real`], for a function that some numbers have no value of. What Kusto makes of those is not established.
pub(super) fn each_real_within(
    call: &Call<'_>,
    has_value: impl Fn(f64) -> bool,
    of: fn(f64) -> f64,
) -> Result<ArrayRef> {
    let mut is_outside = false;
    let result = each_real(call, |number| {
        is_outside |= !number.is_nan() && !has_value(number);
        of(number)
    })?;
    if is_outside {
        return Err(call.error("tallyho does not know what Kusto answers for a number that it has no value of"));
    }
    Ok(result)
}
