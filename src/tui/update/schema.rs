//! Asking a service for its tables, so that what is said about the text is about what is there.

use super::sign_in;
use crate::config::{ConnectionKind, Scope};
use crate::run::RunError;
use crate::tui::app::{App, Switching};
use crate::tui::effect::Effect;
use crate::tui::popups::connections::n_tables;

/// Asks the service; reads a folder again.
pub(super) fn refresh(app: &mut App) -> Vec<Effect> {
    let Some(open) = app.open_connection() else {
        app.notify(Scope::Warning, "The connection is not open yet.");
        return Vec::new();
    };
    let name = open.connection.name.clone();
    match &open.connection.kind {
        ConnectionKind::Service(_) => {
            app.notify(Scope::Info, format!("Asking '{name}' for its tables."));
            vec![Effect::RefreshSchema]
        }
        ConnectionKind::Files { .. } if app.run.is_some() => {
            app.notify(Scope::Warning, "A query reads the files: stop it first.");
            Vec::new()
        }
        ConnectionKind::Files { .. } => {
            app.switching = Some(Switching { to: app.connection, share: 0.0 });
            app.notify(Scope::Info, format!("Reading the files of '{name}' again."));
            vec![Effect::Open(app.connection)]
        }
        ConnectionKind::Lab | ConnectionKind::Recorded { .. } => {
            app.notify(Scope::Dim, format!("The tables of '{name}' do not change."));
            Vec::new()
        }
    }
}

/// The service has told its tables, or what was known stays.
pub(super) fn refreshed(app: &mut App, outcome: Result<Vec<String>, RunError>) -> Vec<Effect> {
    let notes = match outcome {
        Ok(notes) => notes,
        Err(error) => {
            sign_in::fail(app, &error);
            return Vec::new();
        }
    };
    if app.sign_in.as_ref().is_some_and(|it| it.run.is_none()) {
        sign_in::close(app);
    }
    app.analyse_at = Some(app.now);
    let Some(open) = app.open_connection() else { return Vec::new() };
    let (name, n) = (&open.connection.name, n_tables(open));
    let note = notes.first().map_or_else(String::new, |it| format!(" {it}"));
    app.notify(if notes.is_empty() { Scope::Success } else { Scope::Warning }, format!("'{name}' has {n}.{note}"));
    Vec::new()
}
