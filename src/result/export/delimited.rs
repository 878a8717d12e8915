//! CSV and TSV for a file: as [`write_csv`](super::write_csv), but safe to open in a spreadsheet unless it is asked for
//! raw values.

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::set::ResultSet;
use super::Sink;
use super::spreadsheet_safe::{free_text, safe};

/// Writes the whole result with fields parted by `separator`. Returns how many cells were changed to be safe.
pub(super) fn write_delimited(set: &ResultSet, separator: char, raw: bool, out: &mut impl Write) -> io::Result<u64> {
    let mut sink = Sink::new(out);
    let alone = set.columns().len() == 1;
    let mut n_changed = 0;
    let mut push = |out: &mut String, idx: usize, text: Cow<'_, str>, is_free: bool| {
        if idx > 0 {
            out.push(separator);
        }
        let (text, changed) = if is_free && !raw { made_safe(text) } else { (text, false) };
        n_changed += u64::from(changed);
        push_field(out, &text, separator, alone);
    };
    for (idx, column) in set.columns().iter().enumerate() {
        push(&mut sink.buffer, idx, Cow::Borrowed(&column.name), true);
    }
    sink.buffer.push_str("\r\n");
    for row in set.rows() {
        for (idx, (_, cell)) in row.cells().enumerate() {
            match free_text(&cell) {
                Some(text) => push(&mut sink.buffer, idx, Cow::Borrowed(text), true),
                None => push(&mut sink.buffer, idx, cell.text(), false),
            }
        }
        sink.buffer.push_str("\r\n");
        sink.spill()?;
    }
    sink.finish()?;
    Ok(n_changed)
}

fn made_safe(text: Cow<'_, str>) -> (Cow<'_, str>, bool) {
    let (safe, changed) = safe(&text);
    if changed { (Cow::Owned(safe.into_owned()), true) } else { (text, false) }
}

/// A field that is empty and alone is quoted, since an empty line is no record to most readers.
fn push_field(out: &mut String, text: &str, separator: char, alone: bool) {
    let quoted = text.contains([separator, '"', '\r', '\n']) || (alone && text.is_empty());
    if !quoted {
        return out.push_str(text);
    }
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}
