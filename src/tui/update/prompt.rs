//! Answers to questions of one line: each purpose has one arm.

use crate::tui::action::Action;
use crate::tui::app::{App, Popup};
use crate::tui::effect::{Effect, Mark};
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    let Popup::Prompt(prompt) = &mut app.popup else { return Vec::new() };
    if action == Action::Open {
        let (purpose, answer) = (prompt.purpose.clone(), prompt.input.text().to_owned());
        return answered(app, &purpose, &answer);
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
        prompt.said = None;
    }
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
