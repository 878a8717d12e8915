//! The truth log: which rows belong to the story or are bait, and why.

use std::fmt::Write as _;

use super::clock;
use super::rows::{NULL, Table};
use super::world::{T, World};

/// A step of the story or of a look-alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// `act2`, or `bait-…` for benign rows that look like an act.
    pub(super) name: &'static str,
    /// ATT&CK technique; empty for bait.
    pub(super) technique: &'static str,
}

impl Step {
    pub(super) const fn new(name: &'static str, technique: &'static str) -> Self {
        Self { name, technique }
    }
}

/// A row that the truth log names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) table: T,
    /// Position in the table as it was filled.
    pub(super) row: usize,
    pub(super) step: Step,
    pub(super) why: &'static str,
}

/// One JSON object a line, in the order of time. Rows are named by table, Timestamp and ReportId (AlertId for alerts),
/// and by device where they have one, because devices count their reports for themselves.
pub(super) fn log(world: &World) -> String {
    let mut marks: Vec<(i64, usize)> = world
        .marks
        .iter()
        .enumerate()
        .map(|(number, mark)| (world.table(mark.table).number("Timestamp", mark.row), number))
        .collect();
    marks.sort_unstable();
    let mut text = String::new();
    for (time, number) in marks {
        let mark = &world.marks[number];
        let table = world.table(mark.table);
        let device = world.pool.text(table.sym("DeviceName", mark.row));
        let _ = write!(
            text,
            r#"{{"step":"{}","technique":"{}","table":"{}","#,
            mark.step.name, mark.step.technique, table.name
        );
        let _ = write!(text, r#""ReportId":{},"#, report_id(world, table, mark.row));
        if !device.is_empty() {
            let _ = write!(text, r#""DeviceName":"{device}","#);
        }
        let _ = writeln!(text, r#""Timestamp":"{}","why":"{}"}}"#, clock::iso(time), mark.why);
    }
    text
}

fn report_id(world: &World, table: &Table, row: usize) -> String {
    match table.number("ReportId", row) {
        NULL => {
            let column = if table.position("ReportId").is_some() { "ReportId" } else { "AlertId" };
            format!("\"{}\"", world.pool.text(table.sym(column, row)))
        }
        number => number.to_string(),
    }
}
