//! `tallyho functions`: what the engine evaluates, and what it refuses by name.

use std::io::{self, Write};

use clap::Args;

use super::Failure;
use crate::engine::Engine;
use crate::kql::{Support, support};

#[derive(Args)]
pub(super) struct FunctionsArgs {
    /// Only these.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Only what is refused.
    #[arg(long)]
    refused: bool,
}

pub(super) fn functions(args: &FunctionsArgs) -> Result<(), Failure> {
    let is_asked = |it: &Support| args.names.is_empty() || args.names.iter().any(|name| name == it.name);
    let is_shown = |it: &Support| !args.refused || !it.runs;
    let all = support(&Engine::capabilities());
    let asked: Vec<Support> = all.into_iter().filter(|it| is_asked(it) && is_shown(it)).collect();
    if let Some(unknown) = args.names.iter().find(|name| !asked.iter().any(|it| it.name == *name) && !args.refused) {
        return Err(Failure::Usage(format!("there is no function and no aggregate '{unknown}'")));
    }
    let mut out = io::stdout().lock();
    let width = asked.iter().map(|it| it.name.len()).max().unwrap_or_default();
    for it in &asked {
        let mark = if it.runs { "runs" } else { "refused" };
        writeln!(out, "{:width$}  {:9}  {mark:7}  {}", it.name, it.kind.name(), it.about)?;
    }
    if args.names.is_empty() && !args.refused {
        let n_run = asked.iter().filter(|it| it.runs).count();
        writeln!(out, "\n{n_run} of {} run; a query that uses another is refused by its name", asked.len())?;
    }
    Ok(())
}
