//! The lists beside the editor: tables and the library. Showing or opening something never runs it; a sample and a pack
//! run because they were asked for.

use std::collections::BTreeSet;

use super::{files, keys, pack, runs, tabs};
use crate::config::Scope;
use crate::library::Shelf;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Side};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::layout::is_wide;
use crate::tui::panes::library::{Entry, Shelves};
use crate::tui::panes::tables;

/// Shows a list and goes there; asked again from there, it goes back to the editor.
pub(super) fn toggle(app: &mut App, side: Side) -> Vec<Effect> {
    let seen = app.side.is_shown(is_wide(app.size.0)) && app.side.side == side;
    if seen && app.focus == Pane::Side {
        app.side.show(false);
        keys::focus(app, Pane::Editor);
        return Vec::new();
    }
    app.side.side = side;
    app.side.show(true);
    app.history.stop_filtering();
    app.focus = Pane::Side;
    // Other workbenches may have run something meanwhile.
    if side == Side::History { vec![super::history::search(app)] } else { Vec::new() }
}

/// The folders are read when the library is first seen.
pub(super) fn read_when_seen(app: &mut App) -> Option<Effect> {
    let is_seen = app.side.side == Side::Library && !app.layout().side.is_empty();
    (is_seen && app.library.wants_reading(false)).then_some(Effect::ReadLibrary)
}

/// Reads the folders again.
pub(super) fn reload(app: &mut App) -> Vec<Effect> {
    if app.library.wants_reading(true) { vec![Effect::ReadLibrary] } else { Vec::new() }
}

pub(super) fn read(app: &mut App, shelves: Vec<Shelf>, favourites: Result<BTreeSet<String>, String>) -> Vec<Effect> {
    app.library.set(Shelves { shelves, favourites });
    Vec::new()
}

pub(super) fn favourites(app: &mut App, outcome: Result<BTreeSet<String>, String>) -> Vec<Effect> {
    if let Err(failure) = &outcome {
        app.notify(Scope::Error, failure.clone());
    }
    app.library.set_favourites(outcome);
    Vec::new()
}

/// Leaves the search of the list that is shown; false when there is none to leave.
pub(super) fn stop_searching(app: &mut App) -> bool {
    match app.side.side {
        Side::History => false,
        Side::Tables => app.tables.stop_searching(),
        Side::Library => app.library.stop_searching(),
    }
}

pub(super) fn type_char(app: &mut App, typed: char) {
    match app.side.side {
        Side::History => {}
        Side::Tables => app.tables.type_char(typed),
        Side::Library => app.library.type_char(typed),
    }
}

pub(super) fn paste(app: &mut App, pasted: &str) {
    match app.side.side {
        Side::History => {}
        Side::Tables => app.tables.paste(pasted),
        Side::Library => app.library.paste(pasted),
    }
}

/// What the copy key takes: the chosen name, or the chosen query.
pub(super) fn copied(app: &App) -> Option<(String, String)> {
    match app.side.side {
        Side::History => app.history.chosen().map(|it| (it.text.clone(), "the query".to_owned())),
        Side::Tables => app.tables.chosen_name().map(|it| (it, "the name".to_owned())),
        Side::Library => match app.library.chosen()? {
            Entry::Hunt { at, .. } => app.library.hunt(*at).map(|it| (it.query.clone(), "the query".to_owned())),
            Entry::Folder { .. } | Entry::Fault { .. } => None,
        },
    }
}

/// A key while one types what is searched for.
pub(super) fn act_in_search(app: &mut App, action: Action) -> Vec<Effect> {
    match app.side.side {
        Side::History => {}
        Side::Tables => app.tables.act(action),
        Side::Library => app.library.act(action),
    }
    Vec::new()
}

pub(super) fn act_in_tables(app: &mut App, action: Action) -> Vec<Effect> {
    let is_column = matches!(app.tables.chosen(), Some(tables::Entry::Column { .. }));
    match action {
        Action::InsertName => insert(app),
        Action::Open if is_column && !app.tables.is_searching() => insert(app),
        Action::Sample => return sample(app),
        action => app.tables.act(action),
    }
    Vec::new()
}

/// Writes the chosen name at the cursor of the editor.
fn insert(app: &mut App) {
    let Some(name) = app.tables.chosen_name() else {
        return app.notify(Scope::Dim, "A section has no name to insert. Choose a table or a column.");
    };
    keys::focus(app, Pane::Editor);
    app.zoom = false;
    app.editor.insert(&name);
}

fn sample(app: &mut App) -> Vec<Effect> {
    let Some(query) = app.tables.sample() else {
        app.notify(Scope::Dim, "Choose a table to see some of its rows.");
        return Vec::new();
    };
    app.zoom = false;
    if !is_wide(app.size.0) {
        // The list lies over the rows.
        keys::focus(app, Pane::Results);
    }
    runs::run_text(app, query)
}

pub(super) fn act_in_library(app: &mut App, action: Action) -> Vec<Effect> {
    let chosen = app.library.chosen().cloned();
    match (action, chosen) {
        _ if app.library.is_searching() => app.library.act(action),
        (Action::Reload, _) => return reload(app),
        (Action::Open, Some(Entry::Hunt { at, .. })) => return open(app, at),
        (Action::Open, Some(Entry::Fault { at, .. })) => {
            let Some(fault) = app.library.fault(at).cloned() else { return Vec::new() };
            app.opening_at = Some(fault.line);
            return files::open(fault.path);
        }
        (Action::Favourite, Some(Entry::Hunt { at, .. })) => {
            let Some(hunt) = app.library.hunt(at).cloned() else { return Vec::new() };
            let wanted = !app.library.is_favourite(&hunt);
            return vec![Effect::SetFavourite { key: hunt.key(), wanted }];
        }
        (Action::Favourite, _) => app.notify(Scope::Dim, "Only a query can be a favourite."),
        (Action::RunPack, Some(Entry::Fault { .. })) => {
            app.notify(Scope::Dim, "A file with a fault is not run. Enter opens it.");
        }
        (Action::RunPack, _) => return pack::plan(app),
        (action, _) => app.library.act(action),
    }
    Vec::new()
}

/// Opens a query in a tab. Nothing of it is run.
fn open(app: &mut App, at: usize) -> Vec<Effect> {
    let Some(hunt) = app.library.hunt(at).cloned() else { return Vec::new() };
    app.zoom = false;
    keys::focus(app, Pane::Editor);
    if hunt.is_text {
        app.opening_at = Some(hunt.line);
        return files::open(hunt.path.clone());
    }
    let effects = tabs::open_text(app, Some(hunt.name.clone()), &hunt.query);
    if app.notice.is_none() {
        let run = app.keys.name(Section::Editor, Action::Run);
        app.notify(Scope::Dim, format!("Opened, and not run. {run} runs it."));
    }
    effects
}
