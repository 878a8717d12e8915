//! Values for what a query declares: asked for before a run that lacks one, and whenever the user wants to change them.

use super::runs;
use crate::config::Scope;
use crate::kql::declared_parameters;
use crate::tui::action::Action;
use crate::tui::app::{App, Popup};
use crate::tui::effect::Effect;
use crate::tui::popups::parameters::ParameterForm;

/// Shows the form for the query at the cursor.
pub(super) fn show(app: &mut App) {
    let query = app.editor.query().map_or("", |it| &app.editor.text()[it]);
    let declared = declared_parameters(query);
    if declared.is_empty() {
        let words = "The query at the cursor declares none. Begin it with declare query_parameters(n: long = 5);";
        return app.notify(Scope::Dim, words);
    }
    let values = app.parameters.of_declared(&declared);
    app.popup = Popup::Parameters(ParameterForm::new(declared, &values, false));
}

/// Asks for what a query lacks before it can be run; false when it lacks nothing.
pub(super) fn ask_before_run(app: &mut App, text: &str) -> bool {
    if !text.contains("query_parameters") || !app.parameters.missing(text) {
        return false;
    }
    let declared = declared_parameters(text);
    let values = app.parameters.of_declared(&declared);
    app.popup = Popup::Parameters(ParameterForm::new(declared, &values, true));
    true
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    let Popup::Parameters(form) = &mut app.popup else { return Vec::new() };
    match action {
        Action::Open if !form.is_at_end() => form.act(Action::NextField),
        Action::Open => return finish(app, false),
        Action::Run => return finish(app, true),
        action => form.act(action),
    }
    Vec::new()
}

pub(super) fn type_char(app: &mut App, typed: char) {
    if let Popup::Parameters(form) = &mut app.popup
        && let Some(input) = form.input()
    {
        input.type_char(typed);
    }
}

pub(super) fn paste(app: &mut App, pasted: &str) {
    if let Popup::Parameters(form) = &mut app.popup
        && let Some(input) = form.input()
    {
        input.paste(pasted);
    }
}

/// Takes the values, if each is one of its type.
fn finish(app: &mut App, run: bool) -> Vec<Effect> {
    let Popup::Parameters(form) = &mut app.popup else { return Vec::new() };
    let Some(values) = form.values() else { return Vec::new() };
    let (declared, run) = (form.declared(), run || form.then_run);
    app.popup = Popup::None;
    app.parameters.remember(&declared, values);
    app.tabs.touch();
    app.session_changed();
    app.analyse_at = Some(app.now);
    if run { runs::run(app) } else { Vec::new() }
}
