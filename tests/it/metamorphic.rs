//! One question asked in many ways has one answer.
//!
//! Random tables with nulls and random pipelines are answered once in the plainest way: rows in memory, one partition,
//! plans as they were written. Then other ways are tried that must not matter: Parquet files of many row groups, several
//! partitions, batches of 1, 7 and 8,192 rows, the optimiser and pruning on, and a `where` that changes nothing or is cut
//! in two. No answer is known beforehand; two that differ are a mistake in one of them.
//!
//! `TALLYHO_CASES=10000 cargo test --test it metamorphic` asks so many questions, others every time; without it a few
//! hundred are asked, always the same.

mod pipelines;
mod tables;
mod values;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tallyho::engine::{Engine, EngineError, EngineOptions};
use tallyho::kql::{self, Context, Schema, ticks_of_date};
use tallyho::result::{Cell, ResultSet};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use pipelines::{Pipeline, Recipe};
use tables::Tables;

const CASES: u32 = 300;

#[test]
fn an_answer_does_not_depend_on_how_it_is_computed() {
    let asked = std::env::var("TALLYHO_CASES").ok().map(|it| it.parse().expect("TALLYHO_CASES is a number"));
    let config = Config {
        cases: asked.unwrap_or(CASES),
        failure_persistence: None,
        max_shrink_iters: 3000,
        ..Config::default()
    };
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let asker = Asker::new();
    let ways = prop::collection::vec(Way::any(), 3);
    let outcome = runner.run(&(Tables::any(), Recipe::any(), ways), |(tables, recipe, ways)| {
        asker.compare(&tables, &Pipeline::cook(&recipe), &ways)
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let (asked, answered) = (asker.asked.load(Ordering::Relaxed), asker.answered.load(Ordering::Relaxed));
    assert!(answered * 10 >= asked * 7, "only {answered} of {asked} questions were answered at all");
}

/// A way to compute that must not matter.
#[derive(Debug, Clone)]
struct Way {
    in_parquet: bool,
    partitions: usize,
    batch_rows: usize,
    optimize: bool,
    rewrite: Rewrite,
}

/// A change of the text that must not matter; the number says at which stage of the pipeline.
#[derive(Debug, Clone, Copy)]
enum Rewrite {
    None,
    WhereTrue(u8),
    SplitWheres,
    RepeatedWheres,
}

const PLAINEST: Way =
    Way { in_parquet: false, partitions: 1, batch_rows: 8192, optimize: false, rewrite: Rewrite::None };

impl Way {
    fn any() -> impl Strategy<Value = Self> {
        let rewrite = prop_oneof![
            Just(Rewrite::None),
            any::<u8>().prop_map(Rewrite::WhereTrue),
            Just(Rewrite::SplitWheres),
            Just(Rewrite::RepeatedWheres),
        ];
        let batch_rows = prop::sample::select(vec![8192, 7, 1]);
        (any::<bool>(), 1_usize..4, batch_rows, any::<bool>(), rewrite).prop_map(
            |(in_parquet, partitions, batch_rows, optimize, rewrite)| Self {
                in_parquet,
                partitions,
                batch_rows,
                optimize,
                rewrite,
            },
        )
    }

    fn text(&self, pipeline: &Pipeline) -> String {
        pipeline.text(self.rewrite)
    }
}

/// What came of a question.
#[derive(Debug, PartialEq)]
enum Answer {
    Rows(Vec<String>),
    /// The binder does not take the query, or what runs does not take a value that it met. Whether it meets the value at
    /// all is open: nobody may need it.
    Refused(String),
    Failed(String),
}

struct Asker {
    threads: Runtime,
    asked: AtomicUsize,
    answered: AtomicUsize,
}

impl Asker {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = EngineOptions { partitions: 2, ..EngineOptions::default() };
        let engine = Engine::open(folder.path(), &Schema::default(), &options, &|_| ()).unwrap();
        let threads = engine.threads(|| ()).unwrap();
        Self { threads, asked: AtomicUsize::new(0), answered: AtomicUsize::new(0) }
    }

    fn compare(&self, tables: &Tables, pipeline: &Pipeline, ways: &[Way]) -> Result<(), TestCaseError> {
        let folder = tempfile::tempdir().unwrap();
        let (memory, parquet) = (folder.path().join("memory"), folder.path().join("parquet"));
        tables.write_lines(&memory);
        if ways.iter().any(|way| way.in_parquet) {
            tables.write_parquet(&parquet);
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        let expected = self.ask(&memory, &PLAINEST, pipeline);
        if matches!(expected, Answer::Refused(_)) {
            return Ok(());
        }
        self.answered.fetch_add(1, Ordering::Relaxed);
        for way in ways {
            let folder = if way.in_parquet { &parquet } else { &memory };
            let answer = self.ask(folder, way, pipeline);
            let same = matches!(answer, Answer::Refused(_)) || expected == answer;
            prop_assert!(
                same,
                "{}\nanswered plainly:\n{expected:#?}\nasked as {way:?}:\n{}\nanswered:\n{answer:#?}",
                pipeline.text(Rewrite::None),
                way.text(pipeline)
            );
        }
        Ok(())
    }

    fn ask(&self, folder: &Path, way: &Way, pipeline: &Pipeline) -> Answer {
        let options = EngineOptions {
            partitions: way.partitions,
            batch_rows: way.batch_rows,
            optimize: way.optimize,
            ..EngineOptions::default()
        };
        let engine = Engine::open(folder, &tables::schema(), &options, &|_| ()).unwrap();
        let findings = engine.load_report().findings.iter();
        let odd: Vec<_> = findings.filter(|finding| finding.reason != "is empty").collect();
        assert!(odd.is_empty(), "the tables are not read as they were written: {odd:?}");
        let capabilities = Engine::capabilities();
        let now = ticks_of_date(2026, 1, 31).unwrap();
        let text = way.text(pipeline);
        let analysis = kql::analyze(&text, &Context::new(engine.schema(), now, Some(&capabilities)));
        let Some(bound) = analysis.query else {
            let messages: Vec<String> = analysis.diagnostics.into_iter().map(|it| it.message).collect();
            return Answer::Refused(messages.join("; "));
        };
        let rows = self.threads.block_on(async {
            let mut execution = engine.execute(&bound, self.threads.handle(), CancellationToken::new());
            let mut rows = ResultSet::new(execution.columns().to_vec());
            while let Some(batch) = execution.next().await {
                rows.push(batch?);
            }
            Ok::<_, EngineError>(rows)
        });
        match rows {
            Ok(rows) => Answer::Rows(lines(&rows, pipeline.is_ordered())),
            Err(error @ (EngineError::Query { .. } | EngineError::Unsupported { .. })) => {
                Answer::Refused(error.to_string())
            }
            Err(error) => Answer::Failed(error.to_string()),
        }
    }
}

fn lines(rows: &ResultSet, is_ordered: bool) -> Vec<String> {
    let line = |row| {
        let cells = (0..rows.columns().len()).map(|column| cell(rows.cell(row, column)));
        cells.collect::<Vec<_>>().join(" | ")
    };
    let mut lines: Vec<String> = (0..rows.n_rows()).map(line).collect();
    if !is_ordered {
        lines.sort();
    }
    lines
}

/// Reals are added up in any order, so their last digits do not count.
fn cell(cell: Cell<'_>) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Real(real) => format!("{:.9e}", if real == 0.0 { 0.0 } else { real }),
        other => format!("{:?}", other.text()),
    }
}
