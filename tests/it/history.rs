//! What was run and typed survives kills, damage, full disks and several workbenches at once.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tallyho::history::{Finder, History, Outcome, Query, RunEnding, RunStart, SavedTab, Scope, Session};

/// 2025-11-21T22:10:00Z.
const STARTED: i64 = 1_763_763_000_000_000;
const CHILD_PATH: &str = "TALLYHO_TEST_HISTORY_CHILD";

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").join("history.sqlite");
    (folder, path)
}

fn start(text: &str) -> RunStart<'_> {
    RunStart { started: STARTED, connection: "lab", text, traits: None }
}

fn rows(n_rows: u64) -> RunEnding {
    RunEnding { n_rows, elapsed: Some(410_000), stats: Some(r#"{"cpu":1}"#.into()), ..RunEnding::default() }
}

#[test]
fn a_run_is_kept_with_everything_known_about_it() {
    let (_folder, path) = folder();
    let mut history = History::open(&path).unwrap();
    let id = history.append_start(&start("T | take 5\0\u{1b}")).unwrap();
    let running = &history.recent(10, None).unwrap()[0];
    assert_eq!((running.id, running.ending.outcome), (id, Outcome::Running));
    let ending = RunEnding { truncated: true, ..rows(5) };
    history.finish(id, &ending).unwrap();
    let failed = history.append_start(&start("U | where x")).unwrap();
    let failure =
        RunEnding { outcome: Outcome::Failed, error: Some("unknown column 'x'".into()), ..RunEnding::default() };
    history.finish(failed, &failure).unwrap();
    drop(history);

    let mut history = History::open(&path).unwrap();
    assert_eq!(history.notice(), None);
    let entries = history.recent(10, None).unwrap();
    assert_eq!(entries.iter().map(|it| it.id).collect::<Vec<_>>(), [failed, id], "newest first");
    assert_eq!((entries[0].ending.clone(), entries[1].ending.clone()), (failure, ending));
    assert_eq!(entries[1].text, "T | take 5\0\u{1b}");
    assert_eq!(entries[1].started, 1_763_763_000_000_000);
    let leftovers: Vec<_> = names(&path).into_iter().filter(|name| name.contains("alive")).collect();
    assert_eq!(leftovers.len(), 1, "only the open history is registered: {leftovers:?}");
}

#[test]
fn recent_pages_and_search_finds_what_is_written() {
    let (_folder, path) = folder();
    let mut history = History::open(&path).unwrap();
    for idx in 0..25 {
        history.append_start(&start(&format!("Table{idx} | where Share == '100%_{idx}\\'"))).unwrap();
    }
    let first = history.recent(10, None).unwrap();
    let second = history.recent(10, Some(first[9].id)).unwrap();
    assert_eq!(first.len() + second.len(), 20);
    assert_eq!(second[0].id, first[9].id - 1);
    assert_eq!(history.count().unwrap(), 25);
    let mut finder = Finder::open(&path).unwrap();
    let mut found = |words: &str| finder.find(&Query::parse(words, 0), &Scope::All).unwrap();
    assert_eq!(found("\"table2\"").ids.len(), 6, "case does not matter");
    assert_eq!(found("\"100%_7\\\"").ids.len(), 1, "wildcards are letters");
    assert_eq!(found("%%").ids.len(), 0);
    assert_eq!(found("LAB").ids.len(), 25);
    assert_eq!(found("").ids.len(), 25);
}

#[test]
fn two_workbenches_lose_nothing() {
    let (_folder, path) = folder();
    History::open(&path).unwrap();
    let write = |name: &'static str| {
        let path = path.clone();
        std::thread::spawn(move || {
            let mut history = History::open(&path).unwrap();
            for idx in 0..100 {
                let id = history.append_start(&start(&format!("{name} {idx}"))).unwrap();
                history.finish(id, &rows(idx)).unwrap();
            }
        })
    };
    let writers = [write("a"), write("b"), write("c")];
    for writer in writers {
        writer.join().unwrap();
    }
    let mut history = History::open(&path).unwrap();
    let entries = history.recent(1000, None).unwrap();
    assert_eq!(entries.len(), 300);
    assert!(entries.iter().all(|entry| entry.ending.outcome == Outcome::Rows));
    for name in ["a", "b", "c"] {
        assert_eq!(entries.iter().filter(|entry| entry.text.starts_with(name)).count(), 100);
    }
}

#[test]
fn a_run_in_another_living_workbench_is_still_running() {
    let (_folder, path) = folder();
    let mut one = History::open(&path).unwrap();
    let mut other = History::open(&path).unwrap();
    one.append_start(&start("slow")).unwrap();
    assert_eq!(other.recent(1, None).unwrap()[0].ending.outcome, Outcome::Running);
    drop(one);
    assert_eq!(other.recent(1, None).unwrap()[0].ending.outcome, Outcome::Interrupted);
}

/// Does nothing by itself: the test below starts it as a process of its own and kills it.
#[test]
fn child_process_that_is_killed() {
    let Some(path) = std::env::var_os(CHILD_PATH) else { return };
    let mut history = History::open(Path::new(&path)).unwrap();
    let done = history.append_start(&start("done")).unwrap();
    history.finish(done, &rows(3)).unwrap();
    history.append_start(&start("never ends")).unwrap();
    println!("\nwritten");
    std::thread::sleep(std::time::Duration::from_mins(1));
}

#[test]
fn a_kill_loses_nothing_and_leaves_an_interrupted_run() {
    let (_folder, path) = folder();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "history::child_process_that_is_killed", "--nocapture"])
        .env(CHILD_PATH, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "written"), "the child wrote its runs");
    let mut history = History::open(&path).unwrap();
    assert_eq!(history.recent(1, None).unwrap()[0].ending.outcome, Outcome::Running);
    child.kill().unwrap();
    child.wait().unwrap();
    let entries = history.recent(10, None).unwrap();
    let seen: Vec<_> = entries.iter().map(|it| (it.text.as_str(), it.ending.outcome, it.ending.n_rows)).collect();
    assert_eq!(seen, [("never ends", Outcome::Interrupted, 0), ("done", Outcome::Rows, 3)]);
}

#[test]
fn a_damaged_file_is_kept_aside_and_what_can_be_read_is_saved() {
    let (_folder, path) = folder();
    let mut history = History::open(&path).unwrap();
    for idx in 0..500 {
        let id = history.append_start(&start(&format!("run {idx} {}", "x".repeat(200)))).unwrap();
        history.finish(id, &rows(idx)).unwrap();
    }
    drop(history);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xAA);
    fs::write(&path, &bytes).unwrap();

    let mut history = History::open(&path).unwrap();
    let entries = history.recent(1000, None).unwrap();
    let notice = history.notice().expect("the damage is told");
    assert!(notice.contains("damaged"), "{notice}");
    assert!(entries.len() > 400 && entries.len() < 500, "{} of 500 runs were saved", entries.len());
    assert!(entries.iter().any(|it| it.text.starts_with("run 0 ")) && entries[0].text.starts_with("run 499 "));
    assert!(names(&path).iter().any(|name| name.contains("damaged")), "the damaged file is still there");
    let id = history.append_start(&start("goes on")).unwrap();
    assert!(id > entries[0].id, "new runs come after the saved ones");
}

#[test]
fn a_file_that_is_no_database_is_kept_aside() {
    let (_folder, path) = folder();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "my shopping list, which is longer than a header of a database would be, see: milk").unwrap();
    let mut history = History::open(&path).unwrap();
    history.append_start(&start("works")).unwrap();
    assert!(history.notice().is_some());
    let kept = names(&path).into_iter().find(|name| name.ends_with(".sqlite") && name.contains("damaged")).unwrap();
    assert!(fs::read_to_string(path.with_file_name(kept)).unwrap().contains("shopping"));
}

#[test]
fn a_history_that_cannot_be_kept_says_why() {
    let (folder, _) = folder();
    let in_the_way = folder.path().join("file");
    fs::write(&in_the_way, "").unwrap();
    let error = History::open(&in_the_way.join("history.sqlite")).unwrap_err();
    assert!(error.message.contains("history.sqlite") && !error.advice.is_empty(), "{error:?}");
    let directory = folder.path().join("history.sqlite");
    fs::create_dir(&directory).unwrap();
    assert!(History::open(&directory).is_err());
    assert!(directory.is_dir(), "what is in the way is left alone");
}

#[cfg(unix)]
#[test]
fn history_and_session_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = folder();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let mut history = History::open(&path).unwrap();
    history.append_start(&start("secret")).unwrap();
    let session = path.with_file_name("session.json");
    Session::default().save(&session).unwrap();
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

fn session(text: &str) -> Session {
    let tab = SavedTab { text: text.into(), cursor: (3, 14), ..SavedTab::default() };
    Session { tabs: vec![tab], connection: "lab".into(), ..Session::default() }
}

#[test]
fn a_session_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").join("session.json");
    assert_eq!(Session::load(&path).unwrap(), None);
    for text in ["", "T | where a == '\u{202e}\0'\r\n\n", "日本語"] {
        session(text).save(&path).unwrap();
        let loaded = Session::load(&path).unwrap().unwrap();
        assert_eq!((loaded.session, loaded.notice), (session(text), None));
    }
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2, "the session and the one before it");
}

#[test]
fn a_session_cut_in_half_gives_the_version_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    session("first").save(&path).unwrap();
    session("second").save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let loaded = Session::load(&path).unwrap().unwrap();
    assert_eq!(loaded.session, session("first"));
    assert!(loaded.notice.is_some());
    assert_eq!(fs::read(folder.path().join("session.json.damaged")).unwrap(), whole[..whole.len() / 2]);
    session("third").save(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(
        Session::load(&path).unwrap().unwrap().session,
        session("first"),
        "damage never replaces a good version"
    );
}

#[test]
fn a_save_that_fails_leaves_the_last_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.json");
    session("kept").save(&path).unwrap();
    // Something in the way of the new file stands for a disk that is full.
    fs::create_dir(folder.path().join(format!("session.json.{}.new", std::process::id()))).unwrap();
    assert!(session("lost").save(&path).is_err());
    assert_eq!(Session::load(&path).unwrap().unwrap().session, session("kept"));
}

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
