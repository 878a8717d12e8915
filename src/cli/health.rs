//! `tallyho health`: what the program finds around it, and what is wrong with it. Nothing is changed and nobody is asked.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::Args;

use super::{Failure, paths};
use crate::config::{Config, Paths};
use crate::history::{History, KeptLimits, KeptResults};
use crate::text;
use crate::tui::{KeyMap, Look, Surroundings, ThemeChoice};

#[derive(Args)]
pub(super) struct HealthArgs {}

/// How one of the things stands.
enum State {
    Good,
    /// It is not there, which is no fault.
    Absent,
    Bad,
}

/// A thing that was looked at, and what was found.
type Finding = (&'static str, State, String);

pub(super) fn health(_: &HealthArgs) -> Result<(), Failure> {
    let paths = paths()?;
    let mut found = vec![("version", State::Good, env!("CARGO_PKG_VERSION").to_owned())];
    for (name, folder) in [("configuration", &paths.config), ("data", &paths.data), ("cache", &paths.cache)] {
        found.push(look_at_folder(name, folder));
    }
    let (config, finding) = look_at_config(&paths);
    found.push(finding);
    found.extend(look_at_keys_and_theme(&paths, &config));
    found.push(look_at_lab(&paths));
    found.push(look_at_history(&paths));
    found.push(look_at_kept(&paths));
    found.extend(look_at_terminal());
    let mut out = io::stdout().lock();
    let mut is_bad = false;
    for (name, state, words) in found {
        let mark = match state {
            State::Good => "ok",
            State::Absent => "-",
            State::Bad => "BAD",
        };
        is_bad |= matches!(state, State::Bad);
        writeln!(out, "{mark:<4} {name:<14} {}", text::sanitize(&words))?;
    }
    if is_bad { Err(Failure::Found) } else { Ok(()) }
}

fn look_at_folder(name: &'static str, folder: &Path) -> Finding {
    let shown = folder.display();
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (name, State::Absent, format!("{shown} is made when it is needed"))
        }
        Err(error) => (name, State::Bad, format!("{shown}: {error}")),
        Ok(it) if !it.is_dir() => (name, State::Bad, format!("{shown} is no folder")),
        Ok(it) if it.permissions().readonly() => (name, State::Bad, format!("{shown} cannot be written")),
        Ok(_) => (name, State::Good, shown.to_string()),
    }
}

fn look_at_config(paths: &Paths) -> (Config, Finding) {
    let file = paths.config.join("config.toml");
    match Config::load(&file) {
        Ok(config) => {
            let n = config.connections.len();
            let (state, is) = if file.exists() { (State::Good, "") } else { (State::Absent, " is not there;") };
            let connections = if n == 1 { "1 connection".to_owned() } else { format!("{n} connections") };
            let words = format!("{}{is} {connections}, default '{}'", file.display(), config.default_connection);
            (config, ("config.toml", state, words))
        }
        Err(error) => (Config::default(), ("config.toml", State::Bad, error.message)),
    }
}

fn look_at_keys_and_theme(paths: &Paths, config: &Config) -> Vec<Finding> {
    let said = |faults: &[crate::config::Fault]| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let (_, faults) = KeyMap::load(&paths.config);
    let keys = match (faults.is_empty(), paths.config.join("keys.toml").exists()) {
        (false, _) => ("keys", State::Bad, said(&faults)),
        (true, true) => ("keys", State::Good, "keys.toml over the built-in keys".to_owned()),
        (true, false) => ("keys", State::Good, "the built-in ones".to_owned()),
    };
    let choice = ThemeChoice::of_name(&config.theme);
    let theme = match Look::new(&choice, &paths.config.join("themes"), &Surroundings::of_process()) {
        Ok((_, faults)) if faults.is_empty() => ("theme", State::Good, config.theme.clone()),
        Ok((_, faults)) => ("theme", State::Bad, said(&faults)),
        Err(error) => ("theme", State::Bad, error.to_string()),
    };
    vec![keys, theme]
}

fn look_at_lab(paths: &Paths) -> Finding {
    let folder = paths.data.join("lab");
    match fs::read_dir(&folder) {
        Ok(files) => ("lab", State::Good, format!("{} files in {}", files.count(), folder.display())),
        Err(_) => ("lab", State::Absent, "made when it is first opened".to_owned()),
    }
}

fn look_at_history(paths: &Paths) -> Finding {
    let path = paths.data.join("history.sqlite");
    if !path.exists() {
        return ("history", State::Absent, "begins with the first run".to_owned());
    }
    let counted = History::open(&path).and_then(|mut it| it.count().map(|n| (n, it.notice())));
    match counted {
        Ok((n, None)) => ("history", State::Good, format!("{n} runs in {}", path.display())),
        Ok((n, Some(notice))) => ("history", State::Bad, format!("{notice} {n} runs are there now.")),
        Err(error) => ("history", State::Bad, format!("{}. {}", error.message, error.advice)),
    }
}

fn look_at_kept(paths: &Paths) -> Finding {
    let limits = KeptLimits { bytes: 0, age: std::time::Duration::ZERO };
    match KeptResults::new(&paths.data, limits).list() {
        Ok(files) => {
            let bytes: u64 = files.iter().map(|it| it.bytes).sum();
            ("kept results", State::Good, format!("{} with {bytes} bytes", files.len()))
        }
        Err(error) => ("kept results", State::Bad, error.to_string()),
    }
}

/// What the environment says of the terminal. The terminal itself is asked only when the workbench opens.
fn look_at_terminal() -> Vec<Finding> {
    let variable = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
    let is_terminal = io::stdout().is_terminal();
    let term = variable("TERM").unwrap_or_else(|| "not named".to_owned());
    let around = Surroundings::of_process();
    let colours = match (around.no_color, around.truecolor) {
        (true, _) => "none, as NO_COLOR asks",
        (false, true) => "24 bits",
        (false, false) => "the terminal's palette",
    };
    let letters = if around.ascii { "ASCII only" } else { "Unicode" };
    let inside = if variable("TMUX").is_some() { ", inside tmux" } else { "" };
    let remote = if variable("SSH_CONNECTION").is_some() { ", over SSH" } else { "" };
    let state = if is_terminal { State::Good } else { State::Absent };
    let output = if is_terminal { "" } else { "; this output is none" };
    vec![
        ("terminal", state, format!("{term}{inside}{remote}{output}")),
        ("colours", State::Good, colours.to_owned()),
        ("characters", State::Good, letters.to_owned()),
    ]
}
