//! Charts without a screen: which chart, of which columns, and the points that come of the rows.

mod axis;
mod plot;
mod render;
mod spec;

pub(super) use axis::{
    Tick, amount, clock_ticks, distance_steps, named_time, nice_ticks, plain_number, short_amount, span_ticks, time_bin,
};
pub(super) use plot::Plot;
pub(super) use plot::{Across, Point, build};
pub(super) use spec::{Kind, Spec, Stacking};
