//! One message changes the state and says what is to be done. Only routes: panes and the files below do the work.

mod charts;
mod chooser;
mod compare;
mod connections;
pub(super) mod export;
pub(super) mod files;
mod find;
mod grid;
mod history;
mod indicators;
mod keys;
mod language;
mod links;
mod mouse;
mod pack;
mod parameters;
mod popups;
mod prompt;
pub(super) mod queue;
mod restore;
mod runs;
mod save;
mod schema;
mod screen;
mod side;
mod sign_in;
mod study;
pub(super) mod tabs;
mod time_range;
mod vim;

use std::ops::Range;
use std::time::Instant;

use ratatui::layout::Position;

pub(super) use self::restore::session;
pub(super) use self::screen::copied;
use super::app::{App, Leaving, Link, Popup};
use super::effect::Effect;
use super::msg::Msg;
use super::panes::editor::clean_paste;
use crate::config::Scope;
use crate::kql::Diagnostic;

/// Takes a message. `now` is the time at which it is handled.
pub(super) fn update(app: &mut App, msg: Msg, now: Instant) -> Vec<Effect> {
    app.now = now;
    app.redraw = true;
    let (revision, view) = (app.editor.revision(), restore::view(app));
    let mut effects = match msg {
        Msg::Key(chord) => keys::key(app, chord),
        Msg::Paste(text) => paste(app, &text),
        Msg::Resize { columns, rows } => {
            app.size = (columns, rows);
            Vec::new()
        }
        Msg::Wake => {
            let pack_waits = app.pack.as_ref().is_some_and(|it| it.next_tick(now).is_some());
            app.redraw = app.run.is_some() || !app.queue.is_empty() || app.sign_in.is_some() || pack_waits;
            Vec::new()
        }
        Msg::Progress { connection, share } => connections::progress(app, connection, share),
        Msg::Opened { connection, outcome } => connections::opened(app, connection, outcome),
        Msg::Forecast { run, forecast } => queue::forecasted(app, run, forecast),
        Msg::SchemaRefreshed(outcome) => schema::refreshed(app, outcome),
        Msg::LinkOpened(outcome) => links::opened(app, outcome),
        Msg::SignIn(event) => sign_in::event(app, event),
        Msg::Run(id, event) => runs::event(app, id, event),
        Msg::HistoryFound { revision, outcome } => history::found(app, revision, outcome),
        Msg::HistoryRuns(outcome) => history::runs(app, outcome),
        Msg::HistoryWritten(run, outcome) => history::written(app, run, outcome),
        Msg::HistoryMarked(outcome) => history::marked(app, outcome),
        Msg::HistoryNotice(words) => history::notice(app, words),
        Msg::RunInspected { id, outcome } => history::inspected(app, id, outcome),
        Msg::ResultKept(id, outcome) => history::result_kept(app, id, outcome),
        Msg::KeptRead { run, why, outcome } => history::kept_read(app, &run, why, outcome),
        Msg::KeptListed(outcome) => compare::listed(app, outcome),
        Msg::SessionRead(outcome) => restore::session_read(app, outcome),
        Msg::SessionSaved { revision, outcome } => save::session_saved(app, revision, outcome),
        Msg::EditedOutside { tab, outcome } => files::edited(app, tab, outcome),
        Msg::File(done) => files::done(app, *done),
        Msg::PathCompleted { id, outcome } => prompt::path_completed(app, id, outcome),
        Msg::Analysed { revision, blocks, findings } => analysed(app, revision, &blocks, findings),
        Msg::FoundText { revision, wanted, found } => {
            find::found(app, revision, &wanted, found);
            Vec::new()
        }
        Msg::ExportProgress { id, progress } => export::progressed(app, id, progress),
        Msg::Exported { id, outcome } => export::written(app, id, outcome),
        Msg::Plotted { id, outcome } => charts::plotted(app, id, *outcome),
        Msg::Answered(answer) => language::answered(app, *answer),
        Msg::Arranged(arranged) => grid::arranged(app, arranged),
        Msg::Searched { revision, rows } => grid::searched(app, revision, rows),
        Msg::CopyWritten { what, outcome } => grid::copy_written(app, &what, outcome),
        Msg::ZoneRead(zone) => grid::zone_read(app, zone),

        Msg::Studied { id, found } => study::studied(app, id, found),
        Msg::LibraryRead { shelves, favourites } => side::read(app, shelves, favourites),
        Msg::Favourites(outcome) => side::favourites(app, outcome),
        Msg::PackExpected { id, expected } => pack::expected(app, id, expected),
        Msg::Pack(id, event) => pack::event(app, id, event),
        Msg::PackWritten { path, outcome, why } => pack::written(app, path, outcome, &why),

        Msg::Terminal(fact) => screen::told(app, fact),
        Msg::Mouse { deed, column, row } => mouse::done(app, deed, Position { x: column, y: row }),
        Msg::LookRead(outcome) => screen::look_read(app, outcome),
        Msg::ThemesListed(themes) => screen::themes_listed(app, themes),
        Msg::CopyFileWritten(outcome) => screen::copy_written(app, outcome),
        Msg::Fault(words) => {
            app.notify(Scope::Error, format!("internal error, please report it: {words}"));
            Vec::new()
        }
        Msg::Hangup => {
            app.leaving = Leaving::Forced;
            save::leave(app)
        }
    };
    if app.editor.revision() != revision {
        app.text_changed();
    }
    if restore::view(app) != view && app.saving.is_restored {
        app.tabs.touch();
        app.session_changed();
    }
    effects.extend(due(app));
    effects.extend(grid::questions(app));
    effects.extend(study::follow(app));
    let said = app.log.take_unwritten();
    if !said.is_empty() {
        effects.push(Effect::WriteLog(said));
    }
    app.arrange();
    let wanted = app.history.wanted();
    if !wanted.is_empty() {
        effects.push(Effect::ReadRuns(wanted));
    }
    effects
}

/// What the time has come for.
fn due(app: &mut App) -> Vec<Effect> {
    sign_in::expire(app);
    let mut effects = queue::send_due(app);
    effects.extend(side::read_when_seen(app));
    if app.analyse_at.is_some_and(|it| it <= app.now) {
        app.analyse_at = None;
        if let Link::Open(_) = app.link {
            let rows = usize::from(app.layout().editor.height);
            let (text, blocks) = (app.editor.text().to_owned(), app.editor.blocks_to_analyse(rows));
            effects.push(Effect::Analyse { revision: app.editor.revision(), text, blocks });
        }
    }
    if app.save_at().is_some_and(|it| it <= app.now) {
        effects.extend(save::save(app));
    }
    effects
}

fn paste(app: &mut App, pasted: &str) -> Vec<Effect> {
    app.notice = None;
    let (text, n_removed) = clean_paste(pasted);
    if let Popup::Prompt(_) = app.popup {
        prompt::paste(app, pasted);
        return Vec::new();
    }
    if let Popup::Parameters(_) = app.popup {
        parameters::paste(app, pasted);
        return Vec::new();
    }
    if let Popup::Indicators(_) = app.popup {
        indicators::paste(app, pasted);
        return Vec::new();
    }
    if app.popup == Popup::Find {
        return find::paste(app, pasted);
    }
    if let Popup::Chooser(_) = app.popup {
        chooser::paste(app, pasted);
        return Vec::new();
    }
    if let Popup::Connections(_) | Popup::TimeRange(_) | Popup::Rename(_) = app.popup {
        return paste_name(app, &text);
    }
    if app.section() == super::keymap::Section::GridBar {
        app.results.paste_in_bar(pasted);
        return Vec::new();
    }
    if app.popup != Popup::SigningIn {
        app.popup = Popup::None;
    }
    language::close(app);
    if app.history.is_filtering() && app.section() == super::keymap::Section::Filter {
        return history::paste(app, &text);
    }
    if app.section() == super::keymap::Section::SideSearch {
        side::paste(app, pasted);
        return Vec::new();
    }
    // Pasted text is for the editor, wherever the focus was; it is never run by itself.
    app.focus = super::app::Pane::Editor;
    app.editor.insert(&text);
    if n_removed > 0 {
        let characters = if n_removed == 1 { "control character was" } else { "control characters were" };
        app.notify(Scope::Warning, format!("{n_removed} {characters} left out of the pasted text."));
    }
    Vec::new()
}

/// A name is short: more than so much of what is pasted is none, and would be looked for letter by letter.
fn paste_name(app: &mut App, text: &str) -> Vec<Effect> {
    const LONGEST_NAME: usize = 500;
    let typed: Vec<char> = text.chars().take(LONGEST_NAME).collect();
    if text.chars().nth(LONGEST_NAME).is_some() {
        let words = format!("Only the first {LONGEST_NAME} characters of the pasted text were taken.");
        app.notify(Scope::Warning, words);
    }
    let Popup::Rename(_) = app.popup else {
        for typed in typed {
            popups::type_char(app, typed);
        }
        return Vec::new();
    };
    typed.into_iter().flat_map(|it| language::type_name(app, it)).collect()
}

fn analysed(app: &mut App, revision: u64, blocks: &[Range<usize>], findings: Vec<Diagnostic>) -> Vec<Effect> {
    // An answer about a text that has changed since is of no use.
    app.redraw = revision == app.editor.revision() && app.editor.set_findings(blocks, findings);
    Vec::new()
}
