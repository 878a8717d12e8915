//! Choices from lists: each list has one arm.

use crate::tui::action::{ACTIONS, Action};
use crate::tui::app::{App, Popup};
use crate::tui::effect::Effect;
use crate::tui::popups::chooser::{Choice, Chooser, List};

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    let Popup::Chooser(chooser) = &mut app.popup else { return Vec::new() };
    if action == Action::Open {
        let (list, Some(at)) = (chooser.list, chooser.chosen()) else { return Vec::new() };
        app.popup = Popup::None;
        return chosen(app, list, at);
    }
    chooser.act(action);
    Vec::new()
}

pub(super) fn type_char(app: &mut App, typed: char) {
    if let Popup::Chooser(chooser) = &mut app.popup {
        chooser.type_char(typed);
    }
}

/// Takes a choice; the list is closed already.
fn chosen(app: &mut App, list: List, at: usize) -> Vec<Effect> {
    match list {
        List::Columns => super::grid::go_to_column(app, at),
        List::Copies => super::grid::copy(app, at),
        List::PivotAcross | List::GroupLevel | List::Measures | List::KeyColumns | List::RecordCopy => {
            super::study::chosen(app, list, at)
        }
        List::Palette => ACTIONS.get(at).map_or_else(Vec::new, |it| super::keys::act(app, it.action)),
        List::Tabs => super::tabs::take_choice(app, at),
        List::FileInTheWay => super::files::take_choice(app, at),
        List::Export => {
            super::export::chosen(app, at);
            Vec::new()
        }
        List::ChartKinds => super::charts::chosen_kind(app, at),
    }
}

/// Opens the list of everything that can be done.
pub(super) fn show_palette(app: &mut App) {
    let section = app.section();
    let choices = ACTIONS
        .iter()
        .map(|it| Choice {
            label: it.name.replace('-', " "),
            detail: it.help.to_owned(),
            key: app.keys.chords(section, it.action).first().map_or_else(String::new, ToString::to_string),
        })
        .collect();
    app.popup = Popup::Chooser(Chooser::new(List::Palette, "commands", choices));
}
