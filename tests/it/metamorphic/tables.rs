//! Random tables, written twice: as lines of JSON, which are read into memory, and as Parquet files of many row groups.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;
use tallyho::kql::{ColumnSymbol, ScalarType, Schema, TableSymbol};

/// Texts with parts in common, in more than one case and beyond ASCII; a text that is missing is the empty one.
const TEXTS: [&str; 10] = [
    "",
    "cmd.exe",
    "CMD.EXE",
    "powershell.exe -enc SQBFAFgA",
    "net_user /add x",
    "Ünï cmd",
    "null",
    "Invoke-Mimikatz",
    "x",
    "10.1.2.3",
];

const BAGS: [&str; 10] = [
    r#"{"a":1,"b":"x"}"#,
    r#"{"a":{"c":[1,2]},"b":null}"#,
    r#"{"b":"cmd","a":[{"c":true}]}"#,
    "[1,2,3]",
    r#"["x","y",null]"#,
    "[]",
    "{}",
    "5",
    r#""text""#,
    "[[1],[2,3]]",
];

/// 2026-01-01T00:00:00Z in microseconds since 1970.
const START: i64 = 1_767_225_600_000_000;

#[derive(Debug, Clone)]
struct Event {
    key: Option<i64>,
    text: Option<usize>,
    /// Quarters, whose sums are exact.
    real: Option<i8>,
    flag: Option<bool>,
    /// Minutes since the start.
    when: Option<u16>,
    bag: Option<usize>,
}

#[derive(Debug, Clone)]
struct Name {
    key: Option<i64>,
    name: Option<usize>,
    number: Option<i32>,
}

/// `T`, whose `Id` is different in every row, and `U`.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    events: Vec<Event>,
    names: Vec<Name>,
}

pub(super) fn schema() -> Schema {
    let table = |name: &str, columns: &[(&str, ScalarType)]| TableSymbol {
        name: name.to_owned(),
        description: String::new(),
        columns: columns.iter().map(|(name, ty)| ColumnSymbol::new(*name, *ty)).collect::<Vec<_>>().into(),
    };
    let mut schema = Schema::default();
    schema.insert(table(
        "T",
        &[
            ("Id", ScalarType::Long),
            ("K", ScalarType::Long),
            ("S", ScalarType::String),
            ("R", ScalarType::Real),
            ("B", ScalarType::Bool),
            ("At", ScalarType::Datetime),
            ("D", ScalarType::Dynamic),
        ],
    ));
    schema.insert(table("U", &[("Key", ScalarType::Long), ("Name", ScalarType::String), ("N", ScalarType::Int)]));
    schema
}

impl Tables {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let key = || prop::option::weighted(0.8, -2_i64..6);
        let event = (
            key(),
            prop::option::of(0..TEXTS.len()),
            prop::option::weighted(0.8, -20_i8..20),
            prop::option::weighted(0.8, any::<bool>()),
            prop::option::weighted(0.8, 0_u16..3000),
            prop::option::weighted(0.8, 0..BAGS.len()),
        )
            .prop_map(|(key, text, real, flag, when, bag)| Event { key, text, real, flag, when, bag });
        let name = (key(), prop::option::of(0..TEXTS.len()), prop::option::weighted(0.8, -3..30))
            .prop_map(|(key, name, number)| Name { key, name, number });
        (prop::collection::vec(event, 0..40), prop::collection::vec(name, 0..10))
            .prop_map(|(events, names)| Self { events, names })
    }

    pub(super) fn write_lines(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        let mut events = String::new();
        for (id, event) in self.events.iter().enumerate() {
            let mut fields = vec![format!("\"Id\":{id}")];
            fields.extend(event.key.map(|key| format!("\"K\":{key}")));
            fields.extend(event.text.map(|text| format!("\"S\":{:?}", TEXTS[text])));
            fields.extend(event.real.map(|real| format!("\"R\":{:?}", f64::from(real) / 4.0)));
            fields.extend(event.flag.map(|flag| format!("\"B\":{flag}")));
            fields.extend(event.when.map(|when| format!("\"At\":\"{}\"", instant(when))));
            fields.extend(event.bag.map(|bag| format!("\"D\":{}", BAGS[bag])));
            writeln!(events, "{{{}}}", fields.join(",")).unwrap();
        }
        fs::write(folder.join("T.ndjson"), events).unwrap();
        let mut names = String::new();
        for Name { key, name, number } in &self.names {
            let mut fields = Vec::new();
            fields.extend(key.map(|key| format!("\"Key\":{key}")));
            fields.extend(name.map(|name| format!("\"Name\":{:?}", TEXTS[name])));
            fields.extend(number.map(|number| format!("\"N\":{number}")));
            writeln!(names, "{{{}}}", fields.join(",")).unwrap();
        }
        fs::write(folder.join("U.ndjson"), names).unwrap();
    }

    /// `T` in two files of row groups of five rows, `U` in one file.
    pub(super) fn write_parquet(&self, folder: &Path) {
        fs::create_dir_all(folder.join("T")).unwrap();
        let middle = self.events.len() * 2 / 3;
        write(&folder.join("T/1.parquet"), &events(&self.events[..middle], 0));
        write(&folder.join("T/2.parquet"), &events(&self.events[middle..], middle));
        let keys: Int64Array = self.names.iter().map(|it| it.key).collect();
        let names: StringArray = self.names.iter().map(|it| it.name.map(|at| TEXTS[at])).collect();
        let numbers: Int32Array = self.names.iter().map(|it| it.number).collect();
        let columns: [(&str, ArrayRef); 3] =
            [("Key", Arc::new(keys)), ("Name", Arc::new(names)), ("N", Arc::new(numbers))];
        write(&folder.join("U.parquet"), &columns);
    }
}

fn events(events: &[Event], first_id: usize) -> [(&'static str, ArrayRef); 7] {
    let ids: Int64Array = (0..events.len()).map(|at| Some((first_id + at) as i64)).collect();
    let keys: Int64Array = events.iter().map(|it| it.key).collect();
    let texts: StringArray = events.iter().map(|it| it.text.map(|at| TEXTS[at])).collect();
    let reals: Float64Array = events.iter().map(|it| it.real.map(|real| f64::from(real) / 4.0)).collect();
    let flags: BooleanArray = events.iter().map(|it| it.flag).collect();
    let instants: TimestampMicrosecondArray =
        events.iter().map(|it| it.when.map(|when| START + i64::from(when) * 60_000_000)).collect();
    let bags: StringArray = events.iter().map(|it| it.bag.map(|at| BAGS[at])).collect();
    [
        ("Id", Arc::new(ids)),
        ("K", Arc::new(keys)),
        ("S", Arc::new(texts)),
        ("R", Arc::new(reals)),
        ("B", Arc::new(flags)),
        ("At", Arc::new(instants)),
        ("D", Arc::new(bags)),
    ]
}

fn write(path: &Path, columns: &[(&str, ArrayRef)]) {
    let columns = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(5)).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn instant(minutes: u16) -> String {
    let (day, minutes) = (1 + minutes / 1440, minutes % 1440);
    format!("2026-01-{day:02}T{:02}:{:02}:00Z", minutes / 60, minutes % 60)
}
