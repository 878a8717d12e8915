//! Plays key scripts against the real workbench on ratatui's test backend.
//!
//! A script is text that is typed, with steps in angle brackets: `<F5>`, `<C-q>`, `<S-Left>`, `<A-Enter>`, `<Enter>`,
//! `<wait:idle>`, `<wait:MS>`, `<resize:200x60>`, `<paste:…>` (with `\n`, `\r`, `\e`), `<restart>`, `<shot>` (keeps the screen
//! as it is now; the last one is always kept), `<lt>` for `<`. Line breaks of the script are not typed, and a line that
//! starts with `#` is a comment; `# size 120x34` chooses the size. `<until:…>` waits until that is on the screen, and
//! `<asked:2>` until the service was asked so often, `<release>` lets it give an answer that is held back, `<skip:37s>` lets time pass without waiting for it.
//!
//! `tests/screens/<name>.toml` is the configuration of a script, instead of the files of `tests/screens/data` alone, and
//! `tests/screens/<name>.http` what a service on this machine answers (see `support_http`); `{stub}` is its address in
//! both.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use regex::Regex;
use tallyho::config::{Chord, Config, Paths, files_connection};
use tallyho::run::{Environment, Runner};
use tallyho::tui::{Msg, Options, Surroundings, ThemeChoice, Workbench};
use tempfile::TempDir;

use crate::support_http::Service;

/// Nothing that these tests do takes so long.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Player {
    pub(crate) workbench: Workbench<TestBackend>,
    pub(crate) home: TempDir,
    options: Options,
    size: (u16, u16),
    shots: Vec<String>,
    /// What answers in place of a service.
    pub(crate) service: Option<Service>,
}

pub(crate) fn plain_terminal() -> Surroundings {
    Surroundings { no_color: true, truecolor: false, light: false, ascii: false, squiggles: false }
}

pub(crate) fn screens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens")
}

/// No variable, no browser, no keyring of who runs the tests, and seconds that are short.
fn surroundings(home: &Path) -> Environment {
    Environment {
        variables: Some(HashMap::new()),
        open_browser: false,
        keyring_folder: Some(home.join("keyring")),
        tick: Duration::from_millis(10),
        ..Environment::of_process()
    }
}

pub(crate) fn options(home: &Path, data: &Path) -> Options {
    let paths = Paths::under(home.to_owned());
    let connection = files_connection(data.to_owned());
    Options {
        runner: Arc::new(Runner::with_environment(&paths, surroundings(home))),
        paths,
        start: connection.name.clone(),
        start_is_given: false,
        editor: None,
        files: Vec::new(),
        connections: vec![connection],
        theme: ThemeChoice::Auto,
        around: plain_terminal(),
        library: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs/first")],
    }
}

impl Player {
    /// The workbench over the tables of `tests/screens/data`.
    pub(crate) fn new(columns: u16, rows: u16) -> Self {
        Self::with_data(columns, rows, &screens().join("data"))
    }

    pub(crate) fn with_data(columns: u16, rows: u16, data: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let options = options(home.path(), data);
        Self::with_options(columns, rows, options, home)
    }

    pub(crate) fn with_options(columns: u16, rows: u16, options: Options, home: TempDir) -> Self {
        let size = (columns, rows);
        let workbench = start(options.clone(), size);
        let mut player = Self { workbench, home, options, size, shots: Vec::new(), service: None };
        player.idle();
        player
    }

    /// The workbench as the files beside a key script say: its configuration, and what a service answers.
    pub(crate) fn of_script(name: &str, columns: u16, rows: u16) -> Self {
        let file = |extension: &str| std::fs::read_to_string(screens().join(format!("{name}.{extension}"))).ok();
        match file("toml") {
            Some(config) => Self::with_service(columns, rows, &config, file("http").as_deref()),
            None => Self::new(columns, rows),
        }
    }

    /// With the connections of a configuration, beside the files of `tests/screens/data`, and a service that answers.
    pub(crate) fn with_service(columns: u16, rows: u16, config: &str, answers: Option<&str>) -> Self {
        let service = answers.map(Service::new);
        let base_url = service.as_ref().map_or("http://127.0.0.1:9", |it| it.base_url.as_str());
        let config = Config::parse(&config.replace("{stub}", base_url)).unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut options = options(home.path(), &screens().join("data"));
        options.start = config.default_connection;
        options.connections.extend(config.connections);
        let mut player = Self::with_options(columns, rows, options, home);
        player.service = service;
        player
    }

    /// Goes on until that is on the screen.
    pub(crate) fn until(&mut self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen().contains(words) {
            assert!(Instant::now() < deadline, "'{words}' does not come:\n{}", self.screen());
            self.workbench.turn_for(Duration::from_millis(10));
        }
    }

    pub(crate) fn idle(&mut self) {
        assert!(self.workbench.settle(PATIENCE), "the workbench does not come to rest:\n{}", self.screen());
    }

    /// Ends the workbench without a word and starts it again on the same home, as a kill would.
    pub(crate) fn restart(&mut self) {
        self.workbench.kill();
        self.workbench = start(self.options.clone(), self.size);
        self.idle();
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.workbench.terminal().backend_mut().resize(columns, rows);
        self.workbench.take_and_draw(Msg::Resize { columns, rows });
    }

    pub(crate) fn play(&mut self, script: &str) -> &mut Self {
        let lines = script.lines().filter(|line| !line.starts_with('#'));
        let mut rest = lines.collect::<Vec<_>>().concat();
        while let Some(at) = rest.find('<') {
            self.workbench.type_text(&rest[..at]);
            let end = rest[at..].find('>').unwrap_or_else(|| panic!("'<' without '>': {rest}")) + at;
            let step = rest[at + 1..end].to_owned();
            self.step(&step);
            rest.drain(..=end);
        }
        self.workbench.type_text(&rest);
        self
    }

    fn step(&mut self, step: &str) {
        match step.split_once(':').unwrap_or((step, "")) {
            ("lt", _) => self.workbench.type_text("<"),
            ("wait", "idle") => self.idle(),
            ("until", words) => self.until(words),
            ("asked", times) => {
                let deadline = Instant::now() + PATIENCE;
                let times: usize = times.parse().unwrap();
                while self.service.as_ref().unwrap().asked().len() < times {
                    assert!(Instant::now() < deadline, "the service was not asked {times} times:\n{}", self.screen());
                    self.workbench.turn_for(Duration::from_millis(10));
                }
            }
            ("release", _) => self.service.as_ref().unwrap().release(),
            ("skip", seconds) => {
                let seconds = seconds.strip_suffix('s').unwrap().parse().unwrap();
                self.workbench.skip(Duration::from_secs(seconds));
            }
            ("wait", ms) => self.workbench.turn_for(Duration::from_millis(ms.parse().unwrap())),
            ("resize", size) => {
                let (columns, rows) = size.split_once('x').unwrap();
                self.resize(columns.parse().unwrap(), rows.parse().unwrap());
            }
            ("paste", text) => {
                let text = text.replace("\\n", "\n").replace("\\r", "\r").replace("\\e", "\u{1b}");
                self.workbench.take_and_draw(Msg::Paste(text));
            }
            ("restart", _) => self.restart(),
            ("shot", _) => {
                let screen = self.screen();
                self.shots.push(screen);
            }
            _ => self.workbench.key(chord(step)),
        }
    }

    /// What is on the screen, line by line, without blanks at the ends.
    pub(crate) fn screen(&mut self) -> String {
        let buffer = self.workbench.terminal().backend().buffer();
        let width = usize::from(buffer.area.width);
        if width == 0 {
            return String::new();
        }
        let line = |cells: &[ratatui::buffer::Cell]| {
            let mut out = String::new();
            let mut skip = 0;
            for cell in cells {
                if skip == 0 {
                    out.push_str(cell.symbol());
                    skip = tallyho::text::width(cell.symbol()).max(1);
                }
                skip -= 1;
            }
            out.trim_end().to_owned()
        };
        buffer.content.chunks(width).map(line).collect::<Vec<_>>().join("\n")
    }

    /// All that was kept, without what differs from run to run.
    pub(crate) fn record(&mut self) -> String {
        let last = self.screen();
        let shots = std::mem::take(&mut self.shots);
        let shots: Vec<_> = shots.iter().chain([&last]).map(|it| without_figures(it)).collect();
        shots.join("\n\n=== and then ===\n\n") + "\n"
    }

    /// The editor's text.
    pub(crate) fn text(&self) -> String {
        self.workbench.editor_text().to_owned()
    }

    /// Replaces the text and runs it to its end.
    pub(crate) fn run(&mut self, query: &str) -> String {
        self.play("<C-a><Delete>");
        self.workbench.take_and_draw(Msg::Paste(query.to_owned()));
        self.play("<F5>");
        self.idle();
        self.screen()
    }
}

fn start(options: Options, size: (u16, u16)) -> Workbench<TestBackend> {
    let terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    Workbench::new(options, terminal, |_| {})
}

/// `C-q`, `S-F6`, `A-Enter`, `C-S-Left`.
fn chord(step: &str) -> Chord {
    let written = step.replace("C-", "Ctrl+").replace("A-", "Alt+").replace("S-", "Shift+");
    Chord::parse(&written).unwrap_or_else(|error| panic!("<{step}>: {error}"))
}

/// Measured figures and the time of day become `#`, and what was aligned by them is drawn together.
fn without_figures(screen: &str) -> String {
    let figure = Regex::new(r"\d[\d,.]*( min \d\d)? (ms|s|[KMGT]?i?B)\b").unwrap();
    let when = Regex::new(r"\d\d-\d\d \d\d:\d\dZ").unwrap();
    // The port of the service, and what is left of a wait.
    let port = Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let countdown = Regex::new(r"(?P<before>\b(in|for) |⌛ +)(\d+:)?\d?\d:\d\d\b").unwrap();
    let aligned = Regex::new(r"   +|───+|━━━+").unwrap();
    let line = |line: &str| {
        let hidden = when.replace_all(line, "MM-DD hh:mmZ");
        let hidden = figure.replace_all(&hidden, "#");
        let hidden = port.replace_all(&hidden, "127.0.0.1:PORT");
        let hidden = countdown.replace_all(&hidden, "${before}m:ss");
        if hidden == line {
            return line.to_owned();
        }
        aligned
            .replace_all(&hidden, |found: &regex::Captures<'_>| found[0].chars().take(3).collect::<String>())
            .into_owned()
    };
    screen.lines().map(line).collect::<Vec<_>>().join("\n")
}
