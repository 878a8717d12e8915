//! What can be asked of the rows that are here, and what comes back. Workers find it out.

use super::panes::record::{Colours, Facts};
use crate::result::{Difference, Group, Grouping, Measure, Pivot, Profile};

/// A question about the rows that are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Study {
    /// Everything about one row, told by its place in the answer.
    Record {
        row: usize,
    },
    Profile {
        col: usize,
    },
    Groups(Grouping),
    Pivot {
        down: usize,
        across: usize,
        measure: Measure,
    },
    /// What differs from the older answer; without key columns those that tell rows apart are looked for.
    Difference {
        keys: Option<Vec<usize>>,
    },
}

impl Study {
    /// A record and a view are looked at side by side: a new question takes the place only of one of its kind.
    pub(super) fn is_of_record(&self) -> bool {
        matches!(self, Self::Record { .. })
    }
}

/// What was found out.
#[derive(Debug, Clone)]
pub enum Finding {
    Record(Box<Facts>),
    /// The colours of the texts of a record, which take longer.
    Colours(Box<Colours>),
    Profile(Box<Profile>),
    Groups(Vec<Group>),
    Pivot(Box<Pivot>),
    Difference {
        keys: Vec<usize>,
        found: Box<Difference>,
    },
    /// Nobody waits for it any more, or there is nothing to look at.
    Nothing,
}
