//! The loop: wait for a message, take all that have come, do what they ask for, draw once.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ratatui::Terminal;
use ratatui::backend::Backend;

use super::app::{App, Leaving, Log, Screen, TabId};
use super::effect::Effect;
use super::handover::Handover;
use super::keymap::KeyMap;
use super::look::Look;
use super::msg::Msg;
use super::options::Options;
use super::perform::Performer;
use super::terminal::Meter;
use super::update::update;
use super::view;
use super::vim::Vim;
use crate::config::{Chord, EditorKeys, Fault, KeyName, Scope};

/// A flood of messages is interrupted after this long to show what has come.
const LONGEST_WITHOUT_DRAWING: Duration = Duration::from_millis(60);
/// After the terminal is gone the text gets this long to be saved.
const LAST_CALL: Duration = Duration::from_secs(3);

/// The workbench on some terminal: the real one, or one that a test reads.
pub struct Workbench<B: Backend> {
    app: App,
    terminal: Terminal<B>,
    performer: Performer,
    sender: Sender<Msg>,
    messages: Receiver<Msg>,
    /// Puts text on the clipboard.
    copy: fn(&str),
    handover: Handover,
    /// Another program has the terminal: nothing is drawn.
    is_handed_over: bool,
    /// Ask the terminal for what not every one has; the screens of tests do not.
    keyboard: fn(),
    mouse: fn(bool),
    meter: Arc<Meter>,
    /// The loop has ended.
    over: bool,
    hung_up: Option<Instant>,
    /// What tests have skipped of the time.
    skipped: Duration,
}

impl<B: Backend> Workbench<B> {
    /// Sets everything up and starts reading session, history and data. Draws nothing yet.
    pub fn new(options: Options, terminal: Terminal<B>, copy: fn(&str)) -> Self {
        let (sender, messages) = channel();
        let (keys, mut faults) = KeyMap::load(&options.paths.config);
        let (look, look_fault) = match Look::new(&options.theme, &options.paths.config.join("themes"), &options.around)
        {
            Ok((look, more)) => {
                faults.extend(more);
                (look, None)
            }
            Err(error) => (Look::plain(&options.around), Some(format!("{error}; going on without colours"))),
        };
        let mut performer = Performer::new(&options, sender.clone());
        let mut app = App::new(options.connections, &options.start, keys, look, Instant::now());
        app.log = Log::new(app.now, SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        app.start_is_given = options.start_is_given;
        app.files = options.files;
        app.screen = Screen::new(options.terminal);
        app.vim = (options.edit_keys == EditorKeys::Vim).then(Vim::default);
        if let Ok(size) = terminal.size() {
            app.size = (size.width, size.height);
        }
        if let Some(fault) = look_fault.or_else(|| words_of(&faults)) {
            app.notify(Scope::Error, fault);
        }
        for effect in app.first_effects() {
            performer.perform(effect, &app);
        }
        app.arrange();
        let meter = Arc::new(Meter::default());
        Self {
            app,
            terminal,
            performer,
            sender,
            messages,
            copy,
            handover: Handover::default(),
            is_handed_over: false,
            keyboard: || {},
            mouse: |_| {},
            meter,
            over: false,
            hung_up: None,
            skipped: Duration::ZERO,
        }
    }

    /// How another program gets the terminal.
    pub(super) fn set_handover(&mut self, handover: Handover) {
        self.handover = handover;
    }

    /// Gives the terminal to the user's editor until that one ends.
    fn hand_over(&mut self, tab: TabId, text: String) {
        match self.performer.outside_command() {
            Ok(command) => {
                (self.handover.give)();
                self.is_handed_over = true;
                self.performer.edit_outside(tab, text, command);
            }
            Err(words) => {
                let _ = self.sender.send(Msg::EditedOutside { tab, outcome: Err(words) });
            }
        }
    }

    /// The terminal is ours again; nothing of what was drawn is there still.
    fn take_back(&mut self) {
        (self.handover.take)();
        self.is_handed_over = false;
        // Clearing by the terminal's own means would ask it where the cursor is, and wait for the answer.
        if self.terminal.backend_mut().clear().is_err() {
            let _ = self.sender.send(Msg::Hangup);
        }
        self.terminal.swap_buffers();
    }

    /// The same on a real terminal: what it can be asked for, and what counts the bytes that go to it.
    pub(super) fn on_terminal(mut self, meter: Arc<Meter>, keyboard: fn(), mouse: fn(bool)) -> Self {
        (self.meter, self.keyboard, self.mouse) = (meter, keyboard, mouse);
        self
    }

    /// Where messages are sent to.
    pub fn sender(&self) -> Sender<Msg> {
        self.sender.clone()
    }

    pub fn terminal(&mut self) -> &mut Terminal<B> {
        &mut self.terminal
    }

    /// True when the loop has ended.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Runs until the user leaves or the terminal is gone.
    pub fn run(&mut self) {
        self.draw();
        while !self.over {
            self.turn();
        }
    }

    /// One turn of the loop. Waits for a message, or for the time when something is due.
    fn turn(&mut self) {
        let wake = self.app.next_wake().into_iter().chain(self.hung_up.map(|it| it + LAST_CALL)).min();
        let first = match wake {
            Some(wake) => self.messages.recv_timeout(wake.saturating_duration_since(self.now())),
            None => self.messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        self.take(first.unwrap_or(Msg::Wake));
        self.drain();
        self.draw();
        if self.hung_up.is_some_and(|it| self.now() >= it + LAST_CALL) {
            self.over = true;
        }
    }

    fn now(&self) -> Instant {
        Instant::now() + self.skipped
    }

    fn drain(&mut self) {
        let started = Instant::now();
        while !self.over && started.elapsed() < LONGEST_WITHOUT_DRAWING {
            let Ok(msg) = self.messages.try_recv() else { return };
            let redraw = self.app.redraw;
            self.take(msg);
            self.app.redraw |= redraw;
        }
    }

    fn take(&mut self, msg: Msg) {
        if matches!(msg, Msg::Hangup) {
            self.hung_up.get_or_insert(self.now());
        }
        if self.is_handed_over && matches!(msg, Msg::EditedOutside { .. }) {
            self.take_back();
        }
        let (now, started) = (self.now(), Instant::now());
        let effects = update(&mut self.app, msg, now);
        if let Some(figures) = &mut self.app.screen.figures {
            figures.update = started.elapsed();
        }
        for effect in effects {
            match effect {
                Effect::Leave => self.over = true,
                Effect::Copy(text) => {
                    if let Some(text) = super::update::copied(&mut self.app, text) {
                        (self.copy)(&text);
                    }
                }
                Effect::UseKeyboard => (self.keyboard)(),
                Effect::UseMouse(wanted) => (self.mouse)(wanted),
                Effect::EditOutside { tab, text } => self.hand_over(tab, text),
                effect => self.performer.perform(effect, &self.app),
            }
        }
        #[cfg(debug_assertions)]
        self.panic_if_tested();
    }

    /// Lets a test see what a panic leaves behind: only in debug builds.
    #[cfg(debug_assertions)]
    fn panic_if_tested(&self) {
        if let Ok(word) = std::env::var("TALLYHO_TEST_PANIC") {
            assert!(!self.app.editor.text().contains(&word), "the word of TALLYHO_TEST_PANIC was typed");
        }
    }

    fn draw(&mut self) {
        if !self.app.redraw || self.over || self.hung_up.is_some() || self.is_handed_over {
            return;
        }
        self.app.redraw = false;
        let (app, started) = (&self.app, Instant::now());
        // The frame is written as a whole, with the place of the cursor.
        self.meter.begin();
        let drawn = self.terminal.draw(|frame| view::draw(frame, app)).is_ok();
        self.meter.end();
        if !drawn || self.terminal.backend_mut().flush().is_err() {
            // Nobody sees what cannot be drawn; the text is what matters now.
            return self.take(Msg::Hangup);
        }
        self.app.screen.is_slow |= self.meter.is_slow();
        if let Some(figures) = &mut self.app.screen.figures {
            figures.draw = started.elapsed();
            figures.n_frames += 1;
            (figures.last_bytes, figures.n_bytes) = (self.meter.last_frame(), self.meter.n_bytes());
        }
    }

    /// Saves the text on this thread: the way out after a panic.
    pub(super) fn save_now(&self) -> Result<(), String> {
        self.performer.save_now(&super::update::session(&self.app))
    }
}

/// For tests that play keys: the real loop, without waiting longer than needed.
impl<B: Backend> Workbench<B> {
    pub fn key(&mut self, chord: Chord) {
        self.take_and_draw(Msg::Key(chord));
    }

    pub fn type_text(&mut self, text: &str) {
        for typed in text.chars() {
            let key = if typed == '\n' { KeyName::Enter } else { KeyName::Char(typed) };
            self.key(Chord::plain(key).normal());
        }
    }

    /// Takes a message as the loop would.
    pub fn take_and_draw(&mut self, msg: Msg) {
        self.take(msg);
        self.draw();
    }

    /// Goes on until nothing is under way: no run, nothing to be read, written or analysed. Skips pauses instead of
    /// waiting for them. False when that takes longer than `limit`.
    pub fn settle(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline && !self.over {
            match self.messages.recv_timeout(Duration::from_millis(1)) {
                Ok(msg) => {
                    self.take_and_draw(msg);
                    continue;
                }
                Err(_) if self.performer.n_awaited() > 0 => continue,
                Err(_) => {}
            }
            // A retry of what failed is not waited for, nor are the clocks of a run, a quota or a sign-in.
            match self.app.next_wake().filter(|_| self.app.saving.retry_at.is_none() && self.app.is_at_rest()) {
                Some(wake) => {
                    self.skipped += wake.saturating_duration_since(self.now());
                    self.take_and_draw(Msg::Wake);
                }
                None => return true,
            }
        }
        self.over
    }

    /// Lets so much time pass without waiting for it.
    pub fn skip(&mut self, time: Duration) {
        self.skipped += time;
        self.take_and_draw(Msg::Wake);
    }

    /// Goes on for so long, or until the loop ends.
    pub fn turn_for(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while !self.over && Instant::now() < deadline {
            if let Ok(msg) = self.messages.recv_timeout(Duration::from_millis(5)) {
                self.take_and_draw(msg);
            } else if self.app.next_wake().is_some_and(|it| it <= self.now()) {
                self.take_and_draw(Msg::Wake);
            }
        }
    }

    /// Lets go of everything without a word, as a kill would: nothing more is saved.
    pub fn kill(&mut self) {
        self.over = true;
        self.performer.let_go();
    }

    /// The text in the editor.
    pub fn editor_text(&self) -> &str {
        self.app.editor.text()
    }

    /// True while completions are offered.
    pub fn is_offering(&self) -> bool {
        self.app.help.completing().is_some()
    }

    /// True while a run is under way.
    pub fn is_running(&self) -> bool {
        self.app.run.is_some() && self.app.leaving == Leaving::No
    }
}

/// The first mistake of the user's files, and how many there are; what they say besides stands.
fn words_of(faults: &[Fault]) -> Option<String> {
    let first = faults.first()?;
    Some(match faults.len() - 1 {
        0 => format!("{first}. The rest of the file is in force."),
        more => format!(
            "{first}, and {more} more (`tallyho keys` and `tallyho theme list` tell all). The rest is in force."
        ),
    })
}
