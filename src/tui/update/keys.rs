//! A key asks for an action; the action goes to what it concerns.

use super::language::Before;
use super::{
    charts, chooser, connections, export, files, find, grid, history, indicators, language, links, pack, parameters,
    popups, prompt, queue, runs, save, schema, screen, side, sign_in, tabs, time_range, vim,
};
use std::time::Duration;

use crate::config::{Chord, KeyName, Scope};
use crate::tui::action::Action;
use crate::tui::app::{App, Overlay, Pane, Popup, Side};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::layout::{below_rule, is_wide};

/// A window that opens by itself takes no letters for so long.
const TYPING_AHEAD: Duration = Duration::from_secs(1);

/// A key; what lies beside the cursor follows it.
pub(super) fn key(app: &mut App, chord: Chord) -> Vec<Effect> {
    app.notice = None;
    if let Overlay::Hover(_) = app.help.overlay {
        app.help.overlay = Overlay::None;
        if app.keys.action(Section::Completion, chord) == Some(Action::Cancel) {
            return Vec::new();
        }
    }
    let before = Before::of(app);
    if let Some(mut effects) = vim::key(app, chord) {
        effects.extend(language::follow(app, before, None));
        return effects;
    }
    if let Some(effects) = take_by_offers(app, chord) {
        return effects.into_iter().chain(language::follow(app, before, None)).collect();
    }
    let (mut effects, typed) = take(app, chord);
    if Before::of(app) == before {
        // A key that does something else is no answer to the offers.
        app.help.stop_completing();
    }
    effects.extend(language::follow(app, before, typed));
    effects
}

/// A key that the offers beside the cursor take.
fn take_by_offers(app: &mut App, chord: Chord) -> Option<Vec<Effect>> {
    app.help.completing().filter(|_| app.is_focused(Pane::Editor))?;
    let action = app.keys.own_action(Section::Completion, chord)?;
    language::act_on_overlay(app, action)
}

/// Does what a key asks for; also the character that it has put into the editor.
fn take(app: &mut App, chord: Chord) -> (Vec<Effect>, Option<char>) {
    let section = if is_typing_ahead(app, chord) { Section::Editor } else { app.section() };
    let action = app.keys.action(section, chord);
    app.saving.leave_unsaved &= action == Some(Action::Quit);
    if let Some(action) = action {
        return (act(app, action), None);
    }
    let typed = match chord {
        Chord { ctrl: false, alt: false, key: KeyName::Char(typed), .. } => Some(typed),
        _ => None,
    };
    match (section, typed) {
        (Section::Editor, Some(typed)) => {
            app.editor.type_char(typed);
            return (Vec::new(), Some(typed));
        }
        (Section::Find, Some(typed)) => return (find::type_char(app, typed), None),
        (Section::Rename, Some(typed)) => return (language::type_name(app, typed), None),
        (Section::Filter, Some(typed)) => return (history::type_char(app, typed), None),
        (Section::GridBar, Some(typed)) => app.results.type_in_bar(typed),
        (Section::SideSearch, Some(typed)) => side::type_char(app, typed),
        (
            Section::Connections | Section::TimeRange | Section::Prompt | Section::Chooser | Section::Parameters,
            Some(typed),
        ) if popups::type_char(app, typed) => {}
        _ => nothing(app, section, chord),
    }
    (Vec::new(), None)
}

/// True for a key that was meant for the editor: a window that opens by itself must not take what is being typed.
fn is_typing_ahead(app: &App, chord: Chord) -> bool {
    let plain = !chord.ctrl && !chord.alt && matches!(chord.key, KeyName::Char(_));
    let fresh = app.sign_in.as_ref().is_some_and(|it| app.now.duration_since(it.shown) < TYPING_AHEAD);
    plain && fresh && app.popup == Popup::SigningIn && app.focus == Pane::Editor
}

/// A key that means nothing here changes nothing, and says so.
fn nothing(app: &mut App, section: Section, chord: Chord) {
    let help = app.keys.name(section, Action::Help);
    let typing = matches!(chord.key, KeyName::Char(_)) && !chord.ctrl && !chord.alt && app.popup == Popup::None;
    let words = if typing {
        let pane = app.keys.name(section, Action::NextPane);
        format!("{chord} does nothing here. {pane} goes to the editor, {help} shows the keys.")
    } else {
        format!("{chord} does nothing here. {help} shows the keys.")
    };
    app.notify(Scope::Dim, words);
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    if app.popup != Popup::None {
        return popups::act(app, action);
    }
    if let Some(effects) = tabs::act(app, action).or_else(|| files::act(app, action)) {
        return effects;
    }
    match action {
        Action::Run => return runs::run(app),
        Action::Cancel => return cancel(app),
        Action::Quit => return save::quit(app),
        Action::NextPane => cycle(app, 1),
        Action::PreviousPane => cycle(app, -1),
        Action::ToggleHistory => return side::toggle(app, Side::History),
        Action::ToggleCost => toggle_cost(app),
        Action::Zoom => app.zoom = !app.zoom,
        Action::Export => export::show(app),
        Action::Help => app.popup = Popup::Help(0),
        Action::ShowLog => app.popup = Popup::Log(0),
        Action::Palette => chooser::show_palette(app),
        Action::ChooseTheme => return vec![Effect::ListThemes],
        Action::ToggleMouse => return screen::toggle_mouse(app),
        Action::ToggleFigures => screen::toggle_figures(app),
        Action::GoToLine => prompt::ask_for_line(app),
        Action::Find => return find::show(app, false),
        Action::Replace => return find::show(app, true),
        Action::FindNext => return find::go(app, true),
        Action::Parameters => parameters::show(app),
        Action::PasteIndicators => indicators::show(app),
        Action::FindPrevious => return find::go(app, false),

        Action::SearchHistory => return history::search_from_anywhere(app),

        Action::Copy => return copy(app),
        Action::Connections => connections::show(app),
        Action::TimeRange => time_range::show(app),
        Action::CopyLink => return links::copy(app),
        Action::ShowTables => return side::toggle(app, Side::Tables),
        Action::ShowLibrary => return side::toggle(app, Side::Library),
        Action::ShowPack => pack::show(app),
        Action::OpenLink => return links::open(app),
        Action::RefreshSchema => return schema::refresh(app),
        Action::SignIn => return sign_in::sign_in(app),
        _ => return act_in_pane(app, action),
    }
    Vec::new()
}

fn act_in_pane(app: &mut App, action: Action) -> Vec<Effect> {
    if let Some(effects) = super::study::act(app, action) {
        return effects;
    }
    match app.section() {
        Section::Record => app.results.act_on_record(action),
        Section::Results if action == Action::PinRun => return history::pin_answered(app),
        Section::Results if action == Action::Describe => language::describe_column(app),
        Section::Results if action == Action::Chart => return charts::show(app),
        Section::Chart => return charts::act(app, action),
        Section::Results | Section::GridBar => return grid::act(app, action),
        Section::History | Section::Filter => return history::act(app, action),
        Section::Cost => app.cost.act(action),
        Section::Tables => return side::act_in_tables(app, action),
        Section::Library => return side::act_in_library(app, action),
        Section::SideSearch => return side::act_in_search(app, action),
        Section::Pack => return pack::act(app, action),
        _ => return act_in_editor(app, action),
    }
    Vec::new()
}

fn act_in_editor(app: &mut App, action: Action) -> Vec<Effect> {
    if let Some(effects) = language::act(app, action) {
        return effects;
    }
    let page = usize::from(below_rule(app.layout().editor).height);
    if !app.editor.edit(action) {
        app.editor.travel(action, page);
    }
    Vec::new()
}

/// Closes what is open, the innermost first; with nothing open it stops the run.
fn cancel(app: &mut App) -> Vec<Effect> {
    let section = app.section();
    if app.focus == Pane::Results
        && section != Section::GridBar
        && let Some(effects) = export::stop(app)
    {
        return effects;
    }
    if section == Section::GridBar && app.results.leave_bar() {
    } else if section == Section::Record {
        app.results.record = None;
    } else if app.focus == Pane::Results && !app.results.view.is_grid() {
        charts::leave(app);
    } else if matches!(section, Section::Filter | Section::History)
        && let Some(effects) = history::unfilter(app)
    {
        return effects;
    } else if app.focus == Pane::Side && side::stop_searching(app) {
    } else if app.focus == Pane::Side && !is_wide(app.size.0) && !app.zoom {
        app.side.show(false);
        app.focus = Pane::Editor;
    } else if app.run.is_some() || app.run_when_open {
        return runs::stop(app);
    } else if let Some(effects) = queue::drop_newest(app) {
        return effects;
    } else if leave_search(app, section) {
    } else if app.zoom {
        app.zoom = false;
    } else if app.focus != Pane::Editor {
        focus(app, Pane::Editor);
    }
    Vec::new()
}

/// Leaves the search or the filter of the rows, or the selection of the text; false where there is none.
fn leave_search(app: &mut App, section: Section) -> bool {
    if section == Section::Results {
        return app.results.stop_searching() || app.results.unfilter();
    }
    app.focus == Pane::Editor && app.editor.unselect()
}

/// Gives a pane the focus; an overlay does not stay open behind it.
pub(super) fn focus(app: &mut App, pane: Pane) {
    if pane != Pane::Side && !is_wide(app.size.0) {
        app.side.fold();
        app.history.stop_filtering();
    }
    app.focus = pane;
}

/// The panes that can be seen, in reading order.
fn cycle(app: &mut App, by: isize) {
    let mut panes = vec![Pane::Editor];
    if app.side.is_shown(is_wide(app.size.0)) {
        panes.push(Pane::Side);
    }
    panes.push(Pane::Results);
    if app.zoom || !app.layout().cost.is_empty() {
        panes.push(Pane::Cost);
    }
    let at = panes.iter().position(|it| *it == app.focus).unwrap_or(0) as isize;
    let next = panes[(at + by).rem_euclid(panes.len() as isize) as usize];
    focus(app, next);
}

fn toggle_cost(app: &mut App) {
    let open = app.layout().cost.height > 1;
    app.cost.open(!open);
    if app.layout().cost.height <= 1 && !open {
        let zoom = app.keys.name(Section::Cost, Action::Zoom);
        let pane = app.keys.name(Section::Editor, Action::NextPane);
        app.notify(Scope::Dim, format!("Too low: {zoom}, then {pane} to the cost."));
    }
}

fn copy(app: &mut App) -> Vec<Effect> {
    let copied = match app.focus {
        Pane::Editor => match app.editor.copy() {
            Some(text) => Some((text, "the selection".to_owned())),
            // The habit of terminals: without a selection this key stops what runs.
            None if app.run.is_some() => return runs::stop(app),
            None => {
                let quit = app.keys.name(Section::Editor, Action::Quit);
                app.notify(Scope::Dim, format!("Nothing is selected and nothing runs. {quit} leaves."));
                return Vec::new();
            }
        },
        Pane::Results => app.results.copied(),
        Pane::Side => side::copied(app),
        Pane::Cost => None,
    };
    let Some((text, what)) = copied else { return Vec::new() };
    let n_characters = text.chars().count();
    app.notify(Scope::Dim, format!("Copied {what}: {n_characters} characters."));
    vec![Effect::Copy(text)]
}
