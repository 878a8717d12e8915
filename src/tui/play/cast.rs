//! A recording in asciicast's second version: a line of JSON for the terminal, then one for each change of the screen
//! (<https://docs.asciinema.org/manual/asciicast/v2/>).

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use serde_json::json;

use super::player::Frame;
use super::svg::ansi;
use crate::text;

/// Writes the frames as a recording; a screen that changes its size between two of them is told so.
pub fn asciicast(frames: &[Frame], title: &str) -> String {
    let area = frames.first().map(|it| it.screen.area).unwrap_or_default();
    let header = json!({"version": 2, "width": area.width, "height": area.height, "title": title});
    let mut out = format!("{header}\n");
    let mut before: Option<&Buffer> = None;
    for frame in frames {
        let at = frame.at.as_secs_f64();
        let area = frame.screen.area;
        if before.is_some_and(|it| it.area != area) {
            let _ = writeln!(out, "{}", json!([at, "r", format!("{}x{}", area.width, area.height)]));
            before = None;
        }
        let _ = writeln!(out, "{}", json!([at, "o", painted(before, &frame.screen)]));
        before = Some(&frame.screen);
    }
    out
}

/// The bytes that make one screen of the other, line by line.
fn painted(before: Option<&Buffer>, screen: &Buffer) -> String {
    let width = usize::from(screen.area.width).max(1);
    // The cursor is part of what is drawn, as a cell that is reversed.
    let mut out = if before.is_none() { "\u{1b}[?25l\u{1b}[2J".to_owned() } else { String::new() };
    for (row, cells) in screen.content.chunks(width).enumerate() {
        let old = before.map(|it| &it.content[row * width..(row + 1) * width]);
        if old == Some(cells) {
            continue;
        }
        let _ = write!(out, "\u{1b}[{};1H", row + 1);
        line(&mut out, cells);
    }
    out
}

fn line(out: &mut String, cells: &[Cell]) {
    let mut style = None;
    let mut covered = 0;
    for cell in cells {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        covered = text::width(cell.symbol()).max(1) - 1;
        let wanted = (cell.fg, cell.bg, cell.modifier);
        if style != Some(wanted) {
            select(out, wanted);
            style = Some(wanted);
        }
        out.push_str(cell.symbol());
    }
    out.push_str("\u{1b}[0m");
}

fn select(out: &mut String, (ink, paper, modifier): (Color, Color, Modifier)) {
    out.push_str("\u{1b}[0");
    for (flag, code) in [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ] {
        if modifier.contains(flag) {
            let _ = write!(out, ";{code}");
        }
    }
    color(out, ink, 30);
    color(out, paper, 40);
    out.push('m');
}

fn color(out: &mut String, color: Color, base: usize) {
    let _ = match color {
        Color::Rgb(red, green, blue) => write!(out, ";{};2;{red};{green};{blue}", base + 8),
        Color::Indexed(index) => write!(out, ";{};5;{index}", base + 8),
        named => match ansi(named) {
            Some(at @ 0..8) => write!(out, ";{}", base + at),
            Some(at) => write!(out, ";{}", base + 52 + at),
            None => Ok(()),
        },
    };
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ratatui::style::Style;

    use super::*;

    #[test]
    fn a_recording_paints_what_the_screen_shows() {
        let area = ratatui::layout::Rect::new(0, 0, 6, 2);
        let mut first = Buffer::empty(area);
        first.set_string(0, 0, "日本x", Style::new().fg(Color::LightRed).add_modifier(Modifier::BOLD));
        let mut second = first.clone();
        second.set_string(0, 1, "two", Style::new().bg(Color::Rgb(1, 2, 3)));
        let frames = [
            Frame { at: Duration::ZERO, screen: first },
            Frame { at: Duration::from_millis(70), screen: second.clone() },
        ];
        let cast = asciicast(&frames, "t");
        let side = |it| std::num::NonZero::new(it).unwrap();
        let mut terminal = vt100::Parser::new(side(2), side(6), 0);
        for event in cast.lines().skip(1) {
            let event: serde_json::Value = serde_json::from_str(event).unwrap();
            terminal.process(event[2].as_str().unwrap().as_bytes());
        }
        let shown: Vec<_> = terminal.screen().contents().lines().map(|it| it.trim_end().to_owned()).collect();
        assert_eq!(shown, ["日本x", "two"]);
        let cell = terminal.screen().cell(0, 0).unwrap();
        assert!(cell.bold() && cell.fgcolor() == vt100::Color::Idx(9));
        assert_eq!(terminal.screen().cell(1, 0).unwrap().bgcolor(), vt100::Color::Rgb(1, 2, 3));
        // Only the line that changed is painted again.
        assert!(!cast.lines().last().unwrap().contains('日'), "{cast}");
    }
}
