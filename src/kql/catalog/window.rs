//! Functions that look at other rows of a sorted input.

use super::{Naming, Row};

pub(super) const ROWS: &[Row] = &[
    Row::new(
        "row_number",
        "([startingIndex: long], [restart: bool]) -> long",
        Naming::None,
        "Number of the row in the sorted input",
    ),
    Row::new(
        "row_cumsum",
        "(term: number, [restart: bool]) -> first",
        Naming::None,
        "Running sum over the sorted input",
    ),
    Row::new(
        "row_rank",
        "(column: nondynamic, [dense: const bool]) -> long",
        Naming::None,
        "Rank of the row in the sorted input",
    ),
    Row::new(
        "row_rank_dense",
        "(term: nondynamic, [restart: bool]) -> long",
        Naming::None,
        "Rank of the row in the sorted input, without gaps",
    ),
    Row::new(
        "row_rank_min",
        "(term: nondynamic, [restart: bool]) -> long",
        Naming::None,
        "Rank of the row in the sorted input, with gaps",
    ),
    Row::new(
        "row_window_session",
        "(expr: datetime, maxDistanceFromFirst: timespan, maxDistanceBetweenNeighbors: timespan, [restart: bool]) -> first",
        Naming::None,
        "Start of the session that the row belongs to",
    ),
    Row::new(
        "prev",
        "(column: column, [offset: long], [default_value: const scalar]) -> first",
        Naming::None,
        "Value of a column in an earlier row of the sorted input",
    ),
    Row::new(
        "next",
        "(column: column, [offset: long], [default_value: const scalar]) -> first",
        Naming::None,
        "Value of a column in a later row of the sorted input",
    ),
];
