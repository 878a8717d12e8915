//! Charts: when one is drawn, and what it gives back to the query.

use crate::config::Scope;
use crate::kql::{Render, TextEdit, add_condition, apply_edits, quoted_name};
use crate::result::{datetime_text, timespan_text};
use crate::tui::action::Action;
use crate::tui::app::{App, Popup};
use crate::tui::chart::{Across, Kind, Plot, Spec};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::results::{Asked, Chart, View};
use crate::tui::popups::chooser::{Choice, Chooser, List};

/// All rows have come. A chart that the query asks for takes the place of the grid; so does one that was drawn of the
/// same columns before.
pub(super) fn arrived(app: &mut App, render: Option<Render>) -> Vec<Effect> {
    let asked = render.as_ref().and_then(|it| Spec::of_render(it, &app.results.set));
    app.results.render = render;
    let before = app.results.drawn_before();
    match (asked, before) {
        (_, Some(spec)) if app.results.n_rows() > 0 => draw(app, spec, false),
        (Some(Ok(spec)), _) => {
            if !spec.remarks.is_empty() {
                app.notify(Scope::Info, format!("Drawn otherwise than asked: {}.", spec.remarks.join("; ")));
            }
            draw(app, spec, true)
        }
        (Some(Err(words)), _) => {
            app.notify(Scope::Warning, words);
            Vec::new()
        }
        (None, _) => Vec::new(),
    }
}

/// Draws the rows: as the query asks, else what fits.
pub(super) fn show(app: &mut App) -> Vec<Effect> {
    if !app.results.shows_grid() {
        app.notify(Scope::Dim, "There are no rows to draw.");
        return Vec::new();
    }
    let asked = app.results.render.as_ref().and_then(|it| Spec::of_render(it, &app.results.set));
    let (spec, is_asked) = match asked {
        Some(Ok(spec)) => (Ok(spec), true),
        _ => (Spec::guess(&app.results.set), false),
    };
    match spec {
        Ok(spec) => draw(app, spec, is_asked),
        Err(words) => {
            app.notify(Scope::Warning, words);
            Vec::new()
        }
    }
}

fn draw(app: &mut App, spec: Spec, is_asked: bool) -> Vec<Effect> {
    let chart = Chart::new(spec, is_asked);
    app.results.view = View::Chart(Box::new(chart));
    plot(app)
}

/// Asks for the points of the chart that is seen.
fn plot(app: &mut App) -> Vec<Effect> {
    app.n_plots += 1;
    let View::Chart(chart) = &app.results.view else { return Vec::new() };
    vec![Effect::Plot { id: app.n_plots, spec: Box::new(chart.spec.clone()) }]
}

/// Makes the points of the chart that is seen again, since names of times are shown in another way.
pub(super) fn again(app: &mut App) -> Vec<Effect> {
    plot(app)
}

/// The points have come; of a chart that was changed or left since they are dropped.
pub(super) fn plotted(app: &mut App, id: u64, outcome: Result<Plot, String>) -> Vec<Effect> {
    let is_last = id == app.n_plots;
    match &mut app.results.view {
        View::Chart(chart) if is_last => chart.set_plot(outcome),
        _ => app.redraw = false,
    }
    Vec::new()
}

/// Takes back the mark, else goes back to the grid.
pub(super) fn leave(app: &mut App) {
    if let View::Chart(chart) = &mut app.results.view
        && chart.step_back()
    {
        return;
    }
    app.results.view = View::Grid;
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::ChartWhere => return put_into_query(app),
        Action::TimeDisplay => {
            app.results.next_times();
            if app.results.wants_zone() {
                return vec![Effect::ReadZone];
            }
            return again(app);
        }
        Action::ChartKinds => {
            show_kinds(app);
            return Vec::new();
        }
        _ => {}
    }
    let results = &mut app.results;
    let View::Chart(chart) = &mut results.view else { return Vec::new() };
    match chart.act(action, &results.set) {
        Asked::Nothing => Vec::new(),
        Asked::Points => plot(app),
        Asked::Say(words) => {
            app.notify(Scope::Dim, words);
            Vec::new()
        }
    }
}

/// The list of kinds; one that is not possible says why.
fn show_kinds(app: &mut App) {
    let choice = |(kind, name): &(Kind, &str)| Choice {
        label: (*name).to_owned(),
        detail: match Spec::of_kind(*kind, &app.results.set) {
            Ok(spec) => spec.words(app.results.set.columns()),
            Err(words) => format!("not possible: {words}"),
        },
        key: String::new(),
    };
    let choices = Kind::ALL.iter().map(choice).collect();
    app.popup = Popup::Chooser(Chooser::new(List::ChartKinds, "kind of chart", choices));
}

pub(super) fn chosen_kind(app: &mut App, at: usize) -> Vec<Effect> {
    let Some((kind, _)) = Kind::ALL.get(at) else { return Vec::new() };
    match Spec::of_kind(*kind, &app.results.set) {
        Ok(spec) => draw(app, spec, false),
        Err(words) => {
            app.notify(Scope::Warning, words);
            Vec::new()
        }
    }
}

/// Puts the stretch that is marked or seen into the query, where it stands in the editor as it was asked.
fn put_into_query(app: &mut App) -> Vec<Effect> {
    let View::Chart(chart) = &app.results.view else { return Vec::new() };
    let Some((col, across, from, to)) = chart.zoomed() else {
        let mark = app.keys.name(Section::Chart, Action::ChartMark);
        let closer = app.keys.name(Section::Chart, Action::ChartZoomIn);
        app.notify(Scope::Dim, format!("Nothing is left out: {mark} begins a stretch, {closer} looks closer."));
        return Vec::new();
    };
    let Some(column) = app.results.set.columns().get(col) else { return Vec::new() };
    let name = quoted_name(&column.name);
    let literal = |at: f64| match across {
        Across::Time(origin) => format!("datetime({})", short(&datetime_text(origin.saturating_add(at as i64)))),
        Across::Span => format!("timespan({})", timespan_text(at as i64)),
        _ => crate::tui::chart::plain_number(at),
    };
    let instead_of = format!("{name} between (");
    let condition = format!("{instead_of}{} .. {})", literal(from), literal(to));
    let run = app.keys.name(Section::Editor, Action::Run);
    let found = [&chart.put, &app.last_asked].into_iter().flatten().find_map(|(text, at)| {
        let stands = app.editor.text().get(*at..*at + text.len()) == Some(text.as_str());
        let edit = stands.then(|| edit_of_query(text, &column.name, &condition, &instead_of))??;
        let put = apply_edits(text, std::slice::from_ref(&edit));
        Some((put, *at, TextEdit { span: edit.span.start + at..edit.span.end + at, ..edit }))
    });
    let Some((put, at, edit)) = found else {
        app.notify(Scope::Warning, "The query was changed since it ran; the condition is copied instead.");
        return vec![Effect::Copy(format!("| where {condition}"))];
    };
    let cursor = edit.span.start + edit.text.len();
    app.editor.apply(&[edit], cursor);
    if let View::Chart(chart) = &mut app.results.view {
        chart.put = Some((put, at));
    }
    let undo = app.keys.name(Section::Editor, Action::Undo);
    app.notify(Scope::Info, format!("Put into the query: where {condition}. {run} runs it, {undo} takes it back."));
    Vec::new()
}

/// Where in the query the condition goes. One that an earlier look has put there is replaced: the same column is not
/// narrowed twice.
fn edit_of_query(asked: &str, column: &str, condition: &str, begins: &str) -> Option<TextEdit> {
    let earlier = asked.lines().find(|line| line.trim_start().starts_with(&format!("| where {begins}")));
    let Some(line) = earlier else { return add_condition(asked, column, condition) };
    let start = line.as_ptr() as usize - asked.as_ptr() as usize;
    let indent = line.len() - line.trim_start().len();
    let span = start + indent..start + line.trim_end().len();
    Some(TextEdit { span, text: format!("| where {condition}") })
}

/// Times of conditions need no more digits than they have.
fn short(time: &str) -> String {
    let without_zone = time.trim_end_matches('Z');
    let trimmed = match without_zone.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|it| it == b'0') => whole,
        Some(_) => without_zone.trim_end_matches('0'),
        None => without_zone,
    };
    trimmed.to_owned()
}
