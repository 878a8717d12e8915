//! How fast the language is on one core: `cargo bench --bench language`.
//!
//! The corpus is what `TALLYHO_CORPUS` names: a folder of `.kql` files, or a file of JSON lines with a member `query`;
//! without it, the queries of `tests/`. Before criterion's own figures this prints, over every query of the corpus,
//! the median and the 99th percentile of analysis and of completion at the end of each query and in its middle, each
//! query's time being the least of several runs, so that a busy machine does not count.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stdout, reason = "its figures go to the terminal")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use tallyho::kql::{self, Context};
use tallyho::schema;

/// Runs of which the quickest counts.
const N_RUNS: usize = 5;

fn main() {
    let corpus = corpus();
    let bytes: usize = corpus.iter().map(String::len).sum();
    println!("{} queries, {bytes} bytes", corpus.len());
    let context = Context::new(schema::advanced_hunting(), 0, None);
    // The schema and the catalogue are read when first asked for.
    kql::analyze("DeviceInfo | take 1", &context);
    percentiles("analyze", &corpus, |text| drop(black_box(kql::analyze(text, &context))));
    percentiles("inspect", &corpus, |text| drop(black_box(kql::inspect(text, &context))));
    percentiles("complete at the end", &corpus, |text| drop(black_box(kql::complete(text, text.len(), &context))));
    percentiles("complete in the middle", &corpus, |text| {
        drop(black_box(kql::complete(text, text.len() / 2, &context)));
    });
    percentiles("format", &corpus, |text| drop(black_box(kql::format(text))));
    percentiles("lint", &corpus, |text| drop(black_box(kql::lint(text, &context))));
    let mut criterion = Criterion::default().configure_from_args();
    whole(&mut criterion, &corpus, &context);
    criterion.final_summary();
}

/// The quickest run of each query, sorted.
fn percentiles(what: &str, corpus: &[String], work: impl Fn(&str)) {
    let quickest = |text: &String| {
        let runs = (0..N_RUNS).map(|_| {
            let started = Instant::now();
            work(text);
            started.elapsed()
        });
        runs.min().unwrap_or_default()
    };
    let mut times: Vec<Duration> = corpus.iter().map(quickest).collect();
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!("{what:24} p50 {:>10.1?}  p99 {:>10.1?}  worst {:>10.1?}", at(50), at(99), times[times.len() - 1]);
}

/// The corpus as one piece of work.
fn whole(criterion: &mut Criterion, corpus: &[String], context: &Context<'_>) {
    // The lexer is reached by its colours' door, which parts blocks with it, and by the list of tokens.
    let joined = corpus.join("\n\n");
    let mut group = criterion.benchmark_group("language");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(joined.len() as u64));
    group.bench_function("lex", |bencher| bencher.iter(|| kql::blocks(black_box(&joined))));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| corpus.iter().map(|text| kql::parse(text).errors().len()).sum::<usize>());
    });
    group.bench_function("analyze", |bencher| {
        bencher.iter(|| corpus.iter().map(|text| kql::analyze(text, context).diagnostics.len()).sum::<usize>());
    });
    group.bench_function("highlight", |bencher| bencher.iter(|| kql::highlight_lines(black_box(&joined))));
    group.bench_function("format", |bencher| {
        bencher.iter(|| corpus.iter().map(|text| kql::format(text).len()).sum::<usize>());
    });
    group.finish();
}

fn corpus() -> Vec<String> {
    let chosen = std::env::var_os("TALLYHO_CORPUS").map(PathBuf::from);
    let texts = match &chosen {
        Some(path) if path.is_dir() => folder(path),
        Some(path) => std::fs::read_to_string(path).unwrap().lines().filter_map(query_of).collect(),
        None => folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")),
    };
    assert!(!texts.is_empty(), "the corpus is empty");
    texts
}

fn query_of(line: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    value["query"].as_str().map(str::to_owned)
}

/// The `.kql` files of a folder and the `kql` blocks of its `.md` files, in the order of names.
fn folder(path: &Path) -> Vec<String> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    let mut texts = Vec::new();
    for path in entries {
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            texts.extend(folder(&path));
        } else if extension == "kql" {
            texts.extend(std::fs::read_to_string(&path));
        } else if extension == "md" {
            let text = std::fs::read_to_string(&path).unwrap();
            let blocks = text.split("```kql\n").skip(1).filter_map(|rest| rest.split("```\n").next());
            texts.extend(blocks.map(str::to_owned));
        }
    }
    texts
}
