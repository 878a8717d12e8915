//! The beta distribution.

/// The continued fraction is given up past so many terms; it needs a few times the root of the larger parameter.
const MAX_TERMS: u32 = 100_000;

/// The part of the distribution up to `x`, for parameters above zero and `x` from zero to one.
pub(super) fn cumulative(x: f64, alpha: f64, beta: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let front = (log_scale(alpha, beta) + alpha * x.ln() + beta * (-x).ln_1p()).exp();
    if x < (alpha + 1.0) / (alpha + beta + 2.0) {
        front * fraction(x, alpha, beta) / alpha
    } else {
        1.0 - front * fraction(1.0 - x, beta, alpha) / beta
    }
}

pub(super) fn density(x: f64, alpha: f64, beta: f64) -> f64 {
    let power = |base: f64, exponent: f64| if exponent == 0.0 { 0.0 } else { exponent * base.ln() };
    (log_scale(alpha, beta) + power(x, alpha - 1.0) + power(1.0 - x, beta - 1.0)).exp()
}

fn log_scale(alpha: f64, beta: f64) -> f64 {
    libm::lgamma(alpha + beta) - libm::lgamma(alpha) - libm::lgamma(beta)
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn fraction(x: f64, alpha: f64, beta: f64) -> f64 {
    let guarded = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let mut above = 1.0;
    let mut below = 1.0 / guarded(1.0 - (alpha + beta) * x / (alpha + 1.0));
    let mut product = below;
    for term in 1..MAX_TERMS {
        let m = f64::from(term);
        let even = m * (beta - m) * x / ((alpha + 2.0 * m - 1.0) * (alpha + 2.0 * m));
        let odd = -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2.0 * m) * (alpha + 2.0 * m + 1.0));
        let before = product;
        for step in [even, odd] {
            below = 1.0 / guarded(1.0 + step * below);
            above = guarded(1.0 + step / above);
            product *= above * below;
        }
        if (product - before).abs() <= f64::EPSILON * product.abs() {
            break;
        }
    }
    product
}

/// The `x` up to which the part of the distribution is `probability`, by halving.
pub(super) fn inverse(probability: f64, alpha: f64, beta: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    if probability <= 0.0 || probability >= 1.0 {
        return if probability <= 0.0 { 0.0 } else { 1.0 };
    }
    // Each halving gains a bit; small answers need their exponent too.
    for _ in 0..1_100 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if cumulative(middle, alpha, beta) < probability { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
