//! Splits the screen; each pane draws itself.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::app::{App, Figures, Pane};
use super::layout::{Layout, below_rule};
use super::panes::{cost, editor, hint, results, side, tab_line, title};
use super::popups;
use super::widgets::{Painter, line_of};
use crate::config::Scope;

pub(super) fn draw(frame: &mut Frame<'_>, app: &App) {
    let area = frame.area();
    let layout = Layout::new(app, area);
    let mut paint = Painter { buf: frame.buffer_mut(), look: &app.look };
    paint.style(area, app.look.ground());
    title::draw(&mut paint, layout.title, app);
    let cursor = draw_editor(&mut paint, &layout, app);
    let filtered_at = results::draw(&mut paint, layout.results, app).filter(|_| app.is_focused(Pane::Results));
    cost::draw(&mut paint, layout.cost, app);
    if layout.side_over {
        clear(&mut paint, layout.side);
    }
    let searched_at = side::draw(&mut paint, layout.side, app);
    // What the rule says goes before the corner.
    let corner = (layout.side.x, layout.results.y);
    let is_rule = paint.buf.cell(corner).is_some_and(|it| matches!(it.symbol(), "━" | "─"));
    if is_rule && !layout.side.is_empty() && !layout.side_over && !layout.results.is_empty() {
        let glyph = if app.is_focused(Pane::Results) { "┷" } else { "┴" };
        paint.text(line_of(layout.results, 0), layout.side.x, glyph, app.look.scope(Scope::Border));
    }
    let middle =
        Rect { y: layout.title.bottom(), height: area.height - layout.title.height - layout.hint.height, ..area };
    let typed_at = popups::draw(&mut paint, middle, cursor, app);
    hint::draw(&mut paint, layout.hint, app);
    if let Some(figures) = &app.screen.figures {
        draw_figures(&mut paint, line_of(middle, 0), figures, app.screen.is_slow);
    }
    if app.look.ascii {
        paint.replace_unicode();
    }
    paint.rewrite_behind_odd_graphemes();
    let typed_at = typed_at.or(filtered_at).or(searched_at);
    if let Some(cursor) = typed_at.or(cursor.filter(|_| app.is_focused(Pane::Editor))) {
        frame.set_cursor_position(cursor);
    }
}

fn draw_editor(paint: &mut Painter<'_>, layout: &Layout, app: &App) -> Option<ratatui::layout::Position> {
    let pane = layout.editor;
    if pane.is_empty() {
        return None;
    }
    tab_line::draw(paint, pane, app);
    editor::draw(paint, below_rule(pane), &app.editor, app.only_advises(), running_text(app).as_ref())
}

/// The part of the text that is being run, while it stands there still.
fn running_text(app: &App) -> Option<std::ops::Range<usize>> {
    let run = app.run.as_ref().filter(|it| it.tab == app.tabs.current().id)?;
    let range = run.offset..run.offset + run.text.len();
    (app.editor.text().get(range.clone()) == Some(run.text.as_str())).then_some(range)
}

/// What the message and the frame before this one cost, over the right end of the first rule.
fn draw_figures(paint: &mut Painter<'_>, line: Rect, figures: &Figures, is_slow: bool) {
    let ms = |it: std::time::Duration| it.as_secs_f64() * 1_000.0;
    let words = format!(
        " update {:.1} ms  draw {:.1} ms  {} B  of {} KiB in {} frames  {} line ",
        ms(figures.update),
        ms(figures.draw),
        figures.last_bytes,
        figures.n_bytes / 1024,
        figures.n_frames,
        if is_slow { "slow" } else { "quick" },
    );
    let width = (words.len() as u16).min(line.width);
    let place = Rect { x: line.right() - width, width, ..line };
    clear(paint, place);
    paint.text(place, place.x, &words, paint.look.scope(Scope::Info));
}

/// Takes away what was drawn before.
pub(super) fn clear(paint: &mut Painter<'_>, area: Rect) {
    for row in 0..area.height {
        let line = line_of(area, row);
        paint.text(line, line.x, &" ".repeat(usize::from(line.width)), Style::reset());
        paint.style(line, paint.look.ground());
    }
}
