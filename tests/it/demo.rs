//! The picture in the README is the real screen: `assets/demo.keys` played on the lab, drawn as SVG.
//! `UPDATE_EXPECT=1` draws it anew. What was measured differs from run to run and is not compared.

use std::fs;
use std::path::Path;

use ratatui::buffer::Buffer;
use regex::Regex;
use tallyho::config::Config;
use tallyho::tui::{Surroundings, ThemeChoice, svg};

use crate::support_keys::{Player, options};

#[test]
fn the_picture_in_the_readme_is_the_workbench() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let script = fs::read_to_string(assets.join("demo.keys")).unwrap();
    // The file that is handed on is written, but not into anybody's own folder.
    let reports = tempfile::tempdir().unwrap();
    let (at, shown) = (reports.path().display().to_string(), "~/reports");
    let drawn = svg(&screen(&script.replace(shown, &at)), "The workbench after a hunt on the lab").replace(&at, shown);
    let written = fs::read_to_string(reports.path().join("invoice.csv")).unwrap();
    assert!(written.starts_with("Timestamp,DeviceName,FileName,SHA256,") && written.contains("hf-ws-"), "{written}");
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
    options.around =
        Surroundings { no_color: false, truecolor: true, light: false, ascii: false, blocks: false, squiggles: false };
    crate::lab::copy_to(&options.paths.data.join("lab"));
    let (columns, rows) = script.lines().find_map(|it| it.strip_prefix("# size ")?.split_once('x')).unwrap();
    let mut player = Player::with_options(columns.parse().unwrap(), rows.parse().unwrap(), options, home);
    player.play(script);
    player.workbench.terminal().backend().buffer().clone()
}

/// Only the words: figures that were measured and the places they push things to differ from run to run.
fn without_figures(svg: &str) -> String {
    let words = Regex::new(">([^<]*)</text>").unwrap();
    let figures = Regex::new(r"[\d.,:#–─━█▏▎▍▌▋▊▉▲▼ -]+|\b(ms|s|[KMG]?i?B)\b").unwrap();
    words.captures_iter(svg).map(|it| figures.replace_all(&it[1], "").into_owned()).collect()
}
