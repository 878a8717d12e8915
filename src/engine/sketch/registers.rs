//! The registers of a HyperLogLog: what a hash leaves in them, and how many different ones that tells.

/// The first `bits` of a hash choose one of `2^bits` registers, which keeps the longest run of zeros that the others begin with.
pub(in crate::engine) fn register(registers: &mut [u8], bits: u8, hash: u64) {
    let place = (hash >> (64 - bits)) as usize;
    let zeros = ((hash << bits) | (1 << (bits - 1))).leading_zeros() as u8 + 1;
    if registers[place] < zeros {
        registers[place] = zeros;
    }
}

/// Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", the improved raw estimator: without bias at any
/// number, and without tables of corrections.
pub(in crate::engine) fn estimate(registers: &[u8], bits: u8) -> i64 {
    let longest = usize::from(64 - bits);
    let mut counts = vec![0_u32; longest + 2];
    registers.iter().for_each(|zeros| counts[usize::from(*zeros).min(longest + 1)] += 1);
    let m = registers.len() as f64;
    let mut z = m * tau(1.0 - f64::from(counts[longest + 1]) / m);
    for count in counts[1..=longest].iter().rev() {
        z = 0.5 * (z + f64::from(*count));
    }
    z += m * sigma(f64::from(counts[0]) / m);
    (m * m / (2.0 * std::f64::consts::LN_2 * z)).round() as i64
}

fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z <= before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z >= before {
            return z / 3.0;
        }
    }
}
