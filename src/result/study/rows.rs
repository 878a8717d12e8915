//! Which rows are looked at, and when to give up.

/// Rows between two looks at [`Stop`].
const BREATH: usize = 4096;

/// Rows of a result, in the order in which they are shown: all of them, or those of a view by their numbers.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    All(usize),
    Some(&'a [u32]),
}

impl Rows<'_> {
    pub fn len(self) -> usize {
        match self {
            Self::All(n) => n,
            Self::Some(rows) => rows.len(),
        }
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The row of the result at a place.
    pub fn row(self, at: usize) -> usize {
        match self {
            Self::All(_) => at,
            Self::Some(rows) => rows[at] as usize,
        }
    }
}

/// Says whether nobody waits for the answer any more.
#[derive(Clone, Copy)]
pub struct Stop<'a>(pub &'a dyn Fn() -> bool);

impl Stop<'_> {
    /// Never.
    pub const NEVER: Stop<'static> = Stop(&|| false);

    /// Calls something for each row; `None` when it was given up.
    pub(super) fn each(self, rows: Rows<'_>, mut take: impl FnMut(usize)) -> Option<()> {
        for at in 0..rows.len() {
            if at % BREATH == 0 && (self.0)() {
                return None;
            }
            take(rows.row(at));
        }
        Some(())
    }
}
