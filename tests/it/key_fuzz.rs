//! Keys at random over hostile results: no panic on any thread, no control byte on any screen, and the workbench still
//! answers and can be left.
//!
//! A script is made from its number alone. `TALLYHO_SCRIPTS=10000` plays that many, `TALLYHO_SCRIPTS=4711..4712` that
//! one again. They are played by a child of the test, whose working folder is its own: what a script writes to a file
//! that it names at random goes there.

mod hostile;
mod random;

use std::fs;
use std::ops::Range;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tallyho::config::{Chord, KeyName};
use tallyho::history::{Entry, KeptLimits};
use tallyho::text;
use tallyho::tui::{Msg, Options, Reopening, Workbench, screen_text};

use self::random::{Deed, Random};
use crate::support_keys::{options, screens};

/// So many are played when nobody asks for more.
const FEW: u64 = 8;
/// A home serves so many scripts: each finds what the one before left.
const SCRIPTS_IN_A_HOME: u64 = 20;
/// Machines that build things meanwhile are slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// Nothing that is done on the thread of the user interface takes so long, also in a debug build on a busy machine.
const FROZEN: Duration = Duration::from_mins(1);

/// What is being done, and since when.
static UNDER_WAY: Mutex<Option<(Instant, String)>> = Mutex::new(None);

/// What panicked, on any thread.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[test]
fn keys_at_random_over_hostile_results_bring_nothing_down() {
    if let Ok(part) = std::env::var("TALLYHO_SCRIPTS_PART") {
        return play_part(numbers(&part));
    }
    let wanted = std::env::var("TALLYHO_SCRIPTS").unwrap_or_else(|_| FEW.to_string());
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "key_fuzz::keys_at_random_over_hostile_results_bring_nothing_down", "--nocapture"])
        .env("TALLYHO_SCRIPTS_PART", &wanted)
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned()).concat();
    assert!(output.status.success() && told.contains("scripts were played"), "{told}");
}

/// `5..9`, or how many from the first one on.
fn numbers(text: &str) -> Range<u64> {
    let number = |it: &str| it.parse().unwrap_or_else(|_| panic!("'{text}' is no number of scripts"));
    text.split_once("..").map_or_else(|| 0..number(text), |(from, to)| number(from)..number(to))
}

fn play_part(numbers: Range<u64>) {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PANICS.lock().unwrap().push(info.to_string());
        told(info);
    }));
    std::thread::spawn(watch);
    let (mut n_played, mut n_deeds, mut slowest) = (0, 0, (Duration::ZERO, String::new()));
    let mut home = tempfile::tempdir().unwrap();
    for number in numbers {
        if number % SCRIPTS_IN_A_HOME == 0 {
            home = tempfile::tempdir().unwrap();
        }
        let deeds = random::script(number);
        let mut sitting = Sitting::new(number, home.path());
        sitting.play(&deeds);
        sitting.leave();
        n_played += 1;
        n_deeds += deeds.len();
        slowest = slowest.max(sitting.slowest.clone());
    }
    #[expect(clippy::print_stdout, reason = "the parent reads it, and shows the figures")]
    {
        println!("{n_played} scripts were played, {n_deeds} keys and other deeds; the slowest {slowest:?}");
    }
}

/// Ends the process when something takes for ever: nobody could tell what otherwise.
fn watch() {
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let under_way = UNDER_WAY.lock().unwrap().clone();
        if let Some((_, what)) = under_way.filter(|(since, _)| since.elapsed() > FROZEN) {
            #[expect(clippy::print_stdout, reason = "the parent reads it")]
            {
                println!("{what} is frozen");
            }
            std::process::exit(1);
        }
    }
}

/// One script on one workbench.
struct Sitting {
    number: u64,
    workbench: Workbench<TestBackend>,
    done: Vec<String>,
    slowest: (Duration, String),
}

impl Sitting {
    fn new(number: u64, home: &Path) -> Self {
        let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let workbench = Workbench::new(settings(number, home), terminal, |_| {});
        let mut sitting = Self { number, workbench, done: Vec::new(), slowest: (Duration::ZERO, String::new()) };
        sitting.settle();
        sitting
    }

    fn play(&mut self, deeds: &[Deed]) {
        for deed in deeds {
            if self.workbench.is_over() {
                return;
            }
            self.done.push(format!("{deed:.60?}"));
            let began = Instant::now();
            let can_freeze = !matches!(deed, Deed::Rest | Deed::Wait(_));
            *UNDER_WAY.lock().unwrap() = can_freeze.then(|| (began, self.told("is under way")));
            let done = panic::catch_unwind(panic::AssertUnwindSafe(|| self.take(deed)));
            let took = began.elapsed();
            *UNDER_WAY.lock().unwrap() = None;
            if can_freeze && took > self.slowest.0 {
                self.slowest = (took, format!("script {}: {deed:.60?}", self.number));
            }
            assert!(done.is_ok(), "{}", self.told("panicked"));
            self.look();
        }
    }

    fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::Result(kind) => {
                let run = Entry { id: 1, connection: "files".to_owned(), ..Entry::default() };
                let outcome = Ok(Arc::new(hostile::result(*kind, &mut Random::new(self.number))));
                // Now and then to be compared with the one that is shown.
                let why = if self.done.len().is_multiple_of(4) { Reopening::Compare } else { Reopening::Show };
                self.workbench.take_and_draw(Msg::KeptRead { run: Box::new(run), why, outcome });
            }
            Deed::Key(chord) => self.workbench.key(*chord),
            Deed::Type(text) => self.workbench.type_text(text),
            Deed::Paste(text) => self.workbench.take_and_draw(Msg::Paste(text.clone())),
            Deed::Resize(columns, rows) => {
                self.workbench.terminal().backend_mut().resize(*columns, *rows);
                self.workbench.take_and_draw(Msg::Resize { columns: *columns, rows: *rows });
            }
            Deed::Mouse(deed, column, row) => {
                self.workbench.take_and_draw(Msg::Mouse { deed: *deed, column: *column, row: *row });
            }
            Deed::Terminal(fact) => self.workbench.take_and_draw(Msg::Terminal(*fact)),
            Deed::Wait(time) => self.workbench.turn_for(*time),
            Deed::Skip(time) => self.workbench.skip(*time),
            Deed::Rest => self.settle(),
        }
    }

    fn settle(&mut self) {
        let rests = self.workbench.settle(PATIENCE);
        assert!(rests, "{}", self.told("does not come to rest"));
    }

    /// No thread has panicked, and nothing is on the screen that a terminal would obey.
    fn look(&mut self) {
        let panics = PANICS.lock().unwrap().clone();
        assert!(panics.is_empty(), "{}", self.told(&format!("panicked: {panics:?}")));
        let cells = &self.workbench.terminal().backend().buffer().content;
        let obeyed = cells.iter().find(|it| !it.symbol().chars().all(text::is_shown)).map(|it| it.symbol().to_owned());
        if let Some(symbol) = obeyed {
            panic!("{}", self.told(&format!("draws {symbol:?}")));
        }
    }

    /// Whatever was done, the keys for help and for leaving do what they do.
    fn leave(&mut self) {
        if self.workbench.is_over() {
            return;
        }
        self.take(&Deed::Resize(100, 40));
        self.settle();
        let key = |key| Deed::Key(Chord::plain(key).normal());
        for _ in 0..8 {
            self.take(&key(KeyName::Esc));
            self.settle();
        }
        self.take(&Deed::Key(Chord::parse("Alt+h").unwrap()));
        self.look();
        let screen = self.screen();
        assert!(screen.contains("PageDown page down"), "{}", self.told("does not show help"));
        for _ in 0..3 {
            if self.workbench.is_over() {
                return;
            }
            self.take(&Deed::Key(Chord::parse("Ctrl+Q").unwrap()));
            self.settle();
        }
        assert!(self.workbench.is_over(), "{}", self.told("cannot be left"));
    }

    fn screen(&mut self) -> String {
        screen_text(self.workbench.terminal().backend().buffer())
    }

    fn told(&mut self, what: &str) -> String {
        let screen = self.screen();
        format!("script {} {what} after\n{}\nthe screen is\n{screen}", self.number, self.done.join("\n"))
    }
}

fn settings(number: u64, home: &Path) -> Options {
    let mut options = options(home, &screens().join("data"));
    options.editor = Some("true".to_owned());
    // Of its own: a script may open a file of the library, type into it and save it.
    options.library = options.library.iter().map(|folder| copied(folder, &home.join("packs"))).collect();
    options.kept = KeptLimits { bytes: 4 << 20, age: Duration::from_hours(24) };
    options.around.ascii = number.is_multiple_of(7);
    if number.is_multiple_of(11) {
        options.edit_keys = tallyho::config::EditorKeys::Vim;
    }
    options
}

/// A copy of a folder, made once.
fn copied(folder: &Path, copy: &Path) -> PathBuf {
    if !copy.exists() {
        fs::create_dir_all(copy).unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let copy = copy.join(path.file_name().unwrap());
            if path.is_dir() {
                copied(&path, &copy);
            } else {
                // Written anew: the files of a checkout may be read-only, and copying keeps that.
                fs::write(&copy, fs::read(&path).unwrap()).unwrap();
            }
        }
    }
    copy.to_owned()
}
