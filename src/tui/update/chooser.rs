//! Choices from lists: each list has one arm.

use crate::tui::action::{ACTIONS, Action, ActionText};
use crate::tui::app::{App, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
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

pub(super) fn paste(app: &mut App, pasted: &str) {
    if let Popup::Chooser(chooser) = &mut app.popup {
        chooser.paste(pasted);
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
        List::Palette => palette(app).get(at).map_or_else(Vec::new, |it| super::keys::act(app, it.action)),
        List::Themes => super::screen::theme_chosen(app, at),
        List::Tabs => super::tabs::take_choice(app, at),
        List::FileInTheWay => super::files::take_choice(app, at),
        List::Export => {
            super::export::chosen(app, at);
            Vec::new()
        }
        List::KeptRuns => super::compare::chosen(app, at),
        List::ChartKinds => super::charts::chosen_kind(app, at),
    }
}

/// Every action: those that work everywhere first, then those of the focused pane, then the rest. Among them the order is
/// the table's.
fn palette(app: &App) -> Vec<&'static ActionText> {
    let section = app.section();
    let mut all: Vec<&ActionText> = ACTIONS.iter().filter(|it| it.action != Action::Palette).collect();
    let of = |section| app.keys.lines(section).into_iter().map(|(_, it)| it.action).collect::<Vec<_>>();
    let (own, anywhere) = (of(section), of(Section::Anywhere));
    all.sort_by_key(|it| match it.action {
        // Nobody looks for these in a list.
        it if is_plain_move(it) => 3,
        it if anywhere.contains(&it) => 0,
        it if own.contains(&it) => 1,
        _ => 2,
    });
    all
}

/// Moves of the cursor and single keys of the editor.
fn is_plain_move(action: Action) -> bool {
    use Action::{
        DeleteBack, DeleteForward, Down, First, Indent, Last, Left, LineEnd, LineStart, Newline, PageDown, PageUp,
        Right, Up,
    };
    let moves = [Up, Down, Left, Right, PageUp, PageDown, First, Last, LineStart, LineEnd];
    moves.contains(&action) || [Newline, Indent, DeleteBack, DeleteForward].contains(&action)
}

/// Opens the list of everything that can be done.
pub(super) fn show_palette(app: &mut App) {
    let section = app.section();
    let key = |action| app.keys.chords(section, action).first().or_else(|| app.keys.first_chord(action));
    let choices = palette(app).into_iter().map(|it| Choice {
        label: it.name.replace('-', " "),
        detail: it.help.to_owned(),
        key: key(it.action).map_or_else(String::new, ToString::to_string),
    });
    let choices = choices.collect();
    app.popup = Popup::Chooser(Chooser::new(List::Palette, "commands", choices));
}
