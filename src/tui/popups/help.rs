//! The keys, from the table in force.

use ratatui::layout::Rect;

use crate::text;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::keymap::Section;
use crate::tui::layout::below_rule;
use crate::tui::view::clear;
use crate::tui::widgets::{Painter, line_of};

/// One line of the help.
enum Line {
    Title(&'static str),
    Key(String, &'static str),
    Blank,
}

/// The line that is first after a scrolling action; always within the help.
pub(in crate::tui) fn scroll(app: &App, top: usize, action: Action) -> usize {
    let page = usize::from(app.size.1.saturating_sub(3)).max(1);
    let last = lines(app).len().saturating_sub(page);
    let moved = match action {
        Action::Up => top.saturating_sub(1),
        Action::Down => top + 1,
        Action::PageUp => top.saturating_sub(page),
        Action::PageDown => top + page,
        Action::First => 0,
        Action::Last => last,
        _ => top,
    };
    moved.min(last)
}

/// What works everywhere first, then the focused pane, then the others.
fn lines(app: &App) -> Vec<Line> {
    let focused = app.pane_section();
    let mut sections = Section::ALL.to_vec();
    sections.sort_by_key(|(section, _, _)| match section {
        Section::Anywhere => 0,
        it if *it == focused => 1,
        _ => 2,
    });
    let mut out = Vec::new();
    for (section, _, title) in sections {
        if !out.is_empty() {
            out.push(Line::Blank);
        }
        out.push(Line::Title(title));
        out.extend(app.keys.lines(section).into_iter().map(|(keys, text)| Line::Key(keys, text.help)));
    }
    out
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App, top: usize) {
    if area.is_empty() {
        return;
    }
    clear(paint, area);
    let dim = paint.look.dim();
    let body = below_rule(area);
    let lines = lines(app);
    paint.rule(line_of(area, 0), "help", &[("the keys of this workbench".to_owned(), dim)], true);
    let below = lines.len().saturating_sub(top + usize::from(body.height));
    if below > 0 {
        paint.rule_right(line_of(area, 0), area.x + area.width / 2, &format!("{below} more lines"), paint.look.text());
    }
    let widest =
        lines.iter().map(|it| if let Line::Key(keys, _) = it { text::width(keys) } else { 0 }).max().unwrap_or(0);
    let names = widest.min(usize::from(body.width) * 2 / 5) as u16;
    for (row, line) in (0..body.height).zip(lines.iter().skip(top)) {
        let at = line_of(body, row);
        match line {
            Line::Title(title) => drop(paint.text(at, at.x + 1, title, paint.look.accent())),
            Line::Key(keys, help) => {
                paint.text(at, at.x + 2, &text::clip(keys, usize::from(names)), paint.look.text());
                paint.text(at, at.x + names + 4, help, dim);
            }
            Line::Blank => {}
        }
    }
}
