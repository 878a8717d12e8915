//! Queries that would exceed the quota, or did: they wait, run by themselves when their time has come, and can be dropped
//! or sent at once. Nothing is ever kept from being sent.

use std::time::{Duration, SystemTime};

use super::runs;
use crate::config::Scope;
use crate::history::{Outcome, RunEnding};
use crate::run::{Forecast, RunError, RunId};
use crate::tui::action::Action;
use crate::tui::app::{App, Link, Running, Waiting};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;

/// The first wait after a refusal that says nothing about time; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// What the quota still allows is counted. A run that waited for this is sent, or waits for its quota.
pub(super) fn forecasted(app: &mut App, id: Option<RunId>, forecast: Forecast) -> Vec<Effect> {
    let run = app.run.take_if(|it| Some(it.id) == id && !it.sent);
    app.redraw = run.is_some() || app.forecast != forecast;
    if let Some(note) = forecast.notes.first().filter(|_| forecast.notes != app.forecast.notes) {
        app.notify(Scope::Warning, format!("The quota is not counted in full: {}.", note.trim_end_matches('.')));
    }
    app.cost.budget.clone_from(&forecast.gauges);
    app.forecast = forecast;
    let Some(mut run) = run else { return Vec::new() };
    let fits = app.forecast.fits_at.and_then(|it| it.duration_since(SystemTime::now()).ok());
    let (said, not_before) = run.refusal.take().map_or((None, None), |(said, at)| (Some(said), at));
    let told = not_before.map(|it| it.saturating_duration_since(app.now));
    // After a refusal that says nothing, and that could not be counted, there is still no reason to ask at once.
    let doubled = FIRST_WAIT.saturating_mul(1 << run.n_refused.saturating_sub(1).min(8)).min(LONGEST_WAIT);
    let left = fits.max(told).or(said.is_some().then_some(doubled)).filter(|it| !it.is_zero());
    let Some(left) = left else { return runs::send(app, run) };
    let why = if app.forecast.fits_at.is_some() { app.forecast.reason.clone() } else { said.unwrap_or_default() };
    wait(app, run, left, &why);
    Vec::new()
}

/// Takes a run that the service refused for its quota: when it fits is counted anew.
pub(super) fn refused(app: &mut App, mut run: Running, error: &RunError) -> Vec<Effect> {
    run.n_refused += 1;
    run.refusal = Some((error.message.clone(), error.retry_after.and_then(|it| app.now.checked_add(it))));
    run.sent = false;
    app.results.give_up(app.now.duration_since(run.started));
    let effect = Effect::Forecast { run: Some(run.id) };
    app.run = Some(run);
    vec![effect]
}

fn wait(app: &mut App, run: Running, left: Duration, why: &str) {
    // How long it waited counts from when it was asked, over all its refusals.
    let since = run.waited.and_then(|it| app.now.checked_sub(it)).unwrap_or(run.started);
    let due = app.now.checked_add(left).unwrap_or(app.now + LONGEST_WAIT);
    // When it fits is told by the countdown, which does not grow old.
    let why = match why.rsplit_once("; ") {
        Some((why, when)) if when.contains(" fits ") => why,
        _ => why.trim_end_matches('.'),
    };
    let why = why.trim_start_matches("the quota is used up, ").to_owned();
    app.ended = None;
    app.queue.put(Waiting { run, since, due, why });
}

/// Sends what waits with this text at once; nothing when no such text waits.
pub(super) fn send_now(app: &mut App, text: &str) -> Option<Vec<Effect>> {
    let waiting = app.queue.take(text)?;
    Some(send(app, waiting))
}

/// Sends the query whose time has come, unless one is under way.
pub(super) fn send_due(app: &mut App) -> Vec<Effect> {
    if app.run.is_some() || !matches!(app.link, Link::Open(_)) {
        return Vec::new();
    }
    match app.queue.take_due(app.now) {
        Some(waiting) => send(app, waiting),
        None => Vec::new(),
    }
}

fn send(app: &mut App, waiting: Waiting) -> Vec<Effect> {
    let mut run = waiting.run;
    run.waited = Some(app.now.saturating_duration_since(waiting.since));
    app.redraw = true;
    runs::send(app, run)
}

/// Drops the query that was asked last; false when none waits.
pub(super) fn drop_newest(app: &mut App) -> Option<Vec<Effect>> {
    let dropped = app.queue.take_newest()?;
    let more = match app.queue.len() {
        0 => String::new(),
        1 => " 1 more waits.".to_owned(),
        n => format!(" {n} more wait."),
    };
    app.notify(Scope::Dim, format!("The query that waited is dropped; its text is in the history.{more}"));
    Some(vec![dropped_ending(app, &dropped)])
}

/// Drops all of them.
pub(super) fn drop_all(app: &mut App) -> Vec<Effect> {
    let dropped = app.queue.drain();
    dropped.iter().map(|it| dropped_ending(app, it)).collect()
}

fn dropped_ending(app: &App, waiting: &Waiting) -> Effect {
    let waited = app.now.saturating_duration_since(waiting.since);
    let ending = RunEnding {
        outcome: Outcome::Cancelled,
        elapsed: u64::try_from(waited.as_micros()).ok(),
        error: Some("dropped while it waited for quota".to_owned()),
        ..RunEnding::default()
    };
    Effect::EndRun { id: waiting.run.id, ending: Box::new(ending) }
}

/// What the last line says while a query waits.
pub(in crate::tui) fn words(app: &App) -> Option<String> {
    let first = app.queue.first().filter(|_| app.run.is_none())?;
    let key = |action| app.keys.name(Section::Editor, action);
    let (drop, run) = (key(Action::Cancel), key(Action::Run));
    let others = match app.queue.len() - 1 {
        0 => String::new(),
        n => format!(" {n} more behind it."),
    };
    let left = first.countdown(app.now);
    let why = &first.why;
    Some(format!("⌛ waiting for quota: {why}. Runs by itself in {left}.{others}   {drop} drop · {run} now anyway"))
}
