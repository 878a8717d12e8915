//! A time range beside the query: each table is read as if its filter stood right behind its name, and what is set in
//! the query of limits and parameters is kept, through the door that every face of the program uses.

use std::sync::{Arc, OnceLock};

use tallyho::config::{Clock, Connection, ConnectionKind, Paths, TimeRange};
use tallyho::result::{ResultSet, Truncation};
use tallyho::run::{OpenConnection, QueryRequest, RunId, RunSummary, Runner};

use crate::ending::{Ending, ending};
use crate::lab;

/// Two days out of the lab's fortnight.
const RANGE: &str = "2025-03-10T00:00:00Z/P2D";
const FILTER: &str = "where Timestamp between (datetime(2025-03-10) .. datetime(2025-03-12))";

fn opened() -> &'static (Runner, Arc<OpenConnection>, tempfile::TempDir) {
    static OPEN: OnceLock<(Runner, Arc<OpenConnection>, tempfile::TempDir)> = OnceLock::new();
    OPEN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("files");
        lab::copy_to(&files);
        let runner = Runner::new(&Paths::under(folder.path().to_owned()));
        let connection = Connection::new("lab", ConnectionKind::Files { folder: files }, Clock::EndOfData);
        let open = runner.open(&connection, &|_| {}).unwrap();
        (runner, open, folder)
    })
}

fn ask(change: impl FnOnce(&mut QueryRequest), text: &str) -> Ending {
    let (runner, open, _) = opened();
    let mut request = QueryRequest::new(RunId(1), text, Arc::clone(open));
    change(&mut request);
    ending(runner, request)
}

fn in_range(text: &str) -> (ResultSet, RunSummary) {
    ask(|request| request.time_range = TimeRange::parse(RANGE), text).unwrap_or_else(|it| panic!("{text}: {it:?}"))
}

fn plainly(text: &str) -> (ResultSet, RunSummary) {
    ask(|_| {}, text).unwrap_or_else(|it| panic!("{text}: {it:?}"))
}

/// The rows as JSON, sorted.
fn sorted(rows: &ResultSet) -> Vec<String> {
    let width = rows.columns().len();
    let line = |row| (0..width).map(|column| rows.cell_json(row, column)).collect::<Vec<_>>().join(",");
    let mut lines: Vec<String> = (0..rows.n_rows()).map(line).collect();
    lines.sort();
    lines
}

/// `{P}`, `{N}` and `{L}` are tables, as they are or with the filter behind them.
const QUERIES: [&str; 9] = [
    "{P} | summarize count(), min(Timestamp), max(Timestamp)",
    "{P} | where Timestamp > datetime(2025-03-11) | summarize count()",
    "{P} | where Timestamp > datetime(2025-03-20) | summarize count()",
    "{P} | join kind=inner ({N} | where RemotePort == 443) on DeviceId | summarize count() by DeviceName",
    "{P} | where DeviceId in (({L} | distinct DeviceId)) | summarize count() by FileName",
    "union {P}, {N}, ({L} | where ActionType == 'LogonFailed') | summarize count() by ActionType",
    "let A = {P} | where FileName =~ 'cmd.exe'; let n = toscalar({N} | count); A | summarize a=count() | extend n",
    "let M = materialize({L} | summarize c=count() by AccountName); M | join kind=inner M on AccountName | summarize sum(c)",
    "{L} | summarize t=max(Timestamp) by DeviceId | join kind=leftouter ({P} | summarize c=count() by DeviceId) on DeviceId | project DeviceId, t, c",
];

fn with_tables(query: &str, text: impl Fn(&str) -> String) -> String {
    let tables = [("{P}", "DeviceProcessEvents"), ("{N}", "DeviceNetworkEvents"), ("{L}", "DeviceLogonEvents")];
    tables.iter().fold(query.to_owned(), |query, (mark, table)| query.replace(mark, &text(table)))
}

#[test]
fn each_table_is_read_as_if_the_filter_stood_behind_it() {
    for query in QUERIES {
        let (narrowed, _) = in_range(&with_tables(query, str::to_owned));
        let (filtered, _) = plainly(&with_tables(query, |table| format!("({table} | {FILTER})")));
        let (everything, _) = plainly(&with_tables(query, str::to_owned));
        assert_eq!(sorted(&narrowed), sorted(&filtered), "{query}");
        assert!(!filtered.columns().is_empty() && filtered.n_rows() > 0, "{query}");
        // Only what lies beyond the range in any case is the same without it.
        if !query.contains("2025-03-20") {
            assert_ne!(sorted(&narrowed), sorted(&everything), "{query}");
        }
    }
}

#[test]
fn a_range_keeps_parts_of_a_file_unread_as_a_filter_does() {
    let query = "DeviceNetworkEvents | summarize count()";
    let (_, narrowed) = in_range(query);
    let (_, filtered) = plainly(&format!("DeviceNetworkEvents | {FILTER} | summarize count()"));
    assert!(narrowed.stats.row_groups_pruned.unwrap() > 0, "{:?}", narrowed.stats);
    assert_eq!(narrowed.stats.row_groups_pruned, filtered.stats.row_groups_pruned);
    assert_eq!(narrowed.stats.rows, filtered.stats.rows);
}

#[test]
fn what_the_query_holds_itself_is_left_alone() {
    for query in [
        "datatable(Timestamp:datetime)[datetime(2020-01-01)] | count",
        "range Timestamp from datetime(2020-01-01) to datetime(2020-01-05) step 1d | count",
        "print Timestamp = datetime(2020-01-01)",
        "DeviceProcessEvents | getschema",
    ] {
        assert_eq!(sorted(&in_range(query).0), sorted(&plainly(query).0), "{query}");
    }
}

#[test]
fn ends_of_the_range_are_within_it() {
    let (rows, _) = plainly("DeviceProcessEvents | summarize min(Timestamp)");
    let first = rows.cell(0, 0).text().into_owned();
    let alone = ask(
        |request| request.time_range = TimeRange::parse(&format!("{first}/{first}")),
        "DeviceProcessEvents | where Timestamp == toscalar(DeviceProcessEvents | summarize min(Timestamp)) | count",
    );
    let (rows, _) = alone.unwrap();
    assert!(rows.cell_json(0, 0).parse::<u64>().unwrap() > 0, "{first}");
}

#[test]
fn limits_of_set_cut_the_result_and_say_so() {
    let (rows, summary) = plainly("set truncationmaxrecords = 7; DeviceProcessEvents");
    assert_eq!((rows.n_rows(), summary.truncation), (7, Some(Truncation::Rows { limit: 7 })));
    let (rows, summary) = plainly("set truncationmaxsize = 50; range x from 1 to 1000 step 1");
    assert_eq!((rows.n_rows(), summary.truncation), (6, Some(Truncation::Bytes { limit: 50 })));
    let (rows, summary) = plainly("set query_take_max_records = 7; DeviceProcessEvents");
    assert_eq!((rows.n_rows(), summary.truncation), (7, None));
    let (rows, summary) = plainly("set truncationmaxrecords = 7; DeviceProcessEvents | take 7");
    assert_eq!((rows.n_rows(), summary.truncation), (7, None));
}

#[test]
fn an_option_without_effect_is_noted() {
    let (_, summary) = plainly("set notruncation; print 1");
    assert_eq!(summary.notes, ["the option notruncation has no effect here"]);
}

#[test]
fn parameters_reach_the_query() {
    let text = "declare query_parameters(n:long, s:string = 'none'); print n + 1, s";
    let given = [("n".to_owned(), "41".to_owned()), ("unused".to_owned(), "]".to_owned())];
    let (rows, _) = ask(|request| request.parameters = given.to_vec(), text).unwrap();
    assert_eq!(sorted(&rows), ["42,\"none\""]);
    let error = ask(|_| {}, text).unwrap_err();
    assert_eq!(error.diagnostics[0].code, "TLY0016");
}
