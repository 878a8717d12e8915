//! The texts outlive the workbench: saved when typing rests, saved before leaving.

use super::restore;
use crate::config::Scope;
use crate::tui::action::Action;
use crate::tui::app::{App, Leaving};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;

/// Sends the texts to be saved; not before those of the last time are known, which must not be written over.
pub(super) fn save(app: &mut App) -> Vec<Effect> {
    if !app.saving.is_restored {
        return Vec::new();
    }
    let revision = app.session_revision();
    app.saving.under_way = Some(revision);
    vec![Effect::SaveSession { revision, session: restore::session(app) }]
}

pub(super) fn session_saved(app: &mut App, revision: u64, outcome: Result<(), String>) -> Vec<Effect> {
    app.saving.under_way = None;
    app.redraw = true;
    match outcome {
        Ok(()) => {
            app.saving.saved = Some(revision);
            (app.saving.failure, app.saving.retry_at) = (None, None);
            if revision == app.session_revision() {
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
    effects.extend(save(app));
    effects
}
