//! Queries and what they answer: `tests/queries/*.md`, through the doors of language and engine.
//!
//! A ```` ```kql ```` block is followed by a ```` ```table ```` block (names and types, then rows; `rowsort` after the
//! word where the order is open) or by an ```` ```error ```` block. `UPDATE_EXPECT=1` writes what is answered.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use tallyho::engine::{Engine, EngineError, EngineOptions};
use tallyho::kql::{self, Capabilities, Schema, Severity, ticks_of_date};
use tallyho::result::{Cell, ResultSet};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::asked::Asked;

#[test]
fn every_query_answers_as_written() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let asker = Asker::new();
    let mut wrong = String::new();
    let mut n_queries = 0;
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let document = Document::parse(&text);
        let mut answered = String::new();
        for part in &document.parts {
            match part {
                Part::Prose(prose) => answered.push_str(prose),
                Part::Query { line, query, expected, is_rowsort } => {
                    n_queries += 1;
                    let answer = asker.answer(query, *is_rowsort);
                    if answer != *expected {
                        writeln!(wrong, "{name}:{line}\n{query}expected:\n{expected}answered:\n{answer}").unwrap();
                    }
                    write!(answered, "```kql\n{query}```\n{answer}").unwrap();
                }
            }
        }
        if update && answered != text {
            std::fs::write(&path, answered).unwrap();
        }
    }
    assert!(n_queries > 50, "only {n_queries} queries were found");
    assert!(update || wrong.is_empty(), "{wrong}");
}

/// A name that the catalogue does not have could never be called.
#[test]
fn the_engine_evaluates_nothing_that_the_catalogue_does_not_know() {
    let (engine, catalogue) = (Engine::capabilities(), Capabilities::catalogue());
    let strangers: Vec<_> = engine.functions.difference(&catalogue.functions).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    let strangers: Vec<_> = engine.aggregates.difference(&catalogue.aggregates).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    assert!(engine.functions.len() > 100 && engine.aggregates.len() > 30, "the engine has lost functions");
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/queries");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

struct Document {
    parts: Vec<Part>,
}

enum Part {
    Prose(String),
    /// The expectation is kept as the block it stands in, fences included; empty when there is none.
    Query {
        line: usize,
        query: String,
        expected: String,
        is_rowsort: bool,
    },
}

impl Document {
    fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut prose = String::new();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            if line != "```kql" {
                prose.push_str(line);
                prose.push('\n');
                continue;
            }
            parts.push(Part::Prose(std::mem::take(&mut prose)));
            let query = block(&mut lines);
            let fence = lines.peek().map_or("", |(_, line)| *line);
            let is_expected = fence.starts_with("```table") || fence == "```error";
            let expected = if is_expected {
                lines.next();
                format!("{fence}\n{}```\n", block(&mut lines))
            } else {
                String::new()
            };
            let is_rowsort = fence == "```table rowsort";
            parts.push(Part::Query { line: number + 1, query, expected, is_rowsort });
        }
        parts.push(Part::Prose(prose));
        Self { parts }
    }
}

/// The lines up to the closing fence.
fn block<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> String {
    let mut text = String::new();
    for (_, line) in lines.by_ref().take_while(|(_, line)| *line != "```") {
        text.push_str(line);
        text.push('\n');
    }
    text
}

struct Asker {
    engine: Engine,
    threads: Runtime,
    schema: Schema,
}

impl Asker {
    fn new() -> Self {
        // There are no tables in it, only what `externaldata` reads.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/external");
        let options = EngineOptions { memory_limit: 256 << 20, partitions: 2, ..EngineOptions::default() };
        let engine = Engine::open(&folder, &Schema::default(), &options, &|_| ()).unwrap();
        let threads = engine.threads(|| ()).unwrap();
        Self { schema: engine.schema().clone(), engine, threads }
    }

    /// The block that belongs after the query.
    fn answer(&self, query: &str, is_rowsort: bool) -> String {
        let capabilities = Engine::capabilities();
        // 2026-01-31T00:00:00Z is now.
        let now = ticks_of_date(2026, 1, 31).unwrap();
        let asked = Asked::of(query);
        let context = asked.context(&self.schema, now, Some(&capabilities));
        let analysis = match self.engine.analyze(query, &context, &CancellationToken::new(), || ()) {
            Ok(analysis) => analysis,
            Err(error) => return format!("```error\n{error}\n```\n"),
        };
        let Some(bound) = analysis.query else {
            let mistakes = analysis.diagnostics.iter().filter(|it| it.severity <= Severity::Refusal);
            let lines: Vec<_> = mistakes.map(|it| format!("{}: {}\n", it.code, it.message)).collect();
            return format!("```error\n{}```\n", lines.concat());
        };
        match self.threads.block_on(self.rows(&bound)) {
            Ok(tables) => tables_text(&tables, is_rowsort),
            Err(error) => format!("```error\n{error}\n```\n"),
        }
    }

    /// The results of a query with their names.
    async fn rows(&self, query: &kql::BoundQuery) -> Result<Vec<(Option<String>, ResultSet)>, EngineError> {
        let mut execution = self.engine.execute(query, self.threads.handle(), CancellationToken::new());
        let mut tables = Vec::new();
        let mut name = None;
        loop {
            let mut rows = ResultSet::new(execution.columns().to_vec());
            while let Some(batch) = execution.next().await {
                rows.push(batch?);
            }
            tables.push((name, rows));
            match execution.next_table().await? {
                Some(next) => name = next,
                None => return Ok(tables),
            }
        }
    }
}

/// All results in one block, each further one behind a line with its name.
fn tables_text(tables: &[(Option<String>, ResultSet)], is_rowsort: bool) -> String {
    let mut text = String::from(if is_rowsort { "```table rowsort\n" } else { "```table\n" });
    for (place, (name, rows)) in tables.iter().enumerate() {
        if place > 0 {
            let name = name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
            writeln!(text, "-- and then{name}").unwrap();
        }
        writeln!(text, "{}", table(rows, is_rowsort)).unwrap();
    }
    text + "```\n"
}

fn table(rows: &ResultSet, is_rowsort: bool) -> String {
    let columns: Vec<String> =
        rows.columns().iter().map(|column| format!("{}:{}", escaped(&column.name), column.ty)).collect();
    let n_columns = columns.len();
    let line = |row| (0..n_columns).map(|col| cell_text(rows.cell(row, col))).collect::<Vec<_>>().join(" | ");
    let mut lines: Vec<String> = (0..rows.n_rows()).map(line).collect();
    if is_rowsort {
        lines.sort();
    }
    lines.insert(0, columns.join(" | "));
    lines.join("\n")
}

/// A cell that cannot be mistaken: null is a word, an empty string has quotes.
fn cell_text(cell: Cell<'_>) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::String("") => "''".to_owned(),
        Cell::String("null") => "'null'".to_owned(),
        other => escaped(&other.text()),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('\n', "\\n").replace('\r', "\\r")
}
