//! Two series element by element, or a series and one number.

use super::numbers::{Operands, Series, push_bools, push_longs, push_reals};
use crate::engine::functions::prelude::*;

/// Two series of one length and kind; where the shorter one ends there are gaps.
enum Pair {
    Longs(Vec<Option<i64>>, Vec<Option<i64>>),
    Reals(Vec<Option<f64>>, Vec<Option<f64>>),
}

impl Pair {
    fn of(left: &Operands, right: &Operands, row: usize) -> Option<Self> {
        let length = left.length(row).max(right.length(row));
        Some(match (left.get(row, length)?, right.get(row, length)?) {
            (Series::Longs(mut left), Series::Longs(mut right)) => {
                left.resize(length, None);
                right.resize(length, None);
                Self::Longs(left, right)
            }
            (left, right) => {
                let (mut left, mut right) = (left.into_reals(), right.into_reals());
                left.resize(length, None);
                right.resize(length, None);
                Self::Reals(left, right)
            }
        })
    }

    fn into_reals(self) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
        match self {
            Self::Longs(left, right) => (Series::Longs(left).into_reals(), Series::Longs(right).into_reals()),
            Self::Reals(left, right) => (left, right),
        }
    }
}

/// Whole numbers give whole numbers, which wrap around; one real makes all of them reals.
pub(super) fn arithmetic(call: &Call<'_>, longs: fn(i64, i64) -> i64, reals: fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (Operands::of(call, 0), Operands::of(call, 1));
    call.make_texts(|row, out| {
        match Pair::of(&left, &right, row) {
            None => return false,
            Some(Pair::Longs(left, right)) => push_longs(both(left, right, longs), out),
            Some(Pair::Reals(left, right)) => push_reals(both(left, right, reals), out),
        }
        true
    })
}

/// Reals, whatever the elements are.
pub(super) fn real_arithmetic(call: &Call<'_>, of: fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (Operands::of(call, 0), Operands::of(call, 1));
    call.make_texts(|row, out| {
        let Some(pair) = Pair::of(&left, &right, row) else { return false };
        let (left, right) = pair.into_reals();
        push_reals(both(left, right, of), out);
        true
    })
}

/// Whether a relation holds at each place.
pub(super) fn comparison(
    call: &Call<'_>,
    longs: fn(&i64, &i64) -> bool,
    reals: fn(&f64, &f64) -> bool,
) -> Result<ArrayRef> {
    let (left, right) = (Operands::of(call, 0), Operands::of(call, 1));
    call.make_texts(|row, out| {
        match Pair::of(&left, &right, row) {
            None => return false,
            Some(Pair::Longs(left, right)) => push_bools(both(left, right, |a, b| longs(&a, &b)), out),
            Some(Pair::Reals(left, right)) => push_bools(both(left, right, |a, b| reals(&a, &b)), out),
        }
        true
    })
}

/// A gap on either side leaves one.
fn both<T, U>(left: Vec<Option<T>>, right: Vec<Option<T>>, of: impl Fn(T, T) -> U) -> impl Iterator<Item = Option<U>> {
    left.into_iter().zip(right).map(move |(left, right)| Some(of(left?, right?)))
}
