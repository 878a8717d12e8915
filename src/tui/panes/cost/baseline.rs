//! What a run cost beside the one that was pinned: `compared with A: time ×0.42 ▼`.

use ratatui::style::Style;

use crate::config::Scope;
use crate::history::Entry;
use crate::result::RunStats;
use crate::tui::panes::history::name;
use crate::tui::widgets::Painter;

/// Less than this much of a difference is none.
const NOISE: f64 = 0.05;

/// The run that others are compared with.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Baseline {
    /// Its number in the history.
    pub(in crate::tui) id: i64,
    name: String,
    time: Option<f64>,
    cpu: Option<f64>,
    scanned: Option<f64>,
}

impl Baseline {
    pub(in crate::tui) fn of(run: &Entry) -> Self {
        let figure = |it: Option<u64>| it.map(|it| it as f64);
        Self {
            id: run.id,
            name: name(run),
            time: figure(run.ending.elapsed),
            cpu: figure(run.ending.costs.cpu),
            scanned: figure(run.ending.costs.scanned_rows),
        }
    }

    /// The shares of a run in the figures of this one, those that both have.
    fn shares(&self, stats: &RunStats) -> Vec<(&'static str, f64)> {
        let micros = |it: Option<std::time::Duration>| it.map(|it| it.as_secs_f64() * 1e6);
        let scanned = stats.rows.and_then(|it| it.scanned).map(|it| it as f64);
        let pairs = [
            ("time", micros(stats.wall_time.or(stats.execution_time)), self.time),
            ("cpu", micros(stats.cpu_total), self.cpu),
            ("scanned", scanned, self.scanned),
        ];
        let share = |(title, now, then): (_, Option<f64>, Option<f64>)| {
            let (now, then) = (now?, then?);
            let share = if then > 0.0 {
                now / then
            } else if now > 0.0 {
                return None;
            } else {
                1.0
            };
            Some((title, share))
        };
        pairs.into_iter().filter_map(share).collect()
    }

    /// The comparison, as notes of the rule; `short` has only the first figure.
    pub(super) fn notes(&self, paint: &Painter<'_>, stats: &RunStats, short: bool) -> Vec<(String, Style)> {
        let shares = self.shares(stats);
        if shares.is_empty() {
            return Vec::new();
        }
        let shown = if short { &shares[..1] } else { &shares[..] };
        let words: Vec<_> = shown
            .iter()
            .map(|(title, share)| {
                let arrow = if is_same(*share) {
                    ""
                } else if *share < 1.0 {
                    " ▼"
                } else {
                    " ▲"
                };
                if short { format!("×{share:.2}{arrow}") } else { format!("{title} ×{share:.2}{arrow}") }
            })
            .collect();
        // Better or worse by the first figure that differs.
        let scope = match shown.iter().find(|it| !is_same(it.1)) {
            None => Scope::Dim,
            Some((_, share)) if *share < 1.0 => Scope::Success,
            Some(_) => Scope::Error,
        };
        let what = if short { self.name.clone() } else { format!("compared with {}:", self.name) };
        vec![(format!("{what} {}", words.join("  ")), paint.look.scope(scope))]
    }
}

fn is_same(share: f64) -> bool {
    (share - 1.0).abs() < NOISE
}
