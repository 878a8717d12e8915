//! The picture in the README is the real screen: `assets/demo.keys` played on the lab, drawn as SVG.
//! `UPDATE_EXPECT=1` draws it anew. What was measured differs from run to run and is not compared.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use regex::Regex;
use tallyho::config::Config;
use tallyho::tui::{Surroundings, ThemeChoice};

use crate::support_keys::{Player, options};

const CELL_WIDTH: f64 = 8.4;
const LINE_HEIGHT: usize = 18;
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d5d8de";

#[test]
fn the_picture_in_the_readme_is_the_workbench() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let script = fs::read_to_string(assets.join("demo.keys")).unwrap();
    let drawn = svg(&screen(&script));
    let path = assets.join("demo.svg");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &drawn).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(without_figures(&drawn), without_figures(&kept), "UPDATE_EXPECT=1 draws the picture anew");
}

/// Plays the script on a lab of its own, in colour.
fn screen(script: &str) -> Buffer {
    let home = tempfile::tempdir().unwrap();
    let mut options = options(home.path(), home.path());
    options.connections = Config::default().connections;
    "lab".clone_into(&mut options.start);
    options.theme = ThemeChoice::Named("dark".to_owned());
    options.around = Surroundings { no_color: false, truecolor: true, light: false, ascii: false, squiggles: false };
    crate::lab::copy_to(&options.paths.data.join("lab"));
    let (columns, rows) = script.lines().find_map(|it| it.strip_prefix("# size ")?.split_once('x')).unwrap();
    let mut player = Player::with_options(columns.parse().unwrap(), rows.parse().unwrap(), options, home);
    player.play(script);
    player.workbench.terminal().backend().buffer().clone()
}

/// Runs of cells that look alike become one text element each.
fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (width, height) = (columns as f64 * CELL_WIDTH + 24.0, rows * LINE_HEIGHT + 24);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height}\" \
         font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (row, cells) in buffer.content.chunks(columns).enumerate() {
        let mut column = 0;
        for run in cells.chunk_by(|a, b| look(a) == look(b)) {
            draw_run(&mut out, run, column, row);
            column += run.len();
        }
    }
    out + "</svg>\n"
}

fn look(cell: &Cell) -> (Color, Color, Modifier) {
    (cell.fg, cell.bg, cell.modifier)
}

fn draw_run(out: &mut String, run: &[Cell], column: usize, row: usize) {
    let (mut ink, mut paper) = (color(run[0].fg, FOREGROUND), color(run[0].bg, BACKGROUND));
    if run[0].modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (x, top) = (12.0 + column as f64 * CELL_WIDTH, 12 + row * LINE_HEIGHT);
    let width = run.len() as f64 * CELL_WIDTH;
    if paper != BACKGROUND {
        writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"{LINE_HEIGHT}\" fill=\"{paper}\"/>"
        )
        .unwrap();
    }
    let text: String = run.iter().map(Cell::symbol).collect();
    if text.trim().is_empty() {
        return;
    }
    let bold = if run[0].modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let dim = if run[0].modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{}\" fill=\"{ink}\"{bold}{dim} xml:space=\"preserve\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\">{escaped}</text>",
        top + 14
    )
    .unwrap();
}

fn color(color: Color, default: &str) -> String {
    match color {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        _ => default.to_owned(),
    }
}

/// Only the words: figures that were measured and the places they push things to differ from run to run.
fn without_figures(svg: &str) -> String {
    let words = Regex::new(">([^<]*)</text>").unwrap();
    let figures = Regex::new(r"[\d.,:#–─━█▏▎▍▌▋▊▉ -]+|\b(ms|s|[KMG]?i?B)\b").unwrap();
    words.captures_iter(svg).map(|it| figures.replace_all(&it[1], "").into_owned()).collect()
}
