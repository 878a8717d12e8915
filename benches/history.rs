//! A history of 50,000 runs: searching it as one types, its first page, and opening it.
//!
//! `cargo bench --bench history`. The plan: a search takes at most 30 ms.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use tallyho::history::{Finder, Query, Scope};

const RUNS: usize = 50_000;
const TABLES: &[&str] = &["DeviceProcessEvents", "DeviceNetworkEvents", "DeviceEvents", "EmailEvents", "SigninLogs"];

/// Fills a history quicker than runs can be written one by one: the file is made by the program, the rows by SQL.
fn fill(path: &Path) {
    drop(tallyho::history::History::open(path).expect("a history"));
    let mut db = rusqlite::Connection::open(path).expect("a file");
    let transaction = db.transaction().expect("a transaction");
    for at in 0..RUNS {
        let table = TABLES[at % TABLES.len()];
        let text = format!(
            "{table}\n| where Timestamp > ago({}d) and DeviceName == \"hf-ws-{:03}\"\n| where InitiatingProcessFileName \
             in~ (\"winword.exe\", \"excel{at}.exe\")\n| project Timestamp, DeviceName, FileName, ProcessCommandLine, \
             SHA256, AccountName\n| summarize count(), take_any(ProcessCommandLine) by bin(Timestamp, 1h), AccountName\n\
             | top 20 by Timestamp desc",
            at % 30,
            at % 500
        );
        let insert = "insert into run (owner, started, connection, text, outcome, n_rows, elapsed, cpu, shape, tables, \
                      changed) values ('1-1-1', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        transaction
            .prepare_cached(insert)
            .expect("a statement")
            .execute(rusqlite::params![
                1_700_000_000_000_000 + at as i64 * 60_000_000,
                if at % 3 == 0 { "lab" } else { "graph" },
                text,
                if at % 17 == 0 { "failed" } else { "rows" },
                (at * 7 % 5_000) as i64,
                (at * 31 % 9_000_000) as i64,
                (at * 13 % 4_000_000) as i64,
                (at % 5) as i64,
                table,
                at as i64 + 1
            ])
            .expect("a row");
    }
    transaction.commit().expect("rows");
}

fn history(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.sqlite");
    fill(&path);
    let mut group = c.benchmark_group("history of 50,000 runs");
    group.sample_size(20);
    let mut finder = Finder::open(&path).expect("a finder");
    finder.warm().expect("an index");
    let now = 1_700_000_000_000_000 + RUNS as i64 * 60_000_000;
    for words in [
        "d",
        "winword",
        "devproc",
        "project sha256 hf-ws-041",
        "table:DeviceEvents cost>5s failed",
        "excel4711.exe after:20d",
        "conn:lab rows>0 !failed summarize",
        "nothing of that kind at all",
    ] {
        group.bench_function(format!("search {words}"), |b| {
            b.iter(|| black_box(finder.find(&Query::parse(words, now), &Scope::All)).expect("runs"));
        });
    }
    group.bench_function("first page", |b| {
        b.iter(|| {
            let mut finder = Finder::open(&path).expect("a finder");
            let found = finder.find(&Query::default(), &Scope::All).expect("runs");
            black_box(finder.runs(&found.ids[..100])).expect("a page")
        });
    });
    group.bench_function("all runs into memory, once at the start", |b| {
        b.iter(|| {
            let mut finder = Finder::open(&path).expect("a finder");
            finder.warm().expect("an index");
        });
    });
    group.finish();
}

criterion_group!(benches, history);
criterion_main!(benches);
