//! The last line: the newest message, or the keys that matter here and now; and whether the text is safe.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::editor::severity_scope;
use crate::config::Scope;
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup, SignInState};
use crate::tui::update::queue;
use crate::tui::view::clear;
use crate::tui::widgets::Painter;

/// On a screen with fewer lines than these above the last one, a message has one line.
const MIN_LINES_ABOVE: u16 = 8;

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App) {
    if area.is_empty() {
        return;
    }
    let look = paint.look;
    let (saved, scope) = save_state(app);
    let saved_width = text::width(&saved) as u16;
    let left = Rect { width: area.width.saturating_sub(saved_width + 3), ..area };
    if let Some(notice) = &app.notice {
        message(paint, area, &notice.text, look.scope(notice.scope));
    } else if let Some(failure) = &app.saving.failure {
        let words = format!("The text is not saved: {failure}. Trying again.");
        message(paint, area, &words, look.scope(Scope::Error));
    } else if let Some(words) = queue::words(app) {
        message(paint, area, &words, look.scope(Scope::Info));
    } else if let Some((words, style)) = finding(paint, app) {
        message(paint, area, &words, style);
    } else {
        draw_keys(paint, left, app);
        paint.pieces_right(Rect { width: area.width.saturating_sub(1), ..area }, area.x, &[(saved, look.scope(scope))]);
    }
}

/// A message of at most two lines: what does not fit takes the line above as well, while it is shown.
fn message(paint: &mut Painter<'_>, area: Rect, words: &str, style: Style) {
    let safe = text::sanitize(words);
    let room = usize::from(area.width.saturating_sub(2)).max(1);
    let fits = text::width(&safe) <= room || area.y < MIN_LINES_ABOVE;
    let first = if fits { 0 } else { text::wrap(&safe, room).first().map_or(0, |it| it.len()) };
    if first > 0 {
        let above = Rect { y: area.y - 1, ..area };
        clear(paint, above);
        paint.text(above, above.x + 1, &safe[..first], style);
    }
    paint.text(area, area.x + 1, safe[first..].trim_start(), style);
}

/// What is wrong where the cursor is.
fn finding(paint: &Painter<'_>, app: &App) -> Option<(String, Style)> {
    if app.focus != Pane::Editor || app.popup != Popup::None {
        return None;
    }
    let finding = app.editor.finding_at_cursor()?;
    let hint = finding.hint.as_ref().map_or_else(String::new, |it| format!(". {it}"));
    let scope = severity_scope(finding.severity, app.only_advises());
    Some((format!("{}{hint}", finding.message), paint.look.scope(scope)))
}

fn save_state(app: &App) -> (String, Scope) {
    match app.saving.saved {
        Some(revision) if revision == app.editor.revision() => ("saved".to_owned(), Scope::Dim),
        _ => (String::new(), Scope::Dim),
    }
}

fn draw_keys(paint: &mut Painter<'_>, area: Rect, app: &App) {
    let section = app.section();
    let mut x = area.x + 1;
    for action in actions(app) {
        let Some((key, words)) = app.keys.hint(section, action) else { continue };
        let back = app.run.is_none() || app.popup != Popup::None;
        let words = match (action, &app.popup) {
            (Action::Cancel, Popup::SigningIn) if !is_over(app) => "stop",
            (Action::Cancel, _) if back => "back",
            (Action::Open, Popup::TimeRange(_)) => "take",
            (Action::Open, Popup::SigningIn) if is_over(app) => "try again",
            (Action::Open, Popup::SigningIn) => "address",
            (Action::Copy, Popup::SigningIn) => "copy code",
            _ => words,
        };
        let width = text::width(&key) + text::width(words) + 1;
        if usize::from(x) + width > usize::from(area.right()) {
            break;
        }
        x = paint.text(area, x, &key, paint.look.accent());
        x = paint.text(area, x, &format!(" {words}"), paint.look.dim());
        x = x.saturating_add(3);
    }
}

/// True when a sign-in came to nothing.
fn is_over(app: &App) -> bool {
    app.sign_in.as_ref().is_some_and(|it| it.state != SignInState::Asked)
}

/// The actions worth a hint, the most important first.
fn actions(app: &App) -> Vec<Action> {
    use Action::{
        Cancel, Connections, Copy, Filter, Help, NextPane, NextRecord, Open, PreviousRecord, Quit, Run, SignIn,
        TimeRange, ToggleCost, ToggleHistory, Zoom,
    };
    match app.popup {
        Popup::None => {}
        Popup::Help(_) => return vec![Cancel, Action::PageDown],
        Popup::Connections(_) => return vec![Open, Cancel, SignIn, Help],
        Popup::TimeRange(_) => return vec![Open, Cancel, Help],
        Popup::SigningIn if is_over(app) => return vec![Open, Cancel],
        Popup::SigningIn => return vec![Copy, Open, Cancel],
    }
    let mut actions = match app.focus {
        Pane::Editor => vec![Run, ToggleHistory, Connections, NextPane, Help, Quit, TimeRange, ToggleCost],
        Pane::Results if app.results.record.is_some() => vec![Cancel, PreviousRecord, NextRecord, Copy, Zoom],
        Pane::Results if !app.results.shows_grid() => vec![Run, NextPane, ToggleHistory, Help],
        Pane::Results => vec![Open, Copy, NextPane, Zoom, Run, Help],
        Pane::History if app.history.is_filtering() => vec![Open, Cancel],
        Pane::History => vec![Open, Filter, ToggleHistory, NextPane, Zoom, Help],
        Pane::Cost => vec![Zoom, ToggleCost, NextPane, Help],
    };
    if app.run.is_some() {
        actions.retain(|it| *it != Run && *it != Cancel);
        actions.insert(0, Cancel);
    }
    actions
}
