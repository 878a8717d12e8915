//! Files of queries: opened into tabs, saved from them, and looked at again when their tab comes up. What another program
//! wrote is never replaced unasked, and nothing that is opened is run.

use std::path::{Path, PathBuf};

use crate::config::Scope;
use crate::library::{Expected, Form, NotWritten, OnDisk, QueryFile, Stamp, expand_home};
use crate::tui::action::Action;
use crate::tui::app::{App, Fingerprint, Popup, TabFile, TabId};
use crate::tui::effect::Effect;
use crate::tui::files::{FileDone, FileJob, Reading};
use crate::tui::keymap::Section;
use crate::tui::panes::editor::Editor;
use crate::tui::panes::results::grouped;
use crate::tui::popups::chooser::{Choice, Chooser, List};
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

/// An action that concerns files; `None` when it is not one.
pub(super) fn act(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    Some(match action {
        Action::OpenFile => ask_what_to_open(app),
        Action::SaveFile => save(app),
        Action::SaveFileAs => ask_where_to_save(app, None),
        Action::ReloadFile => reload(app),
        Action::EditOutside => {
            vec![Effect::EditOutside { tab: app.tabs.current().id, text: app.editor.text().to_owned() }]
        }
        _ => return None,
    })
}

/// Opens a file in a tab, or goes to its tab. Nothing of it is run.
pub(in crate::tui) fn open(path: PathBuf) -> Vec<Effect> {
    vec![Effect::File(FileJob::Read { path, why: Reading::Open })]
}

fn ask_what_to_open(app: &mut App) -> Vec<Effect> {
    let folder = app.tabs.current().file.as_ref().and_then(|it| it.path.parent());
    let input = folder.map_or_else(Input::default, |it| Input::new(format!("{}/", shown(it))));
    app.popup = Popup::Prompt(Prompt::new(Purpose::OpenFile, "open a file", input));
    Vec::new()
}

/// Takes the name of the file to open. The question stays until the file is there.
pub(super) fn take_what_to_open(app: &mut App, answer: &str) -> Vec<Effect> {
    if answer.trim().is_empty() {
        return refuse(app, "The name of a file is needed: ~/hunts/beacon.kql");
    }
    open(expand_home(answer.trim()))
}

/// Saves the text to its file, or asks for one.
fn save(app: &mut App) -> Vec<Effect> {
    match app.tabs.current().file.clone() {
        Some(file) => {
            let expected = Expected::AsSeen(file.stamp);
            write(app, file.path, file.form, expected)
        }
        None => ask_where_to_save(app, None),
    }
}

fn write(app: &App, path: PathBuf, form: Form, expected: Expected) -> Vec<Effect> {
    let (tab, text) = (app.tabs.current().id, app.editor.text().to_owned());
    vec![Effect::File(FileJob::Write { tab, path, text, form, expected })]
}

fn ask_where_to_save(app: &mut App, words: Option<String>) -> Vec<Effect> {
    let tab = app.tabs.current();
    let name = match (&tab.file, &tab.name) {
        (Some(file), _) => shown(&file.path),
        (None, Some(name)) => format!("{}.kql", file_name(name)),
        (None, None) => String::new(),
    };
    let mut prompt = Prompt::new(Purpose::SaveFile, "save as", Input::new(name));
    if let Some(words) = words {
        prompt.refuse(words);
    }
    app.popup = Popup::Prompt(prompt);
    Vec::new()
}

/// What a tab is called, as the name of a file in the folder that the workbench was started in.
fn file_name(name: &str) -> String {
    let kept: String =
        name.chars().map(|it| if it.is_alphanumeric() || ".-_".contains(it) { it } else { '-' }).collect();
    kept.trim_start_matches('.').to_owned()
}

/// Takes the name to save under; without an ending it is a file of KQL.
pub(super) fn take_where_to_save(app: &mut App, answer: &str) -> Vec<Effect> {
    let answer = answer.trim();
    if answer.is_empty() || answer.ends_with(['/', '\\']) {
        return refuse(app, "The name of a file is needed: ~/hunts/beacon.kql");
    }
    let mut path = expand_home(answer);
    if path.extension().is_none() {
        path.set_extension("kql");
    }
    let here = app.tabs.current();
    if let Some(file) = here.file.clone().filter(|it| it.path == path) {
        app.popup = Popup::None;
        return write(app, file.path, file.form, Expected::AsSeen(file.stamp));
    }
    if let Some(at) = app.tabs.place_of_file(&path) {
        return refuse(app, format!("That file is open in tab {}.", at + 1));
    }
    let form = here.file.as_ref().map_or_else(Form::default, |it| it.form);
    write(app, path, form, Expected::AsSeen(None))
}

fn refuse(app: &mut App, words: impl Into<String>) -> Vec<Effect> {
    match &mut app.popup {
        Popup::Prompt(prompt) => prompt.refuse(words),
        _ => app.notify(Scope::Error, words),
    }
    Vec::new()
}

/// Reads the file again in the place of the text.
fn reload(app: &mut App) -> Vec<Effect> {
    let tab = app.tabs.current();
    let Some(file) = &tab.file else {
        let save = app.keys.name(Section::Editor, Action::SaveFile);
        app.notify(Scope::Dim, format!("This tab has no file; {save} makes one."));
        return Vec::new();
    };
    vec![Effect::File(FileJob::Read { path: file.path.clone(), why: Reading::Replace(tab.id) })]
}

/// The user's own editor has ended.
pub(super) fn edited(app: &mut App, tab: TabId, outcome: Result<String, String>) -> Vec<Effect> {
    let undo = app.keys.name(Section::Editor, Action::Undo);
    let Some(editor) = app.editor_of_mut(tab) else { return Vec::new() };
    let (scope, words) = match outcome {
        Err(words) => (Scope::Error, words),
        Ok(text) => {
            // Most editors end the last line, whether it was ended or not.
            let was_ended = editor.text().ends_with('\n');
            let text = if was_ended { text.as_str() } else { text.strip_suffix('\n').unwrap_or(&text) };
            if text == editor.text() {
                (Scope::Dim, "Your editor changed nothing.".to_owned())
            } else {
                let (row, col) = editor.cursor();
                editor.replace(text);
                editor.go_to(row, col);
                (Scope::Info, format!("The text of your editor is here; {undo} brings back the text before."))
            }
        }
    };
    app.session_changed();
    app.notify(scope, words);
    Vec::new()
}

/// The file of the tab that came up may have changed meanwhile.
pub(super) fn check(app: &App) -> Vec<Effect> {
    let tab = app.tabs.current();
    let Some(file) = &tab.file else { return Vec::new() };
    let (path, seen) = (file.path.clone(), file.stamp.clone());
    vec![Effect::File(FileJob::Check { tab: tab.id, revision: app.editor.revision(), path, seen })]
}

/// A file was read, written or looked at.
pub(super) fn done(app: &mut App, done: FileDone) -> Vec<Effect> {
    match done {
        FileDone::Read { outcome: Err(words), .. } => {
            app.opening_at = None;
            return refuse(app, words);
        }
        FileDone::Read { why: Reading::Open, outcome: Ok(file) } => return opened(app, file, None),
        FileDone::Read { why: Reading::Beside(at), outcome: Ok(file) } => return opened(app, file, Some(at)),
        FileDone::Read { why: Reading::Replace(tab), outcome: Ok(file) } => {
            if file.stamp.is_none() {
                app.notify(Scope::Error, format!("'{}' is not there any more.", file.path.display()));
            } else {
                take_over(app, tab, file, "was read again");
            }
        }
        FileDone::Written { tab, path, form, saved, outcome } => match outcome {
            Ok((path, stamp)) => written(app, tab, path, form, saved, stamp),
            Err(NotWritten::Failed(words)) => return refuse(app, words),
            Err(NotWritten::Changed(there)) => ask_about(app, tab, path, form, there),
        },
        FileDone::Checked { tab, revision, outcome } => checked(app, tab, revision, outcome),
    }
    Vec::new()
}

fn opened(app: &mut App, file: QueryFile, beside: Option<usize>) -> Vec<Effect> {
    if matches!(&app.popup, Popup::Prompt(it) if it.purpose == Purpose::OpenFile) {
        app.popup = Popup::None;
    }
    if let Some(at) = app.tabs.place_of_file(&file.path) {
        if beside.is_some() {
            return Vec::new();
        }
        let effects = super::tabs::go_to(app, at);
        go_to_its_line(app);
        return effects;
    }
    let words = match (&file.stamp, &file.note) {
        (None, _) => Some(format!("'{}' is a new file.", shown(&file.path))),
        (_, note) => note.clone(),
    };
    let mut tab = app.tabs.make(None, Editor::new(&file.text, (0, 0)));
    tab.file = Some(tab_file(file, &tab.editor));
    match beside {
        Some(at) => app.tabs.put_beside(at, tab),
        None => {
            app.add_tab(tab);
            super::tabs::show(app);
            go_to_its_line(app);
        }
    }
    if let Some(words) = words {
        app.notify(Scope::Info, words);
    }
    Vec::new()
}

/// A file that was opened for what stands in one of its lines.
fn go_to_its_line(app: &mut App) {
    if let Some(line) = app.opening_at.take() {
        app.editor.go_to_line(line.saturating_sub(1).min(app.editor.n_lines().saturating_sub(1)));
    }
}

fn tab_file(file: QueryFile, editor: &Editor) -> TabFile {
    let saved = Fingerprint::of(editor.text());
    TabFile { path: file.path, stamp: file.stamp, form: file.form, saved, modified: false }
}

/// The text of the file takes the place of the tab's; undo brings that back.
fn take_over(app: &mut App, tab: TabId, file: QueryFile, how: &str) {
    let Some(editor) = app.editor_of_mut(tab) else { return };
    let (row, col) = editor.cursor();
    editor.replace(&file.text);
    editor.go_to(row, col);
    let saved = Fingerprint::of(editor.text());
    let Some(tab) = app.tabs.get_mut(tab) else { return };
    tab.file = Some(TabFile { path: file.path, stamp: file.stamp, form: file.form, saved, modified: false });
    let title = tab.title();
    app.session_changed();
    let undo = app.keys.name(Section::Editor, Action::Undo);
    app.notify(Scope::Info, format!("'{title}' {how}; {undo} brings back the text before."));
}

fn written(app: &mut App, tab: TabId, path: PathBuf, form: Form, saved: Fingerprint, stamp: Stamp) {
    if matches!(&app.popup, Popup::Prompt(it) if it.purpose == Purpose::SaveFile) {
        app.popup = Popup::None;
    }
    let modified = !app.editor_of(tab).is_none_or(|it| saved.is_of(it.text()));
    let Some(tab) = app.tabs.get_mut(tab) else { return };
    let words = format!("Saved {}", shown(&path));
    tab.file = Some(TabFile { path, stamp: Some(stamp), form, saved, modified });
    app.tabs.touch();
    app.session_changed();
    app.notify(Scope::Success, words);
}

/// Something is there that was not expected: what is to become of it.
fn ask_about(app: &mut App, tab: TabId, path: PathBuf, form: Form, there: Option<Stamp>) {
    if app.tabs.current().id != tab {
        let words = format!("Not saved: '{}' was changed by another program.", path.display());
        return app.notify(Scope::Error, words);
    }
    let is_own = app.tabs.current().file.as_ref().is_some_and(|it| it.path == path);
    let size = there.as_ref().map_or(0, |it| it.n_bytes);
    let title = if is_own { "the file was changed by another program" } else { "there is such a file already" };
    let choice = |label: &str, detail: String| Choice { label: label.to_owned(), detail, key: String::new() };
    let choices = vec![
        choice("save under another name", "both texts stay".to_owned()),
        choice("replace the file", format!("the {} bytes that are there now are gone", grouped(size as i64))),
        choice("take the file's text", "undo brings back this one".to_owned()),
        choice("leave both as they are", "nothing is written".to_owned()),
    ];
    app.in_the_way = Some((path, form));
    app.popup = Popup::Chooser(Chooser::new(List::FileInTheWay, title, choices));
}

/// What is to become of the file that was in the way.
pub(super) fn take_choice(app: &mut App, at: usize) -> Vec<Effect> {
    let Some((path, form)) = app.in_the_way.take() else { return Vec::new() };
    match at {
        0 => ask_where_to_save(app, None),
        1 => write(app, path, form, Expected::Anything),
        2 => vec![Effect::File(FileJob::Read { path, why: Reading::Replace(app.tabs.current().id) })],
        _ => Vec::new(),
    }
}

/// What has become of the file of a tab. A question would take the keys of somebody who types: this only says it.
fn checked(app: &mut App, id: TabId, revision: u64, outcome: OnDisk) {
    app.redraw = false;
    let is_unchanged = app.editor_of(id).is_some_and(|it| it.revision() == revision);
    let save = app.keys.name(Section::Editor, Action::SaveFile);
    let Some(tab) = app.tabs.get_mut(id) else { return };
    let (title, is_unsaved) = (tab.title(), tab.is_unsaved());
    let Some(file) = &mut tab.file else { return };
    let words = match outcome {
        OnDisk::Same => return,
        OnDisk::Touched(stamp) => {
            file.stamp = Some(stamp);
            return;
        }
        OnDisk::Changed(now) if is_unchanged && !is_unsaved => {
            app.redraw = true;
            return take_over(app, id, *now, "was changed by another program and read again");
        }
        OnDisk::Changed(_) => {
            format!("'{title}' was changed by another program, and here too: {save} asks what to do.")
        }
        OnDisk::Gone => {
            file.saved = Fingerprint::of_nothing();
            file.modified = true;
            format!("The file of '{title}' is gone; {save} writes it again.")
        }
        OnDisk::Unreadable(words) => format!("The file of '{title}' cannot be read: {words}"),
    };
    app.redraw = true;
    app.notify(Scope::Warning, words);
}

/// A path as one would type it: from the folder that the workbench was started in, or from the user's home.
fn shown(path: &Path) -> String {
    let below = |folder: Option<PathBuf>| Some(path.strip_prefix(folder?).ok()?.display().to_string());
    let home = || std::env::home_dir().filter(|it| !it.as_os_str().is_empty());
    below(std::env::current_dir().ok())
        .or_else(|| below(home()).map(|it| format!("~/{it}")))
        .unwrap_or_else(|| path.display().to_string())
}
