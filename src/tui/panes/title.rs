//! The first line: the connection and its clock on the left, the state of the run on the right, always.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::cost::duration;
use crate::config::{Clock, Scope};
use crate::result::datetime_text;
use crate::run::OpenConnection;
use crate::text;
use crate::tui::app::{App, HowEnded, Link};
use crate::tui::widgets::Painter;

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App) {
    if area.is_empty() {
        return;
    }
    let look = paint.look;
    let state = run_state(paint, app);
    let state_width: usize = state.iter().map(|(it, _)| text::width(it)).sum();
    let name = app.connection().map_or_else(String::new, |it| it.name.clone());
    let room = Rect { width: area.width.saturating_sub(state_width as u16 + 2), ..area };
    let mut pieces = vec![(" tallyho ".to_owned(), look.accent()), (format!(" {name}"), look.text())];
    if let Link::Open(open) = &app.link
        && let Some(clock) = clock(open)
    {
        pieces.push((format!("  {clock}"), look.dim()));
    }
    // What does not fit beside the state of the run is left out, the least important first.
    while pieces.len() > 1 && pieces.iter().map(|(it, _)| text::width(it)).sum::<usize>() > usize::from(room.width) {
        pieces.pop();
    }
    paint.pieces(room, &pieces);
    paint.pieces_right(Rect { width: area.width.saturating_sub(1), ..area }, area.x, &state);
}

/// What `now()` means here, unless it is the time on the wall.
fn clock(open: &OpenConnection) -> Option<String> {
    let words = match open.connection.clock {
        Clock::System => return None,
        Clock::EndOfData => "end of data",
        Clock::At(_) => "fixed",
    };
    let now = datetime_text(open.now());
    let minute = now.get(..16).unwrap_or(&now).replacen('T', " ", 1);
    Some(format!("now() is {minute}Z, {words}"))
}

fn run_state(paint: &Painter<'_>, app: &App) -> Vec<(String, Style)> {
    let look = paint.look;
    let piece =
        |scope: Scope, mark: &str, words: String| vec![(format!("{mark} "), look.scope(scope)), (words, look.text())];
    if let Some(run) = &app.run {
        // Tenths of a second: a finer clock would only flicker.
        let elapsed = app.now.duration_since(run.started).as_secs_f64();
        let words = if run.stopping { "stopping" } else { "running" };
        return piece(Scope::Info, "●", format!("{elapsed:.1} s  {words}"));
    }
    match &app.link {
        Link::Opening(share) => return piece(Scope::Info, "○", format!("opening {:.0} %", share * 100.0)),
        Link::Failed(_) => return piece(Scope::Error, "✗", "not open".to_owned()),
        Link::Open(_) => {}
    }
    let Some(ended) = app.ended else { return piece(Scope::Dim, "○", "ready".to_owned()) };
    let elapsed = duration(ended.elapsed);
    match ended.how {
        HowEnded::Done => piece(Scope::Success, "●", format!("{elapsed}  done")),
        HowEnded::Failed => piece(Scope::Error, "✗", format!("{elapsed}  failed")),
        HowEnded::Stopped => piece(Scope::Warning, "■", format!("{elapsed}  stopped")),
    }
}
