//! Keys for what lies over the panes.

use super::{
    chooser, connections, find, history, indicators, language, parameters, prompt, runs, save, schema, sign_in,
    time_range,
};
use crate::tui::action::Action;
use crate::tui::app::{App, Popup};
use crate::tui::effect::Effect;
use crate::tui::popups::{help, log};

/// An action while something is open. Some of them close it first.
pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => return save::quit(app),
        Action::Help if !matches!(app.popup, Popup::Help(_)) => {
            app.popup = Popup::Help(0);
            return Vec::new();
        }
        Action::Run if !matches!(app.popup, Popup::SigningIn | Popup::Parameters(_)) => {
            close(app);
            return runs::run(app);
        }
        _ => {}
    }
    match &mut app.popup {
        Popup::None => {}
        Popup::Help(_) if matches!(action, Action::Cancel | Action::Help) => close(app),
        Popup::Help(top) => {
            let top = *top;
            app.popup = Popup::Help(help::scroll(app, top, action));
        }
        Popup::SigningIn => return sign_in::act(app, action),
        _ if action == Action::Cancel => close(app),
        Popup::Log(below) => {
            let below = *below;
            app.popup = Popup::Log(log::scroll(app, below, action));
        }
        Popup::Connections(_) if matches!(action, Action::SignIn | Action::RefreshSchema) => {
            close(app);
            return if action == Action::SignIn { sign_in::sign_in(app) } else { schema::refresh(app) };
        }
        Popup::Connections(_) if action == Action::Open => return connections::choose(app),
        Popup::Connections(picker) => picker.act(action, &app.connections),
        Popup::TimeRange(_) if action == Action::Open => return time_range::choose(app),
        Popup::TimeRange(picker) => picker.act(action),
        Popup::Fixes(_) if action == Action::Open => return language::take_fix(app),
        Popup::Fixes(list) => list.act(action),
        Popup::Rename(_) => return language::act_on_rename(app, action),
        Popup::Inspector(_) => return history::act_on_inspector(app, action),
        Popup::Prompt(_) => return prompt::act(app, action),
        Popup::Chooser(_) => return chooser::act(app, action),
        Popup::Find => return find::act(app, action),
        Popup::Parameters(_) => return parameters::act(app, action),
        Popup::Indicators(_) => return indicators::act(app, action),
    }
    Vec::new()
}

/// Back to the panes; but somebody may still have to sign in.
fn close(app: &mut App) {
    app.editor.mark(Vec::new());
    let waits = app.sign_in.is_some() && app.popup != Popup::SigningIn;
    app.popup = if waits { Popup::SigningIn } else { Popup::None };
}

/// A character for the line that one types into; false when there is none.
pub(super) fn type_char(app: &mut App, typed: char) -> bool {
    if typed.is_control() {
        return false;
    }
    match &mut app.popup {
        Popup::Connections(picker) => picker.type_char(typed),
        Popup::TimeRange(picker) => picker.type_char(typed),
        Popup::Prompt(_) => prompt::type_char(app, typed),
        Popup::Chooser(_) => chooser::type_char(app, typed),
        Popup::Parameters(_) => parameters::type_char(app, typed),
        Popup::Indicators(_)
        | Popup::Find
        | Popup::Inspector(_)
        | Popup::None
        | Popup::Help(_)
        | Popup::Log(_)
        | Popup::SigningIn
        | Popup::Fixes(_)
        | Popup::Rename(_) => {
            return false;
        }
    }
    true
}
