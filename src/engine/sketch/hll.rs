//! Counting distinct values: exact while they are few, then `HyperLogLog` with Kusto's number of registers.

use std::collections::BTreeSet;
use std::fmt::Write;

use twox_hash::XxHash64;

use super::registers::{estimate, register};
use crate::engine::json::array_elements;

/// So many distinct values are kept as they are.
const MAX_EXACT: usize = 1024;
/// Registers are `2^bits`, by accuracy 0 to 4: Kusto's errors are 1.6, 0.8, 0.4, 0.28 and 0.2 percent.
const BITS: [u8; 5] = [12, 14, 16, 17, 18];

/// A count sketch.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Hll {
    bits: u8,
    exact: BTreeSet<u64>,
    registers: Vec<u8>,
}

impl Hll {
    pub(in crate::engine) fn new(accuracy: usize) -> Self {
        Self { bits: BITS[accuracy.min(BITS.len() - 1)], exact: BTreeSet::new(), registers: Vec::new() }
    }

    /// Takes in a value by its JSON text.
    pub(in crate::engine) fn add(&mut self, value: &str) {
        self.add_hash(XxHash64::oneshot(0, value.as_bytes()));
    }

    fn add_hash(&mut self, hash: u64) {
        if self.registers.is_empty() {
            self.exact.insert(hash);
            if self.exact.len() > MAX_EXACT {
                self.registers = vec![0; 1 << self.bits];
                for hash in std::mem::take(&mut self.exact) {
                    self.register(hash);
                }
            }
        } else {
            self.register(hash);
        }
    }

    fn register(&mut self, hash: u64) {
        register(&mut self.registers, self.bits, hash);
    }

    /// Takes in another sketch; the result is as exact as the coarser of the two.
    pub(in crate::engine) fn merge(&mut self, mut other: Self) {
        let bits = self.bits.min(other.bits);
        self.coarsen(bits);
        other.coarsen(bits);
        if self.registers.is_empty() && !other.registers.is_empty() {
            std::mem::swap(self, &mut other);
        }
        for hash in other.exact {
            self.add_hash(hash);
        }
        for (mine, theirs) in self.registers.iter_mut().zip(other.registers) {
            *mine = (*mine).max(theirs);
        }
    }

    /// Fewer registers of the same values: the bits that no longer choose a register are read as leading ones of the rest.
    fn coarsen(&mut self, bits: u8) {
        let less = self.bits - bits;
        self.bits = bits;
        if less == 0 || self.registers.is_empty() {
            return;
        }
        let mut registers = vec![0_u8; 1 << bits];
        for (place, rank) in self.registers.iter().enumerate().filter(|(_, rank)| **rank > 0) {
            let low = place & ((1 << less) - 1);
            let rank = if low == 0 { less + rank } else { less - (usize::BITS - low.leading_zeros()) as u8 + 1 };
            let register = &mut registers[place >> less];
            *register = (*register).max(rank);
        }
        self.registers = registers;
    }

    /// How many distinct values there were.
    pub(in crate::engine) fn count(&self) -> i64 {
        if self.registers.is_empty() {
            return self.exact.len() as i64;
        }
        estimate(&self.registers, self.bits)
    }

    pub(in crate::engine) fn size(&self) -> usize {
        self.exact.len() * 3 * size_of::<u64>() + self.registers.capacity()
    }

    /// `[[1024,14],[hashes],[registers]]`
    pub(in crate::engine) fn write(&self, out: &mut String) {
        let _ = write!(out, "[[{MAX_EXACT},{}],[", self.bits);
        push_numbers(self.exact.iter().map(|hash| *hash as i64), out);
        out.push_str("],[");
        push_numbers(self.registers.iter().copied().map(i64::from), out);
        out.push_str("]]");
    }

    /// Reads what [`Hll::write`] wrote; `None` for any other text.
    pub(in crate::engine) fn read(text: &str) -> Option<Self> {
        let [head, exact, registers] = array_elements(text)?.try_into().ok()?;
        let [_, bits] = array_elements(head)?.try_into().ok()?;
        let bits: u8 = bits.parse().ok().filter(|bits| BITS.contains(bits))?;
        let exact: BTreeSet<u64> = array_elements(exact)?
            .into_iter()
            .map(|it| it.parse::<i64>().ok().map(|it| it as u64))
            .collect::<Option<_>>()?;
        let registers: Vec<u8> = array_elements(registers)?
            .into_iter()
            .map(|it| it.parse().ok().filter(|it| *it <= 64))
            .collect::<Option<_>>()?;
        let fits = exact.len() <= MAX_EXACT && (registers.is_empty() || registers.len() == 1 << bits);
        fits.then_some(Self { bits, exact, registers })
    }
}

fn push_numbers(numbers: impl Iterator<Item = i64>, out: &mut String) {
    for (place, number) in numbers.enumerate() {
        let _ = if place == 0 { write!(out, "{number}") } else { write!(out, ",{number}") };
    }
}

#[cfg(test)]
mod tests {
    use super::Hll;

    fn of(accuracy: usize, values: std::ops::Range<u32>) -> Hll {
        let mut sketch = Hll::new(accuracy);
        values.for_each(|value| sketch.add(&value.to_string()));
        sketch
    }

    #[test]
    fn counts_stay_within_the_error_that_is_promised() {
        for (accuracy, error) in [(0, 0.016), (1, 0.008), (2, 0.004), (4, 0.002)] {
            for n in [100_u32, 1_024, 5_000, 40_000, 300_000] {
                let count = of(accuracy, 0..n).count() as f64;
                let allowed = if n <= 1_024 { 0.0 } else { 3.0 * error * f64::from(n) };
                assert!((count - f64::from(n)).abs() <= allowed, "{accuracy}: {count} of {n}");
            }
        }
    }

    #[test]
    fn merging_is_the_same_as_adding_everything_to_the_coarser() {
        let mut merged = of(2, 0..20_000);
        merged.merge(of(0, 10_000..30_000));
        assert_eq!(merged.count(), of(0, 0..30_000).count());
        let mut few = of(1, 0..10);
        few.merge(of(1, 5..5_000));
        assert_eq!(few.count(), of(1, 0..5_000).count());
    }

    #[test]
    fn the_text_is_read_back() {
        for sketch in [of(1, 0..3), of(1, 0..9_000)] {
            let mut text = String::new();
            sketch.write(&mut text);
            assert_eq!(Hll::read(&text).map(|it| it.count()), Some(sketch.count()));
        }
        for hostile in ["", "[]", "[[1024,14],[],[1,2]]", "[[1024,200],[],[]]", "[[1],[],[]]", "{}"] {
            assert!(Hll::read(hostile).is_none(), "{hostile}");
        }
    }
}
