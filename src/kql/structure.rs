//! A query as an editor moves in it: stages of a pipeline, comments, folds and brackets.
//!
//! Everything here takes the text of an editor, which may hold several queries and be broken anywhere, and a place in
//! it, and answers with places and edits. A stage runs from its `|` up to the next one. With it go the comment behind it
//! and the lines of comments above it.

mod brackets;
mod comment;
mod condition;
mod folds;
mod pipe;
mod stage;

pub use brackets::bracket_pair;
pub use comment::{comment_stage, toggle_comment};
pub use condition::add_condition;
pub use folds::{Fold, FoldKind, folds};
pub(super) use pipe::{region_at, regions};
pub use stage::{duplicate_stage, move_stage_down, move_stage_up, select_stage, stage_at};
