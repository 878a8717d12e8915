//! The file of the history: of an older and of a newer Tallyho, what is left out of it, taken into it and deleted from it.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tallyho::history::{ExportedRun, Finder, History, Outcome, Query, RunEnding, RunStart, Scope};
use tallyho::tui::{costs_of_text, traits_of};

/// As the first version of Tallyho made it.
const FIRST: &str = "
create table run (
    id integer primary key autoincrement, owner text not null, started integer not null, connection text not null,
    text text not null, outcome text not null, n_rows integer not null default 0, elapsed integer, error text,
    stats text, truncated integer not null default 0);
pragma user_version = 1;
insert into run (owner, started, connection, text, outcome, n_rows, elapsed, stats)
values ('1-1-1', 1000, 'lab', 'DeviceEvents | where a == 1', 'rows', 3, 410000,
        '{\"cpu_total\":{\"secs\":1,\"nanos\":500000000},\"memory_peak\":1024,\"rows\":{\"total\":9,\"scanned\":8}}'),
       ('1-1-1', 2000, 'lab', 'DeviceEvents | where a == 2', 'failed', 0, 1, null);
";

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.sqlite");
    (folder, path)
}

fn start(started: i64, text: &str) -> RunStart<'_> {
    RunStart { started, connection: "lab", text, traits: None }
}

#[test]
fn a_file_of_the_first_version_keeps_its_rows_and_learns_what_it_did_not_know() {
    let (_folder, path) = folder();
    Connection::open(&path).unwrap().execute_batch(FIRST).unwrap();
    let mut history = History::open(&path).unwrap();
    assert_eq!(history.notice(), None);
    let runs = history.recent(10, None).unwrap();
    let seen: Vec<_> = runs.iter().map(|it| (it.id, it.text.as_str(), it.ending.outcome, it.ending.n_rows)).collect();
    assert_eq!(
        seen,
        [(2, "DeviceEvents | where a == 2", Outcome::Failed, 0), (1, "DeviceEvents | where a == 1", Outcome::Rows, 3)]
    );
    let describe = |text: &str, stats: Option<&str>| (traits_of(text), costs_of_text(stats));
    assert_eq!(history.describe_old(10, describe).unwrap(), 2);
    assert_eq!(history.describe_old(10, describe).unwrap(), 0);
    let costs = history.run(1).unwrap().unwrap().ending.costs;
    assert_eq!((costs.cpu, costs.memory, costs.scanned_rows), (Some(1_500_000), Some(1024), Some(8)));
    let mut finder = Finder::open(&path).unwrap();
    assert_eq!(finder.siblings(1, 10).unwrap().len(), 2, "both are the same query");
    let found = finder.find(&Query::parse("table:DeviceEvents cpu>1s", 0), &Scope::All).unwrap();
    assert_eq!(found.ids, [1]);
    // The older program goes on with the file.
    let old = Connection::open(&path).unwrap();
    old.execute("insert into run (owner, started, connection, text, outcome) values ('', 3, 'lab', 'old', 'rows')", [])
        .unwrap();
    assert_eq!(history.recent(1, None).unwrap()[0].text, "old");
    assert_eq!(finder.find(&Query::parse("old", 0), &Scope::All).unwrap().ids, [3]);
}

#[test]
fn a_file_of_a_newer_version_is_left_alone_and_runs_are_kept_beside_it() {
    let (folder, path) = folder();
    let newer = Connection::open(&path).unwrap();
    newer
        .execute_batch("create table run (what blob); insert into run values (x'00'); pragma user_version = 99")
        .unwrap();
    drop(newer);
    let before = fs::read(&path).unwrap();
    let mut history = History::open(&path).unwrap();
    let notice = history.notice().unwrap();
    assert!(notice.contains("newer Tallyho") && notice.contains("import"), "{notice}");
    let id = history.append_start(&start(1, "print kept = 1")).unwrap();
    history.finish(id, &RunEnding::default()).unwrap();
    drop(history);
    assert!(fs::read(&path).unwrap() == before, "not a byte of it has changed");
    let mut history = History::open(&path).unwrap();
    assert_eq!(history.recent(10, None).unwrap()[0].text, "print kept = 1", "and they are there again");
    let beside = history.path().to_owned();
    assert_ne!(beside, path);
    assert_eq!(Finder::open(&path).unwrap().runs(&[id]).unwrap().len(), 1);
    // What the newer version would do.
    let mut theirs = History::open(&folder.path().join("theirs.sqlite")).unwrap();
    assert_eq!(theirs.import(&beside).unwrap().n_new, 1);
}

#[test]
fn secrets_never_reach_the_file() {
    let (folder, path) = folder();
    let mut history = History::open(&path).unwrap();
    let secret = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
    let text = format!("T | where Token == '{secret}' and pwd == 'x' // password='hunter2hunter2'");
    let id = history.append_start(&start(1, &text)).unwrap();
    let error = Some(format!("the service said: Bearer {secret} is not valid"));
    history.finish(id, &RunEnding { outcome: Outcome::Failed, error, ..RunEnding::default() }).unwrap();
    history.label(id, &format!("with {secret}")).unwrap();
    history.note(id, &format!("https://joe:{secret}@host/")).unwrap();
    let run = history.run(id).unwrap().unwrap();
    assert_eq!(run.text, "T | where Token == '***' and pwd == 'x' // password='***'");
    assert_eq!(run.n_redacted, 2);
    drop(history);
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("dozjgNryP4J3") && !text.contains("hunter2"), "a secret was written down");
    }
}

#[test]
fn what_is_deleted_can_be_taken_back_until_the_end_and_is_overwritten_then() {
    let (folder, path) = folder();
    let mut history = History::open(&path).unwrap();
    let gone = history.append_start(&start(1, "print embarrassing = 1")).unwrap();
    let back = history.append_start(&start(2, "print stays = 1")).unwrap();
    history.delete(&[gone, back], true).unwrap();
    assert_eq!((history.count().unwrap(), history.run(gone).unwrap()), (0, None));
    history.delete(&[back], false).unwrap();
    // Another workbench that ends meanwhile takes nothing with it.
    drop(History::open(&path).unwrap());
    history.delete(&[gone], false).unwrap();
    assert_eq!(history.count().unwrap(), 2);
    history.delete(&[gone], true).unwrap();
    drop(history);
    let mut history = History::open(&path).unwrap();
    history.delete(&[gone], false).unwrap();
    assert_eq!(history.recent(10, None).unwrap().len(), 1);
    drop(history);
    // Whoever is the last to close the file empties its log.
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("embarrassing"), "it can still be read in the file");
    }
}

fn filled(path: &Path, from: i64, n: i64) {
    let mut history = History::open(path).unwrap();
    for at in from..from + n {
        let text = format!("print run = {at} // {}", "x".repeat(150));
        let id = history.append_start(&start(at, &text)).unwrap();
        history.finish(id, &RunEnding { n_rows: at as u64, ..RunEnding::default() }).unwrap();
    }
}

#[test]
fn another_history_is_taken_in_once() {
    let (folder, path) = folder();
    let other = folder.path().join("other.sqlite");
    filled(&path, 0, 10);
    filled(&other, 5, 10);
    let mut history = History::open(&path).unwrap();
    let imported = history.import(&other).unwrap();
    assert_eq!((imported.n_new, imported.n_known, imported.lost), (5, 5, vec![]));
    assert_eq!(history.import(&other).unwrap().n_new, 0);
    assert_eq!(history.count().unwrap(), 15);
    assert_eq!(History::open(&other).unwrap().count().unwrap(), 10, "the other one is as it was");
    assert!(history.import(&folder.path().join("nowhere")).is_err());
}

#[test]
fn of_a_damaged_history_what_can_be_read_is_taken_in() {
    let (folder, path) = folder();
    let other = folder.path().join("other.sqlite");
    filled(&other, 0, 400);
    let mut bytes = fs::read(&other).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xAA);
    fs::write(&other, &bytes).unwrap();
    let mut history = History::open(&path).unwrap();
    let imported = history.import(&other).unwrap();
    assert!((300..400).contains(&imported.n_new), "{} of 400", imported.n_new);
    assert!(!imported.lost.is_empty(), "that some are lost is said");
    assert!(fs::read(&other).unwrap() == bytes, "the damaged one is left as it is");
    let newest = &history.recent(1, None).unwrap()[0];
    assert!(newest.text.starts_with("print run = 399 "), "{}", newest.text);
    assert_eq!(newest.ending.n_rows, 399);
}

#[test]
fn lines_of_json_are_taken_in_as_far_as_they_can_be_read() {
    let (folder, path) = folder();
    let lines = folder.path().join("runs.ndjson");
    let run = ExportedRun {
        started: 5,
        connection: "lab".into(),
        query: "print a = 1".into(),
        outcome: "running".into(),
        label: Some("l".into()),
        ..ExportedRun::default()
    };
    let whole = serde_json::to_string(&run).unwrap();
    fs::write(&lines, format!("{whole}\n\n{{\"id\":\nnot json\n{{\"id\":1}}\n{whole}\n")).unwrap();
    let mut history = History::open(&path).unwrap();
    let imported = history.import(&lines).unwrap();
    assert_eq!((imported.n_new, imported.n_known, imported.lost.len()), (1, 1, 3), "{:?}", imported.lost);
    assert!(imported.lost[0].starts_with("line 3"), "{:?}", imported.lost);
    let entry = &history.recent(1, None).unwrap()[0];
    assert_eq!((entry.ending.outcome, entry.marks.label.as_deref()), (Outcome::Interrupted, Some("l")));
}

#[test]
fn a_run_that_was_salvaged_between_two_faults_is_there() {
    let (_folder, path) = folder();
    filled(&path, 0, 600);
    let mut bytes = fs::read(&path).unwrap();
    for part in [3, 5] {
        let at = bytes.len() * part / 8 / 4096 * 4096;
        bytes[at..at + 4096].fill(0x55);
    }
    fs::write(&path, &bytes).unwrap();
    let mut history = History::open(&path).unwrap();
    let runs = history.recent(1000, None).unwrap();
    assert!(history.notice().unwrap().contains("damaged"));
    assert!(runs.len() > 500, "{} of 600", runs.len());
    let ids: Vec<i64> = runs.iter().map(|it| it.id).collect();
    assert!(ids.windows(2).all(|it| it[0] > it[1]), "in their order, each once");
}
