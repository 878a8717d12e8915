//! `series_fit_poly(y, [x], [degree])`: several columns, which come as one array.

use super::numbers::{push_reals, whole};
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

pub(super) const FUNCTION: Function = Function::new("series_fit_poly", evaluate);

/// Higher degrees would only fit noise.
const HIGHEST: i64 = 32;

/// R², coefficients from the highest power to the lowest, variance, variance of what is left, fitted values.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let ys = call.jsons(0);
    let has_xs = call.len() > 1 && call.ty(1) == ScalarType::Dynamic;
    let xs = has_xs.then(|| call.jsons(1));
    let degree_at = 1 + usize::from(has_xs);
    let degrees = (call.len() > degree_at).then(|| call.longs(degree_at));
    let mut is_unknown = false;
    let fits = call.make_texts(|row, out| {
        let Some(y) = ys.some(row).filter(|text| json::is_array(text)).map(whole) else { return false };
        let x = match (&xs, &y) {
            (Some(xs), _) => xs.some(row).and_then(whole),
            (None, Some(y)) => Some((1..=y.len()).map(|place| place as f64).collect()),
            (None, None) => None,
        };
        let degree = degrees.as_ref().map_or(Some(1), |degrees| degrees.get(row));
        let degree = degree.filter(|degree| (1..=HIGHEST).contains(degree)).map(|degree| degree as usize);
        let fit = match (y, x, degree) {
            (Some(y), Some(x), Some(degree)) if x.len() == y.len() && y.len() > degree => fit(&x, &y, degree),
            _ => None,
        };
        match fit {
            Some(fit) => out.push_str(&fit),
            None => is_unknown = true,
        }
        true
    })?;
    if is_unknown {
        let message =
            "tallyho does not know what Kusto answers for gaps, for too few points or for a degree out of range";
        return Err(call.error(message));
    }
    Ok(fits)
}

fn fit(x: &[f64], y: &[f64], degree: usize) -> Option<String> {
    let n = y.len() as f64;
    // In the middle and of unit width, powers of x are far from each other.
    let center = x.iter().sum::<f64>() / n;
    let width = x.iter().map(|x| (x - center).abs()).fold(0.0, f64::max);
    if width <= 0.0 {
        return None;
    }
    let scaled: Vec<f64> = x.iter().map(|x| (x - center) / width).collect();
    let inner = least_squares(&scaled, y, degree)?;
    let fitted: Vec<f64> = scaled.iter().map(|x| value(&inner, *x)).collect();
    let coefficients = unscaled(&inner, center, width);
    let mean = y.iter().sum::<f64>() / n;
    let squares: f64 = y.iter().map(|y| (y - mean) * (y - mean)).sum();
    let rest: f64 = y.iter().zip(&fitted).map(|(y, fit)| (y - fit) * (y - fit)).sum();
    if squares <= 0.0 {
        return None;
    }
    let mut out = String::from("[");
    json::push_real(1.0 - rest / squares, &mut out);
    out.push(',');
    push_reals(coefficients.into_iter().rev().map(Some), &mut out);
    for number in [squares / (n - 1.0), rest / (n - 1.0)] {
        out.push(',');
        json::push_real(number, &mut out);
    }
    out.push(',');
    push_reals(fitted.into_iter().map(Some), &mut out);
    out.push(']');
    Some(out)
}

/// The polynomial, lowest power first.
fn value(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, coefficient| value * x + coefficient)
}

/// By Householder reflections.
fn least_squares(x: &[f64], y: &[f64], degree: usize) -> Option<Vec<f64>> {
    let n_columns = degree + 1;
    let mut rows: Vec<Vec<f64>> = x
        .iter()
        .zip(y)
        .map(|(x, y)| {
            let powers = std::iter::successors(Some(1.0), |power| Some(power * x)).take(n_columns);
            powers.chain([*y]).collect()
        })
        .collect();
    for column in 0..n_columns {
        let length = rows[column..].iter().map(|row| row[column] * row[column]).sum::<f64>().sqrt();
        if length < 1e-12 {
            return None;
        }
        let alpha = if rows[column][column] > 0.0 { -length } else { length };
        let mut mirror: Vec<f64> = rows[column..].iter().map(|row| row[column]).collect();
        mirror[0] -= alpha;
        let square: f64 = mirror.iter().map(|value| value * value).sum();
        for place in column..=n_columns {
            let along: f64 = mirror.iter().zip(&rows[column..]).map(|(value, row)| value * row[place]).sum();
            for (value, row) in mirror.iter().zip(&mut rows[column..]) {
                row[place] -= 2.0 * along / square * value;
            }
        }
    }
    let mut solution = vec![0.0; n_columns];
    for column in (0..n_columns).rev() {
        let known: f64 = (column + 1..n_columns).map(|other| rows[column][other] * solution[other]).sum();
        solution[column] = (rows[column][n_columns] - known) / rows[column][column];
    }
    Some(solution)
}

/// The coefficients of the polynomial in x itself, lowest power first.
fn unscaled(inner: &[f64], center: f64, width: f64) -> Vec<f64> {
    let mut result = vec![0.0; inner.len()];
    let mut power = vec![1.0];
    for coefficient in inner {
        for (sum, term) in result.iter_mut().zip(&power) {
            *sum += coefficient * term;
        }
        let mut next = vec![0.0; power.len() + 1];
        for (place, term) in power.iter().enumerate() {
            next[place + 1] += term / width;
            next[place] -= term * center / width;
        }
        power = next;
    }
    result
}
