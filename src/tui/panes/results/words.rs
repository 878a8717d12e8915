//! What the result pane says when there are no rows to show: what happened, what it means, what to press.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::draw::is_old;
use super::rows::grouped;
use super::{Arrival, Content};
use crate::config::{ConnectionKind, Scope};
use crate::run::{OpenConnection, RunError};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Link};
use crate::tui::keymap::Section;
use crate::tui::panes::cost::duration;
use crate::tui::panes::title::place;
use crate::tui::popups::connections::n_tables;
use crate::tui::widgets::{Painter, line_of, progress};

type Sentence = (String, Style);

/// Mistakes that are told at once.
const MAX_FINDINGS: usize = 6;
/// Columns of an empty result that are named.
const MAX_COLUMNS: usize = 12;

pub(super) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App) {
    let sentences = match &app.results.content {
        // What an older run left must not be taken for what this one says.
        _ if is_old(app) => vec![running(paint, app)],
        _ if app.run.is_none() && !app.queue.is_empty() => waiting(paint, app),
        Content::Nothing => match &app.link {
            Link::Opening(share) => return draw_opening(paint, area, app, *share),
            Link::Failed(error) => not_open(paint, app, error),
            Link::Open(open) => no_run_yet(paint, area, app, open),
        },
        Content::StoppedEarly(after) => {
            let words = format!("Stopped after {}. No rows had come.", duration(*after));
            vec![(words, paint.look.text()), run_again(paint, app)]
        }
        Content::Failure(it) => failure(paint, app, &it.error, &it.lines),
        Content::Rows(arrival) => no_rows(paint, app, arrival),
    };
    say(paint, area, &sentences);
}

/// Writes sentences under each other, indented and wrapped. Returns the row behind them.
pub(super) fn say(paint: &mut Painter<'_>, area: Rect, sentences: &[Sentence]) -> u16 {
    let indent = if area.width > 40 { 3 } else { 1 };
    let inner = Rect { x: area.x + indent.min(area.width), width: area.width.saturating_sub(indent * 2), ..area };
    let mut row = u16::from(area.height > 6);
    for (sentence, style) in sentences {
        for line in text::wrap(sentence, usize::from(inner.width)) {
            paint.text(line_of(inner, row), inner.x, line, *style);
            row = row.saturating_add(1);
        }
    }
    row
}

fn running(paint: &Painter<'_>, app: &App) -> Sentence {
    let stop = app.keys.name(Section::Editor, Action::Cancel);
    if app.sign_in.as_ref().is_some_and(|it| it.run.is_some()) {
        return (format!("The query is sent when you have signed in; {stop} stops it."), paint.look.text());
    }
    (format!("Running. The rows come here; {stop} stops it."), paint.look.text())
}

fn waiting(paint: &Painter<'_>, app: &App) -> Vec<Sentence> {
    let words = match app.queue.len() {
        1 => "A query waits for its quota. It runs by itself when its time has come, as it was asked.".to_owned(),
        n => format!("{n} queries wait for their quota. They run by themselves when their time has come."),
    };
    let text = "You can go on typing: what waits is kept as it was.".to_owned();
    vec![(words, paint.look.text()), (text, paint.look.dim())]
}

fn run_key(app: &App) -> String {
    app.keys.name(Section::Editor, Action::Run)
}

fn run_again(paint: &Painter<'_>, app: &App) -> Sentence {
    (format!("The query is untouched; {} runs it again.", run_key(app)), paint.look.dim())
}

fn draw_opening(paint: &mut Painter<'_>, area: Rect, app: &App, share: f32) {
    let words = match app.connection() {
        Some(it) if it.kind == ConnectionKind::Lab => {
            "Making the lab: a company's events to hunt in, on this machine. It is kept for the next time.".to_owned()
        }
        it => format!("Opening '{}'.", it.map_or("", |it| it.name.as_str())),
    };
    let row = say(paint, area, &[(words, paint.look.text())]);
    let line = line_of(area, row + u16::from(area.height > 6));
    let indent = 3.min(line.width);
    progress(paint, Rect { x: line.x + indent, width: line.width - indent, ..line }, share);
}

fn no_run_yet(paint: &Painter<'_>, area: Rect, app: &App, open: &OpenConnection) -> Vec<Sentence> {
    let dim = paint.look.dim();
    let name = &open.connection.name;
    let about = match place(&open.connection.kind) {
        Some(host) if !open.connection.kind.is_local() => format!("'{name}' sends queries to {host}."),
        _ => format!("'{name}' has {}.", n_tables(open)),
    };
    let first = format!("No run yet. {} runs the query at the cursor.", run_key(app));
    let mut sentences = vec![(first, paint.look.text()), (about, dim)];
    let notes = open.notes();
    let shown = usize::from(area.height.saturating_sub(5));
    let warning = paint.look.scope(Scope::Warning);
    sentences.extend(notes.iter().take(shown).map(|it| (it.clone(), warning)));
    if notes.len() > shown {
        sentences.push((format!("… and {} more notes about the data", notes.len() - shown), dim));
    }
    sentences
}

/// Why the connection is not open. The words of what asks for a new start say it; else it is tried again.
fn not_open(paint: &Painter<'_>, app: &App, error: &RunError) -> Vec<Sentence> {
    let mut sentences = vec![(sentence(&error.message), paint.look.scope(Scope::Error))];
    sentences.extend(error.advice.as_ref().map(|it| (it.clone(), paint.look.text())));
    sentences.push((format!("Your text is untouched; {} tries again.", run_key(app)), paint.look.dim()));
    sentences
}

fn failure(paint: &Painter<'_>, app: &App, error: &RunError, lines: &[usize]) -> Vec<Sentence> {
    let text = paint.look.text();
    let wrong = paint.look.scope(Scope::Error);
    let mut sentences = Vec::new();
    if error.diagnostics.is_empty() {
        sentences.push((sentence(&error.message), wrong));
    } else {
        let who = if app.only_advises() { "The service refused the query:" } else { "The query was not run:" };
        sentences.push((who.to_owned(), text));
    }
    for (finding, line) in error.diagnostics.iter().zip(lines).take(MAX_FINDINGS) {
        sentences.push((format!("Line {line}: {}.", finding.message), wrong));
        sentences.extend(finding.hint.as_ref().map(|it| (it.clone(), text)));
    }
    if error.diagnostics.len() > MAX_FINDINGS {
        sentences.push((format!("… and {} more", error.diagnostics.len() - MAX_FINDINGS), paint.look.dim()));
    }
    let said = |advice: &str| sentences.iter().any(|(it, _)| it.contains(advice));
    if let Some(advice) = error.advice.as_ref().filter(|it| !said(it)) {
        sentences.push((advice.clone(), text));
    }
    if sentences.iter().any(|(it, _)| it.contains("The query is untouched")) {
        sentences.push((format!("{} runs it again.", run_key(app)), paint.look.dim()));
    } else {
        sentences.push(run_again(paint, app));
    }
    sentences
}

/// With a capital letter and a full stop. A name at the start stays as it is: it holds a sign, or is our own.
pub(in crate::tui) fn sentence(words: &str) -> String {
    let first = words.split(' ').next().unwrap_or_default();
    let is_word = first.bytes().all(|it| it.is_ascii_lowercase()) && first != "tallyho";
    let mut out = words.to_owned();
    if is_word && let Some(letter) = out.get_mut(..1) {
        letter.make_ascii_uppercase();
    }
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

fn no_rows(paint: &Painter<'_>, app: &App, arrival: &Arrival) -> Vec<Sentence> {
    let (text, dim) = (paint.look.text(), paint.look.dim());
    let mut sentences = match arrival {
        Arrival::Coming => vec![("No rows yet.".to_owned(), text)],
        Arrival::Stopped(_) | Arrival::Broken(_) => vec![("No rows had come.".to_owned(), text), run_again(paint, app)],
        Arrival::Complete { notes, .. } => {
            let read = app.cost.rows_read().filter(|it| *it > 0);
            let read = read.map_or_else(String::new, |it| {
                format!(" {} rows were read; the conditions left none.", grouped(it as i64))
            });
            let advice = "Widen the time, or take conditions away from the last one upwards until rows come.";
            let warning = paint.look.scope(Scope::Warning);
            let mut said = vec![(format!("No rows.{read}"), text), (advice.to_owned(), dim)];
            said.extend(notes.iter().map(|it| (it.clone(), warning)));
            said
        }
    };
    let columns = app.results.set.columns();
    let named: Vec<_> = columns.iter().take(MAX_COLUMNS).map(|it| format!("{} {}", it.name, it.ty)).collect();
    if !named.is_empty() {
        let more = columns.len() - named.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        sentences.push((format!("Columns: {}{more}", named.join(", ")), dim));
    }
    sentences
}
