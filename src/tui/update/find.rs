//! Looking for text in the editor while one types what is looked for, and writing something else in its place.

use std::ops::Range;

use crate::config::Scope;
use crate::kql::{TextEdit, apply_edits};
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::editor::Wanted;
use crate::tui::widgets::Input;

/// Up to here a text is looked through between two keys; a larger one by a worker.
const MAX_AT_ONCE: usize = 150_000;
/// More changes than these are made by writing the whole text anew, as one change.
const MAX_SINGLE_EDITS: usize = 200;

/// Shows the line; what is selected on one line is what is looked for first.
pub(super) fn show(app: &mut App, replaces: bool) -> Vec<Effect> {
    app.focus = Pane::Editor;
    app.popup = Popup::Find;
    app.find.replaces = replaces;
    app.find.in_with = false;
    let selected = app.editor.selection();
    app.find.origin = selected.as_ref().map_or_else(|| app.editor.offset(), |it| it.start);
    let text = selected.map(|it| app.editor.text()[it].to_owned()).filter(|it| !it.contains('\n'));
    let text = text.unwrap_or_else(|| app.find.pattern.text().to_owned());
    app.find.pattern = Input::to_replace(text);
    search(app)
}

/// An action while the line is shown.
pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Open if app.find.in_with && app.find.replaces => return replace_one(app),
        // In vim Enter ends the search at the place that it has found.
        Action::Open if app.vim.is_some() && !app.find.replaces => {
            app.popup = Popup::None;
            app.editor.unselect();
            if let Some(place) = app.find.current.and_then(|it| app.find.places.get(it)) {
                app.editor.jump_to_offset(place.start);
            }
        }
        Action::Open | Action::Down | Action::FindNext => return go(app, true),
        Action::Up | Action::FindPrevious => return go(app, false),
        Action::Replace => {
            app.find.replaces = !app.find.replaces;
            app.find.in_with = app.find.replaces;
        }
        Action::NextField => app.find.in_with = app.find.replaces && !app.find.in_with,
        Action::ReplaceAll => return replace_all(app),
        Action::Undo => {
            app.editor.edit(action);
            return search(app);
        }
        action if app.find.switch(action) => return search(app),
        action => {
            let before = app.find.pattern.text().to_owned();
            if app.find.input().act(action) && before != app.find.pattern.text() {
                return search(app);
            }
        }
    }
    Vec::new()
}

pub(super) fn type_char(app: &mut App, typed: char) -> Vec<Effect> {
    app.find.input().type_char(typed);
    if app.find.in_with { Vec::new() } else { search(app) }
}

pub(super) fn paste(app: &mut App, pasted: &str) -> Vec<Effect> {
    app.find.input().paste(pasted);
    if app.find.in_with { Vec::new() } else { search(app) }
}

/// To the next place or the one before, whether the line is shown or not.
pub(super) fn go(app: &mut App, forward: bool) -> Vec<Effect> {
    if app.find.pattern.text().is_empty() {
        return show(app, false);
    }
    if app.find.revision != app.editor.revision() {
        app.find.origin = app.editor.selection().map_or_else(|| app.editor.offset(), |it| it.end);
        return search(app);
    }
    let at = app.editor.selection().unwrap_or_else(|| app.editor.offset()..app.editor.offset());
    let places = &app.find.places;
    if places.is_empty() {
        let words = format!("'{}' is not in this text.", app.find.pattern.text());
        app.notify(Scope::Warning, words);
        return Vec::new();
    }
    let found = if forward {
        places.iter().position(|it| it.start >= at.end && *it != at)
    } else {
        places.iter().rposition(|it| it.end <= at.start)
    };
    let next = found.unwrap_or(if forward { 0 } else { places.len() - 1 });
    if found.is_none() && places.len() > 1 {
        app.notify(Scope::Dim, if forward { "Going on from the top." } else { "Going on from the end." });
    }
    choose(app, Some(next));
    Vec::new()
}

/// Looks through the text as it is now.
fn search(app: &mut App) -> Vec<Effect> {
    let wanted = app.find.wanted();
    if app.editor.text().len() > MAX_AT_ONCE && !wanted.pattern.is_empty() {
        let (revision, text) = (app.editor.revision(), app.editor.text().to_owned());
        return vec![Effect::FindText { revision, text, wanted }];
    }
    let found = wanted.places(app.editor.text());
    take(app, found);
    Vec::new()
}

/// What a worker has found.
pub(super) fn found(app: &mut App, revision: u64, wanted: &Wanted, found: Result<Vec<Range<usize>>, String>) {
    // One looks for something else by now.
    app.redraw = revision == app.editor.revision() && *wanted == app.find.wanted();
    if app.redraw {
        take(app, found);
    }
}

/// Goes to the first place behind the one where one began to look.
fn take(app: &mut App, found: Result<Vec<Range<usize>>, String>) {
    app.find.revision = app.editor.revision();
    (app.find.places, app.find.fault) = match found {
        Ok(places) => (places, None),
        Err(fault) => (Vec::new(), Some(fault)),
    };
    let origin = app.find.origin;
    let places = &app.find.places;
    let behind = places.iter().position(|it| it.start >= origin);
    let first = behind.or_else(|| (!places.is_empty()).then_some(0));
    choose(app, first);
}

fn choose(app: &mut App, at: Option<usize>) {
    app.find.current = at;
    let places = &app.find.places;
    match at.and_then(|it| places.get(it)).cloned() {
        Some(place) => {
            app.editor.mark(app.find.places.clone());
            app.editor.select(place);
        }
        None => {
            app.editor.mark(Vec::new());
            app.editor.unselect();
            app.editor.jump_to_offset(app.find.origin.min(app.editor.text().len()));
        }
    }
}

/// Writes the other text in the place that is selected, and goes to the next one.
fn replace_one(app: &mut App) -> Vec<Effect> {
    let selected = app.editor.selection();
    let is_current = app.find.revision == app.editor.revision();
    let place = app.find.current.and_then(|it| app.find.places.get(it)).cloned();
    let Some(place) = place.filter(|it| is_current && selected.as_ref() == Some(it)) else { return go(app, true) };
    let with = app.find.with.text().to_owned();
    let edits = app.find.wanted().replaced(app.editor.text(), &[place], &with);
    let end = edits.first().map_or(0, |it| it.span.start + it.text.len());
    app.editor.apply(&edits, end);
    app.find.origin = end;
    search(app)
}

/// Writes the other text in all places, as one change.
fn replace_all(app: &mut App) -> Vec<Effect> {
    if app.find.revision != app.editor.revision() {
        return search(app);
    }
    let places = app.find.places.clone();
    if places.is_empty() {
        app.notify(Scope::Warning, "There is nothing to replace.");
        return Vec::new();
    }
    let edits = app.find.wanted().replaced(app.editor.text(), &places, app.find.with.text());
    app.find.origin = apply(app, &edits);
    let said = app.notice.take();
    let effects = search(app);
    app.notice = said;
    effects
}

/// Makes all changes as one step of undo, and says so; returns where the cursor is.
pub(super) fn apply(app: &mut App, edits: &[TextEdit]) -> usize {
    let cursor = super::language::moved(app.editor.offset(), edits);
    if edits.len() > MAX_SINGLE_EDITS {
        let text = apply_edits(app.editor.text(), edits);
        app.editor.replace(&text);
        app.editor.jump_to_offset(cursor);
    } else {
        app.editor.apply(edits, cursor);
    }
    let undo = app.keys.name(Section::Editor, Action::Undo);
    let n = match edits.len() {
        1 => "1 place".to_owned(),
        n => format!("{n} places"),
    };
    app.notify(Scope::Success, format!("Replaced in {n}; {undo} takes it back."));
    cursor
}
