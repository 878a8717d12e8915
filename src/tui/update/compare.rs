//! Comparing two results: which ones, by which columns, and which way round.

use std::sync::Arc;

use super::keys::focus;
use crate::config::Scope;
use crate::history::Entry;
use crate::result::ResultSet;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup};
use crate::tui::effect::{Effect, Reopening};
use crate::tui::keymap::Section;
use crate::tui::panes::history::{name, one_line, when};
use crate::tui::panes::results::{DifferenceView, Older, View, grouped};
use crate::tui::popups::chooser::{Choice, Chooser, List};

/// Bytes of a query that are searched in the list of runs.
const MAX_QUERY: usize = 200;

/// Compares with the answer before this one, else with rows that were kept.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    if !can_compare(app) {
        return Vec::new();
    }
    if app.results.older.is_none() {
        return vec![Effect::ListKept];
    }
    app.results.view = View::Difference(Box::default());
    Vec::new()
}

/// True when there is an answer with columns; says so when there is none.
fn can_compare(app: &mut App) -> bool {
    let has = app.results.is_comparable();
    if !has {
        app.notify(Scope::Dim, "There is no result here to compare.");
    }
    has
}

/// The runs whose rows were kept are known: asks which is meant.
pub(super) fn listed(app: &mut App, outcome: Result<Vec<Entry>, String>) -> Vec<Effect> {
    let own = app.history.answered_id();
    let run = app.keys.name(Section::Editor, Action::Run);
    match outcome {
        Err(failure) => app.notify(Scope::Warning, format!("Kept results cannot be listed: {failure}")),
        Ok(mut runs) => {
            runs.retain(|it| Some(it.id) != own);
            if runs.is_empty() {
                let words = format!("There is no other result to compare with; {run} again makes one.");
                app.notify(Scope::Dim, words);
            } else if app.results.is_comparable() {
                let choices = runs.iter().map(choice).collect();
                app.popup = Popup::Chooser(Chooser::new(List::KeptRuns, "compare with the kept rows of", choices));
                app.kept_runs = runs;
            }
        }
    }
    Vec::new()
}

fn choice(run: &Entry) -> Choice {
    let pinned = if run.marks.pinned.is_some() { "pinned · " } else { "" };
    let query = one_line(&run.text);
    let query = &query[..query.floor_char_boundary(MAX_QUERY)];
    let rows = if run.ending.n_rows == 1 { "row" } else { "rows" };
    Choice {
        label: format!("{} {}", name(run), when(run)),
        detail: format!("{pinned}{} {rows} · {query}", grouped(run.ending.n_rows as i64)),
        key: String::new(),
    }
}

/// A run was chosen from the list.
pub(super) fn chosen(app: &mut App, at: usize) -> Vec<Effect> {
    let runs = std::mem::take(&mut app.kept_runs);
    runs.into_iter().nth(at).map_or_else(Vec::new, |it| with(app, it))
}

/// Compares with the rows that were kept of a run.
pub(super) fn with(app: &mut App, run: Entry) -> Vec<Effect> {
    if !can_compare(app) {
        return Vec::new();
    }
    if app.history.answered_id() == Some(run.id) {
        app.notify(Scope::Dim, "Those are the rows that are shown.");
        return Vec::new();
    }
    app.notify(Scope::Dim, "Reading the rows that were kept …");
    vec![Effect::OpenKept(Box::new(run), Reopening::Compare)]
}

/// The kept rows are there.
pub(super) fn kept_read(app: &mut App, run: &Entry, rows: Arc<ResultSet>) {
    if !can_compare(app) {
        return;
    }
    let connection = app.connections.iter().position(|it| it.name == run.connection);
    let is_whole = rows.truncation.is_none();
    let what = format!("{}, {}", name(run), when(run));
    let older = Older {
        set: rows,
        query: run.text.clone(),
        connection,
        is_whole,
        name: Some(format!("kept, of {}", name(run))),
    };
    app.results.record = None;
    app.results.view = View::Difference(Box::new(DifferenceView::against(older)));
    app.popup = Popup::None;
    app.zoom &= app.focus == Pane::Results;
    focus(app, Pane::Results);
    app.notify(Scope::Info, format!("Compared with the rows of {what}, as they were kept. Nothing was run."));
}

/// Compares the other way round: the other result is shown, and this one is what it is compared with.
pub(super) fn turn_over(app: &mut App) {
    if app.results.turn_over() {
        app.results.view = View::Difference(Box::default());
        app.notify(Scope::Dim, "Turned over: the other result is shown now, compared with the one that was.");
    }
}

/// Asks which columns tell rows apart; only those that both results have can.
pub(super) fn choose_keys(app: &mut App) {
    let View::Difference(view) = &app.results.view else { return };
    let columns = app.results.set.columns();
    let shared = view.shared();
    if shared.is_empty() {
        return app.notify(Scope::Dim, "No column is in both results, so none can tell rows apart.");
    }
    let choice = |at: &usize| {
        let column = columns.get(*at)?;
        let detail = if view.is_key(*at) { "key".to_owned() } else { String::new() };
        Some(Choice { label: column.name.clone(), detail, key: column.ty.name().to_owned() })
    };
    let choices = shared.iter().filter_map(choice).collect();
    app.popup = Popup::Chooser(Chooser::new(List::KeyColumns, "columns that tell rows apart", choices));
}

pub(super) fn key_chosen(app: &mut App, at: usize) {
    if let View::Difference(view) = &mut app.results.view
        && let Some(col) = view.shared().get(at)
    {
        view.toggle_key(*col);
    }
}
