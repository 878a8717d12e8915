//! Runs from key to rows. A run while one is under way stops that one first: both are in the history, and only the
//! newest one's answer is ever shown.

use std::time::Duration;

use super::{charts, connections, parameters, queue, sign_in};
use crate::config::Scope;
use crate::history::{Outcome, RunEnding};
use crate::kql::Diagnostic;
use crate::run::{RunError, RunErrorKind, RunEvent, RunId, RunSummary, fetched_in};
use crate::tui::action::Action;
use crate::tui::app::{App, Ended, HowEnded, Link, Pane, Running};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::panes::cost::duration;
use crate::tui::panes::results::{Failure, grouped};
use crate::tui::perform::costs_of;

/// Runs the selection, else the block at the cursor.
pub(super) fn run(app: &mut App) -> Vec<Effect> {
    let range = app.editor.query();
    let is_over_fetched = range.clone().is_some_and(|it| names_fetched(&app.editor.text()[it]));
    match app.link {
        Link::Open(_) => {}
        // Rows that are here need no connection.
        _ if is_over_fetched => {}
        Link::Opening(_) => {
            app.run_when_open = true;
            app.notify(Scope::Info, "Runs as soon as the data is ready.");
            return Vec::new();
        }
        Link::Failed(_) => {
            app.run_when_open = true;
            return connections::reopen(app);
        }
    }
    // The answer is to be seen.
    app.zoom &= app.focus == Pane::Results;
    let Some(range) = range else {
        let history = app.keys.name(Section::Editor, Action::ToggleHistory);
        app.notify(
            Scope::Warning,
            format!("There is no query at the cursor. Type one; {history} shows what was run before."),
        );
        return Vec::new();
    };
    let text = app.editor.text()[range.clone()].to_owned();
    if parameters::ask_before_run(app, &text) {
        return Vec::new();
    }
    match queue::send_now(app, &text) {
        Some(effects) => effects,
        None => ask(app, text, range.start),
    }
}

/// Runs a text that does not stand in the editor.
pub(super) fn run_text(app: &mut App, text: String) -> Vec<Effect> {
    if !matches!(app.link, Link::Open(_)) {
        app.notify(Scope::Warning, "The connection is not open yet.");
        return Vec::new();
    }
    // Behind the end of the text, where no mistake of it can be marked.
    let offset = app.editor.text().len();
    match queue::send_now(app, &text) {
        Some(effects) => effects,
        None => ask(app, text, offset),
    }
}

/// True for a query over rows that were fetched before: it runs here, and no service hears of it.
fn names_fetched(text: &str) -> bool {
    !fetched_in(text).is_empty()
}

/// Runs the very text again that ran last, whatever the editor holds now.
pub(super) fn run_again(app: &mut App) -> Vec<Effect> {
    match app.last_asked.clone() {
        Some((text, offset)) if matches!(app.link, Link::Open(_)) => ask(app, text, offset),
        _ => run(app),
    }
}

/// A new run: it is written down, and held against the quota of a service before it is sent.
fn ask(app: &mut App, text: String, offset: usize) -> Vec<Effect> {
    let mut effects = abandon(app);
    let id = RunId(app.next_run);
    app.next_run += 1;
    app.last_asked = Some((text.clone(), offset));
    effects.push(Effect::NoteRun { id, text: text.clone() });
    let parameters = app.parameters.of(&text);
    let run = Running {
        id,
        text,
        offset,
        tab: app.tabs.current().id,
        started: app.now,
        time_range: app.time_range.clone(),
        parameters,
        sent: false,
        waited: None,
        n_refused: 0,
        refusal: None,
        progress: None,
        stopping: false,
    };
    if app.only_advises() && !names_fetched(&run.text) {
        app.run = Some(run);
        effects.push(Effect::Forecast { run: Some(id) });
    } else {
        effects.extend(send(app, run));
    }
    effects
}

/// Sends a run, in place of the one under way.
pub(super) fn send(app: &mut App, mut run: Running) -> Vec<Effect> {
    let mut effects = abandon(app);
    (run.sent, run.started, run.progress) = (true, app.now, None);
    let (text, time_range, parameters) = (run.text.clone(), run.time_range.clone(), run.parameters.clone());
    effects.push(Effect::StartRun { id: run.id, text, time_range, parameters });
    app.run = Some(run);
    effects
}

/// Stops the run under way without waiting for its last word.
pub(super) fn abandon(app: &mut App) -> Vec<Effect> {
    let Some(old) = app.run.take() else { return Vec::new() };
    let elapsed = app.now.duration_since(old.started);
    let n_rows = app.results.n_arrived() as u64;
    app.results.give_up(elapsed);
    vec![Effect::CancelRun(old.id), ending(old.id, Outcome::Cancelled, elapsed, n_rows)]
}

/// Asks the run under way to stop.
pub(super) fn stop(app: &mut App) -> Vec<Effect> {
    if std::mem::take(&mut app.run_when_open) {
        app.notify(Scope::Dim, "The query will not be run.");
        return Vec::new();
    }
    let Some(run) = &mut app.run else { return Vec::new() };
    run.stopping = true;
    if run.sent {
        return vec![Effect::CancelRun(run.id)];
    }
    // Nothing has been sent that could end by itself.
    let Some(run) = app.run.take() else { return Vec::new() };
    let after = app.now.duration_since(run.started);
    cancelled(app, &run, after)
}

/// Something happened in a run. What belongs to a run that was replaced is dropped.
pub(super) fn event(app: &mut App, id: RunId, event: RunEvent) -> Vec<Effect> {
    let Some(mut run) = app.run.take_if(|it| it.id == id) else {
        app.redraw = false;
        return Vec::new();
    };
    match event {
        RunEvent::Finished(_) | RunEvent::Failed(_) | RunEvent::Cancelled { .. } => return ended(app, run, event),
        RunEvent::Started => app.redraw = false,
        RunEvent::SignIn(prompt) => sign_in::prompted(app, prompt, Some(&run)),
        RunEvent::Progress(share) => {
            let moved = (share - run.progress.unwrap_or(0.0)).abs() >= 0.01;
            app.redraw = moved || run.progress.is_none();
            run.progress = Some(share);
        }
        RunEvent::Columns(columns) => {
            // Whoever answers is satisfied with who asks.
            sign_in::run_ended(app, run.id, None);
            app.results.note_origin(&run.text, Some(app.connection));
            app.results.begin(columns);
            if let Some(now) = app.open_connection().map(|it| it.now()) {
                app.results.set_now(now);
            }
        }
        RunEvent::Batch(batch) => {
            if let Some(set) = app.results.receiving().filter(|it| it.columns().len() == batch.num_columns()) {
                set.push(batch);
            }
            app.results.rows_arrived();
        }
    }
    app.run = Some(run);
    Vec::new()
}

fn ended(app: &mut App, run: Running, event: RunEvent) -> Vec<Effect> {
    let mut effects = match event {
        RunEvent::Finished(summary) => {
            sign_in::run_ended(app, run.id, None);
            finished(app, &run, *summary)
        }
        RunEvent::Failed(error) if error.kind == RunErrorKind::Quota && !run.stopping => {
            return queue::refused(app, run, &error);
        }
        RunEvent::Failed(error) => {
            sign_in::run_ended(app, run.id, Some(&error));
            failed(app, &run, error)
        }
        RunEvent::Cancelled { after } => {
            sign_in::run_ended(app, run.id, None);
            cancelled(app, &run, after)
        }
        _ => Vec::new(),
    };
    if app.only_advises() {
        effects.push(Effect::Forecast { run: None });
    }
    effects
}

fn finished(app: &mut App, run: &Running, mut summary: RunSummary) -> Vec<Effect> {
    if !summary.more.is_empty() {
        let n = summary.more.len() + 1;
        let words =
            format!("this is the first of {n} results: a statement alone shows its own, `tallyho run` prints all");
        summary.notes.insert(0, words);
    }
    let elapsed = summary.stats.wall_time.unwrap_or_else(|| app.now.duration_since(run.started));
    app.results.note_origin(&run.text, Some(app.connection));
    app.results.finish(summary.truncation.clone(), summary.notes.clone());
    app.ended = Some(Ended { how: HowEnded::Done, elapsed });
    let n = app.results.n_rows();
    let rows = if n == 1 { "row" } else { "rows" };
    let words = format!("Run {}: {} {rows} in {}.", run.id.0, grouped(n as i64), duration(elapsed));
    app.log.say(app.now, Scope::Success, &words);
    let ending = RunEnding {
        outcome: Outcome::Rows,
        n_rows: app.results.n_rows() as u64,
        elapsed: Some(micros(elapsed)),
        error: run.waited.map(|it| format!("waited {}", duration(it))),
        stats: serde_json::to_string(&summary.stats).ok(),
        costs: costs_of(&summary.stats),
        truncated: summary.truncation.is_some(),
    };
    app.history.answered(run.id);
    say_notes(app, &summary.notes);
    app.cost.set(summary.stats, summary.notes);
    if summary.truncation.is_some() {
        let n_rows = grouped(app.results.n_rows() as i64);
        app.notify(
            Scope::Warning,
            format!("The first {n_rows} rows, not all. Ask for fewer: where, summarize or take."),
        );
    }
    let mut effects = vec![Effect::EndRun { id: run.id, ending: Box::new(ending) }];
    effects.extend(charts::arrived(app, summary.render));
    effects
}

/// The first note about the data that was read; where the others stand.
fn say_notes(app: &mut App, notes: &[String]) {
    let Some(first) = notes.first() else { return };
    let cost = app.keys.name(Section::Editor, Action::ToggleCost);
    let more = if notes.len() == 1 { String::new() } else { format!(" ({} more: {cost})", notes.len() - 1) };
    app.notify(Scope::Warning, format!("{first}{more}"));
}

fn failed(app: &mut App, run: &Running, error: RunError) -> Vec<Effect> {
    let elapsed = app.now.duration_since(run.started);
    app.ended = Some(Ended { how: HowEnded::Failed, elapsed });
    let words = format!("Run {} failed after {}: {}", run.id.0, duration(elapsed), error.message);
    app.log.say(app.now, Scope::Error, &words);
    let known = !error.diagnostics.is_empty() && (!app.only_advises() || names_fetched(&run.text));
    app.cost.absent(if known { "the query was not run" } else { "the run failed: its cost is not known" });
    mark(app, run, &error.diagnostics);
    let ending = RunEnding {
        outcome: Outcome::Failed,
        n_rows: app.results.n_arrived() as u64,
        elapsed: Some(micros(elapsed)),
        error: Some(error.message.clone()),
        ..RunEnding::default()
    };
    if app.results.n_arrived() > 0 {
        // The rule over the rows has no room for all of it.
        app.notify(Scope::Error, sign_in::words(&error));
    }
    let lines = lines(app, run, &error.diagnostics);
    app.results.fail(Failure { error, lines });
    vec![Effect::EndRun { id: run.id, ending: Box::new(ending) }]
}

/// The lines of the text, from 1, that the diagnostics of a run mean.
fn lines(app: &App, run: &Running, diagnostics: &[Diagnostic]) -> Vec<usize> {
    let text = app.editor_of(run.tab).map_or("", |it| it.text());
    let before = text.get(..run.offset).unwrap_or_default();
    let first = before.matches('\n').count() + 1;
    let line = |it: &Diagnostic| first + run.text.get(..it.span.start).unwrap_or_default().matches('\n').count();
    diagnostics.iter().map(line).collect()
}

/// Marks the mistakes in the text, if the text that was sent still stands there.
fn mark(app: &mut App, run: &Running, diagnostics: &[Diagnostic]) {
    let span = run.offset..run.offset + run.text.len();
    let Some(editor) = app.editor_of_mut(run.tab) else { return };
    if diagnostics.is_empty() || editor.text().get(span.clone()) != Some(run.text.as_str()) {
        return;
    }
    let placed = diagnostics.iter().map(|it| {
        let mut it = it.clone();
        it.span = it.span.start + span.start..it.span.end + span.start;
        it
    });
    let findings = placed.collect();
    editor.set_findings(&[span], findings);
}

fn cancelled(app: &mut App, run: &Running, after: Duration) -> Vec<Effect> {
    let n_rows = app.results.n_arrived();
    app.results.stop(after);
    app.cost.absent("the run was stopped: its cost is not known");
    app.ended = Some(Ended { how: HowEnded::Stopped, elapsed: after });
    let kept = match n_rows {
        0 => "no rows had come".to_owned(),
        1 => "1 row had come and is kept".to_owned(),
        n => format!("{} rows had come and are kept", grouped(n as i64)),
    };
    app.notify(Scope::Warning, format!("Stopped after {}; {kept}.", duration(after)));
    vec![ending(run.id, Outcome::Cancelled, after, n_rows as u64)]
}

fn ending(id: RunId, outcome: Outcome, elapsed: Duration, n_rows: u64) -> Effect {
    let ending = RunEnding { outcome, n_rows, elapsed: Some(micros(elapsed)), ..RunEnding::default() };
    Effect::EndRun { id, ending: Box::new(ending) }
}

fn micros(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}
