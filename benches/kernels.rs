//! How long the kernels of hunting take over 200,000 rows of a Parquet file: `cargo bench --bench kernels`.
//!
//! Equality over a dictionary, terms and parts of texts, a regular expression, a path into JSON, distinct values of texts
//! with and without codes, and keys of groups that pack into one number. Before criterion's own figures this prints the
//! quickest of several runs of each, since on a busy machine only that says something of the work itself. `count` is
//! what a run costs that reads nothing.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stdout, reason = "its figures go to the terminal")]

use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::Criterion;
use tallyho::engine::{Engine, EngineOptions};
use tallyho::kql::{self, Context, Schema};
use tokio_util::sync::CancellationToken;

const N_ROWS: usize = 200_000;
const N_RUNS: usize = 9;

const KERNELS: [(&str, &str); 10] = [
    ("count", "Events | count"),
    ("equality over a dictionary", "Events | where FileName == 'app7.exe' | count"),
    ("the same without case", "Events | where FileName =~ 'APP7.exe' | count"),
    ("a term", "Events | where Command has 'mimikatz' | count"),
    ("a part", "Events | where Command contains 'logonpass' | count"),
    ("a regular expression", r"Events | where Command matches regex @'(?i)-enc\s+[0-9a-f]{8,}' | count"),
    ("a path into JSON", "Events | where tostring(parse_json(More).Nested.Score) == '42' | count"),
    ("distinct codes", "Events | summarize dcount(Device) by FileName | count"),
    ("distinct texts", "Events | summarize dcount(Command)"),
    ("packed keys", "Events | summarize count() by bin(Timestamp, 1h), FileName | count"),
];

fn main() {
    let (texts, parquet) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(texts.path().join("Events.jsonl"), events()).unwrap();
    let file = File::create(parquet.path().join("Events.parquet")).unwrap();
    opened(texts.path()).write_table("Events", file, &CancellationToken::new(), &|_| ()).unwrap();
    let engine = opened(parquet.path());
    for (name, query) in KERNELS {
        let runs = (0..N_RUNS).map(|_| {
            let started = Instant::now();
            let n_rows = run(&engine, query);
            (started.elapsed(), n_rows)
        });
        let (quickest, n_rows) = runs.min().unwrap_or_default();
        println!("{name:28} {:>8.1} ms  {n_rows:>4} rows", milliseconds(quickest));
    }
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    for (name, query) in KERNELS {
        criterion.bench_function(&format!("kernels/{name}"), |it| it.iter(|| run(&engine, query)));
    }
    criterion.final_summary();
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn opened(folder: &Path) -> Engine {
    Engine::open(folder, &Schema::default(), &EngineOptions::default(), &|_| ()).unwrap()
}

/// Rows of the answer.
fn run(engine: &Engine, query: &str) -> usize {
    let capabilities = Engine::capabilities();
    let analysis = kql::analyze(query, &Context::new(engine.schema(), 0, Some(&capabilities)));
    let bound = analysis.query.unwrap_or_else(|| panic!("{query}: {:?}", analysis.diagnostics));
    let threads = engine.threads(|| ()).unwrap();
    let mut execution = engine.execute(&bound, threads.handle(), CancellationToken::new());
    let n_rows = threads.block_on(async {
        let mut n_rows = 0;
        while let Some(batch) = execution.next().await {
            n_rows += batch.unwrap().num_rows();
        }
        n_rows
    });
    threads.shutdown_background();
    n_rows
}

/// Events as lines of JSON: a week, 300 devices, 60 programs.
fn events() -> String {
    let mut lines = String::new();
    let mut state = 1_u64;
    let mut random = |below: u64| {
        // Knuth's MMIX: any numbers do, the same ones every time.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for row in 0..N_ROWS {
        let second = row * 7 * 86_400 / N_ROWS;
        let time = format!(
            "2026-01-0{}T{:02}:{:02}:{:02}Z",
            1 + second / 86_400,
            second / 3600 % 24,
            second / 60 % 60,
            second % 60
        );
        let (device, program, id, score) = (random(300), random(60), random(1_000_000), random(100));
        let extra = match random(5000) {
            0 => " Mimikatz sekurlsa::logonpasswords",
            1..10 => " -EncodedCommand 9f86d081884c7d65",
            _ => "",
        };
        writeln!(
            lines,
            r#"{{"Timestamp":"{time}","Device":"device{device}.corp.contoso.com","FileName":"app{program}.exe","Command":"app{program}.exe -k netsvcs /job {id}{extra}","More":"{{\"Level\":\"High\",\"Tags\":[\"a\",\"b\"],\"Nested\":{{\"Score\":{score}}}}}"}}"#
        )
        .unwrap();
    }
    lines
}
