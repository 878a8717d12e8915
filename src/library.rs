//! The library: queries that are kept as files, and packs of them that run one after another.
//!
//! A room of its own, because it has file formats of its own (`.kql`, Markdown, Sentinel's YAML) that the workbench and
//! the command line both read, and because neither the language nor what was run (the history) nor what was set (the
//! configuration) should know of files full of queries. Reading never runs anything: only [`queries`] that somebody asks
//! to run are run, through `run` like every other query.

mod file;
mod lines;
mod markdown;
mod source;
mod walk;
mod yaml;

pub use file::{Encoding, Form, QueryFile, Stamp};
pub use lines::Lines;
pub use source::{Query, Source, queries, read};
pub use walk::{Named, files};
