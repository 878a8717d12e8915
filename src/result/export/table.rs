//! An aligned table for reading: numbers to the right, text to the left, hostile characters made visible.

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::cell::CellText;
use super::super::set::{Column, ResultSet};
use super::Sink;
use crate::kql::ScalarType;
use crate::text;

/// Between two columns.
const GAP: &str = "  ";
/// No column is narrowed below this to make a table fit.
const MIN_COLUMN: usize = 4;
/// What a null looks like; an empty text is blank.
const NULL: &str = "null";

/// Writes the whole result, no line wider than `width`; without one every cell is whole.
pub fn write_table(set: &ResultSet, width: Option<usize>, out: &mut impl Write) -> io::Result<()> {
    if set.columns().is_empty() {
        return Ok(());
    }
    let columns = layout(set, width);
    let mut sink = Sink::new(out);
    let header = set.columns().iter().map(|column| text::sanitize(&column.name));
    push_line(&mut sink.buffer, set.columns(), &columns, header);
    let rule = columns.iter().map(|width| Cow::Owned("─".repeat(*width)));
    push_line(&mut sink.buffer, set.columns(), &columns, rule);
    for row in 0..set.n_rows() {
        let cells = columns.iter().enumerate().map(|(col, width)| cell(set, row, col, *width));
        push_line(&mut sink.buffer, set.columns(), &columns, cells);
        sink.spill()?;
    }
    sink.finish()
}

fn cell(set: &ResultSet, row: usize, col: usize, width: usize) -> Cow<'_, str> {
    match set.cell_preview(row, col, width) {
        CellText::Null => Cow::Borrowed(NULL),
        CellText::Text(text) => text,
    }
}

/// The widths of the columns that fit, from the left; at least one.
fn layout(set: &ResultSet, limit: Option<usize>) -> Vec<usize> {
    let mut widths: Vec<usize> = (0..set.columns().len()).map(|col| natural_width(set, col)).collect();
    let Some(limit) = limit else { return widths };
    // The widest column gives first, until the table fits or nothing can give.
    while total(&widths) > limit {
        let widest = widths.iter().copied().max().unwrap_or(0);
        if widest <= MIN_COLUMN {
            break;
        }
        let second = widths.iter().copied().filter(|width| *width < widest).max().unwrap_or(0);
        let n_widest = widths.iter().filter(|width| **width == widest).count();
        let excess = (total(&widths) - limit).div_ceil(n_widest);
        let next = widest.saturating_sub(excess).max(second).max(MIN_COLUMN);
        widths.iter_mut().filter(|width| **width == widest).for_each(|width| *width = next);
    }
    while widths.len() > 1 && total(&widths) > limit {
        widths.pop();
    }
    if let [only] = widths.as_mut_slice() {
        *only = (*only).min(limit.max(1));
    }
    widths
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1)
}

fn natural_width(set: &ResultSet, col: usize) -> usize {
    let header = text::width(&text::sanitize(&set.columns()[col].name));
    let widest = (0..set.n_rows()).map(|row| match set.cell_text(row, col) {
        CellText::Null => NULL.len(),
        CellText::Text(text) => text::width(&text),
    });
    widest.fold(header, usize::max).max(1)
}

fn push_line<'a>(out: &mut String, columns: &[Column], widths: &[usize], cells: impl Iterator<Item = Cow<'a, str>>) {
    let start = out.len();
    for (idx, (cell, width)) in cells.zip(widths).enumerate() {
        let cell = text::clip(&cell, *width);
        let blank = width - text::width(&cell);
        out.push_str(if idx > 0 { GAP } else { "" });
        if is_right_aligned(columns[idx].ty) {
            out.extend(std::iter::repeat_n(' ', blank));
            out.push_str(&cell);
        } else {
            out.push_str(&cell);
            out.extend(std::iter::repeat_n(' ', blank));
        }
    }
    let end = start + out[start..].trim_end_matches(' ').len();
    out.truncate(end);
    out.push('\n');
}

fn is_right_aligned(ty: ScalarType) -> bool {
    ty.is_numeric() || ty == ScalarType::Timespan
}
