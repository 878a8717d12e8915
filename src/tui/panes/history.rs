//! What was run before, newest first.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::cost::duration;
use super::results::grouped;
use crate::config::Scope;
use crate::history::{Entry, Outcome};
use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::datetime_text;
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Section;
use crate::tui::layout::{below_rule, is_wide};
use crate::tui::widgets::{Painter, line_of};

/// The history pane: the runs, a filter, and which of them are seen.
#[derive(Debug, Default)]
pub(in crate::tui) struct History {
    /// Newest first.
    runs: Vec<Entry>,
    filter: String,
    filtering: bool,
    /// The chosen run and the first one seen, among those that pass the filter.
    chosen: usize,
    top: usize,
    page: usize,
    pub(in crate::tui) failure: Option<String>,
}

impl History {
    pub(in crate::tui) fn set(&mut self, runs: Vec<Entry>) {
        self.runs = runs;
    }

    /// Takes a run that was written: a new one, or a known one with its ending.
    pub(in crate::tui) fn put(&mut self, run: Entry) {
        self.failure = None;
        if let Some(known) = self.runs.iter_mut().find(|it| it.id == run.id) {
            *known = run;
            return;
        }
        self.runs.insert(0, run);
        // What was chosen stays chosen while the list moves under it.
        if self.chosen > 0 {
            self.chosen += 1;
        }
    }

    /// Leaves the line of the filter; what is in it stays in force.
    pub(in crate::tui) fn stop_filtering(&mut self) {
        self.filtering = false;
    }

    pub(in crate::tui) fn is_filtering(&self) -> bool {
        self.filtering
    }

    fn passing(&self) -> Vec<&Entry> {
        let wanted = self.filter.to_lowercase();
        self.runs.iter().filter(|it| wanted.is_empty() || it.text.to_lowercase().contains(&wanted)).collect()
    }

    /// The text of the chosen run.
    pub(in crate::tui) fn chosen(&self) -> Option<String> {
        self.passing().get(self.chosen).map(|it| it.text.clone())
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        let page = (self.page / 2).max(1);
        match action {
            Action::Up => self.chosen = self.chosen.saturating_sub(1),
            Action::Down => self.chosen += 1,
            Action::PageUp => self.chosen = self.chosen.saturating_sub(page),
            Action::PageDown => self.chosen += page,
            Action::First => self.chosen = 0,
            Action::Last => self.chosen = usize::MAX,
            Action::Filter => self.filtering = true,
            Action::DeleteBack => drop(self.filter.pop()),
            Action::DeleteWordBack => {
                let kept = self.filter.trim_end().rfind(char::is_whitespace).map_or(0, |at| at + 1);
                self.filter.truncate(self.filter.ceil_char_boundary(kept));
            }
            _ => {}
        }
        self.chosen = self.chosen.min(self.passing().len().saturating_sub(1));
    }

    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        if !typed.is_control() {
            self.filter.push(typed);
            self.chosen = 0;
        }
    }

    /// Leaves the filter; false when there is none to leave.
    pub(in crate::tui) fn unfilter(&mut self) -> bool {
        let had = self.filtering || !self.filter.is_empty();
        (self.filtering, self.chosen) = (false, 0);
        self.filter.clear();
        had
    }

    pub(in crate::tui) fn arrange(&mut self, area: Rect) {
        if area.is_empty() {
            return;
        }
        let rows = usize::from(area.height) - usize::from(self.has_filter_line() && area.height > 1);
        self.page = (rows / 2).max(1);
        self.top = self.top.min(self.chosen).max((self.chosen + 1).saturating_sub(self.page));
    }

    fn has_filter_line(&self) -> bool {
        self.filtering || !self.filter.is_empty()
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) {
    if pane.is_empty() {
        return;
    }
    let history = &app.history;
    let focused = app.is_focused(Pane::Side);
    let runs = history.passing();
    let count = format!("{} {}", grouped(runs.len() as i64), if runs.len() == 1 { "run" } else { "runs" });
    super::side::rule(paint, pane, app, &count);
    let mut body = below_rule(pane);
    if pane.x > 0 {
        draw_edge(paint, pane, is_wide(app.size.0));
        body = Rect { x: body.x + 1, width: body.width - 1, ..body };
    }
    if history.has_filter_line() && body.height > 1 {
        let cursor = if history.filtering { "▏" } else { "" };
        let words = format!(" / {}{cursor}", history.filter);
        paint.text(line_of(body, 0), body.x, &words, paint.look.accent());
        body = below_rule(body);
    }
    if runs.is_empty() {
        draw_empty(paint, body, app);
        return;
    }
    let here = app.connection().map(|it| it.name.as_str());
    for (row, run) in (0..body.height).step_by(2).zip(runs.iter().enumerate().skip(history.top)) {
        let (idx, run) = run;
        let elsewhere = here.is_some_and(|it| it != run.connection);
        let waits = run.ending.outcome == Outcome::Running && app.queue.holds(&run.text);
        draw_run(paint, body, row, run, Standing { elsewhere, waits, chosen: idx == history.chosen, focused });
    }
}

/// The line between the history and what is beside it.
fn draw_edge(paint: &mut Painter<'_>, pane: Rect, docked: bool) {
    let style = paint.look.scope(Scope::Border);
    for row in 0..pane.height {
        let glyph = if row == 0 && docked { "┬" } else { "│" };
        paint.text(Rect { width: 1, ..line_of(pane, row) }, pane.x, glyph, style);
    }
}

fn draw_empty(paint: &mut Painter<'_>, area: Rect, app: &App) {
    let key = app.keys.name(Section::Editor, Action::Run);
    let words = match &app.history.failure {
        Some(failure) => format!("The history cannot be read: {failure}"),
        None if app.history.has_filter_line() => "No query contains that.".to_owned(),
        None => format!("Nothing was run yet. {key} runs a query; it is kept here with what it cost."),
    };
    for (row, line) in text::wrap(&words, usize::from(area.width.saturating_sub(2))).into_iter().enumerate() {
        paint.text(line_of(area, row as u16), area.x + 1, line, paint.look.dim());
    }
}

/// What is to be known of a run beside its entry.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that have nothing to do with each other")]
struct Standing {
    /// It was on another connection than the one that is open.
    elsewhere: bool,
    /// It waits for its quota in this workbench.
    waits: bool,
    chosen: bool,
    focused: bool,
}

fn draw_run(paint: &mut Painter<'_>, area: Rect, row: u16, run: &Entry, standing: Standing) {
    let Standing { elsewhere, waits, chosen, focused } = standing;
    let look = paint.look;
    let dim = look.dim();
    let (mark, scope) = match run.ending.outcome {
        Outcome::Running if waits => ("⌛", Scope::Info),
        Outcome::Rows if run.ending.error.is_some() => ("⌛", Scope::Success),
        Outcome::Rows => ("✓", Scope::Success),
        Outcome::Failed => ("✗", Scope::Error),
        Outcome::Cancelled => ("■", Scope::Warning),
        Outcome::Running => ("●", Scope::Info),
        Outcome::Interrupted => ("?", Scope::Warning),
    };
    // A mark that is two columns wide takes the blank behind it.
    let gap = " ".repeat(2_usize.saturating_sub(text::width(mark)));
    let mut pieces: Vec<(String, Style)> = vec![(format!(" {mark}{gap}"), look.scope(scope)), (when(run), dim)];
    let ending = if waits { "waits for quota".to_owned() } else { ending(run) };
    pieces.push((format!("  {ending}"), look.text()));
    if elsewhere {
        pieces.push((format!("  {}", run.connection), dim));
    }
    let (first, second) = (line_of(area, row), line_of(area, row + 1));
    if chosen {
        let style = look.scope(if focused { Scope::GridCell } else { Scope::GridRow });
        paint.style(first, style);
        paint.style(second, style);
    }
    paint.pieces(first, &pieces);
    paint.text(second, second.x + 3, &one_line(&run.text), Style::default());
}

/// What came of the run, in words.
fn ending(run: &Entry) -> String {
    let ending = &run.ending;
    let rows = format!("{} {}", grouped(ending.n_rows as i64), if ending.n_rows == 1 { "row" } else { "rows" });
    let elapsed = ending.elapsed.map_or_else(String::new, |it| format!("  {}", duration(Duration::from_micros(it))));
    match ending.outcome {
        Outcome::Rows if ending.truncated => format!("{rows}, not all{elapsed}"),
        Outcome::Rows => match &ending.error {
            Some(note) => format!("{rows}{elapsed}, {note}"),
            None => format!("{rows}{elapsed}"),
        },
        Outcome::Cancelled if ending.error.is_some() => ending.error.clone().unwrap_or_default(),
        Outcome::Cancelled => format!("stopped, {rows}{elapsed}"),
        Outcome::Failed => ending.error.clone().unwrap_or_else(|| "failed".to_owned()),
        Outcome::Running => "running".to_owned(),
        Outcome::Interrupted => "was cut off".to_owned(),
    }
}

/// The query without its comments, in one line.
fn one_line(query: &str) -> String {
    // No window is so wide, and a query may be a megabyte.
    let head = &query[..query.floor_char_boundary(8_000)];
    let lines: Vec<_> = head.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let worded: Vec<_> = lines.iter().copied().filter(|it| !it.starts_with("//")).collect();
    if worded.is_empty() { lines } else { worded }.join(" ")
}

/// `11-21 22:04Z`: month, day and time of the run.
fn when(run: &Entry) -> String {
    let text = datetime_text(UNIX_EPOCH_TICKS.saturating_add(run.started.saturating_mul(10)));
    format!("{}Z", text.get(5..16).unwrap_or(&text).replacen('T', " ", 1))
}
