//! Help of the language in the editor: asked for by keys and by typing, answered by a worker. An answer about a text or
//! a place that is no longer the cursor's is of no use and is dropped.

use crate::config::Scope;
use crate::kql::{
    ColumnSymbol, Completion, CompletionItem, Hover, SignatureHelp, Span, TextEdit, apply_edits, comment_stage,
    duplicate_stage, move_stage_down, move_stage_up, select_stage,
};
use crate::tui::action::Action;
use crate::tui::app::{App, Overlay, Pane, Popup};
use crate::tui::effect::Effect;
use crate::tui::keymap::Section;
use crate::tui::language::{Answer, Found, Offer, Question, Wanted};
use crate::tui::popups::completion::Completing;
use crate::tui::popups::fixes::FixList;
use crate::tui::popups::rename::Renaming;

/// The text and the cursor before a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before {
    revision: u64,
    offset: usize,
}

impl Before {
    pub(super) fn of(app: &App) -> Self {
        Self { revision: app.editor.revision(), offset: app.editor.offset() }
    }
}

/// Called behind every key: what lies beside the cursor follows it, and help is asked for where it may be wanted.
pub(super) fn follow(app: &mut App, before: Before, typed: Option<char>) -> Vec<Effect> {
    if app.focus != Pane::Editor || app.popup != Popup::None {
        app.help.stop_completing();
        app.help.signature = None;
        return Vec::new();
    }
    if Before::of(app) == before {
        return Vec::new();
    }
    let offset = app.editor.offset();
    let start = word_start(app.editor.text(), offset);
    if app.help.dismissed.is_some_and(|it| it != start) {
        app.help.dismissed = None;
    }
    let overlay = std::mem::take(&mut app.help.overlay);
    let has_changed = before.revision != app.editor.revision();
    let mut offer = Offer::No;
    if let (Overlay::Completion(completing), true) = (overlay, has_changed)
        && let Some(completing) = completing.follow(app.editor.text(), offset)
    {
        app.help.overlay = Overlay::Completion(completing);
    } else if app.help.dismissed.is_none() && typed.is_some_and(|it| may_help(app.editor.text(), start, offset, it)) {
        offer = Offer::AsTyped;
    }
    let is_in_call = is_in_call(app);
    if !is_in_call {
        app.help.signature = None;
    }
    if offer == Offer::No && !is_in_call { Vec::new() } else { ask(app, Wanted::Assistance(offer)) }
}

/// The text was replaced: what was said of the old one is gone.
pub(super) fn close(app: &mut App) {
    app.help.overlay = Overlay::None;
    app.help.signature = None;
}

/// True where the character just typed may begin something that can be completed.
fn may_help(text: &str, start: usize, offset: usize, typed: char) -> bool {
    match typed {
        '.' => !text[..offset - 1].ends_with(|it: char| it.is_ascii_digit() || it == '.'),
        ' ' => text[..offset].trim_end_matches(' ').ends_with('|'),
        _ => text[start..offset].starts_with(|it: char| it.is_alphabetic() || matches!(it, '_' | '$')),
    }
}

/// Where the word begins that ends at an offset.
fn word_start(text: &str, offset: usize) -> usize {
    let word = text[..offset].trim_end_matches(|it: char| it.is_alphanumeric() || matches!(it, '_' | '$'));
    word.len()
}

fn is_in_call(app: &App) -> bool {
    let offset = app.editor.offset();
    app.editor.helped().is_some_and(|it| is_in_brackets(&app.editor.text()[it.start..offset.max(it.start)]))
}

/// True behind a bracket that is not closed. What stands in strings counts too: the language knows better when asked.
fn is_in_brackets(text: &str) -> bool {
    let depth = text.bytes().rev().try_fold(0_i32, |depth, byte| match byte {
        b')' => Ok(depth + 1),
        b'(' if depth == 0 => Err(()),
        b'(' => Ok(depth - 1),
        _ => Ok(depth),
    });
    depth.is_err()
}

fn ask(app: &mut App, wanted: Wanted) -> Vec<Effect> {
    let Some(range) = app.editor.helped() else {
        let by_itself = matches!(wanted, Wanted::Assistance(Offer::No | Offer::AsTyped));
        if !by_itself {
            app.notify(Scope::Warning, "This query is too long for that.");
        }
        return Vec::new();
    };
    if app.open_connection().is_none() {
        return Vec::new();
    }
    let offset = app.editor.offset() - range.start;
    let query = app.editor.text()[range.clone()].to_owned();
    let question = Question { revision: app.editor.revision(), query, start: range.start, offset, wanted };
    vec![Effect::Ask(Box::new(question))]
}

/// What is selected counts as far as it is in the query at the cursor.
fn ask_fixes(app: &mut App) -> Vec<Effect> {
    let at = app.editor.offset();
    let query = app.editor.helped().unwrap_or(at..at);
    let selected = app.editor.selection().unwrap_or(at..at);
    let within = |it: usize| it.clamp(query.start, query.end) - query.start;
    ask(app, Wanted::Fixes(within(selected.start)..within(selected.end)))
}

/// An action that concerns the language; `None` when it is not one.
pub(super) fn act(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    Some(match action {
        Action::Complete => ask(app, Wanted::Assistance(Offer::Asked)),
        Action::Describe => ask(app, Wanted::Hover),
        Action::Definition => ask(app, Wanted::Definition),
        Action::Fixes => ask_fixes(app),
        Action::Rename => ask(app, Wanted::Renamable),
        Action::Format => format(app),
        Action::GoBack => go_back(app),
        Action::StageUp | Action::StageDown | Action::DuplicateStage | Action::SelectStage | Action::CommentStage => {
            restructure(app, action);
            Vec::new()
        }
        Action::NextFinding => next_finding(app),
        _ => return None,
    })
}

/// A key while something lies beside the cursor: `None` when it means what it means without that.
pub(super) fn act_on_overlay(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    let Overlay::Completion(completing) = &mut app.help.overlay else { return None };
    match action {
        Action::Accept => return Some(accept(app)),
        Action::Open if completing.is_chosen_by_hand() => return Some(accept(app)),
        Action::Open => {
            app.help.overlay = Overlay::None;
            app.editor.edit(Action::Newline);
        }
        Action::Cancel => {
            app.help.dismissed = Some(completing.start());
            app.help.overlay = Overlay::None;
        }
        action if completing.act(action) => {}
        _ => return None,
    }
    Some(Vec::new())
}

/// Puts the chosen item in the place of the word.
fn accept(app: &mut App) -> Vec<Effect> {
    let Overlay::Completion(completing) = std::mem::take(&mut app.help.overlay) else { return Vec::new() };
    let choice = completing.choice(&app.help.recent(), app.editor.offset());
    let Some((span, item)) = choice.filter(|(span, _)| span.end <= app.editor.text().len()) else { return Vec::new() };
    let (insert, cursor) = inserted(&item, &app.editor.text()[span.end..]);
    app.help.remember(&item.label);
    let cursor = span.start + cursor;
    app.editor.apply(&[TextEdit { span, text: insert }], cursor);
    app.help.dismissed = None;
    Vec::new()
}

/// What is written for an item, and where the cursor goes in it. Brackets that stand there already are not written again.
fn inserted(item: &CompletionItem, behind: &str) -> (String, usize) {
    match item.insert.strip_suffix("()").filter(|_| behind.starts_with('(')) {
        Some(name) => (name.to_owned(), name.len() + 1),
        None => (item.insert.clone(), item.cursor.min(item.insert.len())),
    }
}

/// What was found out.
pub(super) fn answered(app: &mut App, answer: Answer) -> Vec<Effect> {
    let is_current = answer.revision == app.editor.revision();
    let is_here = is_current && answer.offset == app.editor.offset() && app.focus == Pane::Editor;
    match answer.found {
        Found::Assistance { offer, completion, signature } => {
            if is_here && app.popup == Popup::None {
                return assist(app, offer, completion, signature);
            }
            app.redraw = false;
        }
        Found::Hover(hover) if is_here && app.popup == Popup::None => describe(app, hover),
        Found::Definition { definition, references } if is_current => go_to(app, answer.offset, definition, references),
        Found::Renamable(found) if is_here && app.popup == Popup::None => begin_rename(app, found),
        Found::Renamed { name, take, outcome } if is_current => renamed(app, &name, take, outcome),
        Found::Fixes(fixes) if is_here && app.popup == Popup::None => match FixList::new(answer.revision, fixes) {
            Some(list) => app.popup = Popup::Fixes(list),
            None => app.notify(Scope::Dim, "There is nothing to mend or to rewrite at the cursor."),
        },
        Found::Formatted(edits) if is_current => formatted(app, &edits),
        Found::Formatted(_) => app.notify(Scope::Warning, "The text has changed meanwhile: it was not formatted."),
        _ => app.redraw = false,
    }
    Vec::new()
}

fn assist(app: &mut App, offer: Offer, completion: Completion, signature: Option<SignatureHelp>) -> Vec<Effect> {
    // How operators are written would take the last line at every word; only what a call wants is that pressing.
    let signature = signature.filter(|_| is_in_call(app));
    let had = std::mem::replace(&mut app.help.signature, signature);
    app.redraw = had != app.help.signature;
    if offer == Offer::No {
        return Vec::new();
    }
    let asked = offer == Offer::Asked;
    match Completing::new(completion, app.editor.text(), app.editor.offset(), asked) {
        Some(completing) => {
            app.help.overlay = Overlay::Completion(completing);
            app.redraw = true;
        }
        None if asked => {
            app.notify(Scope::Dim, "Nothing is known that could stand here.");
            app.redraw = true;
        }
        None => {}
    }
    Vec::new()
}

fn describe(app: &mut App, hover: Option<Hover>) {
    match hover {
        Some(hover) => app.help.overlay = Overlay::Hover(hover),
        None => app.notify(Scope::Dim, "Nothing is known about what stands at the cursor."),
    }
}

/// What the column under the cursor of the grid is.
pub(super) fn describe_column(app: &mut App) {
    let Some(column) = app.results.column() else { return };
    let mut hover = Hover { span: 0..0, title: format!("{}: {}", column.name, column.ty.name()), lines: Vec::new() };
    let schema = app.open_connection().map(|it| it.schema());
    let asked = app.last_asked.as_ref().map_or("", |(text, _)| text.as_str());
    let tables = schema.iter().flat_map(|it| it.tables());
    // A table that the query names says it best.
    let mut tables: Vec<_> = tables.collect();
    tables.sort_by_key(|it| !asked.contains(&it.name));
    let described = tables.iter().find_map(|table| {
        let same = |it: &&ColumnSymbol| it.name == column.name && !it.description.is_empty();
        table.columns.iter().find(same).map(|it| (table, it))
    });
    match described {
        Some((table, it)) => hover.lines = vec![it.description.clone(), format!("A column of {}.", table.name)],
        None => hover.lines.push("Nothing more is known of this column.".to_owned()),
    }
    app.help.overlay = Overlay::Hover(hover);
}

/// Moves, doubles, selects or comments out the operator at the cursor.
fn restructure(app: &mut App, action: Action) {
    let Some(range) = app.editor.helped().filter(|it| !it.is_empty()) else {
        return app.notify(Scope::Dim, "There is no operator at the cursor.");
    };
    let text = &app.editor.text()[range.clone()];
    let offset = app.editor.offset() - range.start;
    if action == Action::SelectStage {
        let selected = app.editor.selection().unwrap_or(offset + range.start..offset + range.start);
        let within =
            selected.start.max(range.start) - range.start..selected.end.clamp(range.start, range.end) - range.start;
        return match select_stage(text, within) {
            Some(span) => app.editor.select(span.start + range.start..span.end + range.start),
            None => app.notify(Scope::Dim, "There is nothing larger to select."),
        };
    }
    let (change, nothing) = match action {
        Action::StageUp => (move_stage_up(text, offset), "This operator cannot move up: only what it reads is above."),
        Action::StageDown => (move_stage_down(text, offset), "This operator cannot move down: nothing is below it."),
        Action::DuplicateStage => (duplicate_stage(text, offset), "There is no operator at the cursor."),
        _ => (comment_stage(text, offset), "There is no operator at the cursor."),
    };
    let Some(change) = change else { return app.notify(Scope::Dim, nothing) };
    let moved = |it: TextEdit| TextEdit { span: it.span.start + range.start..it.span.end + range.start, text: it.text };
    let edits: Vec<_> = change.edits.into_iter().map(moved).collect();
    let selection = change.selection.start + range.start..change.selection.end + range.start;
    app.editor.apply(&edits, selection.end);
    if !selection.is_empty() {
        app.editor.select(selection);
    }
}

/// Jumps to the definition; from there back to where the last jump began.
fn go_to(app: &mut App, from: usize, definition: Option<Span>, references: Vec<Span>) {
    let Some(definition) = definition else {
        let describe = app.keys.name(Section::Editor, Action::Describe);
        let words = format!("No let, as, declare or parameter of this query names this. {describe} says what it is.");
        return app.notify(Scope::Dim, words);
    };
    let n_uses = references.len().saturating_sub(1);
    if definition.start <= from && from <= definition.end {
        let uses = match n_uses {
            0 => "is not used in this query".to_owned(),
            1 => "is used once".to_owned(),
            n => format!("is used {n} times"),
        };
        if go_back_quietly(app) {
            return;
        }
        let name = app.editor.text()[definition].to_owned();
        app.editor.mark(references);
        return app.notify(Scope::Dim, format!("Here {name} gets its meaning; it {uses}."));
    }
    app.help.jumped_from(from);
    app.editor.unselect();
    app.editor.jump_to_offset(definition.start);
    app.editor.mark(references);
    let back = app.keys.name(Section::Editor, Action::GoBack);
    app.notify(Scope::Dim, format!("{back} goes back."));
}

fn go_back_quietly(app: &mut App) -> bool {
    let Some(offset) = app.help.trail.pop() else { return false };
    app.editor.unselect();
    app.editor.jump_to_offset(offset);
    true
}

fn go_back(app: &mut App) -> Vec<Effect> {
    if !go_back_quietly(app) {
        let jump = app.keys.name(Section::Editor, Action::Definition);
        app.notify(Scope::Dim, format!("There was no jump to come back from; {jump} goes to a definition."));
    }
    Vec::new()
}

fn next_finding(app: &mut App) -> Vec<Effect> {
    match app.editor.next_finding() {
        Some(offset) => {
            app.editor.unselect();
            app.editor.jump_to_offset(offset);
        }
        None => app.notify(Scope::Success, "Nothing wrong was found in what was looked at."),
    }
    Vec::new()
}

fn begin_rename(app: &mut App, found: Option<(Span, String, Vec<Span>)>) {
    let Some((_, name, places)) = found else {
        return app.notify(Scope::Warning, "Only names that let, as, declare or a function gives can be renamed.");
    };
    app.popup = Popup::Rename(Renaming::new(app.editor.revision(), name, places.len()));
    app.editor.mark(places);
}

/// A character or a deletion in the field of the new name: what it would change is asked at once.
pub(super) fn type_name(app: &mut App, typed: char) -> Vec<Effect> {
    let Popup::Rename(renaming) = &mut app.popup else { return Vec::new() };
    if typed.is_control() {
        return Vec::new();
    }
    renaming.type_char(typed);
    try_name(app, false)
}

pub(super) fn act_on_rename(app: &mut App, action: Action) -> Vec<Effect> {
    let Popup::Rename(renaming) = &mut app.popup else { return Vec::new() };
    match action {
        Action::Open => try_name(app, true),
        action if renaming.act(action) => try_name(app, false),
        _ => Vec::new(),
    }
}

fn try_name(app: &mut App, take: bool) -> Vec<Effect> {
    let Popup::Rename(renaming) = &app.popup else { return Vec::new() };
    let name = renaming.typed.clone();
    ask(app, Wanted::Rename { name, take })
}

fn renamed(app: &mut App, name: &str, take: bool, outcome: Result<Vec<TextEdit>, String>) {
    let revision = app.editor.revision();
    let Popup::Rename(renaming) = &mut app.popup else { return };
    if renaming.typed != name || renaming.revision != revision {
        return;
    }
    match outcome {
        Err(fault) => renaming.fault = Some(format!("{}.", fault.trim_end_matches('.'))),
        Ok(edits) if take => {
            let old = renaming.old.clone();
            app.popup = Popup::None;
            app.editor.mark(Vec::new());
            if edits.is_empty() {
                return;
            }
            let n = edits.len();
            apply(app, &edits);
            let undo = app.keys.name(Section::Editor, Action::Undo);
            let places = if n == 1 { "in 1 place".to_owned() } else { format!("in {n} places") };
            app.notify(Scope::Success, format!("{old} is {name} now, {places}; {undo} takes it back."));
        }
        Ok(_) => renaming.fault = None,
    }
}

/// Makes the chosen change.
pub(super) fn take_fix(app: &mut App) -> Vec<Effect> {
    let Popup::Fixes(list) = std::mem::replace(&mut app.popup, Popup::None) else { return Vec::new() };
    if list.revision == app.editor.revision() {
        let fix = list.chosen();
        apply(app, &fix.edits);
        let undo = app.keys.name(Section::Editor, Action::Undo);
        app.notify(Scope::Dim, format!("{}: done; {undo} takes it back.", fix.title));
    }
    Vec::new()
}

/// Makes changes; the cursor stays with the text around it.
pub(super) fn apply(app: &mut App, edits: &[TextEdit]) {
    let cursor = moved(app.editor.offset(), edits);
    app.editor.apply(edits, cursor);
}

/// Where an offset is after the edits; one inside a replaced text is behind what takes its place.
pub(super) fn moved(offset: usize, edits: &[TextEdit]) -> usize {
    let mut at = offset;
    for edit in edits.iter().take_while(|it| it.span.start <= offset) {
        if edit.span.end <= offset {
            at = at + edit.text.len() - edit.span.len();
        } else {
            at = at - (offset - edit.span.start) + edit.text.len();
        }
    }
    at
}

fn format(app: &mut App) -> Vec<Effect> {
    let Some(range) = app.editor.query() else {
        app.notify(Scope::Warning, "There is no query at the cursor to lay out.");
        return Vec::new();
    };
    if app.open_connection().is_none() {
        app.notify(Scope::Warning, "The connection is not open yet.");
        return Vec::new();
    }
    let query = app.editor.text()[range.clone()].to_owned();
    let question =
        Question { revision: app.editor.revision(), query, start: range.start, offset: 0, wanted: Wanted::Format };
    vec![Effect::Ask(Box::new(question))]
}

fn formatted(app: &mut App, edits: &[TextEdit]) {
    if edits.is_empty() {
        return app.notify(Scope::Dim, "The query is laid out already.");
    }
    let (text, offset) = (app.editor.text(), app.editor.offset());
    let cursor = same_place(text, &apply_edits(text, edits), offset);
    app.editor.apply(edits, cursor);
    let undo = app.keys.name(Section::Editor, Action::Undo);
    app.notify(Scope::Dim, format!("Laid out; {undo} takes it back."));
}

/// The offset behind as many visible characters in the new text as stand before it in the old one.
fn same_place(old: &str, new: &str, offset: usize) -> usize {
    let n_before = old[..offset].chars().filter(|it| !it.is_whitespace()).count();
    if n_before == 0 {
        return 0;
    }
    let nth = new.char_indices().filter(|(_, it)| !it.is_whitespace()).nth(n_before - 1);
    nth.map_or(new.len(), |(at, it)| at + it.len_utf8())
}
