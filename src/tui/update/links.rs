//! Links that open the query in the portal of its service. They only ever show the query: nothing is run there.

use crate::config::Scope;
use crate::run::{deep_link, deep_link_note};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::results::grouped;

pub(super) fn copy(app: &mut App) -> Vec<Effect> {
    let Some((link, note)) = link(app) else { return Vec::new() };
    let n = grouped(link.chars().count() as i64);
    app.notify(Scope::Dim, format!("Copied a link to the query: {n} characters. It runs nothing.{note}"));
    vec![Effect::Copy(link)]
}

pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let Some((link, note)) = link(app) else { return Vec::new() };
    app.notify(Scope::Dim, format!("Opening the query in a browser; nothing is run there.{note}"));
    vec![Effect::OpenLink(link)]
}

/// The browser was asked; that it came up is not known.
pub(super) fn opened(app: &mut App, outcome: Result<(), String>) -> Vec<Effect> {
    if let Err(failure) = outcome {
        let copy = app.keys.name(Section::Editor, Action::CopyLink);
        app.notify(Scope::Error, format!("{}. {copy} copies the link instead.", failure.trim_end_matches('.')));
    }
    Vec::new()
}

/// The link of the query at the cursor, and what it does not carry. Says why there is none.
fn link(app: &mut App) -> Option<(String, String)> {
    let Some(range) = app.editor.query() else {
        app.notify(Scope::Warning, "There is no query at the cursor to link to.");
        return None;
    };
    let connection = app.connection()?;
    let text = &app.editor.text()[range];
    match deep_link(connection, text, app.time_range.as_ref()) {
        Ok(link) => {
            let note = deep_link_note(connection, app.time_range.as_ref());
            Some((link, note.map_or_else(String::new, |it| format!(" Note: {it}."))))
        }
        Err(why) => {
            app.notify(Scope::Warning, format!("No link: {}.", why.trim_end_matches('.')));
            None
        }
    }
}
