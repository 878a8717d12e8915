//! The rule over the editor: the tabs by number and name, the active one marked, and what is to be said of its text.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::config::Scope;
use crate::text;
use crate::tui::app::{App, Pane, Tab};
use crate::tui::panes::editor;
use crate::tui::widgets::{Painter, line_of};

/// A name takes no more columns than this.
const MAX_NAME: usize = 24;
/// What a query is given takes no more columns than this.
const MAX_GIVEN: usize = 40;
/// Columns that the active tab has at least, before what is said of the text takes them.
const MIN_TABS: usize = 14;

/// One tab as it is written.
struct Label {
    text: String,
    is_active: bool,
}

impl Label {
    /// With the mark before it and the piece of the rule behind it.
    fn width(&self) -> usize {
        text::width(&self.text) + 3
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, pane: Rect, app: &App) {
    let range = app.time_range.as_ref().map(|it| (it.words(), paint.look.scope(Scope::Info)));
    let given = Some(app.parameters.words()).filter(|it| !it.is_empty());
    let given =
        given.map(|it| (text::clip(&text::sanitize(it), MAX_GIVEN).into_owned(), paint.look.scope(Scope::Info)));
    let mode = app.vim.as_ref().map(|it| (it.words(), paint.look.accent()));
    let notes: Vec<_> = mode
        .into_iter()
        .chain(range)
        .chain(given)
        .chain(editor::counts(paint, &app.editor, app.only_advises()))
        .collect();
    let focused = app.is_focused(Pane::Editor);
    if app.tabs.list().len() == 1 && !app.tabs.current().has_title() {
        // One text without a name needs no number.
        paint.rule(pane, &app.tabs.current().title(), &notes, focused);
    } else {
        draw_tabs(paint, pane, app, &notes, focused);
    }
    let (row, col) = app.editor.cursor();
    if pane.width >= 40 {
        paint.rule_right(pane, pane.x + pane.width / 2, &format!("{}:{}", row + 1, col + 1), paint.look.dim());
    }
}

fn draw_tabs(paint: &mut Painter<'_>, pane: Rect, app: &App, notes: &[(String, Style)], focused: bool) {
    let line = line_of(pane, 0);
    let (glyph, scope) = if focused { ("━", Scope::BorderFocus) } else { ("─", Scope::Border) };
    let rule = paint.look.scope(scope);
    paint.text(line, line.x, &glyph.repeat(usize::from(line.width)), rule);
    let said: usize = notes.iter().map(|(words, _)| text::width(&text::sanitize(words)) + 3).sum();
    // At the right end the place of the cursor is written.
    let place = if pane.width >= 40 { 12 } else { 2 };
    let room = usize::from(line.width).saturating_sub(said + place).max(MIN_TABS).min(usize::from(line.width));
    let labels: Vec<_> = app.tabs.list().iter().enumerate().map(|(at, tab)| label(app, at, tab)).collect();
    let seen = seen(&labels, app.tabs.active(), room);
    let mut x = line.x + 1;
    let inner = Rect { width: room as u16, ..line };
    if seen.start > 0 {
        x = paint.text(inner, x, &format!("‹{} ", seen.start), paint.look.dim());
    }
    for label in &labels[seen.clone()] {
        x = draw_label(paint, inner, x, label, focused);
    }
    if seen.end < labels.len() {
        x = paint.text(inner, x, &format!(" {}› ", labels.len() - seen.end), paint.look.dim());
    }
    for (words, style) in notes {
        x = paint.text(line, x, &format!(" {words} "), *style) + 1;
    }
}

fn label(app: &App, at: usize, tab: &Tab) -> Label {
    let is_active = at == app.tabs.active();
    let title = tab.title();
    let name = text::sanitize(&title);
    let name = text::clip(&name, MAX_NAME);
    let star = if tab.is_unsaved() { "*" } else { "" };
    Label { text: format!("{} {name}{star}", at + 1), is_active }
}

/// Which tabs have room: the active one always, then those around it, the ones before it first.
fn seen(labels: &[Label], active: usize, room: usize) -> std::ops::Range<usize> {
    // What is left out on a side is counted there.
    const COUNT: usize = 4;
    let mut range = active..active + 1;
    let mut used = 1 + labels[active].width();
    loop {
        let fits = |more: &Label, used: usize, range: &std::ops::Range<usize>| {
            let left_out = usize::from(range.start > 0) + usize::from(range.end < labels.len());
            used + more.width() + left_out * COUNT <= room
        };
        let wider = if range.start > 0 { range.start - 1..range.end } else { range.clone() };
        if wider != range && fits(&labels[wider.start], used, &wider) {
            used += labels[wider.start].width();
            range = wider;
            continue;
        }
        if range.end < labels.len() && fits(&labels[range.end], used, &(range.start..range.end + 1)) {
            used += labels[range.end].width();
            range.end += 1;
            continue;
        }
        return range;
    }
}

/// The active tab is marked whether the pane has the focus or not, and without colour too.
fn draw_label(paint: &mut Painter<'_>, area: Rect, x: u16, label: &Label, focused: bool) -> u16 {
    let (mark, style) = match (label.is_active, focused) {
        (true, true) => ("▌", paint.look.accent()),
        (true, false) => ("▸", paint.look.text().add_modifier(Modifier::BOLD)),
        (false, _) => (" ", paint.look.dim()),
    };
    let x = paint.text(area, x, mark, style);
    let x = paint.text(area, x, &label.text, style);
    let gap = if label.is_active && focused { "" } else { " " };
    paint.text(area, x, gap, paint.look.dim()) + 1
}
