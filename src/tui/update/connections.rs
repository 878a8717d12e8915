//! Switching to another connection: it is opened in the background, and only when it is ready does it take the place of
//! the old one. What is typed is never touched.

use std::sync::Arc;

use super::{pack, queue, runs, time_range};
use crate::config::{ConnectionKind, Scope};
use crate::run::{Forecast, OpenConnection, RunError};
use crate::tui::action::Action;
use crate::tui::app::{App, Link, Popup, Switching};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::popups::connections::Picker;

/// Opens the connection to begin with.
pub(super) fn open_first(app: &mut App) -> Vec<Effect> {
    if matches!(app.link, Link::Opening(_)) { vec![Effect::Open(app.connection)] } else { Vec::new() }
}

/// Shows the list.
pub(super) fn show(app: &mut App) {
    let at = app.switching.as_ref().map_or(app.connection, |it| it.to);
    app.popup = Popup::Connections(Picker::at(at));
}

/// Opens the chosen connection. What is under way on the old one is stopped only after asking, and only when the new
/// one is ready.
pub(super) fn choose(app: &mut App) -> Vec<Effect> {
    let Popup::Connections(picker) = &mut app.popup else { return Vec::new() };
    let Some(to) = picker.chosen(&app.connections) else { return Vec::new() };
    if app.switching.as_ref().is_some_and(|it| it.to == to) {
        return Vec::new();
    }
    if to == app.connection {
        app.popup = Popup::None;
        app.switching = None;
        return if let Link::Failed(_) = app.link { reopen(app) } else { Vec::new() };
    }
    let question = question(app);
    let Popup::Connections(picker) = &mut app.popup else { return Vec::new() };
    if let Some(question) = question.filter(|_| picker.asked != Some(to)) {
        picker.asked = Some(to);
        picker.said = Some((Scope::Warning, question));
        return Vec::new();
    }
    app.run_when_open = false;
    if let Some(open) = app.opened[to].clone() {
        return switch(app, to, open);
    }
    app.switching = Some(Switching { to, share: 0.0 });
    vec![Effect::Open(to)]
}

/// What is asked before something that is under way is stopped.
fn question(app: &App) -> Option<String> {
    let name = &app.connection()?.name;
    let open = app.keys.name(Section::Connections, Action::Open);
    let what = match (&app.run, app.queue.len()) {
        (Some(_), _) => format!("A query runs on '{name}'. {open} again stops it and changes over."),
        (None, 0) => return None,
        (None, 1) => format!("A query waits for quota on '{name}'. {open} again drops it and changes over."),
        (None, n) => format!("{n} queries wait for quota on '{name}'. {open} again drops them and changes over."),
    };
    Some(what)
}

/// Tries the connection again that could not be opened.
pub(super) fn reopen(app: &mut App) -> Vec<Effect> {
    app.link = Link::Opening(0.0);
    app.notify(Scope::Info, "Trying to open the connection again.");
    vec![Effect::Open(app.connection)]
}

pub(super) fn progress(app: &mut App, connection: usize, share: f32) -> Vec<Effect> {
    let shown = match (&mut app.switching, &mut app.link) {
        (Some(switching), _) if switching.to == connection => &mut switching.share,
        (_, Link::Opening(shown)) if connection == app.connection => shown,
        _ => {
            app.redraw = false;
            return Vec::new();
        }
    };
    // A bar that moved by less than a percent need not be drawn again.
    app.redraw = (share - *shown).abs() >= 0.01;
    if app.redraw {
        *shown = share;
    }
    Vec::new()
}

/// A connection is ready, or is not going to be.
pub(super) fn opened(app: &mut App, connection: usize, outcome: Result<Arc<OpenConnection>, RunError>) -> Vec<Effect> {
    let awaited = app.switching.take_if(|it| it.to == connection).is_some();
    match outcome {
        Ok(open) if awaited => switch(app, connection, open),
        Err(error) if awaited => stay(app, connection, &error),
        Ok(open) if connection == app.connection && !matches!(app.link, Link::Open(_)) => first(app, open),
        Err(error) if connection == app.connection && !matches!(app.link, Link::Open(_)) => {
            app.run_when_open = false;
            // The result pane says why; that it is being tried is no longer true.
            app.notice = None;
            app.link = Link::Failed(error);
            Vec::new()
        }
        // The user has gone elsewhere meanwhile.
        Ok(open) => {
            keep(app, connection, &open);
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}

/// The connection that the workbench waited for is ready.
fn first(app: &mut App, open: Arc<OpenConnection>) -> Vec<Effect> {
    let wanted = std::mem::take(&mut app.run_when_open);
    let mut effects = settle_on(app, app.connection, open);
    if wanted {
        effects.extend(runs::run(app));
    }
    effects
}

/// Goes over to another connection that is ready.
fn switch(app: &mut App, to: usize, open: Arc<OpenConnection>) -> Vec<Effect> {
    let mut effects = runs::abandon(app);
    effects.extend(pack::abandon(app));
    effects.extend(queue::drop_all(app));
    (app.ended, app.sign_in, app.run_when_open) = (None, None, false);
    app.popup = Popup::None;
    app.connection = to;
    effects.extend(settle_on(app, to, open));
    if app.notice.is_none() {
        let name = app.connections[to].name.clone();
        app.notify(Scope::Info, format!("Queries go to '{name}' now."));
    }
    effects
}

/// Takes a ready connection as the one that is open.
fn settle_on(app: &mut App, at: usize, open: Arc<OpenConnection>) -> Vec<Effect> {
    if let Some(note) = open.notes().first() {
        let more = open.notes().len() - 1;
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        app.notify(Scope::Warning, format!("{note}{more}"));
    }
    keep(app, at, &open);
    app.link = Link::Open(open);
    app.analyse_at = Some(app.now);
    app.forecast = Forecast::default();
    app.cost.budget.clear();
    time_range::take_from_connection(app);
    vec![Effect::Forecast { run: None }]
}

/// Keeps an open connection for the next time, but not files, which may have changed by then.
fn keep(app: &mut App, at: usize, open: &Arc<OpenConnection>) {
    if !matches!(open.connection.kind, ConnectionKind::Files { .. }) {
        app.opened[at] = Some(Arc::clone(open));
    }
}

/// The other connection could not be opened: the old one stays as it was.
fn stay(app: &mut App, failed: usize, error: &RunError) -> Vec<Effect> {
    let failed = app.connections[failed].name.clone();
    let advice = error.advice.as_ref().map_or_else(String::new, |it| format!(" {it}"));
    let message = error.message.trim_end_matches('.');
    let stays = app.connection().filter(|_| matches!(app.link, Link::Open(_)));
    let stays = stays.map_or_else(String::new, |it| format!(" '{}' stays open.", it.name));
    let words = format!("'{failed}' could not be opened: {message}.{advice}{stays}");
    if let Popup::Connections(picker) = &mut app.popup {
        (picker.said, picker.asked) = (Some((Scope::Error, words)), None);
    } else {
        app.notify(Scope::Error, words);
    }
    Vec::new()
}
