//! `=~`, `startswith`, `endswith`: texts compared from an end or as a whole.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::engine::functions::call::Call;

use super::fold::{equal_ignoring_case, fold};

pub(super) fn equal_ignore_case(call: &Call<'_>) -> Result<ArrayRef> {
    compare(call, equal_ignoring_case)
}

pub(super) fn startswith(call: &Call<'_>) -> Result<ArrayRef> {
    compare(call, |text, prefix| {
        if text.is_ascii() && prefix.is_ascii() {
            return text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
        }
        let mut characters = text.chars().map(fold);
        prefix.chars().map(fold).all(|wanted| characters.next() == Some(wanted))
    })
}

pub(super) fn startswith_cs(call: &Call<'_>) -> Result<ArrayRef> {
    compare(call, |text, prefix| text.starts_with(prefix))
}

pub(super) fn endswith(call: &Call<'_>) -> Result<ArrayRef> {
    compare(call, |text, suffix| {
        if text.is_ascii() && suffix.is_ascii() {
            let tail = text.len().checked_sub(suffix.len()).and_then(|from| text.get(from..));
            return tail.is_some_and(|tail| tail.eq_ignore_ascii_case(suffix));
        }
        let mut characters = text.chars().rev().map(fold);
        suffix.chars().rev().map(fold).all(|wanted| characters.next() == Some(wanted))
    })
}

pub(super) fn endswith_cs(call: &Call<'_>) -> Result<ArrayRef> {
    compare(call, |text, suffix| text.ends_with(suffix))
}

/// One null operand gives false, two give null; strings are never null.
fn compare(call: &Call<'_>, holds: impl Fn(&str, &str) -> bool) -> Result<ArrayRef> {
    let (left, right) = (call.strings(0), call.strings(1));
    call.make_bools(|row| match (call.is_null(0, row), call.is_null(1, row)) {
        (true, true) => None,
        (false, false) => Some(holds(left.get(row), right.get(row))),
        _ => Some(false),
    })
}
