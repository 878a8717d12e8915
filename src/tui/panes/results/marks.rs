//! Rows that the user has marked, by their place in the answer.

/// A set of rows that costs a bit for each row, however many are marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Marks {
    bits: Vec<u64>,
    n_marked: usize,
    /// The row that was marked last: a range goes from it.
    last: Option<usize>,
}

impl Marks {
    pub(in crate::tui) fn len(&self) -> usize {
        self.n_marked
    }

    pub(super) fn has(&self, row: usize) -> bool {
        self.bits.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub(super) fn set(&mut self, row: usize, marked: bool) {
        if self.has(row) == marked {
            return;
        }
        if self.bits.len() <= row / 64 {
            self.bits.resize(row / 64 + 1, 0);
        }
        self.bits[row / 64] ^= 1 << (row % 64);
        if marked { self.n_marked += 1 } else { self.n_marked -= 1 }
    }

    pub(super) fn toggle(&mut self, row: usize) {
        self.set(row, !self.has(row));
        self.last = Some(row);
    }

    pub(super) fn last(&self) -> Option<usize> {
        self.last
    }

    pub(super) fn set_last(&mut self, row: usize) {
        self.last = Some(row);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The marked rows from the first to the last.
    pub(super) fn rows(&self) -> Vec<u32> {
        let set_bits = |(idx, word): (usize, &u64)| {
            let word = *word;
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| (idx * 64 + bit) as u32)
        };
        self.bits.iter().enumerate().flat_map(set_bits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn marks_are_counted_as_they_come_and_go() {
        let mut marks = Marks::default();
        for row in [3, 64, 200, 3, 64, 65] {
            marks.toggle(row);
        }
        assert_eq!(marks.rows(), [65, 200]);
        assert_eq!((marks.len(), marks.last(), marks.has(64)), (2, Some(65), false));
    }
}
