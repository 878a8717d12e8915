//! What each operator of a query cost, told by the engine and printed by `tallyho run --stats`.

use std::fmt::Write as _;
use std::fs;

use tallyho::engine::{Engine, EngineOptions};
use tallyho::kql::{self, Context, Schema, ticks_of_date};
use tallyho::result::StageCost;
use tokio_util::sync::CancellationToken;

use crate::headless::{tallyho, told};

/// A hundred rows: `Id` counts them, `K` is `Id` modulo 5.
fn rows() -> String {
    let mut rows = String::new();
    (0..100).for_each(|id| writeln!(rows, "{{\"Id\":{id},\"K\":{}}}", id % 5).unwrap());
    rows
}

fn costs(query: &str) -> Vec<StageCost> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("T.ndjson"), rows()).unwrap();
    let engine = Engine::open(folder.path(), &Schema::default(), &EngineOptions::default(), &|_| ()).unwrap();
    let capabilities = Engine::capabilities();
    let now = ticks_of_date(2026, 1, 31).unwrap();
    let bound = kql::analyze(query, &Context::new(engine.schema(), now, Some(&capabilities))).query.unwrap();
    let threads = engine.threads(|| ()).unwrap();
    threads.block_on(async {
        let mut execution = engine.execute(&bound, threads.handle(), CancellationToken::new());
        while let Some(batch) = execution.next().await {
            batch.unwrap();
        }
        execution.stages()
    })
}

/// Operator and rows of each stage; of one that was moved into another, a word that says so.
fn shown(costs: &[StageCost]) -> Vec<String> {
    let rows = |rows: Option<u64>| rows.map_or("?".to_owned(), |rows| rows.to_string());
    let shown = |cost: &StageCost| match cost.merged_into {
        Some(holder) => format!("{} within {}", cost.operator, costs[holder as usize].operator),
        None => format!("{} {} -> {}", cost.operator, rows(cost.rows_in), rows(cost.rows_out)),
    };
    costs.iter().map(shown).collect()
}

#[test]
fn every_operator_has_its_rows_or_says_whose_figures_hold_them() {
    let query = "T\n| where Id >= 50\n| extend Twice = Id * 2\n| where Twice % 3 == 0\n| summarize n = count() by K\n| top 2 by n";
    let costs = costs(query);
    let operators: Vec<&str> = costs.iter().map(|cost| cost.operator.as_str()).collect();
    assert_eq!(operators, ["table", "where", "project", "where", "summarize", "top"]);
    // Rows in memory are handed over without being counted.
    for cost in &costs[1..] {
        assert!(query.get(cost.from as usize..cost.to as usize).is_some_and(|text| !text.is_empty()), "{cost:?}");
        assert!(cost.rows_out.is_some() || cost.merged_into.is_some(), "{cost:?}");
    }
    let shown = shown(&costs);
    assert_eq!(shown[0], "table ? -> ?");
    assert_eq!(shown[4..], ["summarize 17 -> 5", "top 5 -> 2"], "{shown:?}");
    assert!(costs[4].cpu.is_some() && costs[4].elapsed.is_some());
}

#[test]
fn both_sides_of_a_join_are_told_apart() {
    let query =
        "T | where Id < 10 | join kind=inner (T | where Id < 3 | project Key = Id) on $left.Id == $right.Key | count";
    let shown = shown(&costs(query));
    let both = ["where ? -> 10".to_owned(), "where ? -> 3".to_owned()];
    assert!(both.iter().all(|side| shown.contains(side)), "{shown:?}");
    assert_eq!(shown.last().unwrap(), "count 3 -> 1");
}

#[test]
fn what_is_computed_beforehand_comes_first() {
    let shown = shown(&costs("T | where Id > toscalar(T | summarize avg(Id)) | count"));
    assert_eq!(shown[..2], ["table ? -> ?", "summarize ? -> 1"], "{shown:?}");
    assert_eq!(shown.last().unwrap(), "count 50 -> 1");
}

#[test]
fn headless_runs_print_them_on_request() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/T.ndjson"), rows()).unwrap();
    let arguments = ["run", "--data", "data", "--stats", "--format", "csv", "T | where Id < 10 | count"];
    let output = tallyho(folder.path(), &arguments, b"");
    let told = told(&output);
    assert!(told.contains("stage 2, where: 10 rows out"), "{told}");
    assert!(told.contains("stage 3, count: 10 rows in, 1 rows out"), "{told}");
}
