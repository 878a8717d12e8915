//! `tallyho scrub`: recordings that may leave the house.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, narrate};
use crate::remote;

#[derive(Args)]
pub(super) struct ScrubArgs {
    /// The folder that `record` of a connection has filled.
    #[arg(value_name = "DIR")]
    from: PathBuf,
    /// Where the scrubbed copies go; nothing there is overwritten.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub(super) fn scrub(args: &ScrubArgs) -> Result<(), Failure> {
    let report = remote::scrub(&args.from, &args.to)
        .map_err(|it| Failure::Io(format!("cannot scrub {} into {}: {it}", args.from.display(), args.to.display())))?;
    narrate(&format!(
        "{} exchange{} written to {}",
        report.n_exchanges,
        if report.n_exchanges == 1 { "" } else { "s" },
        args.to.display()
    ));
    for (kind, n_values) in &report.replaced {
        narrate(&format!("  {n_values} {kind} replaced"));
    }
    for sentence in &report.left {
        narrate(&format!("note: {sentence}"));
    }
    Ok(())
}
