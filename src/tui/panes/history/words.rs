//! A run in words.

use std::time::Duration;

use crate::config::Scope;
use crate::history::{Entry, Outcome};
use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::datetime_text;
use crate::tui::panes::cost::duration;
use crate::tui::panes::results::grouped;

/// The glyph of how a run ended, and its colour.
pub(in crate::tui) fn mark(run: &Entry, waits: bool) -> (&'static str, Scope) {
    match run.ending.outcome {
        Outcome::Running if waits => ("⌛", Scope::Info),
        Outcome::Rows if run.ending.error.is_some() => ("⌛", Scope::Success),
        Outcome::Rows => ("✓", Scope::Success),
        Outcome::Failed => ("✗", Scope::Error),
        Outcome::Cancelled => ("■", Scope::Warning),
        Outcome::Running => ("●", Scope::Info),
        Outcome::Interrupted => ("?", Scope::Warning),
    }
}

/// What a run is called: its label, else its number.
pub(in crate::tui) fn name(run: &Entry) -> String {
    run.marks.label.clone().unwrap_or_else(|| format!("#{}", run.id))
}

/// What came of the run, in words.
pub(in crate::tui) fn ending(run: &Entry) -> String {
    let ending = &run.ending;
    let rows = format!("{} {}", grouped(ending.n_rows as i64), if ending.n_rows == 1 { "row" } else { "rows" });
    let elapsed = ending.elapsed.map_or_else(String::new, |it| format!("  {}", duration(Duration::from_micros(it))));
    let cpu = ending.costs.cpu.map_or_else(String::new, |it| format!("  cpu {}", duration(Duration::from_micros(it))));
    match ending.outcome {
        Outcome::Rows if ending.truncated => format!("{rows}, not all{elapsed}{cpu}"),
        Outcome::Rows => match &ending.error {
            // What is to be known of it matters more than a figure.
            Some(note) => format!("{rows}{elapsed}, {note}"),
            None => format!("{rows}{elapsed}{cpu}"),
        },
        Outcome::Cancelled if ending.error.is_some() => ending.error.clone().unwrap_or_default(),
        Outcome::Cancelled => format!("stopped, {rows}{elapsed}"),
        Outcome::Failed => ending.error.clone().unwrap_or_else(|| "failed".to_owned()),
        Outcome::Running => "running".to_owned(),
        Outcome::Interrupted => "was cut off".to_owned(),
    }
}

/// The query without its comments, in one line.
pub fn one_line(query: &str) -> String {
    // No window is so wide, and a query may be a megabyte.
    let head = &query[..query.floor_char_boundary(8_000)];
    let lines: Vec<_> = head.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let worded: Vec<_> = lines.iter().copied().filter(|it| !it.starts_with("//")).collect();
    if worded.is_empty() { lines } else { worded }.join(" ")
}

/// `11-21 22:04Z`: month, day and time of the run.
pub(in crate::tui) fn when(run: &Entry) -> String {
    let text = datetime_text(UNIX_EPOCH_TICKS.saturating_add(run.started.saturating_mul(10)));
    format!("{}Z", text.get(5..16).unwrap_or(&text).replacen('T', " ", 1))
}
