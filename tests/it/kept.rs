//! Results that are kept: they come back as they were, whole or not at all, within their limits.

use std::fs;
use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tallyho::config::{Connection, Paths};
use tallyho::history::{KeptLimits, KeptResults};
use tallyho::result::{Column, ResultSet, Truncation, read_arrow, write_arrow};
use tallyho::run::{QueryRequest, RunEvent, RunId, Runner};

const DAY: Duration = Duration::from_hours(24);
const ROOMY: KeptLimits = KeptLimits { bytes: 1 << 30, age: DAY };

/// The answer of a query that needs no data.
fn answer(query: &str) -> ResultSet {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("empty")).unwrap();
    let runner = Runner::new(&Paths::under(home.path().to_owned()));
    let connection: Connection = tallyho::config::files_connection(home.path().join("empty"));
    let open = runner.open(&connection, &|_| {}).unwrap();
    let (sender, events) = std::sync::mpsc::channel();
    runner.start(QueryRequest::new(RunId(1), query.to_owned(), Arc::clone(&open)), move |it| {
        let _ = sender.send(it);
    });
    let mut set = ResultSet::default();
    for event in events {
        match event {
            RunEvent::Columns(columns) => set = ResultSet::new(columns),
            RunEvent::Batch(batch) => set.push(batch),
            RunEvent::Failed(error) => panic!("{error:?}"),
            RunEvent::Finished(_) => return set,
            _ => {}
        }
    }
    panic!("the run has no end");
}

fn bytes(set: &ResultSet) -> Vec<u8> {
    let mut out = Vec::new();
    write_arrow(set, &mut out).unwrap();
    out
}

fn texts(set: &ResultSet) -> Vec<String> {
    let row =
        |row| (0..set.columns().len()).map(|col| format!("{:?}", set.cell(row, col))).collect::<Vec<_>>().join("|");
    (0..set.n_rows()).map(row).collect()
}

const EVERY_TYPE: &str = "print b = true, i = int(7), l = long(9), r = real(nan), d = decimal(1.50), \
    t = datetime(9999-12-31T23:59:59.9999999), s = 3.5h, g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), \
    x = 'a\\u001b\\u202e', e = '', y = dynamic({\"a\":[1,null]}) \
    | union (print b = bool(null), i = int(null), l = long(null), r = real(-inf), d = decimal(null), \
    t = datetime(null), s = timespan(null), g = guid(null), x = '日本', e = ' ', y = dynamic(null))";

#[test]
fn every_type_comes_back_as_it_was() {
    let mut set = answer(EVERY_TYPE);
    assert_eq!(set.n_rows(), 2);
    for truncation in [
        None,
        Some(Truncation::Rows { limit: 2 }),
        Some(Truncation::Bytes { limit: 3 }),
        Some(Truncation::Service { message: "too \"much\"".into() }),
    ] {
        set.truncation = truncation;
        let back = read_arrow(Cursor::new(bytes(&set))).unwrap();
        assert_eq!((back.columns(), &back.truncation), (set.columns(), &set.truncation));
        assert_eq!(texts(&back), texts(&set));
    }
}

#[test]
fn no_rows_no_columns_and_names_that_stand_twice_come_back() {
    for set in [
        ResultSet::default(),
        answer("print a = 1, b = 'x', c = now() | where a > 1"),
        ResultSet::new(vec![
            Column { name: "a".into(), ty: tallyho::kql::ScalarType::Long },
            Column { name: "a".into(), ty: tallyho::kql::ScalarType::Decimal },
            Column { name: String::new(), ty: tallyho::kql::ScalarType::Dynamic },
        ]),
    ] {
        let back = read_arrow(Cursor::new(bytes(&set))).unwrap();
        assert_eq!((back.columns(), back.n_rows()), (set.columns(), set.n_rows()));
    }
}

#[test]
fn kept_rows_are_smaller_than_they_were() {
    let set = answer(
        "range x from 1 to 50000 step 1 | extend host = strcat('host-', x % 40), path = @'C:\\Windows\\System32'",
    );
    let (kept, loose) = (bytes(&set).len() as u64, set.size().bytes);
    assert!(kept * 3 < loose, "{kept} of {loose}");
}

#[test]
fn a_damaged_file_is_told_and_never_believed() {
    let whole = bytes(&answer(EVERY_TYPE));
    for cut in [0, 1, 8, whole.len() / 2, whole.len() - 1] {
        assert!(read_arrow(Cursor::new(&whole[..cut])).is_err(), "cut at {cut}");
    }
    assert!(read_arrow(Cursor::new(b"my shopping list: milk, bread, and so on")).is_err());
}

#[test]
fn a_result_is_kept_whole_or_not_at_all() {
    let data = tempfile::tempdir().unwrap();
    let kept = KeptResults::new(data.path(), ROOMY);
    assert!(kept.list().unwrap().is_empty() && kept.find(1).unwrap().is_none(), "nothing is made by looking");
    let set = answer(EVERY_TYPE);
    let size = kept.save(12, 1_000, |out| write_arrow(&set, out)).unwrap().unwrap();
    let broken = kept.save(13, 2_000, |out| {
        out.write_all(b"half of it")?;
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
    });
    assert_eq!(broken.unwrap_err().kind(), std::io::ErrorKind::StorageFull);
    let listed = kept.list().unwrap();
    assert_eq!((listed.len(), listed[0].run, listed[0].bytes), (1, 12, size), "{listed:?}");
    assert_eq!(fs::read_dir(data.path().join("results")).unwrap().count(), 1, "nothing half is left over");
    let back = read_arrow(kept.open(12, 1_000).unwrap().unwrap()).unwrap();
    assert_eq!(texts(&back), texts(&set));
    let whole = fs::read(&listed[0].path).unwrap();
    for at in (0..whole.len()).step_by(11) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xFF;
        fs::write(&listed[0].path, damaged).unwrap();
        assert_eq!(kept.open(12, 1_000).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    }
    assert!(kept.open(12, 1_001).unwrap().is_none(), "another run of that number is another run");
    kept.remove(12, 1_000).unwrap();
    kept.remove(12, 1_000).unwrap();
    assert!(kept.open(12, 1_000).unwrap().is_none());
}

fn save(kept: &KeptResults, run: i64, size: usize) -> Option<u64> {
    kept.save(run, run * 10, |out| out.write_all(&vec![b'x'; size])).unwrap()
}

#[test]
fn what_is_kept_stays_within_size_and_age() {
    let data = tempfile::tempdir().unwrap();
    let kept = KeptResults::new(data.path(), KeptLimits { bytes: 1_000, age: DAY });
    let runs = |kept: &KeptResults| kept.list().unwrap().iter().map(|it| it.run).collect::<Vec<_>>();
    for run in 1..=5 {
        assert_eq!(save(&kept, run, 300), Some(300));
    }
    assert_eq!(save(&kept, 6, 1_001), None, "one that alone is too large is not kept");
    let now = SystemTime::now();
    let gone = kept.prune(now, |run| run == 1).unwrap();
    assert_eq!(gone.len(), 2);
    assert_eq!(runs(&kept), [5, 4, 1], "the newest stay, and what is pinned");
    assert_eq!(kept.prune(now + 2 * DAY, |run| run == 1).unwrap().len(), 2);
    assert_eq!(runs(&kept), [1], "a pinned one does not age");
    for none in [KeptLimits { bytes: 0, age: DAY }, KeptLimits { bytes: 1_000, age: Duration::ZERO }] {
        let kept = KeptResults::new(data.path(), none);
        assert_eq!(save(&kept, 9, 10), None, "zero keeps nothing");
    }
    KeptResults::new(data.path(), KeptLimits { bytes: 0, age: DAY }).prune(now, |_| false).unwrap();
    assert!(runs(&kept).is_empty(), "and lets go of what was kept before");
}

#[test]
fn what_a_dead_workbench_had_begun_goes_in_time() {
    let data = tempfile::tempdir().unwrap();
    let kept = KeptResults::new(data.path(), ROOMY);
    save(&kept, 1, 10);
    let part = data.path().join("results/2-20.999-0.part");
    fs::write(&part, "half").unwrap();
    fs::write(data.path().join("results/notes.txt"), "not ours").unwrap();
    kept.prune(SystemTime::now(), |_| false).unwrap();
    assert!(part.exists(), "it may still be written");
    kept.prune(SystemTime::now() + Duration::from_hours(2), |_| false).unwrap();
    assert!(!part.exists() && data.path().join("results/notes.txt").exists());
}

#[cfg(unix)]
#[test]
fn kept_results_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = tempfile::tempdir().unwrap();
    save(&KeptResults::new(data.path(), ROOMY), 1, 10);
    let name = fs::read_dir(data.path().join("results")).unwrap().next().unwrap().unwrap().file_name();
    let mode = |path: &str| fs::metadata(data.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("results"), mode(&format!("results/{}", name.to_string_lossy()))), (0o700, 0o600));
}
