//! Plays a script against the real workbench on a screen in memory.

use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

use super::script::{Script, Step};
use crate::text;
use crate::tui::{Msg, Options, Workbench};

/// Time between two keys of a recording: as a quick typist has it.
const KEY: Duration = Duration::from_millis(70);
/// A pause is not shown longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// A screen at some time of a recording.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Since the start.
    pub at: Duration,
    pub screen: Buffer,
}

/// Why a script could not be played to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlayError {
    #[error("the workbench did not come to rest within {} s; the screen is\n{screen}", .limit.as_secs())]
    Restless { limit: Duration, screen: String },
    #[error("'{words}' did not come within {} s; the screen is\n{screen}", .limit.as_secs())]
    NeverShown { words: String, limit: Duration, screen: String },
    #[error("there is no step <{0}>")]
    UnknownStep(String),
}

/// A workbench that a script drives.
pub struct Player {
    pub workbench: Workbench<TestBackend>,
    size: (u16, u16),
    patience: Duration,
    shots: Vec<Buffer>,
    frames: Vec<Frame>,
    /// The time of the recording.
    clock: Duration,
}

impl Player {
    /// Starts the workbench on a screen of so many columns and rows and waits until it is at rest. Nothing of a script
    /// may take longer than `patience`.
    pub fn start(options: Options, size: (u16, u16), patience: Duration) -> Result<Self, PlayError> {
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a screen in memory cannot fail");
        let workbench = Workbench::new(options, terminal, |_| {});
        let (shots, frames) = (Vec::new(), Vec::new());
        let mut player = Self { workbench, size, patience, shots, frames, clock: Duration::ZERO };
        player.settle()?;
        player.keep_frame(Duration::ZERO);
        Ok(player)
    }

    /// Plays every step. One that only others know is an error.
    pub fn play(&mut self, script: &Script) -> Result<(), PlayError> {
        script.steps.iter().try_for_each(|it| self.step(it))
    }

    /// Plays one step.
    pub fn step(&mut self, step: &Step) -> Result<(), PlayError> {
        let began = Instant::now();
        match step {
            Step::Type(typed) => {
                for typed in typed.chars() {
                    self.workbench.type_text(typed.encode_utf8(&mut [0; 4]));
                    self.keep_frame(KEY);
                }
                return Ok(());
            }
            Step::Key(chord) => self.workbench.key(*chord),
            Step::WaitIdle => self.settle()?,
            Step::Wait(time) => self.workbench.turn_for(*time),
            Step::Until(words) => self.until(words)?,
            Step::Skip(time) => self.workbench.skip(*time),
            Step::Resize { columns, rows } => self.resize(*columns, *rows),
            Step::Paste(text) => self.workbench.take_and_draw(Msg::Paste(text.clone())),
            Step::Shot => {
                let screen = self.buffer().clone();
                self.shots.push(screen);
            }
            Step::Other { name, .. } => return Err(PlayError::UnknownStep(name.clone())),
        }
        self.keep_frame(began.elapsed().clamp(KEY, LONGEST_PAUSE));
        Ok(())
    }

    /// The screen as it is now.
    pub fn buffer(&mut self) -> &Buffer {
        self.workbench.terminal().backend().buffer()
    }

    /// The screens that the script kept, and the last one.
    pub fn shots(&mut self) -> Vec<Buffer> {
        let mut shots = std::mem::take(&mut self.shots);
        shots.push(self.buffer().clone());
        shots
    }

    /// Every screen that differed from the one before.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    fn settle(&mut self) -> Result<(), PlayError> {
        if self.workbench.settle(self.patience) {
            return Ok(());
        }
        Err(PlayError::Restless { limit: self.patience, screen: screen_text(self.buffer()) })
    }

    fn until(&mut self, words: &str) -> Result<(), PlayError> {
        let deadline = Instant::now() + self.patience;
        while !screen_text(self.buffer()).contains(words) {
            if Instant::now() >= deadline || self.workbench.is_over() {
                let screen = screen_text(self.buffer());
                return Err(PlayError::NeverShown { words: words.to_owned(), limit: self.patience, screen });
            }
            self.workbench.turn_for(Duration::from_millis(10));
        }
        Ok(())
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.workbench.terminal().backend_mut().resize(columns, rows);
        self.workbench.take_and_draw(Msg::Resize { columns, rows });
    }

    fn keep_frame(&mut self, after: Duration) {
        self.clock += after;
        let screen = self.workbench.terminal().backend().buffer();
        if self.frames.last().is_none_or(|it| it.screen != *screen) {
            let frame = Frame { at: self.clock, screen: screen.clone() };
            self.frames.push(frame);
        }
    }
}

/// What is on a screen, line by line, without blanks at the ends.
pub fn screen_text(screen: &Buffer) -> String {
    let width = usize::from(screen.area.width);
    if width == 0 {
        return String::new();
    }
    let line = |cells: &[Cell]| {
        let mut out = String::new();
        // A wide character takes the cells behind it as well.
        let mut covered = 0;
        for cell in cells {
            if covered == 0 {
                out.push_str(cell.symbol());
                covered = text::width(cell.symbol()).max(1);
            }
            covered -= 1;
        }
        out.trim_end().to_owned()
    };
    screen.content.chunks(width).map(line).collect::<Vec<_>>().join("\n")
}
