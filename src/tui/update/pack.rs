//! A pack of queries: planned, run one after another under the quota, looked at, written down.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{keys, sign_in, tabs};
use crate::config::Scope;
use crate::history::{Outcome, RunEnding};
use crate::kql::UNIX_EPOCH_TICKS;
use crate::library::{Matrix, PackEvent, PackOutcome, PackState, Verdict, expand_home, markdown, navigator};
use crate::result::datetime_text;
use crate::tui::action::Action;
use crate::tui::app::{App, Link, Pane, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::pack::Pack;
use crate::tui::panes::results::View;
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::widgets::Input;

/// Packs that are kept beside the one that is shown.
const MAX_ASIDE: usize = 8;

/// Shows what would be run of what is chosen in the library; nothing is sent.
pub(super) fn plan(app: &mut App) -> Vec<Effect> {
    let Some((title, hunts)) = app.library.chosen_pack() else { return Vec::new() };
    if hunts.is_empty() {
        app.notify(Scope::Warning, "There is no query to run in that.");
        return Vec::new();
    }
    if app.pack.as_ref().is_some_and(Pack::is_running) {
        let pause = app.keys.name(Section::Pack, Action::PausePack);
        show(app);
        app.notify(Scope::Warning, format!("Another pack runs: {pause} pauses it first."));
        return Vec::new();
    }
    let connection = app.connection().map_or_else(String::new, |it| it.name.clone());
    let id = next_id(app);
    put_aside(app);
    app.pack = Some(Pack::new(id, &title, &connection, hunts.clone()));
    show(app);
    if matches!(app.link, Link::Open(_)) { vec![Effect::PlanPack { id, hunts }] } else { Vec::new() }
}

fn next_id(app: &App) -> u64 {
    app.pack.iter().chain(&app.packs_aside).map(|it| it.id).max().unwrap_or(0) + 1
}

/// Keeps what a pack has found when another one takes its place. One of which nothing was sent can be opened anew.
fn put_aside(app: &mut App) {
    if let Some(pack) = app.pack.take().filter(|it| it.matrix.started.is_some()) {
        app.packs_aside.insert(0, pack);
        app.packs_aside.truncate(MAX_ASIDE);
    }
}

/// Brings back the packs that were kept, as they were left. Nothing of them runs by itself.
pub(super) fn restore<'a>(app: &mut App, kept: impl Iterator<Item = &'a String>) {
    let mut n_damaged = 0;
    for text in kept {
        match Matrix::from_kept(text) {
            Ok(matrix) => {
                let pack = Pack::restored(next_id(app), matrix);
                if app.pack.is_none() { app.pack = Some(pack) } else { app.packs_aside.push(pack) }
            }
            Err(_) => n_damaged += 1,
        }
    }
    app.packs_aside.truncate(MAX_ASIDE);
    let key = app.keys.name(Section::Editor, Action::ShowPack);
    let unfinished = app.pack.iter().chain(&app.packs_aside).find(|it| matches!(it.matrix.state, PackState::Paused(_)));
    if n_damaged > 0 {
        app.notify(Scope::Warning, "A pack of the last time could not be read; its queries are in the library.");
    } else if let Some(pack) = unfinished {
        let tally = pack.matrix.tally();
        let words = format!(
            "The pack '{}' is paused as it was left, {} of {} done: {key} shows it. Nothing runs by itself.",
            pack.matrix.title,
            tally.all - tally.left,
            tally.all
        );
        app.notify(Scope::Info, words);
    }
}

/// The next of several packs, where one is seen already. A pack that runs stays where it is.
fn turn(app: &mut App) {
    let is_seen = app.focus == Pane::Results && matches!(app.results.view, View::Pack);
    if !is_seen || app.packs_aside.is_empty() {
        return;
    }
    if app.pack.as_ref().is_some_and(Pack::is_running) {
        let pause = app.keys.name(Section::Pack, Action::PausePack);
        return app.notify(Scope::Dim, format!("The other packs are shown when this one is paused: {pause}."));
    }
    let next = app.packs_aside.remove(0);
    app.packs_aside.extend(app.pack.replace(next));
}

/// Goes to the matrix, if there is one; there, to that of the next pack.
pub(super) fn show(app: &mut App) {
    turn(app);
    if app.pack.is_none() {
        let library = app.keys.name(Section::Editor, Action::ShowLibrary);
        return app.notify(Scope::Dim, format!("No pack was opened yet. {library} shows the library."));
    }
    app.results.record = None;
    app.results.view = View::Pack;
    app.zoom &= app.focus == Pane::Results;
    keys::focus(app, Pane::Results);
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::RunPack => return start(app),
        Action::PausePack => return pause(app),
        Action::DropQuery => return drop_query(app),
        Action::SendNow => return send_now(app),
        Action::Open => open_rows(app),
        Action::OpenQuery => return open_query(app),
        Action::ExportPack => ask_for_file(app),
        action => {
            if let Some(pack) = &mut app.pack {
                pack.act(action);
            }
        }
    }
    Vec::new()
}

/// Runs what is left.
fn start(app: &mut App) -> Vec<Effect> {
    let Some(open) = app.open_connection().cloned() else {
        app.notify(Scope::Warning, "The connection is not open yet.");
        return Vec::new();
    };
    let first = app.next_run;
    let Some(pack) = app.pack.as_mut().filter(|it| !it.is_running()) else { return Vec::new() };
    let hunts = pack.matrix.left();
    if hunts.is_empty() {
        app.notify(Scope::Dim, "Every query has its outcome.");
        return Vec::new();
    }
    let name = &open.connection.name;
    if *name != pack.matrix.connection {
        if pack.matrix.started.is_some() {
            let words = format!("This pack ran on '{}'. Go back to it, or open the pack anew.", pack.matrix.connection);
            app.notify(Scope::Warning, words);
            return Vec::new();
        }
        pack.matrix.connection.clone_from(name);
    }
    (pack.first_run, pack.matrix.state) = (first, PackState::Running);
    let id = pack.id;
    app.next_run += pack.matrix.rows.len() as u64;
    vec![Effect::StartPack { id, first_run: first, hunts }]
}

fn pause(app: &mut App) -> Vec<Effect> {
    if app.pack.as_ref().is_some_and(Pack::is_running) {
        app.notify(Scope::Info, "Pausing: what runs is stopped and counts as not run.");
        return vec![Effect::PausePack];
    }
    Vec::new()
}

/// Takes the chosen query out.
fn drop_query(app: &mut App) -> Vec<Effect> {
    let Some(pack) = &mut app.pack else { return Vec::new() };
    let at = pack.chosen();
    let Some(row) = pack.matrix.rows.get_mut(at).filter(|it| !it.verdict.is_final()) else {
        app.notify(Scope::Dim, "This query has its outcome already.");
        return Vec::new();
    };
    if pack.matrix.state == PackState::Running {
        return vec![Effect::DropFromPack(at)];
    }
    row.verdict = Verdict::Dropped;
    Vec::new()
}

fn send_now(app: &mut App) -> Vec<Effect> {
    if app.pack.as_ref().is_some_and(Pack::is_running) { vec![Effect::SendPackNow] } else { Vec::new() }
}

/// Shows the rows that the chosen query has found.
fn open_rows(app: &mut App) {
    let Some(row) = app.pack.as_ref().and_then(Pack::chosen_row).cloned() else { return };
    let (Some(found), Verdict::Hits { rows, .. }) = (&row.found, &row.verdict) else {
        let query = app.keys.name(Section::Pack, Action::OpenQuery);
        let why = if row.verdict.ran() && !matches!(row.verdict, Verdict::Empty) {
            "Its rows were not kept when Tallyho was left."
        } else {
            "It has no rows to show."
        };
        return app.notify(Scope::Dim, format!("{why} {query} opens the query."));
    };
    if app.run.is_some() {
        return app.notify(Scope::Warning, "A query runs, and its rows come here: stop it first.");
    }
    let note = format!("Rows of '{}' in the pack.", row.hunt.name);
    let more = *rows > found.n_rows() as u64;
    app.results.show(
        found,
        if more { vec![note.clone(), "Not all of them are kept.".to_owned()] } else { vec![note.clone()] },
    );
    app.cost.set(row.stats.clone(), Vec::new());
    let back = app.keys.name(Section::Results, Action::ShowPack);
    let kept = if more { format!(" The first {} of {rows} are kept.", found.n_rows()) } else { String::new() };
    app.notify(Scope::Info, format!("{note}{kept} {back} goes back to the pack."));
}

fn open_query(app: &mut App) -> Vec<Effect> {
    let Some(hunt) = app.pack.as_ref().and_then(Pack::chosen_row).map(|it| Arc::clone(&it.hunt)) else {
        return Vec::new();
    };
    app.zoom = false;
    keys::focus(app, Pane::Editor);
    tabs::open_text(app, Some(hunt.name.clone()), &hunt.query)
}

/// Analysis has said what is to be expected.
pub(super) fn expected(app: &mut App, id: u64, expected: Vec<Option<Verdict>>) -> Vec<Effect> {
    match app.pack.as_mut().filter(|it| it.id == id) {
        Some(pack) => pack.expect(expected),
        None => app.redraw = false,
    }
    Vec::new()
}

/// Something happened in the pack. What belongs to another one is dropped.
pub(super) fn event(app: &mut App, id: u64, event: PackEvent) -> Vec<Effect> {
    let now = app.now;
    let Some(pack) = app.pack.as_mut().filter(|it| it.id == id) else {
        app.redraw = false;
        return Vec::new();
    };
    let is_new = pack.take(&event, now);
    match event {
        PackEvent::Started { at } if is_new => {
            let text = pack.matrix.rows.get(at).map_or_else(String::new, |it| it.hunt.query.clone());
            vec![Effect::NoteRun { id: pack.run_id(at), text }]
        }
        PackEvent::Started { .. } | PackEvent::Waiting { .. } => Vec::new(),
        PackEvent::SignIn(prompt) => {
            sign_in::prompted(app, prompt, None);
            Vec::new()
        }
        PackEvent::Ended { at, outcome } => {
            let id = pack.run_id(at);
            let noted = pack.end(at);
            let mut effects = Vec::new();
            if noted {
                effects.push(Effect::EndRun { id, ending: Box::new(ending(&outcome)) });
            }
            if app.only_advises() {
                effects.push(Effect::Forecast { run: None });
            }
            effects
        }
        PackEvent::Paused(why) => {
            let effects = cut_off(pack);
            match why {
                Some(why) => app.notify(Scope::Error, format!("The pack is paused: {why}")),
                None => app.notify(Scope::Info, "The pack is paused."),
            }
            effects
        }
        PackEvent::Over => {
            let effects = cut_off(pack);
            let words = pack.matrix.tally().words();
            let key = app.keys.name(Section::Editor, Action::ShowPack);
            let seen = app.focus == Pane::Results && matches!(app.results.view, View::Pack);
            let where_ = if seen { String::new() } else { format!(" {key} shows it.") };
            app.notify(Scope::Success, format!("The pack is over. {words}.{where_}"));
            effects
        }
    }
}

/// The connection is left: nothing more of a pack is sent there.
pub(super) fn abandon(app: &App) -> Vec<Effect> {
    if app.pack.as_ref().is_some_and(Pack::is_running) { vec![Effect::PausePack] } else { Vec::new() }
}

fn cut_off(pack: &mut Pack) -> Vec<Effect> {
    let cut = pack.end_all();
    cut.into_iter()
        .map(|at| {
            let ending = RunEnding { outcome: Outcome::Cancelled, ..RunEnding::default() };
            Effect::EndRun { id: pack.run_id(at), ending: Box::new(ending) }
        })
        .collect()
}

/// As the history keeps it.
fn ending(outcome: &PackOutcome) -> RunEnding {
    let (what, n_rows) = match outcome.verdict {
        Verdict::Empty => (Outcome::Rows, 0),
        Verdict::Hits { rows, .. } => (Outcome::Rows, rows),
        Verdict::Dropped => (Outcome::Cancelled, 0),
        _ => (Outcome::Failed, 0),
    };
    let error = match &outcome.verdict {
        Verdict::TableMissing(table) => Some(format!("there is no table named '{table}'")),
        verdict => Some(verdict.why().to_owned()).filter(|it| !it.is_empty()),
    };
    RunEnding {
        outcome: what,
        n_rows,
        elapsed: outcome.elapsed.and_then(|it| u64::try_from(it.as_micros()).ok()),
        error,
        stats: outcome.verdict.ran().then(|| serde_json::to_string(&outcome.stats).ok()).flatten(),
        costs: crate::tui::perform::costs_of(&outcome.stats),
        truncated: outcome.truncated,
    }
}

/// Asks where the matrix is to be written.
fn ask_for_file(app: &mut App) {
    let Some(pack) = &app.pack else { return };
    // A name comes from a folder or a file: nothing of it may lead elsewhere.
    let name: String =
        pack.matrix.title.chars().map(|it| if it.is_alphanumeric() { it } else { '-' }).take(40).collect();
    let name = format!("{}.md", name.trim_matches('-').to_lowercase());
    let title = "write the matrix to: .md is Markdown, .json a layer of ATT&CK Navigator";
    app.popup = Popup::Prompt(Prompt::new(Purpose::WritePack { replace: None }, title, Input::new(name)));
}

/// Takes the name of the file; one that is there is replaced only when that was asked for twice.
pub(super) fn write(app: &mut App, replace: Option<&Path>, answer: &str) -> Vec<Effect> {
    let Some(pack) = &app.pack else { return Vec::new() };
    let path = expand_home(answer.trim());
    let when = now_text();
    let text = match path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("md" | "markdown") => markdown(&pack.matrix, &when),
        Some("json") => navigator(&pack.matrix, &when),
        _ => {
            if let Popup::Prompt(prompt) = &mut app.popup {
                prompt.refuse("The name has to end in .md or .json, which says what is written.");
            }
            return Vec::new();
        }
    };
    let replace = replace == Some(path.as_path());
    vec![Effect::WriteFile { path, text, replace }]
}

/// The file is written, or it is there already, or it cannot be written.
pub(super) fn written(app: &mut App, path: PathBuf, outcome: Result<(), std::io::ErrorKind>, why: &str) -> Vec<Effect> {
    let name = path.display().to_string();
    match (outcome, &mut app.popup) {
        (Ok(()), _) => {
            if let Popup::Prompt(Prompt { purpose: Purpose::WritePack { .. }, .. }) = &app.popup {
                app.popup = Popup::None;
            }
            app.notify(Scope::Success, format!("Written: {name}"));
        }
        (Err(std::io::ErrorKind::AlreadyExists), Popup::Prompt(prompt))
            if matches!(prompt.purpose, Purpose::WritePack { .. }) =>
        {
            prompt.said = Some((Scope::Warning, format!("{name} is there already. Enter again replaces it.")));
            prompt.purpose = Purpose::WritePack { replace: Some(path) };
        }
        (Err(_), Popup::Prompt(prompt)) if matches!(prompt.purpose, Purpose::WritePack { .. }) => {
            prompt.refuse(format!("{name} cannot be written: {why}"));
        }
        (Err(_), _) => app.notify(Scope::Error, format!("{name} cannot be written: {why}")),
    }
    Vec::new()
}

fn now_text() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    datetime_text(UNIX_EPOCH_TICKS + since_epoch.as_secs() as i64 * 10_000_000).replace(".0000000Z", "Z")
}
