//! A list of indicators becomes `let` statements before the query at the cursor.

use crate::config::Scope;
use crate::kql::TextEdit;
use crate::result::Indicators;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::popups::indicators::{IndicatorList, left_out};

/// Asks for the list; what is selected in the editor is one.
pub(super) fn show(app: &mut App) {
    let selection = app.editor.selection();
    let found = selection.as_ref().map(|it| Indicators::of(&app.editor.text()[it.clone()]));
    let is_waiting = found.is_none();
    let revision = app.editor.revision();
    app.popup = Popup::Indicators(IndicatorList { found: found.unwrap_or_default(), is_waiting, selection, revision });
}

pub(super) fn paste(app: &mut App, pasted: &str) {
    if let Popup::Indicators(list) = &mut app.popup {
        list.found = Indicators::of(pasted);
        list.is_waiting = false;
        list.selection = None;
    }
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    if action == Action::Open {
        take(app);
    }
    Vec::new()
}

/// Puts the statements where the query at the cursor begins, so that it can use them.
fn take(app: &mut App) {
    let Popup::Indicators(list) = &app.popup else { return };
    if list.found.is_empty() {
        return;
    }
    let list = list.clone();
    app.popup = Popup::None;
    let text = app.editor.text();
    let offset = app.editor.offset();
    let block = app.editor.block().filter(|it| it.start <= offset && offset <= it.end);
    let is_taken = |name: &str| text.contains(&format!("let {name} "));
    let kql = list.found.kql(&is_taken);
    let selection = list.selection.filter(|_| list.revision == app.editor.revision());
    let (span, kql) = match (selection, block) {
        (Some(selection), _) => (selection, kql.trim_end().to_owned()),
        (None, Some(block)) => (block.start..block.start, kql),
        (None, None) => (offset..offset, kql),
    };
    let cursor = span.start + kql.len();
    app.editor.apply(&[TextEdit { span, text: kql }], cursor);
    app.focus = Pane::Editor;
    let undo = app.keys.name(Section::Editor, Action::Undo);
    let dropped = if list.found.left_out.is_empty() { String::new() } else { format!(" {}.", left_out(&list.found)) };
    app.notify(Scope::Success, format!("{}; {undo} takes it back.{dropped}", list.found.words()));
}
