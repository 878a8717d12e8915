//! The one state. Plain data: no handles, no threads, no terminal.

mod export;
mod log;
mod overlay;
mod parameters;
mod queue;
mod screen;
mod side;
mod sign_in;
mod tabs;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(super) use self::export::Export;
pub(super) use self::log::{Log, LogLine};
pub(super) use self::overlay::{Assistance, Overlay};
pub(super) use self::parameters::Parameters;
pub(super) use self::queue::{Queue, Waiting, countdown};
pub(super) use self::screen::{Figures, Screen};
pub(super) use self::side::{Side, SideRegion};
pub(super) use self::sign_in::{SignInState, SigningIn};
pub use self::tabs::{Fingerprint, TabId};
pub(super) use self::tabs::{Tab, TabFile, Tabs};
use super::effect::Effect;
use super::keymap::{KeyMap, Section};
use super::layout::{Layout, below_rule};
use super::look::Look;
use super::panes::cost::Cost;
use super::panes::editor::{Editor, gutter_width};
use super::panes::history::History;
use super::panes::library::Library;
use super::panes::pack::Pack;
use super::panes::results::Results;
use super::panes::tables::Tables;
use super::popups::chooser::Chooser;
use super::popups::connections::Picker;
use super::popups::find::Find;
use super::popups::fixes::FixList;
use super::popups::indicators::IndicatorList;
use super::popups::inspector::Inspector;
use super::popups::parameters::ParameterForm;
use super::popups::prompt::Prompt;
use super::popups::rename::Renaming;
use super::popups::time_range::TimePicker;
use super::vim::Vim;
use crate::config::{Connection, ConnectionKind, Scope, TimeRange};
use crate::library::Form;
use crate::run::{Forecast, OpenConnection, RunError, RunId};
use ratatui::layout::Rect;

/// Typing rests this long before mistakes are looked for.
const ANALYSIS_PAUSE: Duration = Duration::from_millis(250);
/// Typing rests this long before the text is saved.
const SAVE_PAUSE: Duration = Duration::from_millis(900);
/// The text is saved this often while typing never rests.
const SAVE_AT_LATEST: Duration = Duration::from_secs(5);
/// A save that failed is tried again.
const SAVE_RETRY: Duration = Duration::from_secs(5);

/// The regions that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pane {
    Editor,
    Results,
    /// History, tables or library: `App::side` says which.
    Side,
    Cost,
}

/// What lies over the panes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Popup {
    None,
    /// The help, from this line on.
    Help(usize),
    Connections(Picker),
    TimeRange(TimePicker),
    /// What a person has to do to sign in: `App::sign_in` says it.
    SigningIn,
    Fixes(FixList),
    Rename(Renaming),
    /// A question that one line answers.
    Prompt(Prompt),
    /// A list to choose from.
    Chooser(Chooser),
    /// What was said, so many lines before its end.
    Log(usize),
    /// The line in which one looks for text: `App::find`.
    Find,
    Parameters(ParameterForm),
    Indicators(IndicatorList),

    /// A run of the history, looked into.
    Inspector(Inspector),
}

/// The connection that queries go to.
#[derive(Debug)]
pub(super) enum Link {
    /// Being made ready; the share done.
    Opening(f32),
    Open(Arc<OpenConnection>),
    Failed(RunError),
}

/// Another connection that is being made ready while the old one stays.
#[derive(Debug)]
pub(super) struct Switching {
    /// Its place in the list.
    pub(super) to: usize,
    /// The share done.
    pub(super) share: f32,
}

/// A run under way.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) id: RunId,
    /// What was sent, and where it stands in the text of its tab.
    pub(super) text: String,
    pub(super) offset: usize,
    pub(super) tab: TabId,
    pub(super) started: Instant,
    /// The time that it asks about.
    pub(super) time_range: Option<TimeRange>,
    /// Values for what it declares.
    pub(super) parameters: Vec<(String, String)>,
    /// It is on its way, and no longer held against the quota.
    pub(super) sent: bool,
    /// It waited for its quota since then before it was sent.
    pub(super) waited: Option<Duration>,
    /// How often the service has refused it for its quota, what it said last, and when it may be asked again, if that
    /// was said.
    pub(super) n_refused: u32,
    pub(super) refusal: Option<(String, Option<Instant>)>,
    /// The share done that the service states.
    pub(super) progress: Option<f32>,
    /// It was asked to stop.
    pub(super) stopping: bool,
}

/// How the last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) how: HowEnded,
    pub(super) elapsed: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HowEnded {
    Done,
    Failed,
    Stopped,
}

/// A sentence in the hint line, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) scope: Scope,
}

/// Whether the text is safe on disk.
#[derive(Debug, Default)]
pub(super) struct Saving {
    /// The texts of the last time are known, so that nothing of them is written over.
    pub(super) is_restored: bool,
    /// The revision of all texts that is on disk; `None` before the first save.
    pub(super) saved: Option<u64>,
    /// The revision on its way.
    pub(super) under_way: Option<u64>,
    /// When the text first differed from what is on disk, and when it last changed.
    pub(super) dirty_since: Option<Instant>,
    pub(super) edited: Option<Instant>,
    pub(super) failure: Option<String>,
    /// Leaving was asked for and the text could not be saved: asked again at once, it leaves all the same.
    pub(super) leave_unsaved: bool,
    pub(super) retry_at: Option<Instant>,
}

/// Why the loop is about to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    No,
    /// The user asked; a failing save keeps the workbench open once.
    Asked,
    /// The terminal is gone or the process must end.
    Forced,
}

/// Everything that the workbench knows.
#[derive(Debug)]
pub(super) struct App {
    pub(super) size: (u16, u16),
    pub(super) look: Look,
    pub(super) screen: Screen,
    pub(super) keys: KeyMap,
    pub(super) connections: Vec<Connection>,
    /// The place of the chosen connection in the list.
    pub(super) connection: usize,
    pub(super) link: Link,
    /// Those that were opened before, by their place in the list: they keep who is signed in.
    pub(super) opened: Vec<Option<Arc<OpenConnection>>>,
    pub(super) switching: Option<Switching>,
    /// The time that queries are asked about, where the connection can narrow it.
    pub(super) time_range: Option<TimeRange>,
    /// What the quota of the connection still allows, as last counted.
    pub(super) forecast: Forecast,
    /// The time that queries of a connection were asked about the last time, until that connection is open.
    pub(super) restored_range: Option<(usize, Option<TimeRange>)>,
    /// The user named the connection to start with.
    pub(super) start_is_given: bool,
    /// Files to open when the tabs of the last time are there.
    pub(super) files: Vec<PathBuf>,
    /// Queries that wait for their quota.
    pub(super) queue: Queue,
    pub(super) sign_in: Option<SigningIn>,
    pub(super) focus: Pane,
    pub(super) zoom: bool,
    pub(super) popup: Popup,
    /// The text of the active tab.
    pub(super) editor: Editor,
    /// For those who edit as in vim.
    pub(super) vim: Option<Vim>,
    /// What was looked for last in a text.
    pub(super) find: Find,
    /// What was given for the parameters of queries.
    pub(super) parameters: Parameters,
    pub(super) tabs: Tabs,
    /// The file that a text was not written to, because another program wrote it, until it is said what to do.
    pub(super) in_the_way: Option<(PathBuf, Form)>,
    /// What the language says about the place of the cursor.
    pub(super) help: Assistance,
    pub(super) results: Results,
    /// Questions about the rows that workers were asked.
    pub(super) studies: u64,
    /// Charts whose points were asked for so far.
    pub(super) n_plots: u64,
    /// The file that is being written, and how many there were so far.
    pub(super) export: Option<Export>,
    pub(super) n_exports: u64,
    pub(super) history: History,
    /// What stands beside the editor.
    pub(super) side: SideRegion,
    pub(super) tables: Tables,
    pub(super) library: Library,
    /// The pack of queries that was opened last.
    pub(super) pack: Option<Pack>,
    /// The line, from 1, at which the file is shown that is being opened.
    pub(super) opening_at: Option<usize>,
    pub(super) cost: Cost,
    pub(super) run: Option<Running>,
    pub(super) ended: Option<Ended>,
    /// A run was asked for while the connection was being made ready.
    pub(super) run_when_open: bool,
    pub(super) next_run: u64,
    /// The text that was asked last, and where it stood.
    pub(super) last_asked: Option<(String, usize)>,
    /// Packs that another one has taken the place of, the latest first.
    pub(super) packs_aside: Vec<Pack>,
    /// Paths that were asked to be completed.
    pub(super) n_paths: u64,
    /// The runs that are listed to compare with.
    pub(super) kept_runs: Vec<crate::history::Entry>,
    pub(super) notice: Option<Notice>,
    pub(super) log: Log,
    pub(super) saving: Saving,
    /// The text has changed since it was analysed; look at it when this time has come.
    pub(super) analyse_at: Option<Instant>,
    pub(super) leaving: Leaving,
    /// The time of the message being handled.
    pub(super) now: Instant,
    /// Something that can be seen has changed.
    pub(super) redraw: bool,
}

impl App {
    pub(super) fn new(connections: Vec<Connection>, start: &str, keys: KeyMap, look: Look, now: Instant) -> Self {
        let connection = connections.iter().position(|it| it.name == start).unwrap_or(0);
        let opened = vec![None; connections.len()];
        Self {
            size: (80, 24),
            look,
            screen: Screen::default(),
            keys,
            connections,
            connection,
            link: Link::Opening(0.0),
            opened,
            switching: None,
            time_range: None,
            forecast: Forecast::default(),
            restored_range: None,
            start_is_given: false,
            files: Vec::new(),
            queue: Queue::default(),
            sign_in: None,
            focus: Pane::Editor,
            zoom: false,
            popup: Popup::None,
            editor: Editor::new("", (0, 0)),
            vim: None,
            find: Find::default(),
            parameters: Parameters::default(),
            tabs: Tabs::default(),
            in_the_way: None,
            help: Assistance::default(),
            results: Results::default(),
            studies: 0,
            n_plots: 0,
            export: None,
            n_exports: 0,
            history: History::default(),
            side: SideRegion::default(),
            tables: Tables::default(),
            library: Library::default(),
            pack: None,
            opening_at: None,
            cost: Cost::default(),
            run: None,
            ended: None,
            run_when_open: false,
            next_run: 1,
            last_asked: None,
            packs_aside: Vec::new(),
            n_paths: 0,
            kept_runs: Vec::new(),
            notice: None,
            log: Log::new(now, Duration::ZERO),
            saving: Saving::default(),
            analyse_at: None,
            leaving: Leaving::No,
            now,
            redraw: true,
        }
    }

    /// What is to be done first.
    pub(super) fn first_effects(&mut self) -> Vec<Effect> {
        // Which connection is opened, the session says.
        vec![Effect::ReadSession, Effect::FindRuns(self.history.ask())]
    }

    pub(super) fn connection(&self) -> Option<&Connection> {
        self.connections.get(self.connection)
    }

    /// True when mistakes that we find do not keep a query from being sent: a service has the last word.
    pub(super) fn only_advises(&self) -> bool {
        self.connection().is_some_and(|it| !it.kind.is_local())
    }

    pub(super) fn layout(&self) -> Layout {
        Layout::new(self, Rect::new(0, 0, self.size.0, self.size.1))
    }

    /// The section of the key table that is asked first.
    pub(super) fn section(&self) -> Section {
        match self.popup {
            Popup::None => self.pane_section(),
            Popup::Help(_) | Popup::Log(_) => Section::Help,
            Popup::Connections(_) => Section::Connections,
            Popup::TimeRange(_) => Section::TimeRange,
            Popup::SigningIn => Section::SigningIn,
            Popup::Fixes(_) => Section::Fixes,
            Popup::Rename(_) => Section::Rename,
            Popup::Prompt(_) => Section::Prompt,
            Popup::Chooser(_) => Section::Chooser,
            Popup::Find => Section::Find,
            Popup::Parameters(_) => Section::Parameters,
            Popup::Indicators(_) => Section::Indicators,
            Popup::Inspector(_) => Section::Inspector,
        }
    }

    /// True when keys go to that pane.
    pub(super) fn is_focused(&self, pane: Pane) -> bool {
        self.focus == pane && self.popup == Popup::None
    }

    /// Names that the user has taken from offers, the latest first.
    pub(super) fn recent_names(&self) -> Vec<&str> {
        self.help.recent()
    }

    /// The connection that is open.
    pub(super) fn open_connection(&self) -> Option<&Arc<OpenConnection>> {
        if let Link::Open(open) = &self.link { Some(open) } else { None }
    }

    /// The section of the focused pane.
    pub(super) fn pane_section(&self) -> Section {
        match self.focus {
            Pane::Editor => Section::Editor,
            Pane::Results if self.results.record.is_some() => Section::Record,
            Pane::Results if self.results.bar.is_some() && self.results.view.is_grid() => Section::GridBar,
            Pane::Results => self.results.view.section(),
            Pane::Side => self.side_section(),
            Pane::Cost => Section::Cost,
        }
    }

    /// The section of what stands beside the editor.
    fn side_section(&self) -> Section {
        match self.side.side {
            Side::History if self.history.is_filtering() => Section::Filter,
            Side::History => Section::History,
            Side::Tables if self.tables.is_searching() => Section::SideSearch,
            Side::Library if self.library.is_searching() => Section::SideSearch,
            Side::Tables => Section::Tables,
            Side::Library => Section::Library,
        }
    }

    pub(super) fn notify(&mut self, scope: Scope, text: impl Into<String>) {
        let text = text.into();
        self.log.say(self.now, scope, &text);
        self.notice = Some(Notice { text, scope });
    }

    /// Called when the text has changed: it will be analysed and saved when typing rests.
    pub(super) fn text_changed(&mut self) {
        self.compare_with_file();
        self.session_changed();
        self.analyse_at = Some(self.now + ANALYSIS_PAUSE);
    }

    /// Called when something has changed that is kept between two starts.
    pub(super) fn session_changed(&mut self) {
        self.saving.edited = Some(self.now);
        self.saving.dirty_since.get_or_insert(self.now);
    }

    /// When the text is to be saved, if it is not safe already.
    pub(super) fn save_at(&self) -> Option<Instant> {
        let saving = &self.saving;
        if saving.under_way.is_some() || !saving.is_restored {
            return None;
        }
        let due = (saving.edited? + SAVE_PAUSE).min(saving.dirty_since? + SAVE_AT_LATEST);
        Some(saving.retry_at.map_or(due, |retry| due.max(retry)))
    }

    pub(super) fn retry_save_later(&mut self) {
        self.saving.retry_at = Some(self.now + SAVE_RETRY);
    }

    /// True when no clock is seen that moves by itself.
    pub(super) fn is_at_rest(&self) -> bool {
        self.run.is_none() && self.queue.is_empty() && self.sign_in.is_none()
    }

    /// The next time at which something is to be done without a message; `None` at rest.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        let clock = self.run.as_ref().zip(self.screen.clock()).map(|(run, clock)| {
            let ticks = self.now.duration_since(run.started).as_millis() / clock.as_millis() + 1;
            run.started + clock * ticks as u32
        });
        let waiting = self.queue.next_tick(self.now).filter(|_| self.run.is_none());
        let sign_in = self.sign_in.as_ref().and_then(|it| it.next_tick(self.now));
        let pack = self.pack.as_ref().and_then(|it| it.next_tick(self.now));
        [clock, waiting, sign_in, pack, self.save_at(), self.analyse_at].into_iter().flatten().min()
    }

    /// Brings what is chosen in the lists beside the editor, and in a pack, into view.
    fn arrange_lists(&mut self, layout: &Layout) {
        if self.side.side == Side::Tables && !layout.side.is_empty() {
            let schema = self.open_connection().map(|it| it.schema());
            let is_folder = self.connection().is_some_and(|it| matches!(it.kind, ConnectionKind::Files { .. }));
            self.tables.see(schema, is_folder);
            self.tables.arrange(below_rule(layout.side));
        }
        if self.side.side == Side::Library {
            self.library.arrange(below_rule(layout.side));
        }
        if let Some(pack) = &mut self.pack {
            pack.arrange(below_rule(layout.results));
        }
    }

    /// Brings what is scrolled into view, for the size of the screen. Called after every message.
    pub(super) fn arrange(&mut self) {
        let layout = self.layout();
        let query = self.editor.block().unwrap_or_default();
        self.parameters.look_at(self.editor.revision(), query.start, &self.editor.text()[query]);
        let editor = below_rule(layout.editor);
        if !editor.is_empty() {
            let gutter = gutter_width(self.editor.n_lines(), editor.width);
            let top = self.editor.top();
            self.editor.arrange(usize::from(editor.width.saturating_sub(gutter)), usize::from(editor.height));
            if top != self.editor.top() && self.editor.is_large() {
                // What comes into view was not looked at before.
                self.analyse_at.get_or_insert(self.now + ANALYSIS_PAUSE);
            }
        }
        self.results.arrange(below_rule(layout.results));
        self.history.arrange(below_rule(layout.side));
        self.arrange_lists(&layout);
        if !layout.cost.is_empty() {
            self.cost.arrange(below_rule(layout.cost), self.zoom);
        }
    }
}
