//! Random numbers of the lab: integers only, one independent stream for each (entity, behaviour).
//!
//! A stream is named, not numbered, so that adding a behaviour never moves the numbers of another one.

use std::fmt::Write as _;

/// The seed of the lab that ships. Another seed gives another lab of the same shape.
const SEED: u64 = 0x7a11_7406_5eed_0001;

/// PCG32 (XSH-RR), seeded through SplitMix64.
#[derive(Debug, Clone)]
pub(super) struct Rng {
    state: u64,
    increment: u64,
}

impl Rng {
    /// The stream of one behaviour of one entity.
    pub(super) fn stream(entity: &str, behaviour: &str) -> Self {
        let mut name = fnv1a(0xcbf2_9ce4_8422_2325, entity.as_bytes());
        name = fnv1a(name, &[0xff]);
        name = fnv1a(name, behaviour.as_bytes());
        let mut seeder = SEED ^ name;
        let state = split_mix(&mut seeder);
        let increment = split_mix(&mut seeder) | 1;
        let mut rng = Self { state, increment };
        rng.next();
        rng
    }

    pub(super) fn next(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(self.increment);
        let shifted = (((old >> 18) ^ old) >> 27) as u32;
        shifted.rotate_right((old >> 59) as u32)
    }

    pub(super) fn next_u64(&mut self) -> u64 {
        (u64::from(self.next()) << 32) | u64::from(self.next())
    }

    /// A number in `0..bound`; 0 when the bound is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(bound)) >> 32) as u32
    }

    /// A number in `low..high`; `low` when the range is empty.
    pub(super) fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(1) as u128;
        low + ((u128::from(self.next_u64()) * width) >> 64) as i64
    }

    /// True this often in a thousand.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One element of a list that is not empty.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len() as u32) as usize]
    }

    /// An index of a list of that length.
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(length as u32) as usize
    }

    /// An index, each as probable as its weight.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return index;
            }
            rest -= weight;
        }
        weights.len().saturating_sub(1)
    }

    /// Lower-case hexadecimal digits.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 8);
        while text.len() < digits {
            let _ = write!(text, "{:08x}", self.next());
        }
        text.truncate(digits);
        text
    }

    /// A random guid, lower case with hyphens, marked as version 4.
    pub(super) fn guid(&mut self) -> String {
        let hex = self.hex(30);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30])
    }

    /// A guid of which only the first third is random, as those of many services are; it takes a third of the room.
    pub(super) fn short_guid(&mut self, tail: &str) -> String {
        let hex = self.hex(12);
        format!("{}-{}-{tail}", &hex[..8], &hex[8..])
    }

    /// Letters and digits, as random file names have them.
    pub(super) fn letters(&mut self, count: usize) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..count).map(|_| char::from(ALPHABET[self.index(ALPHABET.len())])).collect()
    }
}

fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
