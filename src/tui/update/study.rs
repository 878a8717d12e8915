//! Looking into the rows: opens the views, asks workers, takes what they find.

use super::compare;
use crate::config::Scope;
use crate::result::Measure;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::record::Record;
use crate::tui::panes::results::{GroupsView, PivotView, ProfileView, View, grouped};
use crate::tui::popups::chooser::{Choice, Chooser, List};
use crate::tui::popups::prompt::{Prompt, Purpose};
use crate::tui::study::{Finding, Study};
use crate::tui::widgets::Input;

/// A condition that is longer is not written into a query.
const MAX_CONDITION: usize = 4_096;
/// What can be copied of a record.
const COPIES: [(&str, &str); 5] = [
    ("value", "the value under the cursor, whole"),
    ("path", "the expression of KQL that reaches it"),
    ("condition", "a where-stage that keeps rows with this value"),
    ("JSON", "the whole row as JSON"),
    ("text", "the whole row, a line for each column"),
];

/// Takes an action of a record or a view; `None` when it is none of theirs.
pub(super) fn act(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    if app.focus != Pane::Results {
        return None;
    }
    let section = app.section();
    match (section, action) {
        (Section::Results, Action::Profile) => open_profile(app),
        (Section::Results, Action::GroupBy) => open_groups(app),
        (Section::Results, Action::PivotBy) => ask_pivot(app),
        (Section::Results, Action::Compare) => return Some(compare::open(app)),
        (Section::Record, Action::CopyPath) => return Some(copy_path(app)),
        (Section::Record, Action::CopyParts) => choose_copy(app),
        (Section::Record, Action::AddToQuery) => add_to_query(app, true),
        (Section::Record, Action::ExcludeFromQuery) => add_to_query(app, false),
        (Section::Record, Action::FilterLikeThis) => filter_like_this(app),
        (Section::Record, Action::FindInRecord) => ask_for_words(app),
        (Section::Record, Action::NextMatch) => find(app, None, true),
        (Section::Record, Action::PreviousMatch) => find(app, None, false),
        (Section::Profile | Section::Groups | Section::Difference, Action::Open) if open_row(app) => {}
        (Section::Groups | Section::Pivot, Action::ChooseMeasure) => choose_measure(app),
        (Section::Groups, Action::GroupBy) => choose_level(app),
        (Section::Groups | Section::Pivot, Action::CopyPath) => return Some(copy_stage(app)),
        (Section::Difference, Action::Reorder) => compare::turn_over(app),
        (Section::Difference, Action::CompareWith) => return Some(vec![Effect::ListKept]),
        (Section::Difference, Action::ChooseKeys) => compare::choose_keys(app),
        (Section::Profile | Section::Groups | Section::Pivot | Section::Difference, _) => app.results.view.act(action),
        _ => return None,
    }
    Some(Vec::new())
}

/// Asks a worker about what is shown and not known yet. Called after every message.
pub(super) fn follow(app: &mut App) -> Vec<Effect> {
    let mut effects = Vec::new();
    let results = &mut app.results;
    if let Some(row) = results.record.as_ref().map(|it| results.row_of(it.row)) {
        let id = app.studies + 1;
        if results.record.as_mut().is_some_and(|it| it.next_study(row, id)) {
            app.studies = id;
            effects.push(Effect::Study { id, what: Study::Record { row } });
        }
    }
    let n_rows = results.n_view_rows();
    if let Some(what) = results.view.next_study(app.studies + 1, n_rows) {
        app.studies += 1;
        effects.push(Effect::Study { id: app.studies, what });
    }
    effects
}

/// What a worker has found; the answer to an older question changes nothing.
pub(super) fn studied(app: &mut App, id: u64, found: Finding) -> Vec<Effect> {
    let results = &mut app.results;
    app.redraw = match found {
        Finding::Record(facts) => results.record.as_mut().is_some_and(|it| it.learned(id, *facts)),
        Finding::Colours(colours) => results.record.as_mut().is_some_and(|it| it.coloured(id, *colours)),
        found => results.view.learned(id, found),
    };
    Vec::new()
}

/// The column under the cursor, or a word about why there is none.
fn column(app: &mut App) -> Option<usize> {
    let column = app.results.cursor_column();
    if column.is_none() {
        app.notify(Scope::Dim, "There are no rows to look into.");
    }
    column
}

fn open_profile(app: &mut App) {
    let Some(col) = column(app) else { return };
    let columns = app.results.view_columns().to_vec();
    app.results.view = View::Profile(Box::new(ProfileView::new(col, columns)));
}

fn open_groups(app: &mut App) {
    let Some(col) = column(app) else { return };
    app.results.view = View::Groups(Box::new(GroupsView::new(vec![col])));
}

/// Every column of the answer, in its order.
fn column_choices(app: &App, detail: impl Fn(usize) -> String) -> Vec<Choice> {
    let columns = app.results.set.columns().iter().enumerate();
    columns
        .map(|(at, it)| Choice { label: it.name.clone(), detail: detail(at), key: it.ty.name().to_owned() })
        .collect()
}

fn ask_pivot(app: &mut App) {
    let Some(col) = column(app) else { return };
    let down = app.results.set.columns()[col].name.clone();
    let choices = column_choices(app, |_| String::new());
    let title = format!("{down} down, and across");
    app.popup = Popup::Chooser(Chooser::new(List::PivotAcross, title, choices));
}

fn choose_level(app: &mut App) {
    let choices = column_choices(app, |_| String::new());
    app.popup = Popup::Chooser(Chooser::new(List::GroupLevel, "group further by", choices));
}

/// Everything that can be told of groups, by columns.
fn measures(app: &App) -> Vec<Measure> {
    let columns = app.results.set.columns().iter().enumerate();
    std::iter::once(Measure::Rows).chain(columns.flat_map(|(at, it)| Measure::of_column(it.ty, at))).collect()
}

fn choose_measure(app: &mut App) {
    let set = &app.results.set;
    let choices = measures(app).into_iter().map(|it| {
        let detail = match it {
            Measure::Rows => "how many rows",
            Measure::Distinct(_) => "how many different values",
            Measure::Sum(_) => "all values added up",
            Measure::Average(_) => "the average",
            Measure::Least(_) => "the least value",
            Measure::Greatest(_) => "the greatest value",
        };
        Choice { label: it.kql(set), detail: detail.to_owned(), key: String::new() }
    });
    app.popup = Popup::Chooser(Chooser::new(List::Measures, "what to tell of each group", choices.collect()));
}

/// Takes a choice from one of the lists above.
pub(super) fn chosen(app: &mut App, list: List, at: usize) -> Vec<Effect> {
    let measure = measures(app).get(at).copied();
    let down = app.results.cursor_column();
    match (list, &mut app.results.view) {
        (List::PivotAcross, view) => {
            if let Some(down) = down {
                *view = View::Pivot(Box::new(PivotView::new(down, at)));
            }
        }
        (List::GroupLevel, View::Groups(view)) => view.regroup(|how| {
            if !how.by.contains(&at) {
                how.by.push(at);
            }
        }),
        (List::Measures, View::Groups(view)) => view.regroup(|how| how.measure = measure.unwrap_or_default()),
        (List::Measures, View::Pivot(view)) => view.change(|it| it.measure = measure.unwrap_or_default()),
        (List::KeyColumns, _) => compare::key_chosen(app, at),
        (List::RecordCopy, _) => return copy_part(app, at),
        _ => {}
    }
    Vec::new()
}

/// Opens the record of the line under the cursor, where it is one. True when it did.
fn open_row(app: &mut App) -> bool {
    let row = match &app.results.view {
        View::Groups(view) => view.row(),
        View::Profile(view) => view.row(),
        _ => None,
    };
    let Some(row) = row else { return false };
    app.results.open_row(row);
    true
}

fn copied(app: &mut App, what: &str, text: String) -> Vec<Effect> {
    let n_characters = text.chars().count();
    app.notify(Scope::Dim, format!("Copied {what}: {} characters.", grouped(n_characters as i64)));
    vec![Effect::Copy(text)]
}

fn copy_path(app: &mut App) -> Vec<Effect> {
    let Some(path) = app.results.record.as_ref().and_then(Record::path) else { return Vec::new() };
    app.notify(Scope::Dim, format!("Copied the path: {path}"));
    vec![Effect::Copy(path)]
}

fn copy_stage(app: &mut App) -> Vec<Effect> {
    let stage = match &app.results.view {
        View::Groups(view) => view.stage(&app.results.set),
        View::Pivot(view) => view.stage(&app.results.set),
        _ => return Vec::new(),
    };
    app.notify(Scope::Dim, format!("Copied: {stage}"));
    vec![Effect::Copy(stage)]
}

fn choose_copy(app: &mut App) {
    let own = app.keys.chords(Section::Record, Action::CopyPath).first().map_or_else(String::new, ToString::to_string);
    let choice = |(at, (label, detail)): (usize, &(&str, &str))| Choice {
        label: (*label).to_owned(),
        detail: (*detail).to_owned(),
        key: if at == 1 { own.clone() } else { String::new() },
    };
    let choices = COPIES.iter().enumerate().map(choice).collect();
    app.popup = Popup::Chooser(Chooser::new(List::RecordCopy, "copy", choices));
}

fn copy_part(app: &mut App, at: usize) -> Vec<Effect> {
    let (Some(record), set) = (&app.results.record, &app.results.set) else { return Vec::new() };
    let (what, text) = match at {
        0 => match record.value(set) {
            Some((text, what)) => (what, text),
            None => {
                app.notify(
                    Scope::Warning,
                    "This value is too large to be put together; its column can be copied whole.",
                );
                return Vec::new();
            }
        },
        1 => return copy_path(app),
        2 => {
            let Some(condition) = record.condition(set, true) else { return Vec::new() };
            app.notify(Scope::Dim, format!("Copied: | where {condition}"));
            return vec![Effect::Copy(format!("| where {condition}"))];
        }
        3 => ("the row as JSON".to_owned(), record.json(set)),
        _ => ("the row".to_owned(), record.text(set)),
    };
    copied(app, &what, text)
}

/// The name of the column under the cursor of a record and a condition on what is there; or in words why there is none.
fn condition(app: &mut App, wanted: bool) -> Option<(String, String)> {
    let (record, set) = (app.results.record.as_ref()?, &app.results.set);
    let name = record.column(set)?.to_owned();
    let condition = record.condition(set, wanted)?;
    if !app.results.is_only_name(&name) {
        let words = format!("Two columns are called {name}: a condition cannot say which is meant.");
        app.notify(Scope::Warning, words);
        return None;
    }
    if condition.len() > MAX_CONDITION {
        let words = format!("The value is too long for a query: more than {} bytes.", grouped(MAX_CONDITION as i64));
        app.notify(Scope::Warning, words);
        return None;
    }
    Some((name, condition))
}

fn add_to_query(app: &mut App, wanted: bool) {
    if let Some((name, condition)) = condition(app, wanted) {
        super::grid::put_condition(app, &name, &condition);
    }
}

fn filter_like_this(app: &mut App) {
    if let Some((_, condition)) = condition(app, true) {
        app.notify(Scope::Dim, format!("Only rows where {condition}."));
        app.results.filter_by(condition);
    }
}

fn ask_for_words(app: &mut App) {
    let title = "find in this record: names and values, also closed ones";
    app.popup = Popup::Prompt(Prompt::new(Purpose::FindInRecord, title, Input::default()));
}

/// Goes to the next place with those words, or with those that were looked for last.
pub(super) fn find(app: &mut App, words: Option<&str>, forward: bool) {
    let results = &mut app.results;
    let Some(record) = &mut results.record else { return };
    let found = record.find(&results.set, words, forward);
    match found {
        Some((at, n)) => {
            app.popup = Popup::None;
            app.notify(Scope::Dim, format!("Match {} of {}.", grouped(at as i64), grouped(n as i64)));
        }
        None => {
            let said = if app.results.record.as_ref().is_some_and(Record::is_cut) {
                "Nothing in what is read of this record has these words; its JSON is too large to be read whole."
            } else {
                "Nothing in this record has these words."
            };
            match &mut app.popup {
                Popup::Prompt(prompt) => prompt.refuse(said),
                _ => app.notify(Scope::Dim, said),
            }
        }
    }
}
