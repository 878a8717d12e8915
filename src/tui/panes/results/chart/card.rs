//! A card: the numbers of the first row, each large, with its name below.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Chart;
use super::draw::reading;
use crate::text;
use crate::tui::chart::Plot;
use crate::tui::widgets::{Painter, line_of};

/// Lines of a large digit, and of a number with its name.
const TALL: u16 = 3;

pub(super) fn draw(paint: &mut Painter<'_>, body: Rect, chart: &Chart, plot: &Plot) {
    let tall = body.height > TALL && !paint.look.ascii;
    let each_height = if tall { TALL + 2 } else { 2 };
    let (mut x, mut y) = (body.x + 2, body.y + u16::from(body.height > each_height));
    for (idx, series) in plot.series.iter().enumerate() {
        let Some(point) = series.points.first() else { continue };
        let value = reading(plot, point.y);
        let lines = if tall { large(&value) } else { vec![value.clone()] };
        let safe = text::sanitize(&series.name).into_owned();
        let width = lines.iter().map(|it| text::width(it)).max().unwrap_or(0).max(text::width(&safe)) as u16;
        if x + width > body.right() && x > body.x + 2 {
            (x, y) = (body.x + 2, y + each_height);
        }
        if y >= body.bottom() {
            break;
        }
        let style = paint.look.series(idx).add_modifier(Modifier::BOLD);
        for (row, line) in lines.iter().enumerate() {
            paint.text(line_of(body, y - body.y + row as u16), x, line, style);
        }
        let below = line_of(body, y - body.y + lines.len() as u16);
        let style = if chart.chosen == idx { paint.look.text() } else { paint.look.dim() };
        paint.text(below, x, &safe, style);
        x += width + 4;
    }
}

/// Digits of three lines, made of half blocks; a number with another sign in it stays as it is.
fn large(value: &str) -> Vec<String> {
    let glyphs: Option<Vec<[&str; 3]>> = value.chars().map(glyph).collect();
    let Some(glyphs) = glyphs else { return vec![value.to_owned()] };
    (0..3).map(|row| glyphs.iter().map(|it| it[row]).collect::<Vec<_>>().join(" ")).collect()
}

fn glyph(char: char) -> Option<[&'static str; 3]> {
    Some(match char {
        '0' => ["█▀█", "█ █", "▀▀▀"],
        '1' => ["▀█ ", " █ ", "▀▀▀"],
        '2' => ["▀▀█", "█▀▀", "▀▀▀"],
        '3' => ["▀▀█", " ▀█", "▀▀▀"],
        '4' => ["█ █", "▀▀█", "  ▀"],
        '5' => ["█▀▀", "▀▀█", "▀▀▀"],
        '6' => ["█▀▀", "█▀█", "▀▀▀"],
        '7' => ["▀▀█", "  █", "  ▀"],
        '8' => ["█▀█", "█▀█", "▀▀▀"],
        '9' => ["█▀█", "▀▀█", "▀▀▀"],
        ',' => [" ", " ", "▄"],
        '.' => [" ", " ", "▀"],
        '-' => ["  ", "▀▀", "  "],
        _ => return None,
    })
}
