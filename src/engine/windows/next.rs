//! `next(column, [offset], [default])`

use super::neighbour::{default, distance, value};
use super::{Function, Kind};

pub(super) const FUNCTION: Function = Function {
    name: "next",
    evaluated: value,
    start: |call| Ok(Kind::Later { offset: distance(call)?, default: default(call)? }),
};
