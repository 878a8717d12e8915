//! Signing in from the workbench: a run that needs it, or the user, asks for it; a person acts; the run goes on.

use super::{pack, runs};
use crate::config::{Scope, SignInMethod};
use crate::run::{RunError, RunId, SignInEvent, SignInPrompt};
use crate::tui::action::Action;
use crate::tui::app::{App, Popup, Running, SignInState, SigningIn};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::results::sentence;
use crate::tui::popups::connections::identity_words;

/// Characters of a code or an address that are copied at most.
const MAX_COPIED: usize = 2_000;

/// Signs in without a query, or says who is signed in.
pub(super) fn sign_in(app: &mut App) -> Vec<Effect> {
    let Some(open) = app.open_connection().cloned() else {
        app.notify(Scope::Warning, "The connection is not open yet.");
        return Vec::new();
    };
    let name = &open.connection.name;
    match open.connection.kind.service().map(|it| &it.sign_in.method) {
        None | Some(SignInMethod::None) => {
            app.notify(Scope::Dim, format!("'{name}' asks for no sign-in."));
            return Vec::new();
        }
        Some(_) => {}
    }
    if let Some(signing_in) = &app.sign_in {
        if signing_in.state == SignInState::Asked {
            app.popup = Popup::SigningIn;
            return Vec::new();
        }
        app.sign_in = None;
    }
    if let Some(identity) = open.identity() {
        app.notify(Scope::Info, identity_words(&identity));
        return Vec::new();
    }
    app.notify(Scope::Info, format!("Signing in to '{name}'."));
    vec![Effect::SignIn]
}

/// A run says what a person has to do.
pub(super) fn prompted(app: &mut App, prompt: SignInPrompt, run: Option<&Running>) {
    match prompt {
        SignInPrompt::Done => return close(app),
        SignInPrompt::Note(note) => return app.notify(Scope::Info, note),
        SignInPrompt::DeviceCode { .. } | SignInPrompt::Browser { .. } => {}
    }
    app.sign_in = Some(SigningIn::new(prompt, run.map(|it| it.id), app.now));
    app.popup = Popup::SigningIn;
}

/// Something happened in a sign-in that was asked for by itself.
pub(super) fn event(app: &mut App, event: SignInEvent) -> Vec<Effect> {
    match event {
        SignInEvent::Prompt(prompt) => prompted(app, prompt, None),
        SignInEvent::Done(identity) => {
            close(app);
            app.notify(Scope::Success, identity_words(&identity));
        }
        SignInEvent::Failed(error) => fail(app, &error),
        SignInEvent::Cancelled => {
            close(app);
            app.notify(Scope::Dim, "Not signed in.");
        }
    }
    Vec::new()
}

pub(super) fn fail(app: &mut App, error: &RunError) {
    let words = words(error);
    match &mut app.sign_in {
        Some(signing_in) => signing_in.state = SignInState::Over(words),
        None => app.notify(Scope::Error, words),
    }
}

pub(super) fn words(error: &RunError) -> String {
    let advice = error.advice.as_ref().map_or_else(String::new, |it| format!(" {it}"));
    format!("{}{advice}", sentence(&error.message))
}

/// A run has ended: what was asked for it is over too. What went wrong is said where the person looks.
pub(super) fn run_ended(app: &mut App, id: RunId, error: Option<&RunError>) {
    let Some(signing_in) = app.sign_in.as_mut().filter(|it| it.run == Some(id)) else { return };
    match error.filter(|_| app.popup == Popup::SigningIn) {
        Some(error) => signing_in.state = SignInState::Over(words(error)),
        None => close(app),
    }
}

/// A code that has expired can no longer be typed.
pub(super) fn expire(app: &mut App) {
    let now = app.now;
    let Some(signing_in) = &mut app.sign_in else { return };
    if signing_in.state == SignInState::Asked && signing_in.is_expired(now) {
        signing_in.state = SignInState::Over("The code has expired before it was used.".to_owned());
    }
}

pub(super) fn close(app: &mut App) {
    app.sign_in = None;
    if app.popup == Popup::SigningIn {
        app.popup = Popup::None;
    }
}

/// A key in the window.
pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(signing_in) = app.sign_in.clone() else {
        app.popup = Popup::None;
        return Vec::new();
    };
    match (action, &signing_in.state) {
        (Action::Cancel, SignInState::Asked) => stop(app, &signing_in),
        (Action::Cancel, SignInState::Over(_)) => {
            close(app);
            Vec::new()
        }
        (Action::Open | Action::Run, SignInState::Over(_)) => try_again(app, &signing_in),
        (Action::Copy, SignInState::Asked) => copy(app, &signing_in.prompt, true),
        (Action::Open, SignInState::Asked) => copy(app, &signing_in.prompt, false),
        _ => {
            let cancel = app.keys.name(Section::SigningIn, Action::Cancel);
            app.notify(Scope::Dim, format!("This waits for you to sign in; {cancel} stops it."));
            Vec::new()
        }
    }
}

fn stop(app: &mut App, signing_in: &SigningIn) -> Vec<Effect> {
    close(app);
    if signing_in.run.is_some() {
        return runs::stop(app);
    }
    // A pack that asked for it stops too.
    let mut effects = pack::abandon(app);
    effects.push(Effect::CancelSignIn);
    effects
}

/// Asks for a new code: the run is sent again as it was, or the sign-in starts anew.
fn try_again(app: &mut App, signing_in: &SigningIn) -> Vec<Effect> {
    close(app);
    match signing_in.run {
        Some(_) => runs::run_again(app),
        None => vec![Effect::CancelSignIn, Effect::SignIn],
    }
}

/// Copies the code, or the address where it is typed.
fn copy(app: &mut App, prompt: &SignInPrompt, code: bool) -> Vec<Effect> {
    let (copied, what) = match prompt {
        SignInPrompt::DeviceCode { user_code, .. } if code => (user_code, "the code"),
        SignInPrompt::DeviceCode { verification_uri, .. } => (verification_uri, "the address"),
        SignInPrompt::Browser { url } => (url, "the address"),
        SignInPrompt::Note(_) | SignInPrompt::Done => return Vec::new(),
    };
    // Both come from outside: nothing that acts may get onto the clipboard.
    let copied: String = copied.chars().filter(|it| !it.is_control()).take(MAX_COPIED).collect();
    app.notify(Scope::Dim, format!("Copied {what}."));
    vec![Effect::Copy(copied)]
}
