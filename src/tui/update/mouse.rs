//! The mouse, where it is wanted: a click focuses and chooses, the wheel scrolls what it is over. Everything that it does,
//! keys do as well.

use ratatui::layout::{Position, Rect};

use super::keys;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup};
use crate::tui::effect::Effect;
use crate::tui::layout::below_rule;
use crate::tui::msg::MouseDeed;

/// Lines of one turn of the wheel.
const WHEEL: usize = 3;

pub(super) fn done(app: &mut App, deed: MouseDeed, at: Position) -> Vec<Effect> {
    if !app.screen.mouse {
        app.redraw = false;
        return Vec::new();
    }
    let wheel = match deed {
        MouseDeed::WheelUp => Some(Action::Up),
        MouseDeed::WheelDown => Some(Action::Down),
        MouseDeed::WheelLeft => Some(Action::Left),
        MouseDeed::WheelRight => Some(Action::Right),
        MouseDeed::Press | MouseDeed::Drag => None,
    };
    if app.popup != Popup::None {
        // What lies over the panes is moved in; a click beside it does nothing by surprise.
        return wheel.map_or_else(Vec::new, |it| keys::act(app, it));
    }
    let Some((pane, area)) = pane_at(app, at) else { return Vec::new() };
    if let Some(action) = wheel {
        return turn_wheel(app, pane, action);
    }
    app.notice = None;
    if deed == MouseDeed::Drag {
        if pane == Pane::Editor && app.focus == Pane::Editor {
            click_editor(app, below_rule(area), at, true);
        }
        return Vec::new();
    }
    keys::focus(app, pane);
    let body = below_rule(area);
    match pane {
        Pane::Editor => click_editor(app, body, at, false),
        Pane::Results => app.results.click(body, at),
        Pane::Side | Pane::Cost => {}
    }
    Vec::new()
}

/// The pane at a place of the screen; what lies over others comes first.
fn pane_at(app: &App, at: Position) -> Option<(Pane, Rect)> {
    let layout = app.layout();
    let mut panes = [
        (Pane::Editor, layout.editor),
        (Pane::Results, layout.results),
        (Pane::Cost, layout.cost),
        (Pane::Side, layout.side),
    ];
    if layout.side_over {
        panes.reverse();
    }
    panes.into_iter().find(|(_, area)| area.contains(at))
}

/// Scrolls what the wheel is over; the focus stays where it is.
fn turn_wheel(app: &mut App, pane: Pane, action: Action) -> Vec<Effect> {
    let focus = std::mem::replace(&mut app.focus, pane);
    let mut effects = Vec::new();
    for _ in 0..WHEEL {
        effects.extend(keys::act(app, action));
    }
    if app.focus == pane {
        app.focus = focus;
    }
    effects
}

fn click_editor(app: &mut App, body: Rect, at: Position, extend: bool) {
    if body.contains(at) {
        app.editor.click(body, at, extend);
    }
}
