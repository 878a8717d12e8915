//! `tallyho config`: where the configuration is, and what may stand in it.

use std::io::{self, Write};

use clap::Args;

use super::{Failure, paths};
use crate::config::Config;

#[derive(Args)]
pub(super) struct ConfigArgs {
    /// Print only the path of the file.
    #[arg(long)]
    path: bool,
    /// Print every key with a comment.
    #[arg(long, conflicts_with = "path")]
    sample: bool,
}

/// Every key of the configuration file, with comments.
const SAMPLE: &str = include_str!("../../assets/config.toml");

pub(super) fn config(args: &ConfigArgs) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if args.sample {
        out.write_all(SAMPLE.as_bytes())?;
        return Ok(());
    }
    let path = paths()?.config.join("config.toml");
    writeln!(out, "{}", path.display())?;
    if !args.path {
        let is_there = path.exists();
        let config = Config::load(&path)?;
        let state = if is_there { "is there and can be read" } else { "is not there: the defaults hold" };
        let names: Vec<&str> = config.connections.iter().map(|it| it.name.as_str()).collect();
        writeln!(out, "The file {state}. Connections: {}.", names.join(", "))?;
        writeln!(out, "tallyho config --sample prints every key with a comment.")?;
    }
    Ok(())
}
