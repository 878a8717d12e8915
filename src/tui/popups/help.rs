//! The keys, from the table in force.

use std::sync::OnceLock;

use ratatui::layout::Rect;

use crate::kql::support_table;
use crate::run;
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::keymap::Section;
use crate::tui::layout::below_rule;
use crate::tui::view::clear;
use crate::tui::widgets::{Painter, line_of};

/// What a query on this machine may use, kind by kind, from the one list of it.
fn support_lines() -> &'static [(String, String)] {
    static LINES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    LINES.get_or_init(|| {
        support_table(&run::capabilities()).into_iter().map(|it| (it.kind.clone(), it.words())).collect()
    })
}

/// One line of the help.
enum Line {
    Title(&'static str),
    /// Keys and what they do; a line that goes on has no keys.
    Key(String, &'static str),
    Blank,
}

/// The line that is first after a scrolling action; always within the help.
pub(in crate::tui) fn scroll(app: &App, top: usize, action: Action) -> usize {
    let page = usize::from(app.size.1.saturating_sub(3)).max(1);
    let last = lines(app, usize::from(app.size.0)).1.len().saturating_sub(page);
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

/// The columns that the keys take, and the lines: the focused pane first, then what works everywhere, then the others.
/// Nothing is cut: what a key does goes on in the next line.
fn lines(app: &App, width: usize) -> (usize, Vec<Line>) {
    let focused = app.pane_section();
    let mut sections = Section::ALL.to_vec();
    sections.sort_by_key(|(section, _, _)| match section {
        it if *it == focused => 0,
        Section::Anywhere => 1,
        _ => 2,
    });
    let tables: Vec<_> = sections.into_iter().map(|(section, _, title)| (title, app.keys.lines(section))).collect();
    let keys = tables.iter().flat_map(|(_, keys)| keys.iter().map(|(keys, _)| text::width(keys)));
    let names = keys.max().unwrap_or(0).min(width * 2 / 5);
    let room = width.saturating_sub(names + 5).max(8);
    let mut out = Vec::new();
    for (title, keys) in tables {
        if !out.is_empty() {
            out.push(Line::Blank);
        }
        out.push(Line::Title(title));
        for (keys, text) in keys {
            let mut keys = text::wrap(&keys, names).into_iter().map(str::to_owned);
            let mut help = text::wrap(text.help, room).into_iter();
            loop {
                let (keys, help) = (keys.next(), help.next());
                if keys.is_none() && help.is_none() {
                    break;
                }
                out.push(Line::Key(keys.unwrap_or_default(), help.unwrap_or_default()));
            }
        }
    }
    out.extend([Line::Blank, Line::Title("What the engine runs")]);
    for (kind, words) in support_lines() {
        let mut kind = Some(kind.clone());
        let lines = text::wrap(words, room).into_iter();
        out.extend(lines.map(|words| Line::Key(kind.take().unwrap_or_default(), words)));
    }
    (names, out)
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App, top: usize) {
    if area.is_empty() {
        return;
    }
    clear(paint, area);
    let dim = paint.look.dim();
    let body = below_rule(area);
    let (names, lines) = lines(app, usize::from(body.width));
    // On a small screen only how much more there is.
    let note = (area.width >= 60).then(|| ("the keys of this workbench".to_owned(), dim));
    paint.rule(line_of(area, 0), "help", note.as_slice(), true);
    let below = lines.len().saturating_sub(top + usize::from(body.height));
    if below > 0 {
        paint.rule_right(line_of(area, 0), area.x + area.width / 2, &format!("{below} more lines"), paint.look.text());
    }
    for (row, line) in (0..body.height).zip(lines.iter().skip(top)) {
        let at = line_of(body, row);
        match line {
            Line::Title(title) => drop(paint.text(at, at.x + 1, title, paint.look.accent())),
            Line::Key(keys, help) => {
                paint.text(at, at.x + 2, keys, paint.look.text());
                paint.text(at, at.x + names as u16 + 4, help, dim);
            }
            Line::Blank => {}
        }
    }
}
