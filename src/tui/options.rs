//! What the workbench is started with.

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{Connection, EditorKeys, Paths, TerminalSettings};
use crate::history::KeptLimits;
use crate::run::Runner;

/// Everything that the workbench needs from outside.
#[derive(Clone)]
pub struct Options {
    pub runner: Arc<Runner>,
    pub paths: Paths,
    pub connections: Vec<Connection>,
    /// The name of the connection to open; the first one when there is none of that name.
    pub start: String,
    /// The user named it; else the one of the last time is opened.
    pub start_is_given: bool,
    /// The user's own editor, as the environment names it.
    pub editor: Option<String>,
    /// Files to open, each in a tab. None of them is run.
    pub files: Vec<PathBuf>,
    pub theme: ThemeChoice,
    pub around: Surroundings,
    pub terminal: TerminalSettings,
    /// How one edits.
    pub edit_keys: EditorKeys,
    /// Folders of queries.
    pub library: Vec<PathBuf>,
    /// How many results are kept beside the history, and for how long.
    pub kept: KeptLimits,
}

/// Which colours to use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// What fits the terminal.
    #[default]
    Auto,
    Named(String),
}

impl ThemeChoice {
    pub fn of_name(name: &str) -> Self {
        if name == "auto" { Self::Auto } else { Self::Named(name.to_owned()) }
    }
}

/// What is known about the terminal before anything is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "six facts that have nothing to do with each other")]
pub struct Surroundings {
    /// The user wants no colour (<https://no-color.org>).
    pub no_color: bool,
    /// The terminal says it has 24-bit colour.
    pub truecolor: bool,
    /// The terminal says its background is light.
    pub light: bool,
    /// The terminal cannot show more than ASCII.
    pub ascii: bool,
    /// The terminal's font has no braille, but half blocks.
    pub blocks: bool,
    /// The terminal draws wavy lines below text, in any colour.
    pub squiggles: bool,
}

impl Surroundings {
    /// Reads the environment: `NO_COLOR`, `COLORTERM`, `COLORFGBG`, and the character set of the locale. An environment
    /// that names no locale at all is taken for one that can show Unicode, as containers are; `TALLYHO_ASCII` decides
    /// where that is wrong.
    pub fn of_process() -> Self {
        Self::of(|name| std::env::var(name).ok().filter(|it| !it.is_empty()))
    }

    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let truecolor = variable("COLORTERM").is_some_and(|it| matches!(it.as_str(), "truecolor" | "24bit"));
        let background = variable("COLORFGBG").and_then(|it| it.rsplit(';').next()?.parse::<u8>().ok());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name));
        let unicode = locale.is_none_or(|it| {
            let it = it.to_ascii_lowercase();
            it.contains("utf-8") || it.contains("utf8")
        });
        Self {
            no_color: variable("NO_COLOR").is_some(),
            truecolor,
            light: matches!(background, Some(7 | 15)),
            ascii: !unicode || variable("TALLYHO_ASCII").is_some(),
            // The console of Linux has a font of 512 characters at most.
            blocks: variable("TERM").is_some_and(|it| it == "linux"),
            squiggles: draws_squiggles(&variable),
        }
    }
}

/// Terminals that are known to draw wavy lines. Another one could take the sequence for something else, and tmux or
/// screen in between may not hand it on.
fn draws_squiggles(variable: &impl Fn(&str) -> Option<String>) -> bool {
    let is_one_of =
        |name: &str, known: &[&str]| variable(name).is_some_and(|it| known.iter().any(|part| it.contains(part)));
    if is_one_of("TERM", &["tmux", "screen", "linux"]) || variable("TMUX").is_some() {
        return false;
    }
    let vte = variable("VTE_VERSION").and_then(|it| it.parse::<u32>().ok());
    is_one_of("TERM", &["kitty", "foot", "wezterm", "ghostty", "alacritty", "contour"])
        || is_one_of("TERM_PROGRAM", &["WezTerm", "iTerm.app", "ghostty", "vscode"])
        || vte.is_some_and(|it| it >= 5_200)
}
