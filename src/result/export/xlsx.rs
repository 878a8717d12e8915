//! A workbook with one sheet. Texts are texts, never formulas; a number that a spreadsheet would round is text, so that
//! an id or a hash of seventeen digits stays what it is.

use std::io::{self, Seek, Write};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::super::cell::Cell;
use super::super::set::ResultSet;
use crate::kql::{ScalarType, TICKS_PER_DAY};

/// What a sheet holds, its header included.
const MAX_ROWS: usize = 1_048_576;
const MAX_COLUMNS: usize = 16_384;
/// Characters of a cell, in UTF-16 units.
const MAX_CHARACTERS: usize = 32_767;
/// The largest whole number that a spreadsheet keeps exactly.
const MAX_EXACT: i64 = 999_999_999_999_999;
/// 1899-12-30, from which spreadsheets count days, in days since 0001-01-01; and 1900-03-01, before which they err.
const DAY_ZERO: i64 = 693_593;
const FIRST_DAY: i64 = 693_654;
const ROWS_BETWEEN_LOOKS: usize = 4_096;
/// Characters that a column is at least and at most wide.
const NARROWEST: usize = 8;
const WIDEST: usize = 60;

/// What was written otherwise than it is, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct XlsxNotes {
    /// Texts that are longer than a cell can be.
    pub(super) n_cut: u64,
    /// Numbers that a spreadsheet would round.
    pub(super) n_exact_as_text: u64,
}

/// Why a result is no sheet; in words.
pub(super) fn fits_xlsx(set: &ResultSet) -> Result<(), String> {
    if set.n_rows() >= MAX_ROWS {
        let n_rows = set.n_rows();
        return Err(format!("a sheet holds {} rows, and there are {n_rows}: take Parquet or CSV", MAX_ROWS - 1));
    }
    if set.columns().len() > MAX_COLUMNS {
        let n_columns = set.columns().len();
        return Err(format!("a sheet holds {MAX_COLUMNS} columns, and there are {n_columns}: take Parquet or CSV"));
    }
    Ok(())
}

/// Writes the whole result, which must fit. `told` hears the rows so far, and may end
/// it.
pub(super) fn write_xlsx(
    set: &ResultSet,
    out: impl Write + Seek + Send,
    told: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<XlsxNotes> {
    fits_xlsx(set).map_err(io::Error::other)?;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let mut notes = XlsxNotes::default();
    fill(set, sheet, &mut notes, told)?;
    workbook.save_to_writer(out).map_err(error)?;
    Ok(notes)
}

fn error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

fn fill(
    set: &ResultSet,
    sheet: &mut Worksheet,
    notes: &mut XlsxNotes,
    told: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    sheet.set_name("Result").map_err(error)?;
    let header = Format::new().set_bold();
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000");
    let columns = set.columns();
    let as_dates: Vec<bool> = (0..columns.len()).map(|col| is_all_dates(set, col)).collect();
    let mut widths: Vec<usize> = columns.iter().map(|it| it.name.chars().count() + 3).collect();
    for (col, column) in columns.iter().enumerate() {
        let name = cut(&column.name, notes);
        sheet.write_string_with_format(0, col as u16, name, &header).map_err(error)?;
    }
    for (idx, row) in set.rows().enumerate() {
        if idx.is_multiple_of(ROWS_BETWEEN_LOOKS) {
            told(idx as u64)?;
        }
        for (col, (_, cell)) in row.cells().enumerate() {
            let place = (idx as u32 + 1, col as u16);
            if let (true, Cell::Datetime(ticks)) = (as_dates[col], cell) {
                let days = ticks.saturating_sub(DAY_ZERO * TICKS_PER_DAY) as f64 / TICKS_PER_DAY as f64;
                sheet.write_number_with_format(place.0, place.1, days, &time).map_err(error)?;
                widths[col] = widths[col].max(24);
            } else {
                let width = write(sheet, place, cell, notes).map_err(error)?;
                widths[col] = widths[col].max(width);
            }
        }
    }
    for (col, width) in widths.iter().enumerate() {
        let width = (*width).clamp(NARROWEST, WIDEST) as f64;
        sheet.set_column_width(col as u16, width).map_err(error)?;
    }
    if !columns.is_empty() {
        sheet.set_freeze_panes(1, 0).map_err(error)?;
        sheet.autofilter(0, 0, set.n_rows() as u32, columns.len() as u16 - 1).map_err(error)?;
    }
    Ok(())
}

/// Times are dates of the spreadsheet where none of them loses anything by it; else all of the column are text.
fn is_all_dates(set: &ResultSet, col: usize) -> bool {
    let exact = |ticks: i64| ticks % 10_000 == 0 && ticks >= FIRST_DAY * TICKS_PER_DAY;
    let is_exact = |row: usize| match set.cell(row, col) {
        Cell::Datetime(ticks) => exact(ticks),
        cell => cell.is_null(),
    };
    set.columns()[col].ty == ScalarType::Datetime && (0..set.n_rows()).all(is_exact)
}

/// Returns how wide the cell is, about.
fn write(
    sheet: &mut Worksheet,
    (row, col): (u32, u16),
    cell: Cell<'_>,
    notes: &mut XlsxNotes,
) -> Result<usize, XlsxError> {
    let number = match cell {
        Cell::Null => return Ok(0),
        Cell::Bool(value) => return sheet.write_boolean(row, col, value).map(|_| 6),
        Cell::Int(value) => Some(f64::from(value)),
        Cell::Long(value) if value.abs() <= MAX_EXACT => Some(value as f64),
        Cell::Real(value) if value.is_finite() => Some(value),
        _ => None,
    };
    let text = cell.text();
    match number {
        Some(number) => sheet.write_number(row, col, number)?,
        None => {
            notes.n_exact_as_text += u64::from(matches!(cell, Cell::Long(_)));
            sheet.write_string(row, col, cut(&text, notes))?
        }
    };
    Ok(text.chars().take(WIDEST).count() + 1)
}

/// As much of a text as a cell holds.
fn cut<'a>(text: &'a str, notes: &mut XlsxNotes) -> &'a str {
    if text.len() <= MAX_CHARACTERS {
        return text;
    }
    let mut units = 0;
    for (at, char) in text.char_indices() {
        units += char.len_utf16();
        if units > MAX_CHARACTERS {
            notes.n_cut += 1;
            return &text[..at];
        }
    }
    text
}
