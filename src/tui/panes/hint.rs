//! The last line: the newest message, or the keys that matter here and now; and whether the text is safe.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::editor::severity_scope;
use super::tables;
use crate::config::Scope;
use crate::kql::{Diagnostic, SignatureHelp};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Pane, Popup, Side, SignInState};
use crate::tui::keymap::Section;
use crate::tui::popups::completion;
use crate::tui::update::{export, queue};
use crate::tui::view::clear;
use crate::tui::widgets::Painter;

/// On a screen with fewer lines than these above the last one, a message has one line.
const MIN_LINES_ABOVE: u16 = 8;
/// Documentation is not begun in less room than this.
const MIN_SAID: u16 = 20;
const WIDE: u16 = 90;

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
    } else if let Some(words) = export::words(app).filter(|_| app.popup == Popup::None) {
        message(paint, area, &words, look.scope(Scope::Info));
    } else if let Some(words) = queue::words(app) {
        message(paint, area, &words, look.scope(Scope::Info));
    } else if let Some(completing) = app.help.completing().filter(|_| app.popup == Popup::None) {
        let x = draw_keys(paint, left, app);
        let room = Rect { x: x.min(area.right()), width: area.right().saturating_sub(x), ..area };
        // On a wide screen it stands beside the offers.
        let has_room = (MIN_SAID..WIDE).contains(&room.width);
        if let Some(said) = completion::in_a_line(app, completing).filter(|_| has_room) {
            paint.text(room, room.x, &said, look.dim());
        }
    } else if let Some(finding) = finding(app).filter(|it| app.help.signature.is_none() || is_about_a_word(app, it)) {
        draw_finding(paint, area, app, finding);
    } else if let Some(help) = app.help.signature.as_ref().filter(|_| app.is_focused(Pane::Editor)) {
        draw_signature(paint, area, help);
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
fn finding(app: &App) -> Option<&Diagnostic> {
    app.editor.finding_at_cursor().filter(|_| app.is_focused(Pane::Editor))
}

/// True for a mistake in something that stands at the cursor, rather than in what is still missing there.
fn is_about_a_word(app: &App, finding: &Diagnostic) -> bool {
    let offset = app.editor.offset();
    !finding.span.is_empty() && finding.span.start <= offset && offset <= finding.span.end
}

/// The finding with what to do about it, and its code at the right end where there is room for it.
fn draw_finding(paint: &mut Painter<'_>, area: Rect, app: &App, finding: &Diagnostic) {
    let hint = finding.hint.as_ref().map_or_else(String::new, |it| format!(". {it}"));
    let words = format!("{}{hint}", finding.message);
    message(paint, area, &words, paint.look.scope(severity_scope(finding.severity, app.only_advises())));
    let left = area.x + 2 + u16::try_from(text::width(&text::sanitize(&words))).unwrap_or(u16::MAX - area.x - 2);
    let fix = app.keys.hint(Section::Editor, Action::Fixes).filter(|_| finding.hint.is_some());
    let fix = fix.map(|(key, words)| [(key, paint.look.accent()), (format!(" {words}   "), paint.look.dim())]);
    let code = (finding.code.to_owned(), paint.look.dim());
    let inner = Rect { width: area.width.saturating_sub(1), ..area };
    let whole: Vec<_> = fix.into_iter().flatten().chain([code.clone()]).collect();
    let fits = |pieces: &[(String, Style)]| {
        let width: usize = pieces.iter().map(|it| text::width(&it.0)).sum();
        usize::from(left) + 2 + width <= usize::from(inner.right())
    };
    paint.pieces_right(inner, left, if fits(&whole) { &whole } else { std::slice::from_ref(&code) });
}

/// How the call at the cursor is written, the parameter that one is in marked, so that it is always seen.
fn draw_signature(paint: &mut Painter<'_>, area: Rect, help: &SignatureHelp) {
    let Some(signature) = help.signatures.get(help.active_signature).or_else(|| help.signatures.first()) else {
        return;
    };
    let active = help.active_parameter.and_then(|it| signature.parameters.get(it));
    let active = active.filter(|it| signature.label.get((*it).clone()).is_some()).cloned().unwrap_or(0..0);
    let label = &signature.label;
    let room = usize::from(area.width.saturating_sub(2));
    // A long one begins where what is marked can be seen.
    let skip = if text::width(&label[..active.end]) <= room { 0 } else { active.start };
    let ways = match help.signatures.len() {
        0 | 1 => String::new(),
        n => format!("   {} of {n}", help.active_signature + 1),
    };
    let marked = paint.look.accent().add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    let (plain, dim) = (paint.look.text(), paint.look.dim());
    let said =
        if signature.documentation.is_empty() { String::new() } else { format!("   {}", signature.documentation) };
    let before = if skip > 0 { "…" } else { "" };
    let pieces = [
        (format!(" {before}{}", &label[skip..active.start.max(skip)]), plain),
        (label[active.clone()].to_owned(), marked),
        (label[active.end..].to_owned(), plain),
        (ways, dim),
        (said, dim),
    ];
    paint.pieces(area, &pieces);
}

fn save_state(app: &App) -> (String, Scope) {
    match app.saving.saved {
        Some(revision) if revision >= app.text_revision() => {
            // The text is safe, which does not say that its file holds it.
            let words = if app.tabs.current().is_unsaved() { "kept, file not saved" } else { "saved" };
            (words.to_owned(), Scope::Dim)
        }
        _ => (String::new(), Scope::Dim),
    }
}

/// Returns the column behind the last one.
fn draw_keys(paint: &mut Painter<'_>, area: Rect, app: &App) -> u16 {
    let is_completing = app.help.completing().is_some() && app.popup == Popup::None;
    let section = if is_completing { Section::Completion } else { app.section() };
    let mut x = area.x + 1;
    for action in actions(app) {
        let Some((key, words)) = app.keys.hint(section, action) else { continue };
        let back = app.run.is_none() || app.popup != Popup::None || is_completing;
        let words = match (action, &app.popup) {
            (Action::Cancel, Popup::SigningIn) if !is_over(app) => "stop",
            (Action::Cancel, _) if is_completing => "close",
            (Action::Open, _) if section == Section::GridBar => "keep",
            (Action::Right, Popup::None) if section == Section::Record => "open",
            (Action::Left, Popup::None) if section == Section::Profile => "column before",
            (Action::Right, Popup::None) if section == Section::Profile => "next column",
            (Action::Open, Popup::None) if section == Section::Profile => "a row",
            (Action::CopyPath, Popup::None) if section != Section::Record => "copy KQL",
            (Action::Cancel, _) if back => "back",
            (
                Action::Open,
                Popup::Fixes(_)
                | Popup::Rename(_)
                | Popup::TimeRange(_)
                | Popup::Prompt(_)
                | Popup::Chooser(_)
                | Popup::Parameters(_)
                | Popup::Indicators(_),
            ) => "take",
            (Action::Open, Popup::Find) if app.find.in_with => "replace",
            (Action::Open, Popup::Find) => "next",
            (Action::Open, Popup::SigningIn) if is_over(app) => "try again",
            (Action::Open, Popup::SigningIn) => "address",
            (Action::Copy, Popup::SigningIn) => "copy code",
            (Action::Run, Popup::None) if app.focus == Pane::Editor && app.editor.selection().is_some() => {
                "run selection"
            }
            (Action::SearchHistory, _) if app.section() == Section::Filter => "scope",
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
    x
}

/// True when a sign-in came to nothing.
fn is_over(app: &App) -> bool {
    app.sign_in.as_ref().is_some_and(|it| it.state != SignInState::Asked)
}

/// The actions worth a hint, the most important first.
fn actions(app: &App) -> Vec<Action> {
    use Action::{
        Cancel, Connections, Copy, Filter, Help, NextPane, NextRecord, Open, Palette, Quit, Run, SignIn, TimeRange,
        ToggleCost, ToggleHistory, Zoom,
    };
    match app.popup {
        Popup::None if app.help.completing().is_some() => return vec![Action::Accept, Cancel],
        Popup::None => {}
        Popup::Prompt(ref prompt) if prompt.path().is_some() => return vec![Open, Action::NextPath, Cancel],
        Popup::Fixes(_) | Popup::Rename(_) | Popup::Prompt(_) | Popup::Chooser(_) => return vec![Open, Cancel],
        Popup::Parameters(_) => return vec![Open, Action::NextField, Run, Cancel],
        Popup::Indicators(ref list) if list.found.is_empty() => return vec![Cancel],
        Popup::Indicators(_) => return vec![Open, Cancel],
        Popup::Find if app.find.replaces => {
            return vec![
                Open,
                Action::NextField,
                Action::ReplaceAll,
                Action::FindCase,
                Action::FindWord,
                Action::FindRegex,
            ];
        }
        Popup::Find => {
            return vec![Open, Cancel, Action::FindCase, Action::FindWord, Action::FindRegex, Action::Replace];
        }
        Popup::Help(_) | Popup::Log(_) => return vec![Cancel, Action::PageDown],
        Popup::Inspector(_) => return vec![Open, Action::ReopenResult, Action::PinRun, Copy, Cancel],
        Popup::Connections(_) => return vec![Open, Cancel, SignIn, Help],
        Popup::TimeRange(_) => return vec![Open, Cancel, Help],
        Popup::SigningIn if is_over(app) => return vec![Open, Cancel],
        Popup::SigningIn => return vec![Copy, Open, Cancel],
    }
    let mut actions = match app.focus {
        Pane::Editor => vec![Run, ToggleHistory, Connections, NextPane, Palette, Quit, TimeRange, ToggleCost],
        Pane::Results if app.results.record.is_some() => {
            vec![Cancel, Action::Right, NextRecord, Action::CopyParts, Action::AddToQuery, Action::FindInRecord, Zoom]
        }
        Pane::Results if app.section() == Section::Pack => pack_actions(app),
        Pane::Results if app.section() == Section::Difference => view_actions(Section::Difference),
        Pane::Results if app.results.shows_grid() && !app.results.view.is_grid() => view_actions(app.section()),
        Pane::Results if !app.results.shows_grid() => vec![Run, NextPane, ToggleHistory, Help],
        Pane::Results if app.section() == Section::GridBar => vec![Open, Cancel, Action::FilterKind],
        Pane::Results => vec![Open, Action::CopyMenu, Action::GridSearch, NextPane, Zoom, Run, Help],
        Pane::Side if app.history.is_filtering() => vec![Open, Cancel, Action::SearchHistory],
        Pane::Side if app.section() == Section::SideSearch => vec![Open, Cancel],
        Pane::Side if app.side.side == Side::Tables => side_tables(app),
        Pane::Side if app.side.side == Side::Library => vec![Open, Action::RunPack, Action::Favourite, Filter, Help],
        Pane::Side => {
            let of_run = [Action::ReopenResult, Action::InspectRun, Action::PinRun, Action::LabelRun];
            [&[Open, Filter][..], &of_run, &[Action::HistoryScope, Action::DeleteRun, Zoom, Help]].concat()
        }
        Pane::Cost => vec![Zoom, ToggleCost, NextPane, Help],
    };
    if app.run.is_some() {
        actions.retain(|it| *it != Run && *it != Cancel);
        actions.insert(0, Cancel);
    }
    actions
}

/// What matters in a look at the rows other than the grid.
fn view_actions(section: Section) -> Vec<Action> {
    use Action::{
        Cancel, ChangeKinds, ChooseKeys, ChooseMeasure, Copy, CopyPath, GroupBy, Help, Left, Open, Reorder, Right,
    };
    match section {
        Section::Profile => vec![Cancel, Left, Right, Open, Copy, Help],
        Section::Groups => vec![Cancel, Open, GroupBy, ChooseMeasure, Reorder, CopyPath, Help],
        Section::Pivot => vec![Cancel, ChooseMeasure, Reorder, Copy, CopyPath, Help],
        Section::Difference => vec![Cancel, Open, ChooseKeys, ChangeKinds, Action::CompareWith, Copy, Help],
        Section::Chart => vec![
            Action::ChartKind,
            Action::ChartMark,
            Action::ChartZoomIn,
            Action::ChartWhere,
            Action::ChartSeries,
            Cancel,
            Help,
        ],
        _ => vec![Cancel, Help],
    }
}

/// In the tables, what can be done with the chosen entry.
fn side_tables(app: &App) -> Vec<Action> {
    let mut actions = vec![Action::Open, Action::InsertName, Action::Sample, Action::Filter, Action::Help];
    if let Some(tables::Entry::Section { .. }) = app.tables.chosen() {
        actions.retain(|it| !matches!(it, Action::InsertName | Action::Sample));
    }
    actions
}

/// In a pack, what can be done as it stands.
fn pack_actions(app: &App) -> Vec<Action> {
    let rest = [Action::OpenQuery, Action::ExportPack, Action::Cancel, Action::Help];
    let first = match &app.pack {
        Some(pack) if pack.is_running() => vec![Action::PausePack, Action::DropQuery, Action::Open],
        Some(pack) if !pack.matrix.left().is_empty() => vec![Action::RunPack, Action::DropQuery, Action::Open],
        _ => vec![Action::Open],
    };
    first.into_iter().chain(rest).collect()
}
