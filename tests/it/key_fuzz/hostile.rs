//! Results that no service should send.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use tallyho::kql::ScalarType;
use tallyho::result::{Column, ResultSet, Truncation};

use super::random::Random;

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A handful of columns with cells of all kinds.
    Cells,
    NoRows,
    NoColumns,
    /// Many columns of one name.
    SameNames,
    ManyColumns,
    /// A cell of a megabyte.
    LargeCell,
    ManyRows,
}

impl Kind {
    pub(super) fn some(random: &mut Random) -> Self {
        match random.below(40) {
            0..=23 => Self::Cells,
            24..=26 => Self::NoRows,
            27 | 28 => Self::NoColumns,
            29..=33 => Self::SameNames,
            34 => Self::ManyColumns,
            35 | 36 => Self::LargeCell,
            _ => Self::ManyRows,
        }
    }
}

/// Parts of cells, names, pasted texts.
const PARTS: &[&str] = &[
    "",
    " ",
    "plain",
    "powershell.exe -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}]0;pwned\u{7}",
    "\u{1b}]52;c;cHduZWQ=\u{1b}\\",
    "\u{1b}P+q544e\u{1b}\\",
    "\u{9b}31m",
    "\u{9d}0;x\u{9c}",
    "\u{0}\u{7f}\u{8}\u{c}",
    "\r\n\t",
    "\u{202e}fdp.exe",
    "\u{2066}x\u{2069}",
    "pay\u{200b}pal",
    "\u{feff}",
    "\u{e0041}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "日本語ファイル名",
    "👩‍💻🏳️‍🌈",
    "اَلْعَرَبِيَّةُ",
    "\u{ffff}\u{10ffff}",
    "<b>&amp;\"'`%s{}$(x)",
    "=cmd|'/C calc'!A0",
    "{\"a\":{\"b c\":[1,{\"\\u001b[31m\":null}]},\"\":\"\\u202e\"}",
    "[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]",
    "{\"a\":",
    "10.0.0.1 https://user:pw@evil.example/a?b=c#d mail@evil.example",
    "d41d8cd98f00b204e9800998ecf8427e",
    "9999999999999999999999999",
    "nan",
];

/// A text of some of those parts.
pub(super) fn text(random: &mut Random) -> String {
    (0..=random.below(4)).map(|_| *random.one_of(PARTS)).collect()
}

pub(super) fn result(kind: Kind, random: &mut Random) -> ResultSet {
    let (n_rows, n_columns) = match kind {
        Kind::Cells => (1 + random.below(40), 1 + random.below(12)),
        Kind::NoRows => (0, random.below(5)),
        Kind::NoColumns => (random.below(4), 0),
        Kind::SameNames => (1 + random.below(9), 2 + random.below(9)),
        Kind::ManyColumns => (1 + random.below(3), 10_000),
        Kind::LargeCell => (2, 2),
        Kind::ManyRows => (5_000, 3),
    };
    let columns: Vec<Column> = (0..n_columns).map(|at| column(kind, at, random)).collect();
    let mut set = ResultSet::new(columns.clone());
    for _ in 0..=random.below(2) {
        let arrays: Vec<ArrayRef> = columns.iter().map(|it| array(it.ty, kind, n_rows, random)).collect();
        set.push(batch(arrays, n_rows));
    }
    if random.below(5) == 0 {
        set.truncation = Some(Truncation::Service { message: text(random) });
    }
    set
}

fn batch(arrays: Vec<ArrayRef>, n_rows: usize) -> RecordBatch {
    let fields: Vec<arrow::datatypes::Field> = arrays
        .iter()
        .enumerate()
        .map(|(at, it)| arrow::datatypes::Field::new(at.to_string(), it.data_type().clone(), true))
        .collect();
    let schema = Arc::new(arrow::datatypes::Schema::new(fields));
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    RecordBatch::try_new_with_options(schema, arrays, &options).expect("arrays of one length")
}

fn column(kind: Kind, at: usize, random: &mut Random) -> Column {
    use ScalarType::{Bool, Datetime, Dynamic, Guid, Long, Real, String, Timespan};
    let name = match (kind, random.below(4)) {
        (Kind::SameNames, _) => "same\u{1b}[5m".to_owned(),
        (Kind::ManyColumns, 1..) | (_, 2..) => format!("c{at}"),
        _ => text(random),
    };
    let ty = match kind {
        Kind::LargeCell => *random.one_of(&[String, Dynamic]),
        _ => *random.one_of(&[String, String, String, Dynamic, Long, Real, Datetime, Timespan, Bool, Guid]),
    };
    Column { name, ty }
}

fn array(ty: ScalarType, kind: Kind, n_rows: usize, random: &mut Random) -> ArrayRef {
    let is_null = |random: &mut Random| random.below(6) == 0;
    match ty {
        ScalarType::Bool => {
            Arc::new((0..n_rows).map(|_| (!is_null(random)).then(|| random.below(2) == 0)).collect::<BooleanArray>())
        }
        ScalarType::Real => {
            let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e308, 5e-324, 0.1, -12.5, 1e15];
            Arc::new((0..n_rows).map(|_| (!is_null(random)).then(|| *random.one_of(&odd))).collect::<Float64Array>())
        }
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            // Datetimes stay within their first and last ticks, except for some.
            let odd = [0, 1, -1, i64::MAX, i64::MIN, 638_767_296_000_000_000, 638_767_332_000_000_000, 864_000_000_000];
            Arc::new((0..n_rows).map(|_| (!is_null(random)).then(|| *random.one_of(&odd))).collect::<Int64Array>())
        }
        _ => Arc::new(
            (0..n_rows)
                .map(|_| (!is_null(random)).then(|| text(random).repeat(if large(kind, random) { 30_000 } else { 1 })))
                .collect::<StringArray>(),
        ),
    }
}

fn large(kind: Kind, random: &mut Random) -> bool {
    matches!(kind, Kind::LargeCell) && random.below(2) == 0
}
