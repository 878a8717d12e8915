//! How long the grid takes for 100,000 rows of 40 columns: `cargo bench --bench grid`.
//!
//! Sorting by one and by three columns; filtering by a text that is in many rows, in few, in none and in numbers; by a
//! regular expression; by a condition that the engine evaluates. Before criterion's own figures this prints the quickest
//! of several runs of each, since on a busy machine only that says something of the work itself.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stdout, reason = "its figures go to the terminal")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use criterion::Criterion;
use tallyho::kql::ScalarType;
use tallyho::result::{
    Column, Matcher, Pattern, ResultSet, SortKey, batch_bytes, matching_rows, sorted_rows, uniform_columns,
};
use tallyho::run::{CancelHandle, rows_where};

const N_ROWS: usize = 100_000;
const N_COLUMNS: usize = 40;
const ROWS_IN_BATCH: usize = 32_768;
const N_RUNS: usize = 9;

/// 5 March 2025 in ticks.
const SOME_DAY: i64 = 638_767_296_000_000_000;

fn main() {
    let set = made_set();
    let bytes: u64 = set.batches().iter().map(batch_bytes).sum();
    println!("{} rows, {} columns, {:.0} MB", set.n_rows(), set.columns().len(), bytes as f64 / 1e6);
    let jobs = jobs();
    for (name, job) in &jobs {
        let runs = (0..N_RUNS).map(|_| {
            let started = Instant::now();
            let n_rows = black_box(job(&set));
            (started.elapsed(), n_rows)
        });
        let (quickest, n_rows) = runs.min().unwrap_or_default();
        println!("{name:28} {:>8.1} ms  {n_rows:>7} rows", milliseconds(quickest));
    }
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    for (name, job) in &jobs {
        criterion.bench_function(&format!("grid/{name}"), |it| it.iter(|| job(&set)));
    }
    criterion.final_summary();
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

type Job = Box<dyn Fn(&ResultSet) -> usize>;

fn jobs() -> Vec<(&'static str, Job)> {
    let sort = |keys: &[(usize, bool)]| -> Job {
        let keys: Vec<SortKey> =
            keys.iter().map(|(col, descending)| SortKey { col: *col, descending: *descending }).collect();
        Box::new(move |set| sorted_rows(set, None, &keys, &|| false).unwrap().len())
    };
    let filter = |pattern: Pattern| -> Job {
        let matcher = Matcher::new(&pattern).unwrap();
        let columns: Vec<usize> = (0..N_COLUMNS).collect();
        Box::new(move |set| matching_rows(set, None, &columns, &matcher, &|| false).unwrap().len())
    };
    let text = |text: &str| filter(Pattern::Text(text.to_owned()));
    let regex = |text: &str| filter(Pattern::Regex(text.to_owned()));
    let condition = |condition: &'static str| -> Job {
        Box::new(move |set| rows_where(set, condition, SOME_DAY, &CancelHandle::new()).unwrap().unwrap().len())
    };
    vec![
        ("sort by a time", sort(&[(0, true)])),
        ("sort by a number", sort(&[(1, false)])),
        ("sort by a text", sort(&[(2, false)])),
        ("sort by a long text", sort(&[(3, true)])),
        ("sort by three", sort(&[(2, false), (1, true), (3, false)])),
        ("filter p", text("p")),
        ("filter powershell", text("powershell")),
        ("filter not there", text("not there")),
        ("filter 7412", text("7412")),
        ("filter 7", text("7")),
        ("regex", regex(r"(?i)svc\w+\.exe -k 12\d5")),
        ("regex of letters only", regex(r"^[a-z]+9$")),
        ("condition", condition("Text2 has \"powershell\" and Long1 > 500")),
        ("fold", Box::new(|set| uniform_columns(set, &|| false).unwrap().len())),
    ]
}

/// Columns as an answer of Advanced Hunting has them: half of them texts, many of which are empty.
fn made_set() -> ResultSet {
    let columns = (0..N_COLUMNS).map(|col| match col % 8 {
        0 => Column { name: format!("Time{col}"), ty: ScalarType::Datetime },
        1 => Column { name: format!("Long{col}"), ty: ScalarType::Long },
        6 => Column { name: format!("Real{col}"), ty: ScalarType::Real },
        7 => Column { name: format!("Bool{col}"), ty: ScalarType::Bool },
        _ => Column { name: format!("Text{col}"), ty: ScalarType::String },
    });
    let mut set = ResultSet::new(columns.collect());
    let mut seed = 7_u64;
    for start in (0..N_ROWS).step_by(ROWS_IN_BATCH) {
        let n_rows = ROWS_IN_BATCH.min(N_ROWS - start);
        let arrays: Vec<ArrayRef> = (0..N_COLUMNS).map(|col| array(col, n_rows, &mut seed)).collect();
        let named = arrays.into_iter().enumerate().map(|(col, it)| (col.to_string(), it));
        set.push(RecordBatch::try_from_iter(named).unwrap());
    }
    set
}

fn array(col: usize, n_rows: usize, seed: &mut u64) -> ArrayRef {
    let mut next = || {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    };
    match col % 8 {
        0 => Arc::new(Int64Array::from_iter_values(
            (0..n_rows).map(|_| SOME_DAY - (next() % 1_000_000) as i64 * 9_999_991),
        )),
        1 => Arc::new(
            (0..n_rows).map(|_| (!next().is_multiple_of(9)).then(|| (next() % 65_536) as i64)).collect::<Int64Array>(),
        ),
        6 => Arc::new(Float64Array::from_iter_values((0..n_rows).map(|_| next() as f64 / 977.0))),
        7 => Arc::new((0..n_rows).map(|_| Some(next().is_multiple_of(2))).collect::<BooleanArray>()),
        2 => Arc::new(StringArray::from_iter_values((0..n_rows).map(|_| {
            ["powershell.exe", "cmd.exe", "svchost.exe", "winword.exe", "rundll32.exe"][next() as usize % 5]
        }))),
        3 => Arc::new(StringArray::from_iter_values(
            (0..n_rows).map(|_| format!("C:\\Windows\\System32\\svchost.exe -k {} -p -s {:x}", next() % 3_000, next())),
        )),
        4 => Arc::new(StringArray::from_iter_values(
            (0..n_rows)
                .map(|_| if next().is_multiple_of(3) { String::new() } else { format!("hf-ws-{:03}", next() % 400) }),
        )),
        _ => Arc::new(StringArray::from_iter_values((0..n_rows).map(|_| format!("{:016x}{:016x}", next(), next())))),
    }
}
