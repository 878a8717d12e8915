//! Calls the command line; nothing else.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Every run has threads of its own. The system's allocator keeps memory for each thread that was ever born; this one
/// gives it to the next, so that a server's memory stops growing once it is warm.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    tallyho::cli::main()
}
