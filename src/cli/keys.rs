//! `tallyho keys`: the keys that are in force, and the commented table that is built in.

use std::io::{self, Write};

use clap::Args;

use super::{Failure, paths};
use crate::config::DEFAULT_KEYS;
use crate::text;
use crate::tui::{ACTIONS, KeyMap, Section};

#[derive(Args)]
pub(super) struct KeysArgs {
    /// Print the built-in key file, commented: copy it to keys.toml and keep the lines that you change.
    #[arg(long)]
    default: bool,
    /// Print only the path of your key file.
    #[arg(long, conflicts_with = "default")]
    path: bool,
    /// Only the keys of this section, for example editor.
    #[arg(value_name = "SECTION", conflicts_with_all = ["default", "path"])]
    section: Option<String>,
}

pub(super) fn keys(args: &KeysArgs) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if args.default {
        out.write_all(DEFAULT_KEYS.as_bytes())?;
        return Ok(());
    }
    let folder = paths()?.config;
    if args.path {
        writeln!(out, "{}", folder.join("keys.toml").display())?;
        return Ok(());
    }
    let (keys, faults) = KeyMap::load(&folder);
    let sections = match &args.section {
        Some(wanted) => Section::ALL.iter().filter(|(_, name, _)| name == wanted).collect::<Vec<_>>(),
        None => Section::ALL.iter().collect(),
    };
    if sections.is_empty() {
        let names: Vec<_> = Section::ALL.iter().map(|(_, name, _)| *name).collect();
        return Err(Failure::Usage(format!("there is no such section; there are {}", names.join(", "))));
    }
    for (section, name, title) in sections {
        let lines = keys.lines(*section);
        if lines.is_empty() {
            continue;
        }
        writeln!(out, "[{name}]  {title}")?;
        for (chords, action) in lines {
            let own = keys.line_of(*section, action.action);
            let own = own.map_or_else(String::new, |(file, line)| format!("  ({file} line {line})"));
            writeln!(out, "  {}  {}  {}{own}", padded(&chords, 26), padded(action.name, 22), action.help)?;
        }
    }
    if args.section.is_none() {
        let has_key = |it| Section::ALL.iter().any(|(section, _, _)| !keys.chords(*section, it).is_empty());
        let free: Vec<_> = ACTIONS.iter().filter(|it| !has_key(it.action)).collect();
        if !free.is_empty() {
            writeln!(out, "Without a key; the list of commands has them:")?;
        }
        for action in free {
            writeln!(out, "  {}  {}  {}", padded("", 26), padded(action.name, 22), action.help)?;
        }
    }
    drop(out);
    if faults.is_empty() {
        return Ok(());
    }
    for fault in &faults {
        writeln!(io::stderr(), "{}", text::sanitize(&fault.to_string()))?;
    }
    Err(Failure::Found)
}

fn padded(words: &str, columns: usize) -> String {
    format!("{words}{}", " ".repeat(columns.saturating_sub(text::width(words))))
}
