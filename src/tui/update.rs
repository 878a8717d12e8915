//! One message changes the state and says what is to be done. Only routes: panes and the files below do the work.

mod keys;
mod runs;
mod save;

use std::time::Instant;

pub(super) use self::save::session;
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
    let revision = app.editor.revision();
    let mut effects = match msg {
        Msg::Key(chord) => keys::key(app, chord),
        Msg::Paste(text) => paste(app, &text),
        Msg::Resize { columns, rows } => {
            app.size = (columns, rows);
            Vec::new()
        }
        Msg::Wake => {
            app.redraw = app.run.is_some();
            Vec::new()
        }
        Msg::Progress(share) => progress(app, share),
        Msg::Opened(outcome) => runs::opened(app, outcome),
        Msg::Run(id, event) => runs::event(app, id, event),
        Msg::HistoryRead(outcome) => {
            let outcome = outcome.map(|runs| app.history.set(runs));
            history(app, outcome)
        }
        Msg::HistoryWritten(outcome) => {
            let outcome = outcome.map(|run| app.history.put(run));
            history(app, outcome)
        }
        Msg::SessionRead(outcome) => save::session_read(app, outcome),
        Msg::SessionSaved { revision, outcome } => save::session_saved(app, revision, outcome),
        Msg::Analysed { revision, findings } => analysed(app, revision, findings),
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
    effects.extend(due(app));
    app.arrange();
    effects
}

/// What the time has come for.
fn due(app: &mut App) -> Vec<Effect> {
    let mut effects = Vec::new();
    if app.analyse_at.is_some_and(|it| it <= app.now) {
        app.analyse_at = None;
        if let Link::Open(_) = app.link {
            let (text, blocks) = (app.editor.text().to_owned(), app.editor.blocks().to_vec());
            effects.push(Effect::Analyse { revision: app.editor.revision(), text, blocks });
        }
    }
    if app.save_at().is_some_and(|it| it <= app.now) {
        effects.push(save::save(app));
    }
    effects
}

fn paste(app: &mut App, pasted: &str) -> Vec<Effect> {
    app.notice = None;
    app.popup = Popup::None;
    let (text, n_removed) = clean_paste(pasted);
    if app.history.is_filtering() && app.section() == super::keymap::Section::Filter {
        text.chars().for_each(|it| app.history.type_char(it));
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

fn progress(app: &mut App, share: f32) -> Vec<Effect> {
    if let Link::Opening(shown) = &mut app.link {
        // A bar that moved by less than a percent need not be drawn again.
        app.redraw = (share - *shown).abs() >= 0.01;
        if app.redraw {
            *shown = share;
        }
    }
    Vec::new()
}

fn history(app: &mut App, outcome: Result<(), String>) -> Vec<Effect> {
    if let Err(failure) = outcome {
        app.notify(Scope::Error, failure.clone());
        app.history.failure = Some(failure);
    }
    Vec::new()
}

fn analysed(app: &mut App, revision: u64, findings: Vec<Diagnostic>) -> Vec<Effect> {
    // An answer about a text that has changed since is of no use.
    app.redraw = revision == app.editor.revision() && app.editor.findings() != findings;
    if revision == app.editor.revision() {
        app.editor.set_findings(findings);
    }
    Vec::new()
}
