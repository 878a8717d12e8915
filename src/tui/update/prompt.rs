//! Answers to questions of one line: each purpose has one arm.

use crate::config::Scope;
use crate::library::PathCompletion;
use crate::tui::action::Action;
use crate::tui::app::{App, Popup};
use crate::tui::effect::{Effect, Mark};
use crate::tui::popups::paths::Paths;
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    let Popup::Prompt(prompt) = &mut app.popup else { return Vec::new() };
    if action == Action::Open {
        let (purpose, answer) = (prompt.purpose.clone(), prompt.input.text().to_owned());
        return answered(app, &purpose, &answer);
    }
    if let Action::NextPath | Action::PreviousPath = action {
        return next_path(app, action == Action::NextPath);
    }
    if prompt.input.act(action) {
        changed(app);
    }
    Vec::new()
}

pub(super) fn type_char(app: &mut App, typed: char) {
    if let Popup::Prompt(prompt) = &mut app.popup {
        prompt.input.type_char(typed);
        changed(app);
    }
}

pub(super) fn paste(app: &mut App, pasted: &str) {
    if let Popup::Prompt(prompt) = &mut app.popup {
        prompt.input.paste(pasted);
        changed(app);
    }
}

/// What was said of the old answer is not said of the new one.
fn changed(app: &mut App) {
    if let Popup::Prompt(prompt) = &mut app.popup {
        (prompt.said, prompt.paths, prompt.asked) = (None, None, None);
    }
}

/// The next name that fits, where they are listed; else asks what the path can go on with.
fn next_path(app: &mut App, forward: bool) -> Vec<Effect> {
    let Popup::Prompt(prompt) = &mut app.popup else { return Vec::new() };
    if let Some(paths) = &mut prompt.paths {
        if let Some(line) = paths.step(forward, prompt.input.before_cursor()) {
            prompt.input.replace_before(&line);
        }
        return Vec::new();
    }
    let Some((_, typed)) = prompt.path() else { return Vec::new() };
    let (typed, id) = (typed.to_owned(), app.n_paths + 1);
    prompt.asked = Some(id);
    app.n_paths = id;
    vec![Effect::CompletePath { id, typed }]
}

/// What the path can go on with is known; of a line that was changed since it is dropped.
pub(super) fn path_completed(app: &mut App, id: u64, outcome: Result<PathCompletion, String>) -> Vec<Effect> {
    let Popup::Prompt(prompt) = &mut app.popup else { return Vec::new() };
    if prompt.asked.take_if(|it| *it == id).is_none() {
        app.redraw = false;
        return Vec::new();
    }
    let Some((start, typed)) = prompt.path().map(|(start, typed)| (start, typed.to_owned())) else {
        return Vec::new();
    };
    match outcome {
        Err(words) => prompt.said = Some((Scope::Warning, words)),
        Ok(found) if found.names.is_empty() => {
            let words = match (found.n_odd, typed.strip_prefix(found.stem.as_str()).unwrap_or_default()) {
                (0, "") => "There is nothing in that folder to choose from.".to_owned(),
                (0, begun) => format!("Nothing there begins with {begun}"),
                _ => "The names there that fit cannot be typed.".to_owned(),
            };
            prompt.said = Some((Scope::Dim, words));
        }
        Ok(found) => {
            let line = format!("{}{}{}", &prompt.input.before_cursor()[..start], found.stem, found.common);
            prompt.input.replace_before(&line);
            if found.n_found > 1 {
                prompt.paths = Some(Paths::new(found, start));
            }
        }
    }
    Vec::new()
}

/// Takes an answer: closes the question, or says in it why the answer cannot be taken.
fn answered(app: &mut App, purpose: &Purpose, answer: &str) -> Vec<Effect> {
    match purpose {
        Purpose::Export(wanted) => super::export::named(app, wanted, answer),
        Purpose::Overwrite(wanted, path) => super::export::confirmed(app, wanted, path, answer),

        Purpose::GoToLine => go_to_line(app, answer),
        Purpose::WritePack { replace } => super::pack::write(app, replace.as_deref(), answer),
        Purpose::CopyToFile => super::screen::copy_to_file(app, answer),
        Purpose::NameTab => super::tabs::take_name(app, answer),
        Purpose::OpenFile => super::files::take_what_to_open(app, answer),
        Purpose::SaveFile => super::files::take_where_to_save(app, answer),
        Purpose::VimCommand => super::vim::command(app, answer),
        Purpose::FindInRecord => {
            super::study::find(app, Some(answer), true);
            Vec::new()
        }

        Purpose::LabelRun(id) => super::history::named(app, Mark::Label(*id, answer.to_owned())),
        Purpose::NoteRun(id) => super::history::named(app, Mark::Note(*id, answer.to_owned())),
    }
}

/// Asks for the line to go to.
pub(super) fn ask_for_line(app: &mut App) {
    let n_lines = app.editor.n_lines();
    let title = format!("go to line, 1 to {n_lines}");
    app.popup = Popup::Prompt(Prompt::new(Purpose::GoToLine, title, Input::default()));
}

fn go_to_line(app: &mut App, answer: &str) -> Vec<Effect> {
    let n_lines = app.editor.n_lines();
    match answer.trim().parse::<usize>() {
        Ok(line) if (1..=n_lines).contains(&line) => {
            app.popup = Popup::None;
            app.focus = crate::tui::app::Pane::Editor;
            app.editor.go_to_line(line - 1);
        }
        _ => {
            if let Popup::Prompt(prompt) = &mut app.popup {
                prompt.refuse(format!("A number from 1 to {n_lines} is needed."));
            }
        }
    }
    Vec::new()
}
