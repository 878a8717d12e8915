//! Plays key scripts against the real workbench on ratatui's test backend.
//!
//! A script is text that is typed, with steps in angle brackets: `<F5>`, `<C-q>`, `<S-Left>`, `<A-Enter>`, `<Enter>`,
//! `<wait:idle>`, `<wait:MS>`, `<resize:200x60>`, `<paste:…>` (with `\n`, `\r`, `\e`), `<restart>`, `<shot>` (keeps the screen
//! as it is now; the last one is always kept), `<lt>` for `<`. Line breaks of the script are not typed, and a line that
//! starts with `#` is a comment; `# size 120x34` and `# theme dark` choose what is started.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use regex::Regex;
use tallyho::config::{Chord, Paths, files_connection};
use tallyho::run::Runner;
use tallyho::tui::{Msg, Options, Surroundings, ThemeChoice, Workbench};
use tempfile::TempDir;

/// Nothing that these tests do takes so long.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Player {
    pub(crate) workbench: Workbench<TestBackend>,
    pub(crate) home: TempDir,
    options: Options,
    size: (u16, u16),
    shots: Vec<String>,
}

pub(crate) fn plain_terminal() -> Surroundings {
    Surroundings { no_color: true, truecolor: false, light: false, ascii: false }
}

pub(crate) fn screens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens")
}

pub(crate) fn options(home: &Path, data: &Path) -> Options {
    let paths = Paths::under(home.to_owned());
    let connection = files_connection(data.to_owned());
    Options {
        runner: Arc::new(Runner::new(&paths)),
        paths,
        start: connection.name.clone(),
        connections: vec![connection],
        theme: ThemeChoice::Auto,
        around: plain_terminal(),
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
        let mut player = Self { workbench, home, options, size, shots: Vec::new() };
        player.idle();
        player
    }

    pub(crate) fn idle(&mut self) {
        assert!(self.workbench.settle(PATIENCE), "the workbench does not come to rest:\n{}", self.screen());
    }

    /// Ends the workbench without a word and starts it again on the same home, as a kill would.
    pub(crate) fn restart(&mut self) {
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
    let aligned = Regex::new(r"   +|───+|━━━+").unwrap();
    let line = |line: &str| {
        let hidden = when.replace_all(line, "MM-DD hh:mmZ");
        let hidden = figure.replace_all(&hidden, "#");
        if hidden == line {
            return line.to_owned();
        }
        aligned
            .replace_all(&hidden, |found: &regex::Captures<'_>| found[0].chars().take(3).collect::<String>())
            .into_owned()
    };
    screen.lines().map(line).collect::<Vec<_>>().join("\n")
}
