//! The text outlives the workbench: read at start, saved when typing rests, saved before leaving.

use crate::config::{ConnectionKind, Scope};
use crate::history::{LoadedSession, Session};
use crate::tui::action::Action;
use crate::tui::app::{App, Leaving};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::editor::Editor;

/// Sends the text to be saved.
pub(super) fn save(app: &mut App) -> Effect {
    let revision = app.editor.revision();
    app.saving.under_way = Some(revision);
    Effect::SaveSession { revision, session: session(app) }
}

/// What there is to save.
pub(in crate::tui) fn session(app: &App) -> Session {
    let connection = app.connection().map_or_else(String::new, |it| it.name.clone());
    Session { text: app.editor.text().to_owned(), cursor: app.editor.cursor(), connection }
}

pub(super) fn session_saved(app: &mut App, revision: u64, outcome: Result<(), String>) -> Vec<Effect> {
    app.saving.under_way = None;
    app.redraw = true;
    match outcome {
        Ok(()) => {
            app.saving.saved = Some(revision);
            (app.saving.failure, app.saving.retry_at) = (None, None);
            if revision == app.editor.revision() {
                (app.saving.edited, app.saving.dirty_since) = (None, None);
                if app.leaving != Leaving::No {
                    return vec![Effect::Leave];
                }
            }
            Vec::new()
        }
        Err(failure) => {
            let quit = app.keys.name(Section::Editor, Action::Quit);
            if app.leaving == Leaving::Forced {
                return vec![Effect::Leave];
            }
            if app.leaving == Leaving::Asked {
                app.leaving = Leaving::No;
                app.saving.leave_unsaved = true;
                app.notify(
                    Scope::Error,
                    format!("The text is not saved: {failure}. {quit} again leaves without saving."),
                );
            }
            app.saving.failure = Some(failure);
            app.saving.edited.get_or_insert(app.now);
            app.saving.dirty_since.get_or_insert(app.now);
            app.retry_save_later();
            Vec::new()
        }
    }
}

/// Leaves when the text is safe. Asked again while it is not, leaves all the same.
pub(super) fn quit(app: &mut App) -> Vec<Effect> {
    if app.leaving == Leaving::Asked || app.saving.leave_unsaved {
        return vec![Effect::Leave];
    }
    app.leaving = Leaving::Asked;
    leave(app)
}

/// Ends the run and saves the text; when that is done the loop ends.
pub(super) fn leave(app: &mut App) -> Vec<Effect> {
    let mut effects = super::runs::abandon(app);
    effects.extend(super::queue::drop_all(app));
    effects.push(save(app));
    effects
}

/// Brings back the text of the last time, before anything that was typed meanwhile.
pub(super) fn session_read(app: &mut App, outcome: Result<Option<LoadedSession>, String>) -> Vec<Effect> {
    let loaded = match outcome {
        Ok(Some(loaded)) => loaded,
        Ok(None) => {
            if app.editor.text().is_empty() {
                let sample = sample(app);
                app.editor = Editor::new(&sample, (0, 0));
                app.editor.jump_to_offset(sample.len());
            }
            return Vec::new();
        }
        Err(failure) => {
            app.notify(Scope::Error, format!("The text of the last time cannot be read: {failure}"));
            return Vec::new();
        }
    };
    if let Some(notice) = loaded.notice {
        app.notify(Scope::Warning, notice);
    }
    let Session { text, cursor, .. } = loaded.session;
    if app.editor.text().is_empty() {
        app.editor = Editor::new(&text, cursor);
        app.saving.saved = Some(app.editor.revision());
    } else if !text.trim().is_empty() {
        let typed = app.editor.text().to_owned();
        app.editor.replace(&format!("{text}\n\n{typed}"));
    }
    Vec::new()
}

/// What a first start shows: a hunt that finds something, and the keys to go on with.
fn sample(app: &App) -> String {
    let key = |action| app.keys.name(Section::Editor, action);
    let (run, history, help) = (key(Action::Run), key(Action::ToggleHistory), key(Action::Help));
    let hello = format!("// {run} runs the query at the cursor. {history}: what you ran. {help}: all keys.\n");
    if app.connection().is_some_and(|it| matches!(it.kind, ConnectionKind::Files { .. })) {
        return hello;
    }
    // Five lines: the smallest editor shows all of it.
    hello
        + "DeviceProcessEvents\n\
           | where InitiatingProcessFileName =~ \"powershell.exe\"\n\
           | project Timestamp, FileName, InitiatingProcessFileName\n\
           | order by Timestamp desc | limit 2"
}
