//! `tallyho`: the workbench.

use std::sync::Arc;

use super::{Failure, SourceArgs};
use crate::run::Runner;
use crate::tui::{Options, Surroundings, ThemeChoice, run};

pub(super) fn open(source: &SourceArgs, theme: Option<String>) -> Result<(), Failure> {
    let (connection, paths) = super::connection(source)?;
    let theme = match theme {
        Some(name) if name != "auto" => ThemeChoice::Named(name),
        _ => ThemeChoice::Auto,
    };
    let options = Options {
        runner: Arc::new(Runner::new(&paths)),
        paths,
        start: connection.name.clone(),
        connections: vec![connection],
        theme,
        around: Surroundings::of_process(),
    };
    Ok(run(options)?)
}
