//! `tallyho`: the workbench.

use std::sync::Arc;

use super::{Chosen, Failure, SourceArgs, input_token};
use crate::tui::{Options, Surroundings, ThemeChoice, run};

pub(super) fn open(source: &SourceArgs, theme: Option<String>) -> Result<(), Failure> {
    let Chosen { connection, theme: configured, paths, mut connections, library } = super::choose(source)?;
    let theme = ThemeChoice::of_name(&theme.unwrap_or(configured));
    let runner = Arc::new(input_token::runner(&paths, &connection, None)?);
    let start = connection.name.clone();
    // The folder of the command line is none of the configuration.
    if !connections.contains(&connection) {
        connections.insert(0, connection);
    }
    let start_is_given = source.data.is_some() || source.connection.is_some();
    let around = Surroundings::of_process();
    let files = Vec::new();
    let options = Options { runner, paths, start, start_is_given, files, connections, theme, around, library };
    Ok(run(options)?)
}
