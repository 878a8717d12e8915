//! Keys in the editor for those who edit as in vim.

use super::{files, find, keys, language, save};
use crate::config::{Chord, KeyName, Scope};
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup};
use crate::tui::effect::Effect;
use crate::tui::panes::editor::Wanted;
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::vim::{Mode, Outcome, Step};
use crate::tui::widgets::Input;

/// Takes a key, when it means something in vim; else it means what it means without.
pub(super) fn key(app: &mut App, chord: Chord) -> Option<Vec<Effect>> {
    if app.popup != Popup::None || app.focus != Pane::Editor {
        return None;
    }
    let vim = app.vim.as_mut()?;
    if let (KeyName::Char('p' | 'P'), Mode::Normal | Mode::Visual | Mode::VisualLine) = (chord.key, vim.mode()) {
        vim.set_register(&app.editor.copied());
    }
    let before = vim.mode();
    let outcome = vim.key(chord, app.editor.text(), app.editor.offset());
    let mode = vim.mode();
    let Outcome::Steps(steps) = outcome else { return None };
    if before == Mode::Insert || mode != Mode::Insert {
        language::close(app);
    }
    let mut effects = Vec::new();
    for step in steps {
        effects.extend(take(app, step));
    }
    if mode == Mode::Insert && before != Mode::Insert {
        let at = app.editor.offset();
        if let Some(vim) = app.vim.as_mut() {
            let count = vim.insert_count();
            vim.begin_insert(app.editor.text(), at, count);
        }
    }
    Some(effects)
}

fn take(app: &mut App, step: Step) -> Vec<Effect> {
    match step {
        Step::Edit { edits, cursor } => app.editor.apply(&edits, cursor),
        Step::Go(to) => {
            app.editor.unselect();
            app.editor.jump_to_offset(to);
        }
        Step::Select(range) => app.editor.select(range),
        Step::Unselect => {
            app.editor.unselect();
        }
        Step::Undo => {
            app.editor.edit(Action::Undo);
        }
        Step::Redo => {
            app.editor.edit(Action::Redo);
        }
        Step::Find => return find::show(app, false),
        Step::FindAgain(forward) => return find_again(app, forward),
        Step::FindWord(word, forward) => {
            app.find.pattern = Input::new(word);
            (app.find.case, app.find.word, app.find.regex) = (true, true, false);
            app.find.revision = u64::MAX;
            let at = app.editor.offset();
            let effects = find::go(app, true);
            // The word under the cursor is found first; what is wanted is the next one.
            app.editor.unselect();
            app.editor.jump_to_offset(at);
            return effects.into_iter().chain(find_again(app, forward)).collect();
        }
        Step::CommandLine => {
            app.popup =
                Popup::Prompt(Prompt::new(Purpose::VimCommand, ":w :q :wq :e FILE :12 :%s/a/b/", Input::default()));
        }
        Step::HalfPage(down) => {
            let rows = usize::from(app.layout().editor.height) / 2 + 1;
            app.editor.travel(if down { Action::PageDown } else { Action::PageUp }, rows);
        }
        Step::Repeat(n) => return repeat(app, n),
        Step::Taken(text) => app.editor.set_copied(text),
    }
    Vec::new()
}

/// To the next place, or the one before: the cursor stands at its start, and nothing is selected.
fn find_again(app: &mut App, forward: bool) -> Vec<Effect> {
    let offset = app.editor.offset();
    let here = app.find.places.iter().find(|it| it.start == offset).cloned();
    if let Some(here) = here.filter(|_| app.find.revision == app.editor.revision()) {
        app.editor.select(here);
    }
    let effects = find::go(app, forward);
    if let Some(place) = app.editor.selection() {
        app.editor.unselect();
        app.editor.jump_to_offset(place.start);
    }
    effects
}

/// Does the last change again.
fn repeat(app: &mut App, n: usize) -> Vec<Effect> {
    let Some(last) = app.vim.as_ref().map(|it| it.last.clone()) else { return Vec::new() };
    let mut effects = Vec::new();
    for _ in 0..n.min(100) {
        for chord in &last.keys {
            effects.extend(key(app, *chord).into_iter().flatten());
        }
        if app.vim.as_ref().is_some_and(|it| it.mode() == Mode::Insert) {
            app.editor.insert(&last.inserted);
            effects.extend(key(app, Chord::plain(KeyName::Esc)).into_iter().flatten());
        }
    }
    effects
}

/// What was typed behind `:`.
pub(super) fn command(app: &mut App, typed: &str) -> Vec<Effect> {
    let typed = typed.trim().trim_start_matches(':');
    app.popup = Popup::None;
    let (word, rest) = typed.split_once(' ').unwrap_or((typed, ""));
    match word.trim_end_matches('!') {
        "" | "noh" | "nohlsearch" => app.editor.mark(Vec::new()),
        "w" | "write" if rest.is_empty() => return keys::act(app, Action::SaveFile),
        "w" | "write" | "saveas" => return files::take_where_to_save(app, rest),
        "q" | "quit" | "close" => return close(app),
        "wq" | "x" => {
            let mut effects = keys::act(app, Action::SaveFile);
            if app.popup == Popup::None {
                effects.extend(close(app));
            }
            return effects;
        }
        "qa" | "qall" | "wqa" | "xa" => return save::quit(app),
        "e" | "edit" if rest.is_empty() => return keys::act(app, Action::ReloadFile),
        "e" | "edit" | "tabe" | "tabedit" => return files::take_what_to_open(app, rest),
        "tabnew" | "enew" => return keys::act(app, Action::NewTab),
        "tabn" | "bn" => return keys::act(app, Action::NextTab),
        "tabp" | "bp" => return keys::act(app, Action::PreviousTab),
        "h" | "help" => return keys::act(app, Action::Help),
        "u" | "undo" => {
            app.editor.edit(Action::Undo);
        }
        "red" | "redo" => {
            app.editor.edit(Action::Redo);
        }
        _ if typed == "$" => app.editor.go_to_line(app.editor.n_lines() - 1),
        _ if typed.parse::<usize>().is_ok() => {
            let line = typed.parse::<usize>().unwrap_or(1).clamp(1, app.editor.n_lines());
            app.editor.go_to_line(line - 1);
        }
        _ if typed.starts_with("s/") || typed.starts_with("%s/") => substitute(app, typed),
        _ => app.notify(Scope::Error, format!("':{typed}' is not a command here: w, q, wq, e, a number, %s/a/b/ are.")),
    }
    Vec::new()
}

/// The texts are kept: a tab is closed, the last one means leaving.
fn close(app: &mut App) -> Vec<Effect> {
    if app.tabs.list().len() > 1 { keys::act(app, Action::CloseTab) } else { save::quit(app) }
}

/// `:s/a/b/` on the line, `:%s/a/b/` in the text; all places, whether `g` is said or not.
fn substitute(app: &mut App, typed: &str) {
    let everywhere = typed.starts_with('%');
    let mut parts = typed.trim_start_matches('%')[2..].split('/');
    let (pattern, with, flags) = (parts.next(), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let pattern = pattern.unwrap_or("").to_owned();
    let wanted = Wanted { pattern, case: !flags.contains('i'), word: false, regex: true };
    let text = app.editor.text();
    let offset = app.editor.offset();
    let line_end = text[offset..].find('\n').map_or(text.len(), |it| offset + it);
    let line = text[..offset].rfind('\n').map_or(0, |it| it + 1)..line_end;
    let places = match wanted.places(text) {
        Ok(places) => places,
        Err(fault) => return app.notify(Scope::Error, fault),
    };
    let is_wanted = |it: &std::ops::Range<usize>| everywhere || (line.start <= it.start && it.end <= line.end);
    let places: Vec<_> = places.into_iter().filter(is_wanted).collect();
    if places.is_empty() {
        return app.notify(Scope::Warning, "There is nothing to replace.");
    }
    let edits = wanted.replaced(text, &places, with);
    find::apply(app, &edits);
}
