//! The library: queries that are kept as files, and packs of them that run one after another.
//!
//! A room of its own, because it has file formats of its own (`.kql`, Markdown, Sentinel's YAML) that the workbench and
//! the command line both read, and because neither the language nor what was run (the history) nor what was set (the
//! configuration) should know of files full of queries. Reading never runs anything: only [`queries`] that somebody asks
//! to run are run, through `run` like every other query.

mod favourites;
mod file;
mod hunt;
mod kept_pack;
mod lines;
mod markdown;
mod matrix;
mod pack;
mod path_completion;
mod private_file;
mod report;
mod sentinel;
mod shelf;
mod source;
mod tactic;
mod walk;
mod yaml;

pub use favourites::{load_favourites, set_favourite};
pub use file::{Encoding, Expected, Form, NotWritten, OnDisk, QueryFile, Stamp, write};
pub use hunt::{Fault, Hunt};
pub use lines::Lines;
pub use matrix::{Matrix, MatrixRow, PackState, Tally, Verdict};
pub use pack::{PackControl, PackEvent, PackOutcome, PackRun, expected, missing_table};
pub use path_completion::{PathCompletion, complete_path, expand_home};
pub use private_file::write_private;
pub use report::{markdown, navigator};
pub use shelf::Shelf;
pub use source::{Query, Source, queries, read};
pub use walk::{Named, files};
