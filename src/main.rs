//! Calls the command line; nothing else.

fn main() {}
