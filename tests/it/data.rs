//! Files as tables: every quirk a folder of `tests/tables`, opened through the engine and written out beside it.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, DurationMicrosecondArray,
    FixedSizeBinaryArray, Float32Array, Int8Array, Int32Array, Int64Array, LargeStringArray, ListArray, StringArray,
    StringViewArray, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema as ArrowSchema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use tallyho::engine::{Engine, EngineOptions, ScanMetrics};
use tallyho::kql::{
    self, BoundQuery, ColumnSymbol, Context, Limits, Operator, Relation, Scalar, ScalarKind, ScalarOperator,
    ScalarType, Schema, TICKS_PER_SECOND, TableSymbol, UNIX_EPOCH_TICKS, Value,
};
use tallyho::result::{Column, ResultSet, datetime_text};
use tokio_util::sync::CancellationToken;

/// One known table with a column of each type, and one that no folder has a file of.
fn known() -> Schema {
    let column = |name: &str, ty| ColumnSymbol::new(name, ty);
    let columns = vec![
        column("Timestamp", ScalarType::Datetime),
        column("Name", ScalarType::String),
        column("Count", ScalarType::Long),
        column("Small", ScalarType::Int),
        column("Share", ScalarType::Real),
        column("Price", ScalarType::Decimal),
        column("Flag", ScalarType::Bool),
        column("Id", ScalarType::Guid),
        column("Span", ScalarType::Timespan),
        column("Extra", ScalarType::Dynamic),
    ];
    let mut schema = Schema::default();
    schema.insert(TableSymbol { name: "Official".into(), columns: columns.into(), description: "known".into() });
    let columns = vec![column("Only", ScalarType::Long)];
    schema.insert(TableSymbol { name: "Untouched".into(), columns: columns.into(), description: String::new() });
    schema
}

fn open(folder: &Path) -> Engine {
    let options = EngineOptions { partitions: 2, ..EngineOptions::default() };
    Engine::open(folder, &known(), &options, &|_| ()).unwrap()
}

fn table(engine: &Engine, name: &str) -> Relation {
    let columns = Arc::clone(&engine.schema().table(name).unwrap_or_else(|| panic!("no table {name}")).columns);
    Relation { operator: Operator::Table { name: name.to_owned() }, columns, span: 0..0 }
}

fn run(engine: &Engine, result: Relation) -> (ResultSet, ScanMetrics) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let columns = result.columns.iter().map(|it| Column { name: it.name.clone(), ty: it.ty }).collect();
    let mut rows = ResultSet::new(columns);
    let query = BoundQuery { result, more: Vec::new(), render: None, limits: Limits::default() };
    let mut execution = engine.execute(&query, runtime.handle(), CancellationToken::new());
    while let Some(batch) = runtime.block_on(execution.next()) {
        rows.push(batch.unwrap());
    }
    (rows, execution.metrics())
}

/// The rows of a table as JSON cells, in file order.
fn cells(engine: &Engine, name: &str) -> Vec<Vec<String>> {
    let (rows, _) = run(engine, table(engine, name));
    let width = rows.columns().len();
    (0..rows.n_rows()).map(|row| (0..width).map(|column| rows.cell_json(row, column)).collect()).collect()
}

/// Everything that opening a folder gave.
fn picture(folder: &Path) -> String {
    let engine = open(folder);
    let mut out = String::new();
    for table in engine.schema().tables() {
        let columns: Vec<_> = table.columns.iter().map(|it| format!("{}:{}", it.name, it.ty)).collect();
        writeln!(out, "{}\n  {}", table.name, columns.join(" ")).unwrap();
        for row in cells(&engine, &table.name) {
            writeln!(out, "  | {}", row.join(" | ")).unwrap();
        }
    }
    for finding in &engine.load_report().findings {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        writeln!(out, "! {}{line} ×{} {}", finding.file, finding.count, finding.reason).unwrap();
    }
    writeln!(out, "ends {}", engine.data_end().map_or("never".to_owned(), datetime_text)).unwrap();
    out
}

/// The picture must be the one in `<case>.txt` beside the folder.
fn check(case: &str) {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables");
    let expected = tables.join(format!("{case}.txt"));
    let actual = picture(&tables.join(case));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&expected, &actual).unwrap();
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    assert!(actual == wanted, "{case} differs from {}; it is now\n{actual}", expected.display());
}

#[test]
fn exports_of_the_portals() {
    check("portal_export");
}

#[test]
fn broken_lines_lose_only_themselves() {
    check("broken_lines");
}

#[test]
fn json_in_every_shape() {
    check("json_shapes");
}

#[test]
fn delimited_files_with_quirks() {
    check("delimited");
}

#[test]
fn encodings() {
    check("encodings");
}

#[test]
fn types_are_inferred_over_all_rows() {
    check("inference");
}

#[test]
fn a_known_table_has_its_official_columns() {
    check("official");
}

#[test]
fn packed_and_unreadable_files() {
    check("packed");
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let error = Engine::open(&missing, &known(), &EngineOptions::default(), &|_| ()).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}

#[test]
fn progress_rises_to_one() {
    let heard = std::cell::RefCell::new(Vec::new());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/delimited");
    Engine::open(&folder, &known(), &EngineOptions::default(), &|share| heard.borrow_mut().push(share)).unwrap();
    let heard = heard.into_inner();
    assert!(heard.len() > 2 && heard.is_sorted() && heard.last() == Some(&1.0), "{heard:?}");
}

#[test]
fn ten_thousand_columns_and_a_cell_of_a_megabyte() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..10_000).map(|n| format!("c{n}")).collect();
    let values: Vec<_> = (0..10_000).map(|n| n.to_string()).collect();
    let wide = format!("{}\n{}\n", names.join(","), values.join(","));
    fs::write(folder.path().join("Wide.csv"), wide).unwrap();
    let big = "x\n".repeat(512 << 10);
    fs::write(folder.path().join("Big.csv"), format!("a,b\n1,\"{big}\"\n2,y\n")).unwrap();
    let line = serde_json::json!({ "a": 1, "b": big });
    fs::write(folder.path().join("Big.ndjson"), format!("{line}\n")).unwrap();
    let engine = open(folder.path());

    let wide = engine.schema().table("Wide").unwrap();
    assert_eq!((wide.columns.len(), wide.columns[9_999].ty), (10_000, ScalarType::Long));
    let last = Scalar { kind: ScalarKind::Column(9_999), ty: ScalarType::Long, span: 0..0 };
    let operator = Operator::Project { input: Box::new(table(&engine, "Wide")), values: vec![last] };
    let columns = vec![ColumnSymbol::new("c9999", ScalarType::Long)];
    let (rows, _) = run(&engine, Relation::new(operator, columns, 0..0));
    assert_eq!((rows.n_rows(), rows.cell_json(0, 0).as_str()), (1, "9999"));
    let big = cells(&engine, "Big");
    assert_eq!(
        big.iter().map(|row| row[1].len()).collect::<Vec<_>>(),
        [(1 << 20) + (512 << 10) + 2, 3, (1 << 20) + (512 << 10) + 2]
    );
    let findings = &engine.load_report().findings;
    assert_eq!(findings.len(), 1, "only that Big is there twice: {findings:?}");
}

#[test]
fn stray_quotes_on_every_line_do_not_take_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<_> = (0..20_000).map(|n| format!("{n},\"open\n")).collect();
    fs::write(folder.path().join("Quotes.csv"), format!("a,b\n{}", lines.concat())).unwrap();
    let started = std::time::Instant::now();
    let rows = cells(&open(folder.path()), "Quotes");
    assert!(rows.len() >= 10_000, "{}", rows.len());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn many_rows_come_in_order_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<_> = (0..100_000).map(|n| format!("{n},row {n}\n")).collect();
    fs::write(folder.path().join("Many.csv"), format!("n,text\n{}", lines.concat())).unwrap();
    let rows = cells(&open(folder.path()), "Many");
    assert_eq!(rows.len(), 100_000);
    let mut numbers: Vec<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().enumerate().all(|(at, &n)| at as u32 == n));
}

fn write_parquet(path: &Path, columns: Vec<(&str, ArrayRef)>, row_group: usize) {
    let fields: Vec<_> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let schema = Arc::new(ArrowSchema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns.into_iter().map(|(_, array)| array).collect());
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(row_group)).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), schema, Some(properties)).unwrap();
    writer.write(&batch.unwrap()).unwrap();
    writer.close().unwrap();
}

/// Columns of many Arrow types, with a null in each.
fn assorted() -> Vec<(&'static str, ArrayRef)> {
    let seconds = 1_600_691_696;
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
    let bag = StructArray::from(vec![
        (Arc::new(Field::new("a", DataType::Int32, true)), Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef),
        (
            Arc::new(Field::new("b\"", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec![Some("x\n"), None])) as ArrayRef,
        ),
    ]);
    let dictionary: DictionaryArray<Int32Type> = [Some("word"), None].into_iter().collect();
    let guid = [0x74, 0xbe, 0x27, 0xde, 0x1e, 0x4e, 0x49, 0xd9, 0xb5, 0x79, 0xfe, 0x0b, 0x33, 0x1d, 0x36, 0x42];
    let guids = FixedSizeBinaryArray::try_from_sparse_iter_with_size([Some(guid), None].into_iter(), 16).unwrap();
    vec![
        ("seconds", Arc::new(TimestampSecondArray::from(vec![Some(seconds), None]))),
        ("millis", Arc::new(TimestampMillisecondArray::from(vec![Some(seconds * 1000 + 5), None]))),
        ("micros", Arc::new(TimestampMicrosecondArray::from(vec![Some(i64::MAX), None]).with_timezone("+02:00"))),
        ("nanos", Arc::new(TimestampNanosecondArray::from(vec![Some(seconds * 1_000_000_000 + 199), None]))),
        ("date", Arc::new(Date32Array::from(vec![Some(18_526), None]))),
        ("span", Arc::new(DurationMicrosecondArray::from(vec![Some(1_500_000), None]))),
        ("tiny", Arc::new(Int8Array::from(vec![Some(-5), None]))),
        ("huge", Arc::new(UInt64Array::from(vec![Some(7), None]))),
        ("single", Arc::new(Float32Array::from(vec![Some(0.5), None]))),
        ("money", Arc::new(Decimal128Array::from(vec![Some(1250), None]).with_precision_and_scale(10, 2).unwrap())),
        ("truth", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("large", Arc::new(LargeStringArray::from(vec![Some("large"), None]))),
        ("view", Arc::new(StringViewArray::from(vec![Some("view"), None]))),
        ("bytes", Arc::new(BinaryArray::from_opt_vec(vec![Some(b"bytes"), None]))),
        ("guid", Arc::new(guids)),
        ("word", Arc::new(dictionary)),
        ("list", Arc::new(list)),
        ("bag", Arc::new(bag)),
    ]
}

#[test]
fn parquet_columns_of_any_type_are_stored_as_kql_stores_them() {
    let folder = tempfile::tempdir().unwrap();
    write_parquet(&folder.path().join("Assorted.parquet"), assorted(), 1000);
    let engine = open(folder.path());
    let columns = &engine.schema().table("Assorted").unwrap().columns;
    let rows = cells(&engine, "Assorted");
    let actual: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| format!("{} {} {} {}", column.name, column.ty, rows[0][at], rows[1][at]))
        .collect();
    assert_eq!(
        actual,
        [
            "seconds datetime \"2020-09-21T12:34:56Z\" null",
            "millis datetime \"2020-09-21T12:34:56.005Z\" null",
            "micros datetime null null",
            "nanos datetime \"2020-09-21T12:34:56.0000001Z\" null",
            "date datetime \"2020-09-21T00:00:00Z\" null",
            "span timespan \"00:00:01.5000000\" null",
            "tiny int -5 null",
            "huge long 7 null",
            "single real 0.5 null",
            "money decimal \"12.5\" null",
            "truth bool true null",
            "large string \"large\" \"\"",
            "view string \"view\" \"\"",
            "bytes string \"bytes\" \"\"",
            "guid guid \"74be27de-1e4e-49d9-b579-fe0b331d3642\" null",
            "word string \"word\" \"\"",
            "list dynamic [1,null] null",
            "bag dynamic {\"a\":1,\"b\\\"\":\"x\\n\"} {\"a\":2,\"b\\\"\":null}",
        ]
    );
}

#[test]
fn parquet_of_a_known_table_takes_its_official_types() {
    let folder = tempfile::tempdir().unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("Timestamp", Arc::new(StringArray::from(vec!["2020-09-21T12:34:56Z", "soon"]))),
        ("Count", Arc::new(StringArray::from(vec![Some("42"), None]))),
        ("Small", Arc::new(Int64Array::from(vec![1, i64::MAX]))),
        ("Price", Arc::new(Float32Array::from(vec![0.5, 1.0]))),
        ("Extra", Arc::new(StringArray::from(vec![Some("{ \"k\" : 1 }"), None]))),
        ("Further", Arc::new(Int64Array::from(vec![1, 2]))),
    ];
    write_parquet(&folder.path().join("Official.parquet"), columns, 1000);
    let engine = open(folder.path());
    let rows = cells(&engine, "Official");
    let nothing = "null";
    assert_eq!(
        rows[0],
        [
            "\"2020-09-21T12:34:56Z\"",
            "\"\"",
            "42",
            "1",
            nothing,
            "\"0.5\"",
            nothing,
            nothing,
            nothing,
            "{\"k\":1}",
            "1"
        ]
    );
    assert_eq!(rows[1][..5], [nothing, "\"\"", nothing, nothing, nothing]);
    let reasons: Vec<_> = engine.load_report().findings.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
}

/// `column <op> literal` over a table, or its opposite when not `positive`.
fn compare(engine: &Engine, name: &str, column: &str, operator: (bool, ScalarOperator), value: Value) -> Relation {
    let input = table(engine, name);
    let columns = Arc::clone(&input.columns);
    let at = columns.iter().position(|it| it.name == column).unwrap();
    let scalar = |kind, ty| Scalar { kind, ty, span: 0..0 };
    let ty = value.ty();
    let args = vec![scalar(ScalarKind::Column(at), columns[at].ty), scalar(ScalarKind::Literal(value), ty)];
    let (positive, operator) = operator;
    let mut predicate = scalar(ScalarKind::Operator(operator, args), ScalarType::Bool);
    if !positive {
        predicate = scalar(ScalarKind::Operator(ScalarOperator::Not, vec![predicate]), ScalarType::Bool);
    }
    Relation { operator: Operator::Where { input: Box::new(input), predicate }, columns, span: 0..0 }
}

/// The instants `n` minutes after 1970, for `n` below the argument.
type MakeTimes = fn(i64) -> ArrayRef;

#[test]
fn time_predicates_prune_row_groups_in_the_unit_of_the_file() {
    let units: [(&str, MakeTimes); 4] = [
        ("seconds", |n| Arc::new((0..n).map(|it| Some(it * 60)).collect::<TimestampSecondArray>())),
        ("millis", |n| Arc::new((0..n).map(|it| Some(it * 60_000)).collect::<TimestampMillisecondArray>())),
        ("micros", |n| Arc::new((0..n).map(|it| Some(it * 60_000_000)).collect::<TimestampMicrosecondArray>())),
        ("nanos", |n| Arc::new((0..n).map(|it| Some(it * 60_000_000_000)).collect::<TimestampNanosecondArray>())),
    ];
    for (unit, times) in units {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Official.parquet");
        write_parquet(
            &path,
            vec![("Timestamp", times(1000)), ("Count", Arc::new(Int64Array::from_iter_values(0..1000)))],
            100,
        );
        let engine = open(folder.path());
        let minute = |n: i64| UNIX_EPOCH_TICKS + n * 60 * TICKS_PER_SECOND;
        assert_eq!(engine.data_end(), Some(minute(999)), "{unit}");
        for (operator, ticks, expected, pruned) in [
            (ScalarOperator::Greater, minute(850), 149, 8),
            (ScalarOperator::Greater, minute(850) - 1, 150, 8),
            (ScalarOperator::GreaterEqual, minute(850), 150, 8),
            (ScalarOperator::GreaterEqual, minute(850) + 1, 149, 8),
            (ScalarOperator::Less, minute(150), 150, 8),
            (ScalarOperator::Less, minute(150) + 1, 151, 8),
            (ScalarOperator::LessEqual, minute(150), 151, 8),
            (ScalarOperator::LessEqual, minute(150) - 1, 150, 8),
            (ScalarOperator::Equal, minute(150), 1, 9),
        ] {
            let query = compare(&engine, "Official", "Timestamp", (true, operator), Value::Datetime(ticks));
            let (rows, metrics) = run(&engine, query);
            assert_eq!(rows.n_rows(), expected, "{unit} {operator:?} {ticks}");
            assert_eq!(metrics.row_groups_pruned, Some(pruned), "{unit} {operator:?} {ticks}");
        }
    }
}

#[test]
fn a_null_string_of_parquet_is_the_empty_string_to_every_predicate() {
    let folder = tempfile::tempdir().unwrap();
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some(""), Some("b")]));
    write_parquet(&folder.path().join("Official.parquet"), vec![("Name", names)], 2);
    let engine = open(folder.path());
    for (positive, text, expected) in [(true, "", 2), (false, "a", 3), (true, "a", 1), (false, "", 2)] {
        let operator = (positive, ScalarOperator::Equal);
        let query = compare(&engine, "Official", "Name", operator, Value::String(text.to_owned()));
        assert_eq!(run(&engine, query).0.n_rows(), expected, "{positive} '{text}'");
    }
    // Where the text is compared inside something else, an empty one is no `a` either.
    for (query, expected) in [
        ("Official | where (Name == 'a') == false", 3),
        ("Official | where not(Name in ('a', 'b'))", 2),
        ("Official | extend other = not(Name in ('a', 'b')) | where other", 2),
        ("Official | extend other = iff(Name == 'a', 1, 2) | where other == 2", 3),
        ("Official | where not(Name == 'a' and Name startswith 'a')", 3),
    ] {
        let analysis = kql::analyze(query, &Context::new(engine.schema(), 0, Some(&Engine::capabilities())));
        let relation = analysis.query.unwrap_or_else(|| panic!("{:?}", analysis.diagnostics)).result;
        assert_eq!(run(&engine, relation).0.n_rows(), expected, "{query}");
    }
}

/// Rows are read, or the reason is told: bytes are never taken for text unseen, and a number is never lost unsaid.
#[test]
fn parquet_with_bytes_for_text_and_numbers_beyond_a_long() {
    let folder = tempfile::tempdir().unwrap();
    let bytes: ArrayRef = Arc::new(BinaryArray::from_opt_vec(vec![Some(&b"\xFF\xFE!"[..]), None, Some(b"ok")]));
    let numbers: ArrayRef = Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(3)]));
    let small: ArrayRef = Arc::new(UInt64Array::from(vec![1, 2, 3]));
    let columns = vec![("bytes", bytes), ("big", numbers), ("small", small)];
    write_parquet(&folder.path().join("Odd.parquet"), columns, 2);
    let engine = open(folder.path());
    let rows = cells(&engine, "Odd");
    let first: Vec<_> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(first, ["\"\u{FFFD}\u{FFFD}!\"", "\"\"", "\"ok\""]);
    let small: ArrayRef = Arc::new(UInt64Array::from(vec![1, 2, 3]));
    let numbers: ArrayRef = Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(3)]));
    write_parquet(&folder.path().join("Odd.parquet"), vec![("big", numbers), ("small", small)], 2);
    let findings = open(folder.path()).load_report().findings.clone();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].reason.contains("column big"), "{findings:?}");
}

#[test]
fn rows_that_all_have_columns_of_their_own_do_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<_> = (0..12_000).map(|n| format!("{{\"c{n}\":{n},\"all\":1}}\n")).collect();
    fs::write(folder.path().join("Sparse.ndjson"), lines.concat()).unwrap();
    let engine = open(folder.path());
    let n_columns = engine.schema().table("Sparse").unwrap().columns.len();
    assert!((1_024..4_000).contains(&n_columns), "{n_columns}");
    let findings = &engine.load_report().findings;
    assert!(findings.len() == 1 && findings[0].count > 8_000, "{findings:?}");
}
