//! The history: searching, marking, looking into runs, and opening what was kept of them.

use std::sync::Arc;

use super::keys::focus;
use super::{compare, tabs};
use crate::config::Scope;
use crate::history::{Entry, Found};
use crate::result::ResultSet;
use crate::run::RunId;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup, Side};
use crate::tui::effect::{Effect, HistoryScope, Mark, Reopening};
use crate::tui::keymap::Section;
use crate::tui::panes::cost::Baseline;
use crate::tui::panes::history::{name, when};
use crate::tui::popups::inspector::Inspector;
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

/// An action of the pane or of its search.
pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Open => return load_chosen(app),
        Action::Filter => app.history.start_filtering(),
        Action::HistoryScope => return next_scope(app),
        Action::PinRun => return chosen(app).map_or_else(Vec::new, |it| pin(app, &it)),
        Action::LabelRun => ask(app, "label", |run| (Purpose::LabelRun(run.id), run.marks.label.clone())),
        Action::NoteRun => ask(app, "note", |run| (Purpose::NoteRun(run.id), run.marks.note.clone())),
        Action::DeleteRun => return delete(app),
        Action::Undo => return take_back(app),
        Action::InspectRun => return chosen(app).map_or_else(Vec::new, |it| vec![Effect::InspectRun(it.id)]),
        Action::ReopenResult => return chosen(app).map_or_else(Vec::new, |it| reopen(app, it)),
        Action::Compare => return chosen(app).map_or_else(Vec::new, |it| compare::with(app, it)),
        _ if app.history.is_filtering() => return edit(app, |it| it.act(action), action),
        _ => app.history.act(action),
    }
    Vec::new()
}

/// What was typed into the search.
pub(super) fn type_char(app: &mut App, typed: char) -> Vec<Effect> {
    edit(app, |it| it.type_char(typed), Action::Filter)
}

pub(super) fn paste(app: &mut App, pasted: &str) -> Vec<Effect> {
    edit(app, |it| it.paste(pasted), Action::Filter)
}

fn edit<T>(app: &mut App, change: impl FnOnce(&mut Input) -> T, action: Action) -> Vec<Effect> {
    match action {
        Action::Up | Action::Down | Action::PageUp | Action::PageDown => app.history.act(action),
        _ if app.history.edit(change) => return vec![search(app)],
        _ => {}
    }
    Vec::new()
}

/// Asks for what the search says.
pub(super) fn search(app: &mut App) -> Effect {
    Effect::FindRuns(app.history.ask())
}

/// Opens the history with its search, from anywhere; there, goes on to other runs.
pub(super) fn search_from_anywhere(app: &mut App) -> Vec<Effect> {
    let is_there = app.focus == Pane::Side && app.side.side == Side::History && app.history.is_filtering();
    if is_there {
        return next_scope(app);
    }
    app.side.side = Side::History;
    app.side.show(true);
    app.focus = Pane::Side;
    app.history.start_filtering();
    Vec::new()
}

fn next_scope(app: &mut App) -> Vec<Effect> {
    let connection = app.connection().map(|it| it.name.clone());
    app.history.next_scope(connection.as_deref());
    let words = match app.history.scope() {
        HistoryScope::All => "All runs.".to_owned(),
        HistoryScope::Connection(name) => format!("Runs on '{name}'."),
        HistoryScope::Session => "Runs since this workbench was started.".to_owned(),
    };
    app.notify(Scope::Dim, words);
    vec![search(app)]
}

/// Leaves the search of the pane; `None` when there is none to leave.
pub(super) fn unfilter(app: &mut App) -> Option<Vec<Effect>> {
    app.history.unfilter().then(|| vec![search(app)])
}

fn chosen(app: &mut App) -> Option<Entry> {
    let chosen = app.history.chosen().cloned();
    if chosen.is_none() {
        app.notify(Scope::Dim, "No run is chosen.");
    }
    chosen
}

pub(super) fn load_chosen(app: &mut App) -> Vec<Effect> {
    let Some(run) = app.history.chosen().cloned() else { return Vec::new() };
    let effects = unfilter(app).unwrap_or_default();
    load(app, &run);
    effects
}

/// Puts the text of a run into the editor. Nothing is run.
pub(super) fn load(app: &mut App, run: &Entry) {
    app.zoom = false;
    // What is to be saved in a file is not replaced by something else.
    let in_own_tab = app.tabs.current().file.is_some();
    if in_own_tab {
        tabs::open_text(app, None, &run.text);
    } else {
        app.editor.replace(&run.text);
    }
    focus(app, Pane::Editor);
    let undo = app.keys.name(Section::Editor, Action::Undo);
    let how = match in_own_tab {
        true => "Loaded from the history into a tab of its own".to_owned(),
        false => format!("Loaded from the history; {undo} brings back what was here"),
    };
    if run.n_redacted > 0 {
        let secrets = if run.n_redacted == 1 { "A secret" } else { "Secrets" };
        app.notify(Scope::Warning, format!("{how}. {secrets} had been left out of it: ***."));
    } else {
        app.notify(Scope::Dim, format!("{how}."));
    }
}

/// Pins a run, so that costs are compared with its own; or no longer does.
pub(super) fn pin(app: &mut App, run: &Entry) -> Vec<Effect> {
    let pinned = run.marks.pinned.is_none();
    let mut run = run.clone();
    run.marks.pinned = pinned.then_some(run.started.max(1));
    if let Some(known) = app.history.run_mut(run.id) {
        known.marks.pinned = run.marks.pinned;
    }
    if pinned {
        app.cost.baseline = Some(Baseline::of(&run));
        app.notify(Scope::Dim, format!("Pinned {}: what runs cost is compared with it.", name(&run)));
    } else {
        app.cost.baseline.take_if(|it| it.id == run.id);
        app.notify(Scope::Dim, format!("{} is no longer pinned.", name(&run)));
    }
    vec![Effect::Mark(Mark::Pin(run.id, pinned))]
}

/// Pins the run whose answer is shown.
pub(super) fn pin_answered(app: &mut App) -> Vec<Effect> {
    let run = app.history.answered_id().and_then(|it| app.history.run(it).cloned());
    match run {
        Some(run) => pin(app, &run),
        None => {
            app.notify(Scope::Dim, "There is no run to pin: run a query first.");
            Vec::new()
        }
    }
}

fn ask(app: &mut App, what: &str, question: impl FnOnce(&Entry) -> (Purpose, Option<String>)) {
    let Some(run) = chosen(app) else { return };
    let (purpose, before) = question(&run);
    let title = format!("{what} of the run of {}", when(&run));
    app.popup = Popup::Prompt(Prompt::new(purpose, title, Input::new(before.unwrap_or_default())));
}

/// A label or a note was typed.
pub(super) fn named(app: &mut App, mark: Mark) -> Vec<Effect> {
    app.popup = Popup::None;
    let words = |it: &str| Some(it.trim().to_owned()).filter(|it| !it.is_empty());
    match &mark {
        Mark::Label(id, label) => {
            if let Some(run) = app.history.run_mut(*id) {
                run.marks.label = words(label);
                let run = run.clone();
                if app.cost.baseline.as_ref().is_some_and(|it| it.id == run.id) {
                    app.cost.baseline = Some(Baseline::of(&run));
                }
            }
        }
        Mark::Note(id, note) => {
            if let Some(run) = app.history.run_mut(*id) {
                run.marks.note = words(note);
            }
        }
        _ => {}
    }
    vec![Effect::Mark(mark)]
}

fn delete(app: &mut App) -> Vec<Effect> {
    let Some(run) = chosen(app) else { return Vec::new() };
    app.history.delete(run.id);
    let undo = app.keys.name(Section::History, Action::Undo);
    app.notify(Scope::Warning, format!("Deleted; {undo} takes it back until you leave. Its text is then overwritten."));
    vec![Effect::Mark(Mark::Delete(vec![run.id], true))]
}

fn take_back(app: &mut App) -> Vec<Effect> {
    match app.history.take_back() {
        Some(id) => {
            app.notify(Scope::Dim, "The run is back.");
            vec![Effect::Mark(Mark::Delete(vec![id], false))]
        }
        None => {
            app.notify(Scope::Dim, "Nothing was deleted here.");
            Vec::new()
        }
    }
}

/// Asks for the rows that were kept of a run.
pub(super) fn reopen(app: &mut App, run: Entry) -> Vec<Effect> {
    if app.run.is_some() {
        let stop = app.keys.name(Section::Editor, Action::Cancel);
        app.notify(Scope::Warning, format!("A run is under way: wait for it, or {stop} stops it."));
        return Vec::new();
    }
    app.notify(Scope::Dim, "Reading the rows that were kept …");
    vec![Effect::OpenKept(Box::new(run), Reopening::Show)]
}

/// The rows of an old run are there, or why not.
pub(super) fn kept_read(
    app: &mut App,
    run: &Entry,
    why: Reopening,
    outcome: Result<Arc<ResultSet>, String>,
) -> Vec<Effect> {
    let when = when(run);
    match outcome {
        Ok(rows) if why == Reopening::Compare => {
            compare::kept_read(app, run, rows);
            Vec::new()
        }
        Ok(rows) if app.run.is_none() => {
            let rows = Arc::try_unwrap(rows).unwrap_or_else(|it| (*it).clone());
            let connection = app.connections.iter().position(|it| it.name == run.connection);
            app.results.note_origin(&run.text, connection);
            app.results.reopen(rows, format!("kept, of {when}"));
            app.history.reopened(run.id);
            let stats = run.ending.stats.as_deref().and_then(|it| serde_json::from_str(it).ok());
            match stats {
                Some(stats) => app.cost.set(stats, Vec::new()),
                None => app.cost.absent("what this run cost was not reported"),
            }
            app.cost.shown = Some(run.id);
            app.ended = None;
            if app.popup != Popup::None {
                app.popup = Popup::None;
            }
            app.zoom = false;
            focus(app, Pane::Results);
            app.notify(Scope::Info, format!("The rows of {when}, as they were kept. Nothing was run."));
            Vec::new()
        }
        Ok(_) => Vec::new(),
        Err(failure) => {
            let run_key = app.keys.name(Section::Editor, Action::Run);
            let open = app.keys.name(Section::History, Action::Open);
            let words =
                format!("The rows of {when} cannot be shown: {failure}. {open} loads the query, {run_key} runs it.");
            app.notify(Scope::Warning, words);
            Vec::new()
        }
    }
}

/// A result was kept, or not, and why.
pub(super) fn result_kept(app: &mut App, id: i64, outcome: Result<Option<u64>, String>) -> Vec<Effect> {
    match outcome {
        Ok(bytes) => {
            if let Some(run) = app.history.run_mut(id) {
                run.kept = bytes;
            }
        }
        Err(failure) => app.notify(Scope::Warning, format!("The rows are not kept for later: {failure}.")),
    }
    Vec::new()
}

pub(super) fn found(app: &mut App, revision: u64, outcome: Result<Found, String>) -> Vec<Effect> {
    match outcome {
        Ok(found) => app.redraw = app.history.found(revision, found),
        Err(failure) => failed(app, failure),
    }
    Vec::new()
}

pub(super) fn runs(app: &mut App, outcome: Result<Vec<Entry>, String>) -> Vec<Effect> {
    match outcome {
        Ok(runs) => app.history.read(runs),
        Err(failure) => failed(app, failure),
    }
    Vec::new()
}

pub(super) fn written(app: &mut App, run: RunId, outcome: Result<Entry, String>) -> Vec<Effect> {
    match outcome {
        Ok(entry) => {
            let id = entry.id;
            if app.history.put(run, entry) {
                return vec![search(app)];
            }
            if app.history.answered_id() == Some(id) {
                app.cost.shown = Some(id);
            }
        }
        Err(failure) => failed(app, failure),
    }
    Vec::new()
}

/// Something was written to runs; a search may see others now.
pub(super) fn marked(app: &mut App, outcome: Result<(), String>) -> Vec<Effect> {
    match outcome {
        Ok(()) => app.redraw = false,
        Err(failure) => failed(app, failure),
    }
    Vec::new()
}

pub(super) fn notice(app: &mut App, words: String) -> Vec<Effect> {
    app.notify(Scope::Warning, words);
    vec![Effect::ReopenHistory, search(app)]
}

fn failed(app: &mut App, failure: String) {
    app.notify(Scope::Error, failure.clone());
    app.history.failed(failure);
}

/// All runs of a query are there: shows them.
pub(super) fn inspected(app: &mut App, id: i64, outcome: Result<Vec<Entry>, String>) -> Vec<Effect> {
    match outcome {
        Ok(runs) => match Inspector::new(id, runs) {
            Some(inspector) => app.popup = Popup::Inspector(inspector),
            None => app.notify(Scope::Dim, "That run is gone."),
        },
        Err(failure) => failed(app, failure),
    }
    Vec::new()
}

/// An action while a run is looked into.
pub(super) fn act_on_inspector(app: &mut App, action: Action) -> Vec<Effect> {
    let Popup::Inspector(inspector) = &mut app.popup else { return Vec::new() };
    let run = inspector.chosen().clone();
    match action {
        Action::Open => {
            app.popup = Popup::None;
            load(app, &run);
        }
        Action::ReopenResult => return reopen(app, run),
        Action::Compare => return compare::with(app, run),
        Action::PinRun => {
            inspector.toggle_pin();
            return pin(app, &run);
        }
        Action::Copy => {
            app.notify(Scope::Dim, format!("Copied the query: {} characters.", run.text.chars().count()));
            return vec![Effect::Copy(run.text)];
        }
        _ => inspector.act(action),
    }
    Vec::new()
}
