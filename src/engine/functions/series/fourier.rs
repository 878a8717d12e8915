//! Discrete Fourier transforms of any length.

use std::f64::consts::PI;

use super::numbers::{push_reals, whole};
use crate::engine::functions::prelude::*;

/// Points of one series.
const LONGEST: usize = 1 << 20;

type Complex = (f64, f64);

/// The transform of each series, as one array of the real and the imaginary part.
pub(super) fn transform(call: &Call<'_>, inverse: bool) -> Result<ArrayRef> {
    let reals = call.jsons(0);
    let imaginaries = (call.len() > 1).then(|| call.jsons(1));
    let mut is_unknown = false;
    let transformed = call.make_texts(|row, out| {
        let real = reals.some(row).and_then(whole);
        let imaginary = match (&imaginaries, &real) {
            (Some(imaginaries), _) => imaginaries.some(row).and_then(whole),
            (None, Some(real)) => Some(vec![0.0; real.len()]),
            (None, None) => None,
        };
        let (Some(real), Some(imaginary)) = (real, imaginary) else {
            is_unknown = true;
            return false;
        };
        if real.is_empty() || real.len() != imaginary.len() || real.len() > LONGEST {
            is_unknown = true;
            return false;
        }
        let points: Vec<Complex> = real.into_iter().zip(imaginary).collect();
        let result = fourier(&points, inverse);
        out.push('[');
        push_reals(result.iter().map(|point| Some(point.0)), out);
        out.push(',');
        push_reals(result.iter().map(|point| Some(point.1)), out);
        out.push(']');
        true
    })?;
    if is_unknown {
        let message =
            "tallyho does not know what Kusto answers for gaps, for parts of different lengths or for nothing";
        return Err(call.error(message));
    }
    Ok(transformed)
}

/// The transform; the inverse one is divided by the number of points.
pub(super) fn fourier(points: &[Complex], inverse: bool) -> Vec<Complex> {
    let sign = if inverse { 1.0 } else { -1.0 };
    let mut result = if points.len().is_power_of_two() { halving(points, sign) } else { chirp(points, sign) };
    if inverse {
        let scale = points.len() as f64;
        result.iter_mut().for_each(|point| *point = (point.0 / scale, point.1 / scale));
    }
    result
}

fn product(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn turn(angle: f64) -> Complex {
    (angle.cos(), angle.sin())
}

/// For lengths that are powers of two.
fn halving(points: &[Complex], sign: f64) -> Vec<Complex> {
    let n = points.len();
    if n == 1 {
        return points.to_vec();
    }
    let half = |first: usize| points.iter().copied().skip(first).step_by(2).collect::<Vec<_>>();
    let (even, odd) = (halving(&half(0), sign), halving(&half(1), sign));
    let mut result = vec![(0.0, 0.0); n];
    for place in 0..n / 2 {
        let turned = product(turn(sign * 2.0 * PI * place as f64 / n as f64), odd[place]);
        result[place] = (even[place].0 + turned.0, even[place].1 + turned.1);
        result[place + n / 2] = (even[place].0 - turned.0, even[place].1 - turned.1);
    }
    result
}

/// For any length, by way of a convolution.
fn chirp(points: &[Complex], sign: f64) -> Vec<Complex> {
    let n = points.len();
    let size = (2 * n - 1).next_power_of_two();
    // The square of a place is taken round the circle first, so that its angle stays exact.
    let angle = |place: usize| {
        let square = (place as u64 * place as u64) % (2 * n as u64);
        turn(sign * PI * square as f64 / n as f64)
    };
    let mut first = vec![(0.0, 0.0); size];
    let mut second = vec![(0.0, 0.0); size];
    for place in 0..n {
        first[place] = product(points[place], angle(place));
        let (cos, sin) = angle(place);
        second[place] = (cos, -sin);
        second[(size - place) % size] = (cos, -sin);
    }
    let (first, second) = (halving(&first, -1.0), halving(&second, -1.0));
    let both: Vec<Complex> = first.into_iter().zip(second).map(|(a, b)| product(a, b)).collect();
    let back = halving(&both, 1.0);
    let scale = size as f64;
    (0..n).map(|place| product((back[place].0 / scale, back[place].1 / scale), angle(place))).collect()
}
