//! Looking into a result that is here: what a column holds, groups, a pivot, the difference between two results.
//!
//! Everything is told by row numbers of the result, so that whoever shows it asks the result for exact values. Work is
//! given up when [`Stop`] says so, and then there is no answer rather than half of one.

mod difference;
mod group;
mod measure;
mod pivot;
mod profile;
mod rows;
mod time_step;

pub use difference::{Change, Difference, propose_keys};
pub use group::{Group, Grouping, group};
pub use measure::{Figure, Measure};
pub use pivot::{Pivot, PivotCount, pivot};
pub use profile::{Edge, Histogram, Lengths, Profile, Summary, TopValue, profile};
pub use rows::{Rows, Stop};
pub use time_step::{nice_real_step, nice_time_step};
