//! What is known of each field of a row: its text, what is in it, what hides in it, what it is to a hunter. Made on a
//! worker; the texts are harmless to a terminal already.

use std::ops::Range;

use crate::kql::{Class, TICKS_PER_DAY, TICKS_PER_SECOND, quoted_name};
use crate::result::{Cell, JsonTree, ResultSet, datetime_text, decode, recognise};
use crate::text;
use crate::tui::panes::results::grouped;

/// Bytes of one field that are shown.
const MAX_BYTES: usize = 256 * 1024;
/// The same before the worker has looked at the row.
const MAX_QUICK_BYTES: usize = 2 * 1024;
/// Longer texts are not coloured.
const MAX_COLOURED: usize = 8 * 1024;
/// Cells that are compared for telling how often the values of one row are here.
const MAX_COMPARED: usize = 200_000_000;

/// A row, looked at.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its place in the answer.
    pub(super) row: usize,
    pub(super) fields: Vec<Field>,
    /// Only the texts so far.
    pub(super) is_quick: bool,
}

/// A text in colours: ranges of the shown text.
pub(super) type Spans = Vec<(Range<usize>, Class)>;

/// The colours of a row's texts: for a field, its own and those of what was decoded in it.
#[derive(Debug, Clone, Default)]
pub struct Colours {
    pub(super) row: usize,
    pub(super) fields: Vec<(usize, Option<usize>, Spans)>,
}

/// How a value is shown at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Text,
    Null,
    Empty,
}

/// A field of a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    pub(super) shown: Shown,
    /// The text with its line breaks.
    pub(super) text: String,
    /// Bytes of the whole text when not all of it is here.
    pub(super) cut_at: Option<usize>,
    pub(super) spans: Spans,
    pub(super) tree: Option<JsonTree>,
    /// The expression of KQL that the paths of the tree begin with.
    pub(super) root: String,
    /// What it is, and how often it is here.
    pub(super) note: String,
    pub(super) decoded: Vec<Hidden>,
}

/// What was decoded in a field.
#[derive(Debug, Clone, Default)]
pub(super) struct Hidden {
    pub(super) how: String,
    pub(super) text: String,
    /// As it was decoded, for copying.
    pub(super) original: String,
    pub(super) is_cut: bool,
    pub(super) spans: Spans,
}

impl Facts {
    /// Only texts, and of long ones only the start: what can be made without waiting.
    pub(super) fn quick(set: &ResultSet, row: usize) -> Self {
        let fields = (0..set.columns().len()).map(|col| plain(set, row, col, MAX_QUICK_BYTES)).collect();
        Self { row, fields, is_quick: true }
    }

    /// All that is known of a row; `None` when nobody waits any more. `now` is the instant of the connection's clock.
    pub(in crate::tui) fn of(set: &ResultSet, row: usize, now: Option<i64>, stop: &dyn Fn() -> bool) -> Option<Self> {
        let mut fields = Vec::with_capacity(set.columns().len());
        let mut budget = MAX_COMPARED;
        for col in 0..set.columns().len() {
            if stop() {
                return None;
            }
            fields.push(field(set, row, col, now, &mut budget, stop)?);
        }
        Some(Self { row, fields, is_quick: false })
    }

    /// The texts worth a colour: a field, the place of what was decoded in it, and the text.
    pub(in crate::tui) fn to_colour<'a>(
        &'a self,
        set: &'a ResultSet,
    ) -> impl Iterator<Item = (usize, Option<usize>, &'a str)> {
        self.fields.iter().enumerate().flat_map(move |(col, field)| {
            let own = is_code(&set.columns()[col].name, &field.text).then_some((col, None, field.text.as_str()));
            let hidden = field.decoded.iter().enumerate();
            let hidden = hidden
                .filter(|(_, it)| !it.how.ends_with("binary"))
                .map(move |(at, it)| (col, Some(at), it.text.as_str()));
            own.into_iter().chain(hidden).filter(|(_, _, text)| text.len() <= MAX_COLOURED)
        })
    }

    /// Puts colours onto the texts they were made for.
    pub(super) fn colour(&mut self, colours: Colours) {
        for (col, hidden, spans) in colours.fields {
            let Some(field) = self.fields.get_mut(col) else { continue };
            match hidden {
                None => field.spans = spans,
                Some(at) => field.decoded.get_mut(at).into_iter().for_each(|it| it.spans.clone_from(&spans)),
            }
        }
    }
}

impl Colours {
    pub(in crate::tui) fn new(row: usize, fields: Vec<(usize, Option<usize>, Spans)>) -> Self {
        Self { row, fields }
    }
}

/// A column of commands or scripts.
fn is_code(column: &str, text: &str) -> bool {
    let name = column.to_ascii_lowercase();
    !text.is_empty() && (name.contains("commandline") || name.contains("command") || name.contains("script"))
}

fn plain(set: &ResultSet, row: usize, col: usize, limit: usize) -> Field {
    let cell = set.cell(row, col);
    let root = quoted_name(&set.columns()[col].name);
    let text = match cell {
        Cell::Null => return Field { shown: Shown::Null, root, ..Field::default() },
        Cell::String("") => return Field { shown: Shown::Empty, root, ..Field::default() },
        Cell::Datetime(ticks) => datetime_text(ticks).replacen('T', " ", 1).into(),
        _ => cell.text(),
    };
    let (shown, cut_at) = harmless(&text, limit);
    Field { text: shown, cut_at, root, ..Field::default() }
}

/// The start of a text, line by line harmless; and how long it is if that is not all.
fn harmless(text: &str, limit: usize) -> (String, Option<usize>) {
    let start = &text[..text.floor_char_boundary(limit)];
    let lines: Vec<_> = start.split('\n').map(|it| text::sanitize(it.strip_suffix('\r').unwrap_or(it))).collect();
    (lines.join("\n"), (start.len() < text.len()).then_some(text.len()))
}

fn field(
    set: &ResultSet,
    row: usize,
    col: usize,
    now: Option<i64>,
    budget: &mut usize,
    stop: &dyn Fn() -> bool,
) -> Option<Field> {
    let mut field = plain(set, row, col, MAX_BYTES);
    let column = &set.columns()[col];
    match set.cell(row, col) {
        Cell::Dynamic(json) => field.tree = JsonTree::parse(json),
        Cell::Datetime(ticks) => field.note = now.map_or_else(String::new, |now| distance(ticks, now)),
        Cell::String(value) | Cell::Guid(value) => {
            field.tree = JsonTree::parse(value);
            if field.tree.is_some() {
                field.root = format!("parse_json({})", field.root);
                return Some(field);
            }
            if let Some(entity) = recognise(&column.name, value) {
                field.note = entity.words();
                let n_cells = set.n_rows().saturating_mul(set.columns().len());
                if n_cells <= *budget {
                    *budget -= n_cells;
                    let n_rows = seen(set, value, entity.ignores_case(), stop)?;
                    field.note.push_str(&match n_rows {
                        1 => " · only in this row here".to_owned(),
                        n => format!(" · seen in {} rows here", grouped(n as i64)),
                    });
                }
            }
            field.decoded = decode(value)
                .into_iter()
                .map(|it| {
                    let (text, cut_at) = harmless(&it.text, MAX_BYTES);
                    Hidden {
                        how: it.how,
                        text,
                        original: it.text,
                        is_cut: it.is_cut || cut_at.is_some(),
                        spans: Vec::new(),
                    }
                })
                .collect();
        }
        _ => {}
    }
    Some(field)
}

/// Rows of which some field is that text.
fn seen(set: &ResultSet, value: &str, ignore_case: bool, stop: &dyn Fn() -> bool) -> Option<usize> {
    let mut n_rows = 0;
    for row in 0..set.n_rows() {
        if row % 4096 == 0 && stop() {
            return None;
        }
        let has = |col| match set.cell(row, col) {
            Cell::String(it) | Cell::Guid(it) => {
                it.len() == value.len() && if ignore_case { it.eq_ignore_ascii_case(value) } else { it == value }
            }
            _ => false,
        };
        n_rows += usize::from((0..set.columns().len()).any(has));
    }
    Some(n_rows)
}

/// `12 days before the clock`
fn distance(ticks: i64, now: i64) -> String {
    let apart = now.abs_diff(ticks) / TICKS_PER_SECOND as u64;
    let day = TICKS_PER_DAY as u64 / TICKS_PER_SECOND as u64;
    let (count, unit) = match apart {
        0 => return "at the clock's time".to_owned(),
        it if it >= 2 * day => (it / day, "days"),
        it if it >= 2 * 3600 => (it / 3600, "hours"),
        it if it >= 120 => (it / 60, "minutes"),
        1 => (1, "second"),
        it => (it, "seconds"),
    };
    let side = if ticks <= now { "before" } else { "after" };
    format!("{} {unit} {side} the clock", grouped(count as i64))
}

#[cfg(test)]
mod tests {
    use super::distance;
    use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_SECOND};

    #[test]
    fn a_time_is_told_from_the_clock() {
        let minute = 60 * TICKS_PER_SECOND;
        assert_eq!(distance(0, 12 * 24 * 60 * minute + 5), "12 days before the clock");
        assert_eq!(distance(90 * minute, 0), "90 minutes after the clock");
        assert_eq!(distance(5, 5), "at the clock's time");
        assert_eq!(distance(0, MAX_DATETIME_TICKS), "3,652,058 days before the clock");
    }
}
