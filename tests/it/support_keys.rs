//! Plays key scripts against the real workbench on ratatui's test backend.
//!
//! `src/tui/play/script.rs` says how a script is written. Beside its steps there are `<restart>`, `<asked:2>`, which waits
//! until the service was asked so often, and `<release>`, which lets it give an answer that is held back.
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
use tallyho::config::{Config, EditorKeys, Paths, TerminalSettings, files_connection};
use tallyho::history::KeptLimits;
use tallyho::run::{Environment, Runner};
use tallyho::tui::{Msg, Options, Script, Step, Surroundings, ThemeChoice, Workbench, screen_text};
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
    Surroundings { no_color: true, truecolor: false, light: false, ascii: false, blocks: false, squiggles: false }
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
        terminal: TerminalSettings::default(),
        edit_keys: EditorKeys::default(),
        library: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs/first")],
        kept: KeptLimits { bytes: 64 << 20, age: Duration::from_hours(24) },
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
        options.edit_keys = config.editor;
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
        let script = Script::parse(script).unwrap_or_else(|error| panic!("{error}: {script}"));
        for step in &script.steps {
            self.step(step);
        }
        self
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Type(typed) => self.workbench.type_text(typed),
            Step::Key(chord) => self.workbench.key(*chord),
            Step::WaitIdle => self.idle(),
            Step::Wait(time) => self.workbench.turn_for(*time),
            Step::Until(words) => self.until(words),
            Step::Skip(time) => self.workbench.skip(*time),
            Step::Resize { columns, rows } => self.resize(*columns, *rows),
            Step::Paste(text) => self.workbench.take_and_draw(Msg::Paste(text.clone())),
            Step::Shot => {
                let screen = self.screen();
                self.shots.push(screen);
            }
            Step::Other { name, argument } => self.other_step(name, argument),
        }
    }

    /// The steps that only tests know.
    fn other_step(&mut self, name: &str, argument: &str) {
        match name {
            "asked" => {
                let deadline = Instant::now() + PATIENCE;
                let times: usize = argument.parse().unwrap();
                while self.service.as_ref().unwrap().asked().len() < times {
                    assert!(Instant::now() < deadline, "the service was not asked {times} times:\n{}", self.screen());
                    self.workbench.turn_for(Duration::from_millis(10));
                }
            }
            "release" => self.service.as_ref().unwrap().release(),
            "restart" => self.restart(),
            _ => panic!("there is no step <{name}>"),
        }
    }

    /// What is on the screen, line by line, without blanks at the ends.
    pub(crate) fn screen(&mut self) -> String {
        screen_text(self.workbench.terminal().backend().buffer())
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

/// Measured figures and the time of day become `#`, and what was aligned by them is drawn together.
fn without_figures(screen: &str) -> String {
    let figure = Regex::new(r"\d[\d,.]*( min \d\d)? (ms|s|[KMGT]?i?B)\b").unwrap();
    let when = Regex::new(r"\d\d-\d\d \d\d:\d\dZ").unwrap();
    let moment = Regex::new(r"\b\d\d:\d\d:\d\dZ").unwrap();
    // The port of the service, and what is left of a wait.
    let port = Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let countdown = Regex::new(r"(?P<before>\b(in|for) |⌛ +)(\d+:)?\d?\d:\d\d\b").unwrap();
    let compared = Regex::new(r"×\d[\d,.]*( [▲▼])?").unwrap();
    let trend = Regex::new("[▁▂▃▄▅▆▇█]+").unwrap();
    // How much of a run's figures the history shows depends on how long they are.
    let run = Regex::new(r"(?P<run>\S MM-DD hh:mmZ +[\d,]+ rows? +#).*").unwrap();
    let aligned = Regex::new(r"   +|───+|━━━+").unwrap();
    let line = |line: &str| {
        let hidden = moment.replace_all(line, "hh:mm:ssZ");
        let hidden = when.replace_all(&hidden, "MM-DD hh:mmZ");
        let hidden = figure.replace_all(&hidden, "#");
        let hidden = run.replace_all(&hidden, "${run} …");
        let hidden = port.replace_all(&hidden, "127.0.0.1:PORT");
        // How a cost compares, and how it went.
        let hidden = compared.replace_all(&hidden, "×#");
        let hidden = if hidden.contains("  least ") { trend.replace(&hidden, "▂▂▂") } else { hidden };
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
