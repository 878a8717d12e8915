//! The real program on a real pseudo-terminal: it leaves the terminal as it found it, whatever ends it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// Machines that build things meanwhile are slow.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Session {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    pub(crate) received: Arc<Mutex<Vec<u8>>>,
    home: TempDir,
    modes_before: String,
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

impl Session {
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), variables)
    }

    /// Starts on a home that another one may have had.
    pub(crate) fn start_in(home: TempDir, variables: &[(&str, &str)]) -> Self {
        let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
        let modes_before = modes(&*pty.master);
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tallyho"));
        command.arg("--data");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens/data"));
        command.env("TALLYHO_HOME", home.path());
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pty.master.try_clone_reader().unwrap();
        let sink = Arc::clone(&received);
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(n) = reader.read(&mut chunk) {
                if n == 0 {
                    break;
                }
                sink.lock().unwrap().extend_from_slice(&chunk[..n]);
            }
        });
        let writer = pty.master.take_writer().unwrap();
        Self { master: pty.master, writer, child, received, home, modes_before }
    }

    pub(crate) fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub(crate) fn screen(&self) -> vt100::Parser {
        let mut parser = vt100::Parser::new(NonZero::new(24).unwrap(), NonZero::new(80).unwrap(), 0);
        parser.process(&self.received.lock().unwrap());
        parser
    }

    pub(crate) fn wait_for(&self, wanted: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen().screen().contents().contains(wanted) {
            assert!(Instant::now() < deadline, "no '{wanted}' on:\n{}", self.screen().screen().contents());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end and returns whether the exit code was 0.
    pub(crate) fn wait(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What was written last may still be on its way.
                std::thread::sleep(Duration::from_millis(200));
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.child.kill().unwrap();
        panic!("the workbench does not end:\n{}", self.screen().screen().contents());
    }

    pub(crate) fn saved_text(&self) -> String {
        std::fs::read_to_string(self.home.path().join("data/session.json")).unwrap()
    }

    /// Modes as the terminal was found: the own screen, a visible cursor, no bracketed paste, and lines are echoed.
    pub(crate) fn assert_as_found(&self) {
        let parser = self.screen();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was left");
        assert!(!screen.hide_cursor(), "the cursor can be seen");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(modes(&*self.master), self.modes_before, "line modes, echo and all");
    }
}

#[test]
fn start_run_quit_leaves_the_terminal_as_found() {
    let mut session = Session::start(&[]);
    session.wait_for("ready");
    session.send("print answer = 40 + 2");
    session.wait_for("40 + 2");
    session.send("\u{1b}[15~");
    session.wait_for("done");
    session.wait_for("42");
    session.send("\u{11}");
    assert!(session.wait(), "leaving is a success");
    session.assert_as_found();
    assert!(session.saved_text().contains("print answer = 40 + 2"));
}

#[test]
fn a_panic_restores_the_terminal_and_saves_the_text() {
    let mut session = Session::start(&[("TALLYHO_TEST_PANIC", "kaboom")]);
    session.wait_for("ready");
    session.send("// words before the kaboom");
    assert!(!session.wait(), "a panic is a failure");
    session.assert_as_found();
    let said = String::from_utf8_lossy(&session.received.lock().unwrap()).into_owned();
    assert!(
        said.contains("TALLYHO_TEST_PANIC was typed") && said.contains("The text of the editor is saved."),
        "{said}"
    );
    assert!(session.saved_text().contains("words before the kaboom"));
}

#[test]
fn a_hangup_saves_the_text() {
    let mut session = Session::start(&[]);
    session.wait_for("ready");
    session.send("Processes | where typed_just_before");
    session.wait_for("typed_just_before");
    let pid = session.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
    assert!(session.wait(), "a hangup is a way to leave");
    session.assert_as_found();
    assert!(session.saved_text().contains("typed_just_before"));
}

#[cfg(unix)]
#[test]
fn the_users_own_editor_has_the_terminal_and_gives_it_back() {
    let home = tempfile::tempdir().unwrap();
    let program = home.path().join("editor");
    // It reads a line from the terminal: none of its keys may be taken from it.
    std::fs::write(&program, "#!/bin/sh\nprintf 'EDITOR HAS IT '; read line; printf '%s' \"$line\" >> \"$1\"\n")
        .unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let named = program.display().to_string();
    let mut session = Session::start_in(home, &[("VISUAL", &named)]);
    session.wait_for("ready");
    session.send("// mine");
    session.wait_for("mine");
    session.send("\u{1b}e");
    session.wait_for("EDITOR HAS IT");
    assert!(!session.screen().screen().alternate_screen(), "the editor has the screen that was there");
    session.send(" and theirs\r");
    session.wait_for("The text of your editor is here");
    assert!(session.screen().screen().alternate_screen());
    session.send(" and mine");
    // The cursor is where it was.
    session.wait_for("mine and mineand theirs");
    session.send("\u{11}");
    assert!(session.wait());
    session.assert_as_found();
    assert!(session.saved_text().contains("and theirs"), "{}", session.saved_text());
}

/// Random enough for delays, and the same in no two runs.
fn random(below: u64) -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::hash::RandomState::new().build_hasher().finish() % below
}

/// Reads every result that was kept: each is whole and is the answer of its run. How many there are.
fn read_kept(data: &Path, runs: &[tallyho::history::Entry]) -> usize {
    use tallyho::history::{KeptLimits, KeptResults};
    use tallyho::result::{Cell, read_arrow};
    let kept = KeptResults::new(data, KeptLimits { bytes: 1 << 30, age: Duration::from_hours(24) });
    let listed = kept.list().expect("the kept results can be listed");
    for it in &listed {
        let run = runs.iter().find(|run| run.id == it.run).expect("its run is in the history");
        let file = kept.open(run.id, run.started).expect("it is not damaged").expect("it is of this run");
        let rows = read_arrow(file).expect("it can be read");
        let (name, value) = run.text.trim().strip_prefix("print ").and_then(|it| it.split_once(" = ")).unwrap();
        assert_eq!((rows.n_rows(), rows.columns()[0].name.as_str()), (1, name));
        assert_eq!(rows.cell(0, 0), Cell::Long(value.parse().unwrap()));
    }
    listed.len()
}

/// Two copies on one home that run at the same time. `TALLYHO_PAIRS=20` starts them that often.
#[test]
fn two_copies_that_write_history_at_once_lose_nothing() {
    use tallyho::history::{History, Outcome};
    const N_RUNS: usize = 4;
    let n_pairs = std::env::var("TALLYHO_PAIRS").ok().and_then(|it| it.parse().ok()).unwrap_or(1_usize);
    let home = tempfile::tempdir().unwrap();
    let named = home.path().display().to_string();
    for round in 0..n_pairs {
        let mut pair = [0, 1].map(|_| Session::start(&[("TALLYHO_HOME", &named)]));
        for session in &pair {
            session.wait_for("ready");
        }
        for run in 0..N_RUNS {
            for (copy, session) in pair.iter_mut().enumerate() {
                // The sum is nowhere but in the answer.
                session.send(&format!("\u{14}print r{round}c{copy} = 500 + {}\u{1b}[15~", run + 1));
            }
            for session in &pair {
                session.wait_for(&format!("{}", 501 + run));
                session.wait_for("done");
            }
        }
        for session in &mut pair {
            session.send("\u{11}");
            assert!(session.wait(), "leaving is a success");
        }
        let mut history = History::open(&home.path().join("data/history.sqlite")).unwrap();
        assert_eq!(history.notice(), None, "nothing was damaged");
        let runs = history.recent(10_000, None).unwrap();
        for copy in 0..2 {
            let begin = format!("print r{round}c{copy} = ");
            let own: Vec<_> = runs.iter().filter(|it| it.text.trim().starts_with(&begin)).collect();
            assert_eq!(own.len(), N_RUNS, "round {round}: each run is there once");
            assert!(own.iter().all(|it| it.ending.outcome == Outcome::Rows), "round {round}: with its ending");
        }
        assert_eq!(runs.len(), (round + 1) * 2 * N_RUNS, "and nothing else");
    }
    let told = format!("{n_pairs} pairs: {} runs are there\n", n_pairs * 2 * N_RUNS);
    std::io::stderr().write_all(told.as_bytes()).unwrap();
}

/// Kills the workbench at random moments while it types, saves, runs and writes down. `TALLYHO_KILLS=200` kills it that
/// often; the figures are printed.
#[test]
fn killed_at_any_moment_texts_history_and_kept_results_are_there_or_cleanly_absent() {
    use tallyho::history::{History, Outcome, Sessions};
    let n_kills = std::env::var("TALLYHO_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(4_u32);
    let mut home = tempfile::tempdir().unwrap();
    let (mut safe, mut n_seen, mut n_whole, mut n_kept) = (0, 0, 0, 0);
    for round in 0..n_kills {
        let mut session = Session::start_in(home, &[]);
        session.wait_for("F5 run");
        session.send(&format!("\u{14}print round{round} = {round}\u{1b}[15~"));
        std::thread::sleep(Duration::from_millis(random(2_000)));
        // Another tab, so that something is under way whenever the end comes.
        session.send("\u{14}// words of this round\u{1b}[15~");
        std::thread::sleep(Duration::from_millis(random(1_500)));
        session.child.kill().unwrap();
        session.child.wait().unwrap();
        home = session.home;
        let data = home.path().join("data");
        let loaded = Sessions::new(&data).open().expect("the texts can be read");
        let tabs = loaded.map_or_else(Vec::new, |it| {
            assert_eq!(it.notice, None, "round {round}");
            it.session.tabs
        });
        let wholes = |tabs: &[tallyho::history::SavedTab]| {
            let is_whole =
                |round: &u32| tabs.iter().any(|it| it.text.contains(&format!("print round{round} = {round}")));
            (0..=round).filter(is_whole).count()
        };
        assert!(wholes(&tabs) >= safe, "round {round}: what was saved before is still there");
        safe = wholes(&tabs);
        let mut history = History::open(&data.join("history.sqlite")).expect("the history can be read");
        assert_eq!(history.notice(), None, "round {round}: nothing was damaged");
        let runs = history.recent(1_000, None).unwrap();
        assert!(runs.iter().all(|it| it.ending.outcome != Outcome::Running), "round {round}: the dead run nothing");
        assert!(runs.len() >= n_seen, "round {round}: no run is lost");
        n_seen = runs.len();
        let kept = read_kept(&data, &runs);
        assert!(kept >= n_kept, "round {round}: what was kept before is still there");
        n_kept = kept;
        n_whole += usize::from(tabs.iter().any(|it| it.text.contains(&format!("round{round} "))));
    }
    assert!(n_seen > 0 && n_whole > 0, "something was written before the kills");
    std::io::stderr()
        .write_all(
            format!("{n_kills} kills: {safe} texts, {n_seen} runs and {n_kept} kept results are there\n").as_bytes(),
        )
        .unwrap();
}
