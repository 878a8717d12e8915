//! Does what the state asks for, on threads of its own; what comes of it arrives as messages.

mod analysis;
mod arranger;
mod colour;
mod exporter;
mod fetched;
mod files;
mod finder;
mod keeper;
mod library;
mod linguist;
mod log;
mod looks;
mod outside;
mod plotter;
mod scholar;
mod store;
mod traits;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::SystemTime;

use self::analysis::Analyst;
use self::arranger::Arranger;
use self::fetched::Shelf;
use self::files::Files;
use self::finder::Searcher;
use self::library::Librarian;
use self::linguist::Linguist;
use self::log::LogFile;
use self::looks::Looks;
use self::scholar::Scholar;
use self::store::Store;
pub use self::traits::{costs_of, costs_of_text, traits_of};
use super::app::{App, Link, TabId};
use super::effect::Effect;
use super::msg::Msg;
use super::options::Options;
use super::panes::editor::Wanted;
use crate::config::{Api, TimeRange};
use crate::history::{KeptResults, Outcome};
use crate::kql::with_parameters;
use crate::run::{
    CancelHandle, FETCHED_ROWS, Forecast, QueryRequest, RunError, RunErrorKind, RunEvent, RunId, Runner, SignInEvent,
    fetched_in, open_in_browser,
};

/// The handles to everything outside; the state has none.
pub(super) struct Performer {
    runner: Arc<Runner>,
    sender: Answers,
    store: Store,
    /// The user's own editor, as the environment names it.
    editor: Option<String>,
    /// Where it is handed texts.
    editing: PathBuf,
    files: Files,
    searcher: Searcher,
    analyst: Analyst,
    linguist: Linguist,
    arranger: Arranger,
    scholar: Scholar,
    librarian: Librarian,
    /// Results of earlier runs, by which queries may name them.
    results: KeptResults,
    log: LogFile,
    looks: Looks,
    cancels: HashMap<RunId, CancelHandle>,
    /// Stops the sign-in that was asked for last.
    signing_in: Option<CancelHandle>,
    /// Stops the making of the chart that was asked for last.
    plotting: Option<CancelHandle>,
    /// Stops the file that is being written, by its id.
    exporting: Option<(u64, CancelHandle)>,
}

/// Sends answers, and counts those that are still to come.
#[derive(Clone)]
pub(super) struct Answers {
    sender: Sender<Msg>,
    awaited: Arc<AtomicUsize>,
}

impl Answers {
    fn new(sender: Sender<Msg>) -> Self {
        Self { sender, awaited: Arc::new(AtomicUsize::new(0)) }
    }

    fn expect_one(&self) {
        self.awaited.fetch_add(1, Ordering::SeqCst);
    }

    fn send(&self, msg: Msg) {
        // A loop that has ended needs no answer.
        let _ = self.sender.send(msg);
    }

    /// No answer will come.
    fn drop_one(&self) {
        self.awaited.fetch_sub(1, Ordering::SeqCst);
    }

    /// The answer that was awaited.
    fn answer(&self, msg: Msg) {
        self.send(msg);
        self.awaited.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Performer {
    pub(super) fn new(options: &Options, sender: Sender<Msg>) -> Self {
        let sender = Answers::new(sender);
        let kept = KeptResults::new(&options.paths.data, options.kept);
        let own = Arc::default();
        Self {
            runner: Arc::clone(&options.runner),
            store: Store::new(&options.paths, kept.clone(), Arc::clone(&own), sender.clone()),
            searcher: Searcher::new(&options.paths, kept.clone(), own, sender.clone()),
            files: Files::new(sender.clone()),
            editor: options.editor.clone(),
            editing: options.paths.data.join("editing"),
            analyst: Analyst::new(sender.clone()),
            linguist: Linguist::new(sender.clone()),
            arranger: Arranger::new(sender.clone()),
            scholar: Scholar::new(sender.clone()),
            librarian: Librarian::new(&options.paths, &options.library, sender.clone()),
            looks: Looks::new(options, sender.clone()),
            sender,
            log: LogFile::new(options.paths.cache.join("tallyho.log")),
            results: kept.clone(),
            cancels: HashMap::new(),
            signing_in: None,
            plotting: None,
            exporting: None,
        }
    }

    /// Answers that have not come yet.
    pub(super) fn n_awaited(&self) -> usize {
        self.sender.awaited.load(Ordering::SeqCst)
    }

    /// Does one thing. Never waits.
    pub(super) fn perform(&mut self, effect: Effect, app: &App) {
        match effect {
            Effect::Open(connection) => self.open(connection, app),
            Effect::NoteRun { id, text } => {
                let is_over_fetched = !fetched_in(&text).is_empty();
                let chosen = app.connection().map_or("", |it| it.name.as_str());
                let connection = if is_over_fetched { FETCHED_ROWS } else { chosen };
                self.store.start_run(id, connection, &text);
            }
            Effect::Forecast { run } => self.forecast(run, app),
            Effect::StartRun { id, text, time_range, parameters } => {
                self.start_run(id, text, time_range, parameters, app);
            }
            Effect::SignIn => self.sign_in(app),
            Effect::CancelSignIn => {
                if let Some(cancel) = self.signing_in.take() {
                    cancel.cancel();
                }
            }
            Effect::CancelRun(id) => {
                if let Some(cancel) = self.cancels.get(&id) {
                    cancel.cancel();
                }
            }
            Effect::EndRun { id, ending } => {
                self.cancels.remove(&id);
                // The rows that have just come to their end.
                let is_whole = ending.outcome == Outcome::Rows && ending.n_rows > 0 && app.history.shows(id);
                self.store.end_run(id, *ending, is_whole.then(|| app.results.set.clone()));
            }
            Effect::Analyse { revision, text, blocks } => {
                if let Link::Open(open) = &app.link {
                    let shelf = Shelf::of(&text, app, &self.results);
                    self.analyst.analyse(revision, text, blocks, app.parameters.clone(), open, shelf);
                }
            }
            Effect::Ask(question) => {
                if let Link::Open(open) = &app.link {
                    let shelf = Shelf::of(&question.query, app, &self.results);
                    self.linguist.ask(*question, open, shelf);
                }
            }
            Effect::WriteLog(lines) => self.log.write(lines),
            Effect::Study { id, what } => self.scholar.study(id, what, app),
            Effect::FindText { revision, text, wanted } => self.find_text(revision, text, wanted),
            Effect::RefreshSchema => self.refresh_schema(app),
            Effect::OpenLink(link) => self.open_link(link),
            Effect::File(job) => self.files.send(job),
            Effect::Export { id, path, options, seen } => self.export(id, path, options, seen, app),
            Effect::StopExport(id) => self.stop_export(id),
            Effect::Plot { id, spec } => self.plot(id, *spec, app),
            Effect::FindRuns(search) => self.searcher.find(search),
            Effect::ReadRuns(ids) => self.searcher.read(ids),
            Effect::InspectRun(id) => self.searcher.inspect(id),
            Effect::OpenKept(entry, why) => self.searcher.open(entry, why),
            Effect::ListKept => self.searcher.list_kept(),
            Effect::ReopenHistory => self.searcher.reopen(),
            Effect::Mark(mark) => self.store.mark(mark),
            Effect::ReadSession => self.store.read_session(),
            Effect::SaveSession { revision, session } => self.store.save_session(revision, session),
            Effect::Arrange(question) => self.arranger.arrange(*question, &app.results.set),
            Effect::SearchRows(question) => self.arranger.search(*question, &app.results.set),
            Effect::WriteCopy { rows, columns, format, what } => {
                self.arranger.copy(rows, columns, format, what, &app.results.set);
            }
            Effect::ReadZone => self.arranger.read_zone(),

            Effect::ReadLibrary => self.librarian.read(),
            Effect::SetFavourite { key, wanted } => self.librarian.set_favourite(key, wanted),
            Effect::PlanPack { id, hunts } => {
                if let Link::Open(open) = &app.link {
                    self.librarian.plan(id, hunts, open);
                }
            }
            Effect::StartPack { id, first_run, hunts } => {
                if let Link::Open(open) = &app.link {
                    self.librarian.start(id, first_run, hunts, &self.runner, open);
                }
            }
            Effect::PausePack => self.librarian.control().pause(),
            Effect::DropFromPack(at) => self.librarian.control().drop_query(at),
            Effect::SendPackNow => self.librarian.control().send_now(),
            Effect::WriteFile { path, text, replace } => self.librarian.write(path, text, replace),

            Effect::FitGround { light } => self.looks.fit_ground(light),
            Effect::ReadTheme(name) => self.looks.read(name),
            Effect::ListThemes => self.looks.list(),
            Effect::CompletePath { id, typed } => looks::complete(&self.sender, id, typed),
            Effect::WriteCopyFile { path, text } => looks::write_copy(&self.sender, path, text),
            // The loop does these itself.
            Effect::Copy(_)
            | Effect::EditOutside { .. }
            | Effect::UseKeyboard
            | Effect::UseMouse(_)
            | Effect::Leave => {}
        }
    }

    fn open(&self, at: usize, app: &App) {
        self.sender.expect_one();
        let opened = move |outcome| Msg::Opened { connection: at, outcome };
        let Some(connection) = app.connections.get(at).cloned() else {
            let error = RunError::new(RunErrorKind::Connection, "there is no connection")
                .with_advice("Name one in the configuration, or start with --data and a folder.");
            return self.sender.answer(opened(Err(error)));
        };
        let (runner, sender) = (Arc::clone(&self.runner), self.sender.clone());
        let failed = self.sender.clone();
        let born = std::thread::Builder::new().name("open".to_owned()).spawn(move || {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                runner.open(&connection, &|share| sender.send(Msg::Progress { connection: at, share }))
            }));
            let outcome = outcome.unwrap_or_else(|_| {
                let message = format!("internal error: opening '{}' stopped unexpectedly", connection.name);
                Err(RunError::new(RunErrorKind::Connection, message))
            });
            sender.answer(opened(outcome));
        });
        if let Err(error) = born {
            let error = RunError::new(RunErrorKind::Limit, format!("cannot start a thread: {error}"));
            failed.answer(opened(Err(error)));
        }
    }

    /// Counting reads files, so it has a thread.
    fn forecast(&self, run: Option<RunId>, app: &App) {
        let Some(open) = app.open_connection().filter(|it| !it.connection.kind.is_local()) else {
            self.sender.expect_one();
            return self.sender.answer(Msg::Forecast { run, forecast: Forecast::default() });
        };
        self.sender.expect_one();
        let (runner, open, sender) = (Arc::clone(&self.runner), Arc::clone(open), self.sender.clone());
        let count = move || {
            let forecast = runner.forecast(&open, SystemTime::now());
            sender.answer(Msg::Forecast { run, forecast });
        };
        if std::thread::Builder::new().name("forecast".to_owned()).spawn(count).is_err() {
            // A forecast never keeps a query from being sent.
            self.sender.answer(Msg::Forecast { run, forecast: Forecast::default() });
        }
    }

    fn find_text(&self, revision: u64, text: String, wanted: Wanted) {
        self.sender.expect_one();
        let (sender, failed, asked) = (self.sender.clone(), self.sender.clone(), wanted.clone());
        let find = move || {
            let found = wanted.places(&text);
            sender.answer(Msg::FoundText { revision, wanted, found });
        };
        if let Err(error) = std::thread::Builder::new().name("find".to_owned()).spawn(find) {
            let found = Err(format!("cannot start a thread: {error}"));
            failed.answer(Msg::FoundText { revision, wanted: asked, found });
        }
    }

    /// Starting a browser may take its time.
    fn open_link(&self, link: String) {
        self.sender.expect_one();
        let (sender, failed) = (self.sender.clone(), self.sender.clone());
        let open = move || sender.answer(Msg::LinkOpened(open_in_browser(&link)));
        if let Err(error) = std::thread::Builder::new().name("browser".to_owned()).spawn(open) {
            failed.answer(Msg::LinkOpened(Err(format!("cannot start a thread: {error}"))));
        }
    }

    fn refresh_schema(&mut self, app: &App) {
        let Some(open) = app.open_connection().cloned() else { return };
        self.sender.expect_one();
        let cancel = CancelHandle::new();
        self.signing_in = Some(cancel.clone());
        let (runner, sender, failed) = (Arc::clone(&self.runner), self.sender.clone(), self.sender.clone());
        let ask = move || {
            let prompt = |prompt| sender.send(Msg::SignIn(SignInEvent::Prompt(prompt)));
            sender.answer(Msg::SchemaRefreshed(runner.refresh_schema(&open, &cancel, &prompt)));
        };
        if let Err(error) = std::thread::Builder::new().name("schema".to_owned()).spawn(ask) {
            let error = RunError::new(RunErrorKind::Limit, format!("cannot start a thread: {error}"));
            failed.answer(Msg::SchemaRefreshed(Err(error)));
        }
    }

    fn sign_in(&mut self, app: &App) {
        let Some(open) = app.open_connection() else { return };
        self.sender.expect_one();
        let sender = self.sender.clone();
        self.signing_in = Some(self.runner.sign_in(open, move |event| {
            let over = !matches!(event, SignInEvent::Prompt(_));
            let msg = Msg::SignIn(event);
            if over { sender.answer(msg) } else { sender.send(msg) }
        }));
    }

    fn start_run(
        &mut self,
        id: RunId,
        mut text: String,
        time_range: Option<TimeRange>,
        mut parameters: Vec<(String, String)>,
        app: &App,
    ) {
        self.sender.expect_one();
        if let Some(shelf) = Shelf::of(&text, app, &self.results) {
            return self.start_over_fetched(id, text, parameters, shelf);
        }
        let Link::Open(open) = &app.link else {
            let error = RunError::new(RunErrorKind::Connection, "the connection is not open");
            return self.sender.answer(Msg::Run(id, RunEvent::Failed(error)));
        };
        let service = open.connection.kind.service();
        if service.is_some_and(|it| !matches!(it.api, Api::Kusto { .. })) {
            // A service that takes no values beside the query gets them as its defaults.
            text = with_parameters(&text, &std::mem::take(&mut parameters));
        }
        let request = QueryRequest { time_range, parameters, ..QueryRequest::new(id, text, Arc::clone(open)) };
        let sender = self.sender.clone();
        let cancel = self.runner.start(request, move |event| pass(&sender, id, event));
        self.cancels.insert(id, cancel);
    }

    /// The user's own editor. The error says what is to be set.
    pub(super) fn outside_command(&self) -> Result<(String, Vec<String>), String> {
        outside::command(self.editor.as_deref())
    }

    /// Hands a text to the user's own editor, which has the terminal.
    pub(super) fn edit_outside(&self, tab: TabId, text: String, command: (String, Vec<String>)) {
        self.sender.expect_one();
        let (sender, failed, folder) = (self.sender.clone(), self.sender.clone(), self.editing.clone());
        let edit = move || {
            let outcome = outside::edit(&command, &folder, &text);
            sender.answer(Msg::EditedOutside { tab, outcome });
        };
        if let Err(error) = std::thread::Builder::new().name("outside".to_owned()).spawn(edit) {
            failed.answer(Msg::EditedOutside { tab, outcome: Err(format!("cannot start a thread: {error}")) });
        }
    }

    /// Lets go of what other workbenches may want to have.
    pub(super) fn let_go(&mut self) {
        self.store = Store::nowhere(self.sender.clone());
    }

    /// What was fetched may have to be read from the disk first.
    fn start_over_fetched(&mut self, id: RunId, text: String, parameters: Vec<(String, String)>, shelf: Shelf) {
        let cancel = CancelHandle::new();
        self.cancels.insert(id, cancel.clone());
        let (runner, sender, failed) = (Arc::clone(&self.runner), self.sender.clone(), self.sender.clone());
        let start = move || match shelf.open(&text) {
            Ok(open) => {
                let request = QueryRequest { parameters, ..QueryRequest::new(id, text, open) };
                runner.start_with(request, &cancel, move |event| pass(&sender, id, event));
            }
            Err(error) => pass(&sender, id, RunEvent::Failed(error)),
        };
        if let Err(error) = std::thread::Builder::new().name("fetched".to_owned()).spawn(start) {
            let error = RunError::new(RunErrorKind::Limit, format!("cannot start a thread: {error}"));
            pass(&failed, id, RunEvent::Failed(error));
        }
    }

    /// Saves at once, on this thread: for the way out after a panic.
    pub(super) fn save_now(&self, session: &crate::history::Session) -> Result<(), String> {
        self.store.save_now(session)
    }
}

/// Passes an event on; the last one is the answer that was awaited.
fn pass(sender: &Answers, id: RunId, event: RunEvent) {
    let over = matches!(event, RunEvent::Finished(_) | RunEvent::Failed(_) | RunEvent::Cancelled { .. });
    let msg = Msg::Run(id, event);
    if over { sender.answer(msg) } else { sender.send(msg) }
}
