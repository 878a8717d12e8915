//! Where a query's text comes from: an argument, a file, or standard input.

use std::io::{self, IsTerminal, Read};

use super::{Failure, QueryArgs};
use crate::run::{RunError, RunErrorKind};

/// True when the text would be read from standard input.
pub(super) fn is_on_input(args: &QueryArgs) -> bool {
    args.query.as_ref().map_or(args.file.is_none(), |it| it == "-")
}

/// Reads the query's text. Bytes that are no text are a mistake in the query: what would stand for them could change
/// what it asks.
pub(super) fn read(args: &QueryArgs) -> Result<String, Failure> {
    match (&args.query, &args.file) {
        (Some(query), _) if query == "-" => standard_input(),
        (Some(query), _) => Ok(query.clone()),
        (None, Some(file)) => match std::fs::read(file) {
            Ok(bytes) => text(bytes),
            Err(error) => Err(Failure::Usage(format!("cannot read {}: {error}", file.display()))),
        },
        (None, None) if io::stdin().is_terminal() => {
            Err(Failure::Usage("there is no query: give it as an argument, with --file, or on standard input".into()))
        }
        (None, None) => standard_input(),
    }
}

fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    text(bytes)
}

fn text(bytes: Vec<u8>) -> Result<String, Failure> {
    crate::text::decode(bytes).map_err(|why| {
        let message = format!("the query is not text in UTF-8: {why}");
        Failure::run(RunError::new(RunErrorKind::Query, message).with_advice("Save it as UTF-8."), "")
    })
}
