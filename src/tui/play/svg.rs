//! A screen as a picture: SVG with real text, so that it can be searched and read aloud.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::player::screen_text;

const CELL_WIDTH: f64 = 8.4;
const LINE_HEIGHT: usize = 18;
const MARGIN: usize = 12;
/// For cells that leave the colour to the terminal.
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d5d8de";
/// The first sixteen colours as most terminals show them, in ANSI's order.
const ANSI: [&str; 16] = [
    "#1c1f26", "#d0585f", "#6fae6f", "#c9a94c", "#5a9bcb", "#a978c4", "#55a8a8", "#c5c9d0", "#6b7380", "#ef7078",
    "#86c586", "#e5c463", "#74b6e0", "#c79be0", "#74c7c7", "#f2f4f7",
];

/// Draws a screen. `title` is read aloud by those who cannot see the picture.
pub fn svg(screen: &Buffer, title: &str) -> String {
    let (columns, rows) = (usize::from(screen.area.width), usize::from(screen.area.height));
    let (width, height) = (columns as f64 * CELL_WIDTH + 2.0 * MARGIN as f64, rows * LINE_HEIGHT + 2 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height}\" role=\"img\" \
         font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        escaped(title),
        screen.content.first().map_or_else(|| BACKGROUND.to_owned(), |it| color(it.bg, BACKGROUND)),
    );
    if columns > 0 && !screen_text(screen).trim().is_empty() {
        let ground = color(screen.content[0].bg, BACKGROUND);
        for (row, cells) in screen.content.chunks(columns).enumerate() {
            let mut column = 0;
            // Cells that look alike become one element.
            for run in cells.chunk_by(|a, b| look(a) == look(b)) {
                draw_run(&mut out, run, (column, row), &ground);
                column += run.len();
            }
        }
    }
    out + "</svg>\n"
}

fn look(cell: &Cell) -> (Color, Color, Modifier) {
    (cell.fg, cell.bg, cell.modifier)
}

fn draw_run(out: &mut String, run: &[Cell], (column, row): (usize, usize), ground: &str) {
    let (mut ink, mut paper) = (color(run[0].fg, FOREGROUND), color(run[0].bg, BACKGROUND));
    if run[0].modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (x, top) = (MARGIN as f64 + column as f64 * CELL_WIDTH, MARGIN + row * LINE_HEIGHT);
    let width = run.len() as f64 * CELL_WIDTH;
    // Writing to a text cannot fail.
    if paper != ground {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"{LINE_HEIGHT}\" fill=\"{paper}\"/>"
        );
    }
    let text: String = run.iter().map(Cell::symbol).collect();
    if text.trim().is_empty() {
        return;
    }
    let bold = if run[0].modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let dim = if run[0].modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    let line = if run[0].modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{}\" fill=\"{ink}\"{bold}{dim}{line} xml:space=\"preserve\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        top + 14,
        escaped(&text)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn color(color: Color, default: &str) -> String {
    match color {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Indexed(index) => indexed(index),
        Color::Reset => default.to_owned(),
        named => ansi(named).map_or_else(|| default.to_owned(), |it| ANSI[it].to_owned()),
    }
}

/// The place of a named colour among the sixteen.
pub(super) fn ansi(color: Color) -> Option<usize> {
    use Color::{
        Black, Blue, Cyan, DarkGray, Gray, Green, LightBlue, LightCyan, LightGreen, LightMagenta, LightRed,
        LightYellow, Magenta, Red, White, Yellow,
    };
    let all = [
        Black,
        Red,
        Green,
        Yellow,
        Blue,
        Magenta,
        Cyan,
        Gray,
        DarkGray,
        LightRed,
        LightGreen,
        LightYellow,
        LightBlue,
        LightMagenta,
        LightCyan,
        White,
    ];
    all.iter().position(|it| *it == color)
}

/// One of the 256 colours: the sixteen, a cube of six steps a side, and a ramp of greys.
fn indexed(index: u8) -> String {
    let step = |it: u8| if it == 0 { 0 } else { it * 40 + 55 };
    match index {
        0..16 => ANSI[usize::from(index)].to_owned(),
        16..232 => {
            let cube = index - 16;
            format!("#{:02x}{:02x}{:02x}", step(cube / 36), step(cube / 6 % 6), step(cube % 6))
        }
        _ => {
            let grey = (index - 232) * 10 + 8;
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}
