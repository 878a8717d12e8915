//! Drawing that knows nothing of the application: text, rules, bars, and a line to type into.

mod bar;
mod input;
mod paint;
mod sparkline;

pub(super) use bar::{bar, progress};
pub(super) use input::Input;
pub(super) use paint::{Painter, line_of};
pub(super) use sparkline::sparkline;
