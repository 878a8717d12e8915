//! `tallyho`: the workbench.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Chosen, Failure, SourceArgs, input_token};
use crate::tui::{Options, Surroundings, ThemeChoice, run};

pub(super) fn open(source: &SourceArgs, theme: Option<String>, files: Vec<PathBuf>) -> Result<(), Failure> {
    files.iter().try_for_each(|it| can_be_opened(it))?;
    let Chosen { connection, theme: configured, terminal, paths, mut connections, library, kept, edit_keys } =
        super::choose(source)?;
    let theme = ThemeChoice::of_name(&theme.unwrap_or(configured));
    let runner = Arc::new(input_token::runner(&paths, &connection, None)?);
    let start = connection.name.clone();
    // The folder of the command line is none of the configuration.
    if !connections.contains(&connection) {
        connections.insert(0, connection);
    }
    let start_is_given = source.data.is_some() || source.connection.is_some();
    let named = |name| std::env::var(name).ok().filter(|it| !it.trim().is_empty());
    let editor = named("VISUAL").or_else(|| named("EDITOR"));
    let mut around = Surroundings::of_process();
    around.ascii = terminal.ascii.unwrap_or(around.ascii);
    let options = Options {
        runner,
        paths,
        start,
        start_is_given,
        editor,
        files,
        connections,
        theme,
        around,
        terminal,
        library,
        kept,
        edit_keys,
    };
    Ok(run(options)?)
}

/// A file that is there, or one that is to be made: a word alone is more likely a command with a letter wrong.
fn can_be_opened(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if path.is_dir() {
        return Err(Failure::Usage(format!("'{shown}' is a folder; name the files in it that are to be opened")));
    }
    if !path.exists() && path.extension().is_none() && path.components().count() == 1 {
        let words = format!("there is no command and no file '{shown}'; `tallyho --help` lists the commands");
        return Err(Failure::Usage(words));
    }
    Ok(())
}
