//! Drawing that knows nothing of the application: text, rules, bars.

mod bar;
mod paint;

pub(super) use bar::{bar, progress};
pub(super) use paint::{Painter, line_of};
