//! `row_window_session(time, max_distance_from_first, max_distance_between_neighbours, [restart])`

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::datatypes::Int64Type;
use datafusion::common::Result;

use super::{Function, Kind, Window, holds, whole};

pub(super) const FUNCTION: Function = Function {
    name: "row_window_session",
    evaluated: |call| call.args.iter().enumerate().filter(|(at, _)| !matches!(at, 1 | 2)).map(|(_, arg)| arg).collect(),
    start: |call| {
        Ok(Kind::Running(Box::new(Session { from_first: whole(call, 1)?, between: whole(call, 2)?, open: None })))
    },
};

struct Session {
    from_first: i64,
    between: i64,
    /// The first time of the session, and the last one.
    open: Option<(i64, i64)>,
}

impl Session {
    /// A distance that is reached begins a new session; so does the time after a null.
    fn first(&mut self, time: i64, restart: bool) -> i64 {
        let first = match self.open {
            Some((first, last))
                if !restart
                    && time < first.saturating_add(self.from_first)
                    && time < last.saturating_add(self.between) =>
            {
                first
            }
            _ => time,
        };
        self.open = Some((first, time));
        first
    }
}

impl Window for Session {
    fn next(&mut self, args: &[ArrayRef]) -> Result<ArrayRef> {
        let (times, restart) = (args[0].as_primitive::<Int64Type>(), args[1].as_boolean());
        let firsts: Int64Array = (0..times.len())
            .map(|row| {
                if times.is_null(row) {
                    self.open = None;
                    return None;
                }
                Some(self.first(times.value(row), holds(restart, row)))
            })
            .collect();
        Ok(Arc::new(firsts))
    }
}
