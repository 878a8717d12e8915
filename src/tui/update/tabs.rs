//! Tabs: opening, closing, going from one to another, naming them.

use crate::config::Scope;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup, TabId};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::editor::Editor;
use crate::tui::popups::chooser::{Choice, Chooser, List};
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

/// A name is not longer than this.
const MAX_NAME: usize = 60;

/// An action that concerns tabs; `None` when it is not one.
pub(super) fn act(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    Some(match action {
        Action::NewTab => open_text(app, None, ""),
        Action::CloseTab => close(app),
        Action::ReopenTab => reopen(app, None),
        Action::PreviousTab => step(app, -1),
        Action::NextTab => step(app, 1),
        Action::MoveTabLeft => move_tab(app, -1),
        Action::MoveTabRight => move_tab(app, 1),
        Action::RenameTab => ask_for_name(app),
        Action::ListTabs => show_list(app),
        _ => go(app, number(action)?),
    })
}

/// The number in an action that goes to a tab by it.
fn number(action: Action) -> Option<usize> {
    use Action::{Tab1, Tab2, Tab3, Tab4, Tab5, Tab6, Tab7, Tab8, Tab9};
    [Tab1, Tab2, Tab3, Tab4, Tab5, Tab6, Tab7, Tab8, Tab9].iter().position(|it| *it == action).map(|it| it + 1)
}

/// Opens a text in a tab of its own and goes there. Nothing of it is run.
pub(in crate::tui) fn open_text(app: &mut App, name: Option<String>, text: &str) -> Vec<Effect> {
    let tab = app.tabs.make(name, Editor::new(text, (0, 0)));
    app.add_tab(tab);
    arrived(app)
}

/// Another tab has come up: its text is to be seen, and its file is looked at.
pub(super) fn arrived(app: &mut App) -> Vec<Effect> {
    show(app);
    super::files::check(app)
}

/// Goes to the tab at a place.
pub(super) fn go_to(app: &mut App, at: usize) -> Vec<Effect> {
    app.go_to_tab(at);
    arrived(app)
}

/// The text is to be seen.
pub(super) fn show(app: &mut App) {
    app.zoom &= app.focus == Pane::Editor;
    super::keys::focus(app, Pane::Editor);
}

fn step(app: &mut App, by: isize) -> Vec<Effect> {
    let n_tabs = app.tabs.list().len() as isize;
    let to = (app.tabs.active() as isize + by).rem_euclid(n_tabs) as usize;
    if !app.go_to_tab(to) {
        let new = app.keys.name(Section::Editor, Action::NewTab);
        app.notify(Scope::Dim, format!("There is one tab. {new} opens another."));
    }
    arrived(app)
}

/// To the tab of a number; 9 is the last one, however many there are.
fn go(app: &mut App, number: usize) -> Vec<Effect> {
    let n_tabs = app.tabs.list().len();
    let to = if number == 9 { n_tabs - 1 } else { number - 1 };
    if to >= n_tabs {
        let tabs = if n_tabs == 1 { "There is one tab".to_owned() } else { format!("There are {n_tabs} tabs") };
        app.notify(Scope::Dim, format!("{tabs}, and no tab {number}."));
        return Vec::new();
    }
    go_to(app, to)
}

fn move_tab(app: &mut App, by: isize) -> Vec<Effect> {
    app.move_tab(by);
    Vec::new()
}

fn close(app: &mut App) -> Vec<Effect> {
    let tab = app.tabs.current();
    let (title, unsaved) = (tab.title(), tab.is_unsaved());
    let is_empty = app.editor.text().trim().is_empty() && !tab.has_title();
    if is_empty && app.tabs.list().len() == 1 {
        app.notify(Scope::Dim, "This is the only tab, and it is empty.");
        return Vec::new();
    }
    app.close_tab();
    if !is_empty {
        let reopen = app.keys.name(Section::Editor, Action::ReopenTab);
        let unsaved = if unsaved { " with what is not saved in its file" } else { "" };
        app.notify(Scope::Dim, format!("Closed '{title}'{unsaved}; {reopen} opens it again as it was."));
    }
    arrived(app)
}

fn reopen(app: &mut App, id: Option<TabId>) -> Vec<Effect> {
    if !app.reopen_tab(id) {
        app.notify(Scope::Dim, "No tab was closed.");
        return Vec::new();
    }
    arrived(app)
}

fn ask_for_name(app: &mut App) -> Vec<Effect> {
    let title = app.tabs.current().title();
    app.popup = Popup::Prompt(Prompt::new(Purpose::NameTab, "name of this tab", Input::to_replace(title)));
    Vec::new()
}

/// Takes the name; an empty one gives back the name of the file.
pub(super) fn take_name(app: &mut App, answer: &str) -> Vec<Effect> {
    let name = answer.trim();
    if name.chars().count() > MAX_NAME {
        if let Popup::Prompt(prompt) = &mut app.popup {
            prompt.refuse(format!("A name has at most {MAX_NAME} characters."));
        }
        return Vec::new();
    }
    app.popup = Popup::None;
    app.tabs.current_mut().name = (!name.is_empty()).then(|| name.to_owned());
    app.tabs.touch();
    Vec::new()
}

/// The tabs that are open, then those that were closed, the latest first.
fn show_list(app: &mut App) -> Vec<Effect> {
    let first_line = |text: &str| text.lines().find(|it| !it.trim().is_empty()).unwrap_or("").trim().to_owned();
    let open = app.texts().enumerate().map(|(at, (tab, editor))| {
        let star = if tab.is_unsaved() { "*" } else { "" };
        let action = Action::from_name(&format!("tab-{}", at + 1)).filter(|_| at < 8);
        let key = action.map_or_else(String::new, |it| app.keys.name(Section::Editor, it));
        Choice { label: format!("{} {}{star}", at + 1, tab.title()), detail: first_line(editor.text()), key }
    });
    let closed = app.tabs.closed().iter().rev().map(|tab| Choice {
        label: tab.title(),
        detail: first_line(tab.editor.text()),
        key: "closed".to_owned(),
    });
    let choices: Vec<_> = open.chain(closed).collect();
    let n_open = app.tabs.list().len();
    let title = if n_open == 1 { "1 tab".to_owned() } else { format!("{n_open} tabs") };
    app.popup = Popup::Chooser(Chooser::new(List::Tabs, title, choices).at(app.tabs.active()));
    Vec::new()
}

/// Goes to the tab at a place of the list.
pub(super) fn take_choice(app: &mut App, at: usize) -> Vec<Effect> {
    let n_open = app.tabs.list().len();
    if at < n_open {
        return go_to(app, at);
    }
    let closed = app.tabs.closed().iter().rev().nth(at - n_open).map(|it| it.id);
    reopen(app, closed)
}
