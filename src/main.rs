//! Calls the command line; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    tallyho::cli::main()
}
