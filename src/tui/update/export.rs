//! Results into files: what, in which format, where; and never over another file without a yes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Scope;
use crate::result::{FileError, FileFormat, FileOptions, FileProgress, Written};
use crate::tui::action::Action;
use crate::tui::app::{App, Export, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::cost::bytes;
use crate::tui::panes::results::grouped;
use crate::tui::popups::chooser::{Choice, Chooser, List};
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

/// What to write and where, while it is being asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Wanted {
    pub(in crate::tui) options: FileOptions,
    /// Only the rows and columns that are seen, as they are arranged.
    pub(in crate::tui) seen: bool,
}

/// Asks for the format; when not all of the result is seen, in two forms.
pub(super) fn show(app: &mut App) {
    if app.export.is_some() {
        let stop = app.keys.name(Section::Results, Action::Cancel);
        return app.notify(Scope::Dim, format!("A file is being written; {stop} in the results stops it."));
    }
    if app.results.set.columns().is_empty() || app.results.is_coming() {
        let why = if app.results.is_coming() { "Rows are still coming." } else { "There are no rows to write." };
        return app.notify(Scope::Dim, why);
    }
    let choices = entries(app).into_iter().map(|(wanted, detail)| Choice {
        label: label(&wanted),
        detail,
        key: format!(".{}", wanted.options.format.extension()),
    });
    app.popup = Popup::Chooser(Chooser::new(List::Export, "write the rows to a file", choices.collect()));
}

fn label(wanted: &Wanted) -> String {
    let raw = if wanted.options.raw { ", raw" } else { "" };
    let part = if wanted.seen { ", what is seen" } else { "" };
    format!("{}{raw}{part}", wanted.options.format.name())
}

/// Everything that can be asked for, in the order of the list.
fn entries(app: &App) -> Vec<(Wanted, String)> {
    let results = &app.results;
    let is_part =
        results.view_rows().is_some() || !results.view_columns().iter().copied().eq(0..results.set.columns().len());
    let parts: &[bool] = if is_part { &[true, false] } else { &[false] };
    let mut entries = Vec::new();
    for seen in parts {
        for (format, _, _, what) in FileFormat::ALL {
            let options = FileOptions { format, raw: false, overwrite: false };
            entries.push((Wanted { options, seen: *seen }, what.to_owned()));
            if format == FileFormat::Csv {
                let options = FileOptions { raw: true, ..options };
                let what = "values exactly as they are; a spreadsheet may run them".to_owned();
                entries.push((Wanted { options, seen: *seen }, what));
            }
        }
    }
    entries
}

/// A format was chosen: asks for the file.
pub(super) fn chosen(app: &mut App, at: usize) {
    let Some((wanted, _)) = entries(app).into_iter().nth(at) else { return };
    let n_rows = if wanted.seen { app.results.n_view_rows() } else { app.results.n_rows() };
    let noun = if n_rows == 1 { "row" } else { "rows" };
    let title = format!("write {} {noun} as {} to", grouped(n_rows as i64), label(&wanted));
    let name = format!("run-{}.{}", app.next_run.saturating_sub(1), wanted.options.format.extension());
    app.popup = Popup::Prompt(Prompt::new(Purpose::Export(wanted), title, Input::new(name)));
}

/// The file was named.
pub(super) fn named(app: &mut App, wanted: &Wanted, answer: &str) -> Vec<Effect> {
    if answer.trim().is_empty() {
        if let Popup::Prompt(prompt) = &mut app.popup {
            prompt.refuse("A name is needed.");
        }
        return Vec::new();
    }
    app.popup = Popup::None;
    start(app, wanted.clone(), PathBuf::from(answer.trim()))
}

/// Whether the file that is there is to be replaced: only the whole word says so.
pub(super) fn confirmed(app: &mut App, wanted: &Wanted, path: &Path, answer: &str) -> Vec<Effect> {
    if !answer.trim().eq_ignore_ascii_case("yes") {
        if let Popup::Prompt(prompt) = &mut app.popup {
            prompt.refuse("Type yes to replace the file; Esc leaves it as it is.");
        }
        return Vec::new();
    }
    app.popup = Popup::None;
    let options = FileOptions { overwrite: true, ..wanted.options };
    start(app, Wanted { options, ..wanted.clone() }, path.to_owned())
}

fn start(app: &mut App, wanted: Wanted, path: PathBuf) -> Vec<Effect> {
    app.n_exports += 1;
    let id = app.n_exports;
    app.export = Some(Export { id, wanted: wanted.clone(), path: path.clone(), progress: FileProgress::default() });
    vec![Effect::Export { id, path, options: wanted.options, seen: wanted.seen }]
}

pub(super) fn progressed(app: &mut App, id: u64, progress: FileProgress) -> Vec<Effect> {
    match app.export.as_mut().filter(|it| it.id == id) {
        Some(export) => export.progress = progress,
        None => app.redraw = false,
    }
    Vec::new()
}

/// The file is there, or why it is not.
pub(super) fn written(app: &mut App, id: u64, outcome: Result<Written, Arc<FileError>>) -> Vec<Effect> {
    let Some(export) = app.export.take_if(|it| it.id == id) else { return Vec::new() };
    match outcome {
        Ok(written) => {
            let rows = if written.n_rows == 1 { "row" } else { "rows" };
            let n_rows = grouped(written.n_rows as i64);
            let size = bytes(written.n_bytes);
            let notes: String = written.notes.iter().map(|it| format!(" {it}.")).collect();
            let scope = if notes.is_empty() { Scope::Success } else { Scope::Warning };
            app.notify(scope, format!("Wrote {n_rows} {rows}, {size}, to {}.{notes}", written.path.display()));
        }
        Err(error) => match &*error {
            FileError::Exists(path) if app.popup == Popup::None => {
                let name = path.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
                let title = format!("{name} is there already. Type yes to replace it");
                let purpose = Purpose::Overwrite(export.wanted, export.path);
                app.popup = Popup::Prompt(Prompt::new(purpose, title, Input::default()));
            }
            FileError::Stopped => app.notify(Scope::Warning, "Stopped; no file was written."),
            error => app.notify(Scope::Error, format!("No file was written: {error}.")),
        },
    }
    Vec::new()
}

/// Gives up the file that is being written, if there is one.
pub(super) fn stop(app: &App) -> Option<Vec<Effect>> {
    app.export.as_ref().map(|it| vec![Effect::StopExport(it.id)])
}

/// How far the file has come, for the hint line.
pub(in crate::tui) fn words(app: &App) -> Option<String> {
    let export = app.export.as_ref()?;
    let stop = app.keys.name(Section::Results, Action::Cancel);
    let progress = match export.progress {
        FileProgress { n_bytes: 0, n_rows: 0 } => String::new(),
        FileProgress { n_bytes: 0, n_rows } => format!(" {} rows so far.", grouped(n_rows as i64)),
        FileProgress { n_bytes, .. } => format!(" {} so far.", bytes(n_bytes)),
    };
    Some(format!("Writing {}.{progress}   {stop} stops it", export.path.display()))
}
