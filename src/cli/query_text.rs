//! Where a query's text comes from: an argument, a file, or standard input.

use std::io::{self, IsTerminal, Read};

use super::{Failure, QueryArgs};

/// Reads the query's text. Invalid UTF-8 is shown as replacement characters, which the language then names.
pub(super) fn read(args: &QueryArgs) -> Result<String, Failure> {
    match (&args.query, &args.file) {
        (Some(query), _) if query == "-" => standard_input(),
        (Some(query), _) => Ok(query.clone()),
        (None, Some(file)) => match std::fs::read(file) {
            Ok(bytes) => Ok(text(&bytes)),
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
    Ok(text(&bytes))
}

/// Editors on Windows put a byte-order mark before the text; it is not part of the query.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}
