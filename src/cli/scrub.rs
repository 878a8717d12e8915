//! `tallyho scrub`: recordings that may leave the house.

use super::{Failure, ScrubArgs, narrate};
use crate::remote;

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
