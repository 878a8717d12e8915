//! Tallyho: a terminal workbench that answers hunting queries written in KQL, and says what they cost.
//!
//! # The map of the house
//!
//! The rooms, in reading order. A room is one module of this file with its folder; its front file says what it is for
//! and is its only door.
//!
//! | room | what it is for |
//! |---|---|
//! | [`kql`] | the language: text in, facts out. Tokens, tree, names, types, [`kql::BoundQuery`] |
//! | [`schema`] | known tables: the bundled Advanced Hunting schema, and what a service says of its own |
//! | [`result`] | the one table format for local and remote answers, cell text, export, the cost record |
//! | [`engine`] | a bound query becomes a DataFusion plan and a stream of record batches; opens folders of files |
//! | [`lab`] | the synthetic data set that comes with the program |
//! | [`remote`] | hunting services over HTTP: sign-in, calls, decoding, failures in words, recordings |
//! | [`run`] | one run of one query, wherever it is answered, within its quota: the way every face of the program goes |
//! | [`history`] | what was run, and the text being written: kept through any crash |
//! | [`library`] | queries that are kept as files: folders of `.kql`, hunting packs in Sentinel's YAML, and what came of running one |
//! | [`config`] | what the user has set |
//! | [`text`] | width, clipping, and making hostile text harmless |
//! | [`tui`] | the workbench |
//! | [`server`] | the services' APIs and their sign-in, served on this machine |
//! | [`cli`] | the command line |
//!
//! # Directions
//!
//! An arrow means "may use". Nothing else is allowed, and nothing points at `tui`, `server` or `cli`.
//!
//! ```text
//! text  kql  config  history    (nothing)
//! schema   →  kql
//! result   →  kql text
//! lab      →  kql schema
//! engine   →  kql result
//! remote   →  kql schema result config
//! run      →  kql schema result engine lab remote config
//! library  →  kql result run text
//! tui      →  kql schema result run history library config text
//! server   →  kql schema result run config
//! cli      →  all
//! ```
//!
//! Crates have walls too: `datafusion` stays in `engine`, `ratatui` and `crossterm` in `tui`, `reqwest` in `remote`,
//! `axum` in `server`, and so on. The compiler keeps the doors (children of a room are private), and
//! `tests/it/tidy.rs` keeps the arrows and the walls; its tables are the ones above.
//!
//! # What is true everywhere
//!
//! - The language is pure: no I/O, no clock, no async. It never fails: [`kql::analyze`] returns findings.
//! - A run ends in exactly one event ([`run::RunEvent`]), and answers carry the id of their run, so that a late one is
//!   dropped instead of shown.
//! - What Tallyho does not support is refused by name; it is never approximated. One list says what the engine
//!   evaluates: [`engine::Engine::capabilities`].
//! - A figure that nobody counted is absent, not zero ([`result::RunStats`]).
//! - Data is hostile. It is made harmless where it is turned into text for the screen; exports keep it as it is.
//! - Types that leave a room are plain data. There is no dependency injection, no event bus and no component tree.
//!
//! # Start here
//!
//! - A new operator: a view in `kql::ast`, a file in `kql/bind/operators`, one in `engine/operators`, and
//!   `tests/queries/<operator>.md`. `extend`, `project-away` and their like end in the binder: they all become one
//!   projection, so they have no file in the engine.
//! - A new function: a row in `kql/catalog`, a file `engine/functions/<family>/<name>.rs`, `tests/queries/<name>.md`.
//! - What happens on F5: `tui::update` → `run::Runner::start` → `engine::Engine::analyze` (which is
//!   `kql::analyze`, and looks at rows where columns hang on them) → `engine::Engine::execute` →
//!   `run::RunEvent` → `result::ResultSet` → the grid.
//! - How to add a test: `tests/README.md`.

pub mod cli;
pub mod config;
pub mod engine;
pub mod history;
pub mod kql;
pub mod lab;
pub mod library;
pub mod remote;
pub mod result;
pub mod run;
pub mod schema;
pub mod server;
pub mod text;
pub mod tui;
