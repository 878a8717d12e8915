//! Everything that was said, the newest at the end.

use ratatui::layout::Rect;

use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::datetime_text;
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, LogLine};
use crate::tui::layout::below_rule;
use crate::tui::view::clear;
use crate::tui::widgets::{Painter, line_of};

/// Columns of the time before each message, with a blank behind it.
const TIME: u16 = 10;

/// How many lines of the end are below what is seen: 0 shows the newest.
pub(in crate::tui) fn scroll(app: &App, below: usize, action: Action) -> usize {
    let page = usize::from(app.size.1.saturating_sub(3)).max(1);
    let most = rows(app, app.size.0).len().saturating_sub(page);
    let moved = match action {
        Action::Up => below + 1,
        Action::Down => below.saturating_sub(1),
        Action::PageUp => below + page,
        Action::PageDown => below.saturating_sub(page),
        Action::First => most,
        Action::Last => 0,
        _ => below,
    };
    moved.min(most)
}

/// The messages in lines of the screen; only the first line of one has its time.
fn rows(app: &App, width: u16) -> Vec<(Option<&LogLine>, &LogLine, String)> {
    let columns = usize::from(width.saturating_sub(TIME + 2)).max(8);
    let mut out = Vec::new();
    for line in app.log.lines() {
        let safe = text::sanitize(&line.text);
        for (at, words) in text::wrap(&safe, columns).into_iter().enumerate() {
            out.push(((at == 0).then_some(line), line, words.to_owned()));
        }
    }
    out
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App, below: usize) {
    if area.is_empty() {
        return;
    }
    clear(paint, area);
    let dim = paint.look.dim();
    let body = below_rule(area);
    let n = app.log.lines().len();
    let count = if n == 1 { "1 message, UTC".to_owned() } else { format!("{n} messages, UTC") };
    paint.rule(line_of(area, 0), "log", &[(count, dim)], true);
    let rows = rows(app, body.width);
    if rows.is_empty() {
        paint.text(line_of(body, 0), body.x + 1, "Nothing was said yet. What the last line tells is kept here.", dim);
    }
    let height = usize::from(body.height);
    let end = rows.len().saturating_sub(below).max(height.min(rows.len()));
    let first = end.saturating_sub(height);
    if end < rows.len() {
        let more = format!("{} more lines", rows.len() - end);
        paint.rule_right(line_of(area, 0), area.x + area.width / 2, &more, paint.look.text());
    }
    for (row, (starts, line, words)) in (0..body.height).zip(&rows[first..end]) {
        let at = line_of(body, row);
        if let Some(line) = starts {
            paint.text(at, at.x + 1, &time_of_day(line), dim);
        }
        paint.text(at, at.x + 1 + TIME, words, paint.look.scope(line.scope));
    }
}

/// `08:15:02Z`.
fn time_of_day(line: &LogLine) -> String {
    let ticks = i64::try_from(line.at.as_micros()).unwrap_or(0).saturating_mul(10).saturating_add(UNIX_EPOCH_TICKS);
    datetime_text(ticks).get(11..19).map(|it| format!("{it}Z")).unwrap_or_default()
}
