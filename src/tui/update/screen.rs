//! The terminal: what it tells of itself, themes, the mouse switch, and the clipboard.

use crate::config::{Scope, ThemeEntry, ThemeOrigin};
use crate::tui::app::{App, Figures, Popup};
use crate::tui::effect::Effect;
use crate::tui::look::Look;
use crate::tui::msg::TerminalFact;
use crate::tui::panes::results::grouped;
use crate::tui::popups::chooser::{Choice, Chooser, List};
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

pub(super) fn told(app: &mut App, fact: TerminalFact) -> Vec<Effect> {
    // Nothing of it is seen yet.
    app.redraw = false;
    match fact {
        TerminalFact::Ground { light } => vec![Effect::FitGround { light }],
        TerminalFact::RoundTrip(time) => {
            app.screen.measured(time);
            Vec::new()
        }
        TerminalFact::Keyboard => vec![Effect::UseKeyboard],
    }
}

pub(super) fn look_read(app: &mut App, outcome: Result<(String, Box<Look>), String>) -> Vec<Effect> {
    match outcome {
        Ok((name, look)) => {
            app.look = *look;
            if !name.is_empty() {
                app.notify(Scope::Dim, format!("Theme {name}. To keep it: theme = \"{name}\" in config.toml."));
            }
        }
        Err(failure) => app.notify(Scope::Error, failure),
    }
    Vec::new()
}

/// Opens the list of themes.
pub(super) fn themes_listed(app: &mut App, themes: Vec<ThemeEntry>) -> Vec<Effect> {
    if app.popup != Popup::None {
        return Vec::new();
    }
    let choice = |it: &ThemeEntry| Choice {
        label: it.name.clone(),
        detail: it.about.clone(),
        key: match (it.n_faults, it.origin) {
            (0, ThemeOrigin::BuiltIn) => String::new(),
            (0, _) => "yours".to_owned(),
            (1, _) => "1 mistake".to_owned(),
            (n, _) => format!("{n} mistakes"),
        },
    };
    app.popup = Popup::Chooser(Chooser::new(List::Themes, "themes", themes.iter().map(choice).collect()));
    app.screen.themes = themes;
    Vec::new()
}

pub(super) fn theme_chosen(app: &App, at: usize) -> Vec<Effect> {
    app.screen.themes.get(at).map_or_else(Vec::new, |it| vec![Effect::ReadTheme(it.name.clone())])
}

pub(super) fn toggle_mouse(app: &mut App) -> Vec<Effect> {
    app.screen.mouse = !app.screen.mouse;
    let words = if app.screen.mouse {
        "The mouse is on: click and scroll. With Shift the terminal selects as usual."
    } else {
        "The mouse is off: the terminal selects as usual."
    };
    app.notify(Scope::Dim, words);
    vec![Effect::UseMouse(app.screen.mouse)]
}

pub(super) fn toggle_figures(app: &mut App) {
    app.screen.figures = if app.screen.figures.is_some() { None } else { Some(Figures::default()) };
}

/// What goes to the clipboard of a text that was copied: without control characters, and nothing when it is too long or
/// none is wanted. What was left out is said.
pub(in crate::tui) fn copied(app: &mut App, text: String) -> Option<String> {
    let settings = &app.screen.settings;
    if !settings.clipboard {
        app.notify(Scope::Warning, "Nothing is copied: the clipboard is off in config.toml (terminal.clipboard).");
        return None;
    }
    let is_kept = |it: char| !it.is_control() || matches!(it, '\n' | '\t');
    let n_removed = text.chars().filter(|it| !is_kept(*it)).count();
    let text =
        if n_removed == 0 { text } else { text.replace("\r\n", "\n").chars().filter(|it| is_kept(*it)).collect() };
    // Four characters are sent for three bytes.
    let (n_bytes, limit) = (text.len().div_ceil(3) * 4, settings.clipboard_limit);
    if n_bytes > limit {
        let (is, takes) = (grouped(n_bytes as i64), grouped(limit as i64));
        let title = format!("copied text is {is} bytes, the terminal takes {takes}: write it to the file");
        app.popup = Popup::Prompt(Prompt::new(Purpose::CopyToFile, title, Input::to_replace("tallyho-copy.txt")));
        app.notice = None;
        app.screen.too_long = Some(text);
        return None;
    }
    if let Some(notice) = app.notice.as_mut().filter(|_| n_removed > 0) {
        let characters = if n_removed == 1 { "control character was" } else { "control characters were" };
        notice.text.push_str(&format!(" {n_removed} {characters} left out."));
    }
    Some(text)
}

/// The name of the file that takes what was too long for the clipboard.
pub(super) fn copy_to_file(app: &mut App, path: &str) -> Vec<Effect> {
    let path = path.trim();
    if path.is_empty() {
        if let Popup::Prompt(prompt) = &mut app.popup {
            prompt.refuse("A file's name is needed.");
        }
        return Vec::new();
    }
    let Some(text) = app.screen.too_long.clone() else { return Vec::new() };
    vec![Effect::WriteCopyFile { path: path.to_owned(), text }]
}

pub(super) fn copy_written(app: &mut App, outcome: Result<String, String>) -> Vec<Effect> {
    let is_asking = matches!(&app.popup, Popup::Prompt(it) if it.purpose == Purpose::CopyToFile);
    match (outcome, &mut app.popup) {
        (Ok(path), _) => {
            app.screen.too_long = None;
            if is_asking {
                app.popup = Popup::None;
            }
            app.notify(Scope::Success, format!("Written to {path}, for your eyes only."));
        }
        (Err(failure), Popup::Prompt(prompt)) if is_asking => prompt.refuse(format!("{failure}.")),
        (Err(failure), _) => app.notify(Scope::Error, failure),
    }
    Vec::new()
}
