//! What is copied to a clipboard: a small result in one of the forms that other tools read.

use super::cell::Cell;
use super::export::{write_csv, write_datatable, write_json, write_markdown};
use super::literal::in_list;
use super::set::ResultSet;

/// A form in which cells are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFormat {
    /// The values alone: one a line, several columns with tabs between them and their names above.
    Text,
    Csv,
    Json,
    Markdown,
    Datatable,
    /// `Name in (…)` with the values of the first column.
    InList,
}

impl CopyFormat {
    pub const ALL: [Self; 6] = [Self::Text, Self::Csv, Self::Json, Self::Markdown, Self::Datatable, Self::InList];

    /// As a menu calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Markdown => "Markdown",
            Self::Datatable => "datatable()",
            Self::InList => "KQL in (…)",
        }
    }
}

/// The whole result in that form. A single value of JSON is that value, several are objects in a list.
pub fn copy_text(set: &ResultSet, format: CopyFormat) -> String {
    let is_cell = set.n_rows() == 1 && set.columns().len() == 1;
    let mut out = Vec::new();
    // Writing into memory does not fail.
    let _ = match format {
        CopyFormat::Text => return text(set),
        CopyFormat::Json if is_cell => return set.cell_json(0, 0),
        CopyFormat::InList => return in_list(set, 0).0,
        CopyFormat::Csv => write_csv(set, &mut out),
        CopyFormat::Json => write_json(set, &mut out),
        CopyFormat::Markdown => write_markdown(set, &mut out),
        CopyFormat::Datatable => write_datatable(set, &mut out),
    };
    String::from_utf8(out).unwrap_or_default()
}

/// Values in lines. A value of one column stays as it is; between tabs it must not have tabs or line breaks of its own,
/// so there such a value is in quotes, as spreadsheets have it.
fn text(set: &ResultSet) -> String {
    let mut out = String::new();
    let alone = set.columns().len() == 1;
    if !alone {
        push_line(&mut out, set.columns().iter().map(|it| Cell::String(&it.name)), alone);
        out.push('\n');
    }
    for (idx, row) in set.rows().enumerate() {
        out.push_str(if idx > 0 { "\n" } else { "" });
        push_line(&mut out, row.cells().map(|(_, cell)| cell), alone);
    }
    out
}

fn push_line<'a>(out: &mut String, cells: impl Iterator<Item = Cell<'a>>, alone: bool) {
    for (idx, cell) in cells.enumerate() {
        out.push_str(if idx > 0 { "\t" } else { "" });
        let text = cell.text();
        if alone || !text.contains(['\t', '\n', '\r', '"']) {
            out.push_str(&text);
        } else {
            out.extend(["\"", &text.replace('"', "\"\""), "\""]);
        }
    }
}
