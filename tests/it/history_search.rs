//! The search over what was run: words, letters left out, fields, scopes, and what other workbenches write meanwhile.

use std::path::PathBuf;

use tallyho::history::{Costs, Finder, Found, History, Outcome, Query, RunEnding, RunStart, Scope};
use tallyho::tui::traits_of;

/// 2025-03-17T12:00:00Z.
const NOW: i64 = 1_742_212_800_000_000;
const HOUR: i64 = 3_600_000_000;

struct Runs {
    _folder: tempfile::TempDir,
    path: PathBuf,
    history: History,
    finder: Finder,
}

fn runs() -> Runs {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.sqlite");
    let mut runs =
        Runs { history: History::open(&path).unwrap(), finder: Finder::open(&path).unwrap(), _folder: folder, path };
    let cpu = |cpu| RunEnding { costs: Costs { cpu: Some(cpu), ..Costs::default() }, ..rows(20) };
    runs.add(1, "lab", "DeviceProcessEvents | where FileName =~ \"winword.exe\"", cpu(9_000_000));
    runs.add(2, "graph", "EmailEvents | count", rows(1));
    runs.add(
        30,
        "lab",
        "DeviceEvents | where ActionType == 'Failed'",
        RunEnding { outcome: Outcome::Failed, error: Some("unknown column 'Acton'".into()), ..RunEnding::default() },
    );
    runs.add(50, "lab", "DeviceEvents | take 0", RunEnding { elapsed: Some(6_000_000), ..rows(0) });
    runs.add(
        99,
        "lab",
        "DeviceNetworkEvents | join (DeviceEvents) on DeviceId",
        RunEnding {
            costs: Costs { memory: Some(3 << 30), scanned_rows: Some(22_014), scanned_bytes: Some(100), cpu: Some(0) },
            truncated: true,
            ..rows(100_000)
        },
    );
    runs
}

fn rows(n_rows: u64) -> RunEnding {
    RunEnding { n_rows, elapsed: Some(410_000), ..RunEnding::default() }
}

impl Runs {
    /// A run so many hours ago.
    fn add(&mut self, hours: i64, connection: &str, text: &str, ending: RunEnding) -> i64 {
        let traits = traits_of(text);
        let start = RunStart { started: NOW - hours * HOUR, connection, text, traits: Some(&traits) };
        let id = self.history.append_start(&start).unwrap();
        self.history.finish(id, &ending).unwrap();
        id
    }

    fn found(&mut self, words: &str, scope: &Scope) -> Found {
        let query = Query::parse(words, NOW);
        assert!(query.faults.is_empty(), "{words}: {:?}", query.faults);
        self.finder.find(&query, scope).unwrap()
    }

    /// Those that have the words as written.
    fn ids(&mut self, words: &str) -> Vec<i64> {
        let mut found = self.found(words, &Scope::All);
        found.ids.truncate(found.ids.len() - found.n_alike);
        found.ids
    }
}

#[test]
fn words_fields_and_figures_find_their_runs() {
    let mut runs = runs();
    for (words, expected) in [
        ("", &[5, 4, 3, 2, 1][..]),
        ("deviceevents", &[5, 4, 3]),
        ("DEVICE winword", &[1]),
        ("\"where filename\"", &[1]),
        ("!device", &[2]),
        ("!\"take 0\" deviceevents", &[5, 3]),
        ("table:DeviceEvents", &[5, 4, 3]),
        ("table:email", &[2]),
        ("table:DeviceEvents cost>5s", &[4]),
        ("cost>5s", &[4, 1]),
        ("cpu>5s", &[1]),
        ("time>=6s", &[4]),
        ("failed", &[3]),
        ("\"failed\"", &[3]),
        ("!failed table:DeviceEvents", &[5, 4]),
        ("error:acton", &[3]),
        ("acton", &[3]),
        ("rows>0", &[5, 2, 1]),
        ("rows=0 done", &[4]),
        ("rows>=100k", &[5]),
        ("mem>1gb", &[5]),
        ("mem<1gb", &[]),
        ("scanned>20k", &[5]),
        ("conn:graph", &[2]),
        ("graph", &[2]),
        ("partial", &[5]),
        ("after:2d", &[3, 2, 1]),
        ("before:2d", &[5, 4]),
        ("on:2025-03-17", &[2, 1]),
        ("on:yesterday", &[3]),
        ("after:2025-03-16 !failed", &[2, 1]),
        ("#4", &[4]),
        ("id:9", &[]),
        ("nothing of that kind", &[]),
    ] {
        assert_eq!(runs.ids(words), expected, "{words}");
    }
}

#[test]
fn letters_may_be_left_out_and_such_runs_stand_behind() {
    let mut runs = runs();
    let found = runs.found("dpe", &Scope::All);
    assert_eq!((found.ids, found.n_alike), (vec![1], 1));
    assert_eq!(runs.found("emailevnts", &Scope::All).ids, [2]);
    let id = runs.add(0, "lab", "print dpe = 1", rows(1));
    let found = runs.found("dpe", &Scope::All);
    assert_eq!((found.ids, found.n_alike), (vec![id, 1], 1), "what is written so comes first");
    assert_eq!(runs.ids("\"dpe\""), [id], "quotes mean the letters");
}

#[test]
fn what_is_written_later_is_found_at_once() {
    let mut runs = runs();
    assert_eq!(runs.ids("beacon"), [0; 0]);
    let mut other = History::open(&runs.path).unwrap();
    let start = RunStart { started: NOW, connection: "lab", text: "T | where a has 'beacon'", traits: None };
    let id = other.append_start(&start).unwrap();
    assert_eq!(runs.ids("beacon running"), [id]);
    other.finish(id, &rows(7)).unwrap();
    assert_eq!(runs.ids("beacon running"), [0; 0]);
    assert_eq!(runs.ids("beacon rows=7"), [id]);
    other.label(2, "Word child").unwrap();
    other.note(3, "ask Ana").unwrap();
    other.pin(4, true).unwrap();
    other.set_kept(5, Some(1234)).unwrap();
    for (words, expected) in [
        ("label:\"word child\"", &[2][..]),
        ("label:", &[2]),
        ("child", &[2]),
        ("note:ana", &[3]),
        ("noted", &[3]),
        ("pinned", &[4]),
        ("kept", &[5]),
        ("!kept !pinned !labelled table:DeviceEvents", &[3]),
    ] {
        assert_eq!(runs.ids(words), expected, "{words}");
    }
    other.delete(&[2], true).unwrap();
    assert_eq!((runs.ids("child"), runs.ids("conn:graph")), (vec![], vec![]));
    other.delete(&[2], false).unwrap();
    assert_eq!(runs.ids("child"), [2], "it was taken back");
}

#[test]
fn a_scope_leaves_out_the_runs_of_others() {
    let mut runs = runs();
    let mut other = History::open(&runs.path).unwrap();
    let start = RunStart { started: NOW, connection: "graph", text: "DeviceEvents | count", traits: None };
    let id = other.append_start(&start).unwrap();
    let here = Scope::Connection("graph".into());
    let session = Scope::Session(other.session().to_owned());
    for words in ["", "count"] {
        assert_eq!(runs.found(words, &here).ids, [id, 2], "{words}");
        assert_eq!(runs.found(words, &session).ids, [id], "{words}");
        assert_eq!(runs.found(words, &Scope::Connection("nowhere".into())).ids, [0; 0]);
    }
}

#[test]
fn runs_of_the_same_query_are_found_whatever_their_values() {
    let mut runs = runs();
    let one = runs.add(0, "lab", "T | where a == 'x' and t > ago(7d)", rows(1));
    let other = runs.add(0, "lab", "// again\nT\n| where a == 'y'\n  and t > ago(14d)", rows(2));
    runs.add(0, "lab", "T | where b == 'x' and t > ago(7d)", rows(3));
    let ids = |it: Vec<tallyho::history::Entry>| it.iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids(runs.finder.siblings(one, 100).unwrap()), [other, one]);
    assert_eq!(ids(runs.finder.siblings(2, 100).unwrap()), [2]);
    assert_eq!(ids(runs.finder.siblings(4711, 100).unwrap()), [0; 0]);
}
