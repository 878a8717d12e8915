//! Counts the different numbers of each group: codes of texts exactly, hashes of anything by estimate once there are many.
//!
//! A set starts as a short list, becomes a hash table, and then, of codes, a bit for each, or, of hashes, the registers of a
//! HyperLogLog of 2^18, whose standard error is 0.2 per cent; Kusto's own is 0.8.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, BooleanArray, Int64Array, ListBuilder, UInt64Builder};
use arrow::datatypes::{DataType, FieldRef, UInt32Type, UInt64Type};
use datafusion::common::Result;
use datafusion::common::hash_utils::{HLL_RANDOM_STATE, create_hashes};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{AggregateUDF, EmitTo, GroupsAccumulator};

use super::grouped::{Grouped, grouped};
use crate::engine::sketch::{estimate, register};

/// Numbers that are looked through one by one.
const LISTED: usize = 16;

/// Codes below this have a bit each as soon as they are no longer listed: that takes a kilobyte.
const DENSE: u64 = 8192;

/// Hashes past which they are only estimated. Up to here a count is exact.
const EXACT: usize = 1 << 16;

const REGISTER_BITS: u8 = 18;

/// What the numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Numbers {
    /// Codes of texts, which are small and dense.
    Codes,
    Hashes,
}

/// The number of different values that are not null.
pub(super) fn number_sets(numbers: Numbers) -> Arc<AggregateUDF> {
    grouped(NumberSets { numbers })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct NumberSets {
    numbers: Numbers,
}

impl Grouped for NumberSets {
    fn name(&self) -> &'static str {
        match self.numbers {
            Numbers::Codes => "different_codes",
            Numbers::Hashes => "different_values",
        }
    }

    fn output(&self, _inputs: &[DataType]) -> DataType {
        DataType::Int64
    }

    fn state(&self, _inputs: &[FieldRef], _output: &DataType) -> Vec<(&'static str, DataType)> {
        // The second holds registers of hashes, or bits of codes.
        vec![("numbers", DataType::new_list(DataType::UInt64, true)), ("registers", DataType::Binary)]
    }

    fn groups(&self, _args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Sets { numbers: self.numbers, sets: Vec::new(), hashes: Vec::new(), n_bytes: 0 }))
    }
}

/// Numbers that are hashes already, or that any hash table takes as they are.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {}

    fn write_u64(&mut self, number: u64) {
        // Codes are small: the multiplication spreads them over the upper bits, which the table looks at too.
        self.0 = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

type Table = HashSet<u64, BuildHasherDefault<AsItIs>>;

#[derive(Debug)]
enum Set {
    Listed(Vec<u64>),
    Table(Table),
    /// A bit for each code, and how many are set.
    Bits(Vec<u64>, usize),
    Registers(Box<[u8]>),
}

impl Default for Set {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl Set {
    /// Tells how many bytes more the set takes, nearly.
    fn add(&mut self, number: u64, numbers: Numbers) -> usize {
        match self {
            Self::Listed(list) => {
                if list.contains(&number) {
                    return 0;
                }
                list.push(number);
                if list.len() <= LISTED {
                    return 8;
                }
                let is_dense = numbers == Numbers::Codes && list.iter().all(|it| *it < DENSE);
                *self = if is_dense { bits_of(list) } else { Self::Table(list.iter().copied().collect()) };
                self.n_bytes()
            }
            Self::Table(table) => {
                if !table.insert(number) {
                    return 0;
                }
                self.grow(numbers);
                10
            }
            Self::Bits(bits, n_set) => {
                let before = bits.len();
                // A few that lie far away would make it long for nothing.
                if number >= DENSE && number / 64 >= before.max(4 * *n_set) as u64 {
                    let mut table = Table::default();
                    self.for_each(|number| _ = table.insert(number));
                    table.insert(number);
                    *self = Self::Table(table);
                    return self.n_bytes().saturating_sub(before * 8);
                }
                set_bit(bits, n_set, number);
                (bits.len() - before) * 8
            }
            Self::Registers(registers) => {
                register(registers, REGISTER_BITS, number);
                0
            }
        }
    }

    /// Gives a table that has become large another form.
    fn grow(&mut self, numbers: Numbers) {
        let Self::Table(table) = self else { return };
        match numbers {
            // A table takes ten bytes and more for each number, and how large the largest is, is asked now and then only.
            Numbers::Codes if table.len().is_power_of_two() && table.iter().all(|it| it / 64 < table.len() as u64) => {
                let (mut bits, mut n_set) = (Vec::new(), 0);
                table.iter().for_each(|number| set_bit(&mut bits, &mut n_set, *number));
                *self = Self::Bits(bits, n_set);
            }
            Numbers::Hashes if table.len() > EXACT => {
                let mut registers = vec![0; 1 << REGISTER_BITS].into_boxed_slice();
                table.iter().for_each(|number| register(&mut registers, REGISTER_BITS, *number));
                *self = Self::Registers(registers);
            }
            _ => {}
        }
    }

    fn count(&self) -> i64 {
        match self {
            Self::Listed(list) => list.len() as i64,
            Self::Table(table) => table.len() as i64,
            Self::Bits(_, n_set) => *n_set as i64,
            Self::Registers(registers) => estimate(registers, REGISTER_BITS),
        }
    }

    fn n_bytes(&self) -> usize {
        match self {
            Self::Listed(list) => list.capacity() * 8,
            Self::Table(table) => table.capacity() * 10,
            Self::Bits(bits, _) => bits.capacity() * 8,
            Self::Registers(registers) => registers.len(),
        }
    }

    /// Takes in the bits of another set, as [`state_of`] has written them.
    fn merge_bits(&mut self, others: &[u8]) {
        let words = others.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default()));
        let (mut bits, mut n_set): (Vec<u64>, usize) = (words.collect(), 0);
        match self {
            Self::Bits(own, _) => {
                bits.resize(bits.len().max(own.len()), 0);
                bits.iter_mut().zip(own.iter()).for_each(|(word, own)| *word |= *own);
            }
            _ => self.for_each(|number| set_bit(&mut bits, &mut n_set, number)),
        }
        n_set = bits.iter().map(|word| word.count_ones() as usize).sum();
        *self = Self::Bits(bits, n_set);
    }

    /// The numbers, when they are known.
    fn for_each(&self, mut take: impl FnMut(u64)) {
        match self {
            Self::Listed(list) => list.iter().copied().for_each(take),
            Self::Table(table) => table.iter().copied().for_each(take),
            Self::Bits(bits, _) => {
                for (place, word) in bits.iter().enumerate() {
                    let mut word = *word;
                    while word != 0 {
                        take(place as u64 * 64 + u64::from(word.trailing_zeros()));
                        word &= word - 1;
                    }
                }
            }
            Self::Registers(_) => {}
        }
    }

    /// Takes in the registers of another set.
    fn merge(&mut self, others: &[u8]) {
        let mut registers: Box<[u8]> = others.into();
        if let Self::Registers(own) = self {
            registers.iter_mut().zip(own.iter()).for_each(|(other, own)| *other = (*other).max(*own));
        } else {
            self.for_each(|number| register(&mut registers, REGISTER_BITS, number));
        }
        *self = Self::Registers(registers);
    }
}

fn bits_of(numbers: &[u64]) -> Set {
    let (mut bits, mut n_set) = (Vec::with_capacity(DENSE as usize / 64), 0);
    numbers.iter().for_each(|number| set_bit(&mut bits, &mut n_set, *number));
    Set::Bits(bits, n_set)
}

fn set_bit(bits: &mut Vec<u64>, n_set: &mut usize, number: u64) {
    let (place, bit) = ((number / 64) as usize, 1 << (number % 64));
    if place >= bits.len() {
        bits.resize(place + 1, 0);
    }
    *n_set += usize::from(bits[place] & bit == 0);
    bits[place] |= bit;
}

#[derive(Debug)]
struct Sets {
    numbers: Numbers,
    sets: Vec<Set>,
    hashes: Vec<u64>,
    /// Bytes of the sets, nearly.
    n_bytes: usize,
}

impl Sets {
    /// Adds the values of the rows that count to the sets of their groups.
    fn add(&mut self, values: &ArrayRef, groups: &[usize], opt_filter: Option<&BooleanArray>) -> Result<()> {
        let counts = |row| values.is_valid(row) && opt_filter.is_none_or(|it| it.is_valid(row) && it.value(row));
        let all = values.null_count() == 0 && opt_filter.is_none();
        let rows = groups.iter().enumerate().filter(|(row, _)| all || counts(*row));
        match self.numbers {
            Numbers::Codes => {
                let codes = values.as_primitive::<UInt32Type>().values();
                for (row, group) in rows {
                    self.n_bytes += self.sets[*group].add(u64::from(codes[row]), Numbers::Codes);
                }
            }
            Numbers::Hashes => {
                self.hashes.clear();
                self.hashes.resize(values.len(), 0);
                create_hashes([values], &HLL_RANDOM_STATE, &mut self.hashes)?;
                for (row, group) in rows {
                    self.n_bytes += self.sets[*group].add(self.hashes[row], Numbers::Hashes);
                }
            }
        }
        Ok(())
    }

    fn recount(&mut self) {
        self.n_bytes = self.sets.iter().map(Set::n_bytes).sum();
    }

    fn resize(&mut self, n_groups: usize) {
        self.sets.resize_with(n_groups, Set::default);
    }
}

fn state_of(sets: &[Set]) -> Vec<ArrayRef> {
    let mut numbers = ListBuilder::new(UInt64Builder::new());
    let mut registers = BinaryBuilder::new();
    for set in sets {
        match set {
            Set::Registers(all) => registers.append_value(all),
            Set::Bits(bits, _) => {
                registers.append_value(bits.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
            }
            Set::Listed(_) | Set::Table(_) => {
                set.for_each(|number| numbers.values().append_value(number));
                registers.append_null();
            }
        }
        numbers.append(true);
    }
    vec![Arc::new(numbers.finish()), Arc::new(registers.finish())]
}

impl GroupsAccumulator for Sets {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        self.add(&values[0], group_indices, opt_filter)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sets = emit_to.take_needed(&mut self.sets);
        self.recount();
        Ok(Arc::new(sets.iter().map(|set| Some(set.count())).collect::<Int64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let sets = emit_to.take_needed(&mut self.sets);
        self.recount();
        Ok(state_of(&sets))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.resize(total_num_groups);
        let (lists, registers) = (values[0].as_list::<i32>(), values[1].as_binary::<i32>());
        let numbers = lists.values().as_primitive::<UInt64Type>().values();
        for (row, group) in group_indices.iter().enumerate() {
            let set = &mut self.sets[*group];
            let (from, to) = (lists.value_offsets()[row] as usize, lists.value_offsets()[row + 1] as usize);
            for number in &numbers[from..to] {
                self.n_bytes += set.add(*number, self.numbers);
            }
            if registers.is_valid(row) {
                match self.numbers {
                    Numbers::Codes => set.merge_bits(registers.value(row)),
                    Numbers::Hashes => set.merge(registers.value(row)),
                }
                self.n_bytes += registers.value(row).len();
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut each = Self { numbers: self.numbers, sets: Vec::new(), hashes: Vec::new(), n_bytes: 0 };
        each.resize(values[0].len());
        let groups: Vec<usize> = (0..values[0].len()).collect();
        each.add(&values[0], &groups, opt_filter)?;
        Ok(state_of(&each.sets))
    }

    fn size(&self) -> usize {
        self.sets.capacity() * size_of::<Set>() + self.hashes.capacity() * 8 + self.n_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, Set};

    /// Numbers that look like hashes.
    fn hash(number: u64) -> u64 {
        let mut x = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    #[test]
    fn hashes_are_counted_exactly_at_first_and_within_one_per_cent_for_ever() {
        let mut set = Set::default();
        for number in 1..=1_000_000_u64 {
            set.add(hash(number), Numbers::Hashes);
            set.add(hash(number / 2 + 1), Numbers::Hashes);
            if number == 65_000 {
                assert_eq!(set.count(), 65_000);
            }
            if number % 50_000 == 0 {
                let error = (set.count() - number as i64).abs() as f64 / number as f64;
                assert!(error < 0.008, "{number}: {}", set.count());
            }
        }
    }

    #[test]
    fn codes_are_counted_exactly() {
        let mut set = Set::default();
        for number in (0..200_000).rev().chain(0..200_000) {
            set.add(number, Numbers::Codes);
        }
        assert_eq!(set.count(), 200_000);
        let mut n_met = 0;
        set.for_each(|_| n_met += 1);
        assert_eq!(n_met, 200_000);
        let mut few = Set::default();
        for number in (0..100).chain([u64::from(u32::MAX)]).chain(0..100) {
            few.add(number, Numbers::Codes);
        }
        assert_eq!(few.count(), 101);
        assert!(few.n_bytes() < 10_000, "{}", few.n_bytes());
        assert!(set.n_bytes() < 100_000, "{}", set.n_bytes());
    }

    #[test]
    fn bits_take_in_bits_and_what_was_listed() {
        let set = |numbers: std::ops::Range<u64>| {
            let mut set = Set::default();
            numbers.for_each(|number| _ = set.add(number, Numbers::Codes));
            set
        };
        let bits = |set: &Set| match set {
            Set::Bits(bits, _) => bits.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>(),
            other => panic!("{other:?}"),
        };
        let (many, more) = (set(100..2_000), set(1_000..5_000));
        for mut other in [set(0..0), set(90..100), set(0..30), more] {
            let before: std::collections::HashSet<u64> = {
                let mut all: std::collections::HashSet<u64> = (100..2_000).collect();
                other.for_each(|number| _ = all.insert(number));
                all
            };
            other.merge_bits(&bits(&many));
            assert_eq!(other.count(), before.len() as i64);
        }
    }

    #[test]
    fn registers_take_in_what_was_counted_exactly() {
        let (mut many, mut few) = (Set::default(), Set::default());
        for number in 0..110_000 {
            let set = if number < 100_000 { &mut many } else { &mut few };
            set.add(hash(number), Numbers::Hashes);
        }
        let Set::Registers(registers) = many else { panic!("100,000 are many") };
        few.merge(&registers);
        assert!((109_100..110_900).contains(&few.count()), "{}", few.count());
    }
}
