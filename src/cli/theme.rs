//! `tallyho theme`: which themes there are, one of them as a commented file, and how it looks.

use std::io::{self, IsTerminal, Write};

use clap::{Args, Subcommand};

use super::{Failure, paths};
use crate::config::{Config, Fault, Scope, Theme, ThemeError, ThemeOrigin};
use crate::kql::Class;
use crate::text;
use crate::tui::{Look, Surroundings, ThemeChoice, preview, whole_theme};

#[derive(Args)]
pub(super) struct ThemeArgs {
    #[command(subcommand)]
    command: Option<ThemeCommand>,
}

#[derive(Subcommand)]
pub(super) enum ThemeCommand {
    /// Name every theme: built in, and of your themes folder (.toml and .tmTheme).
    List,
    /// Print a theme with everything that it inherits, as a commented file.
    Show {
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Show how a theme looks: a query, rows and every colour by its meaning.
    Preview {
        /// Without it the theme of the configuration.
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Colour the page although it goes to a file or a pipe.
        #[arg(long)]
        colour: bool,
    },
}

pub(super) fn theme(args: &ThemeArgs) -> Result<(), Failure> {
    let paths = paths()?;
    let folder = paths.config.join("themes");
    let configured = || Config::load(&paths.config.join("config.toml")).map(|it| it.theme);
    match args.command.as_ref().unwrap_or(&ThemeCommand::List) {
        ThemeCommand::List => list(&folder, &configured()?),
        ThemeCommand::Show { name } => {
            let (theme, faults) = load(name, &folder)?;
            show(&theme)?;
            tell(&faults)
        }
        ThemeCommand::Preview { name, colour } => {
            let name = match name {
                Some(name) => name.clone(),
                None => configured()?,
            };
            let around = Surroundings::of_process();
            let choice = ThemeChoice::of_name(&name);
            let (look, faults) = Look::new(&choice, &folder, &around).map_err(usage)?;
            let colours = *colour || (io::stdout().is_terminal() && !around.no_color);
            io::stdout().lock().write_all(preview(&look, colours).as_bytes())?;
            tell(&faults)
        }
    }
}

fn usage(error: ThemeError) -> Failure {
    Failure::Usage(text::sanitize(&error.to_string()).into_owned())
}

fn load(name: &str, folder: &std::path::Path) -> Result<(Theme, Vec<Fault>), Failure> {
    let (theme, faults) = Theme::load(name, folder).map_err(usage)?;
    Ok((whole_theme(&theme).map_err(usage)?, faults))
}

/// One line each: `*` marks the one that the configuration names.
fn list(folder: &std::path::Path, configured: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let mark = |name: &str| if name == configured { "*" } else { " " };
    writeln!(
        out,
        "{} auto                  what fits the terminal: terminal, or dark or light with 24-bit colour",
        mark("auto")
    )?;
    let entries = Theme::all(folder);
    for entry in &entries {
        let name = text::sanitize(&entry.name);
        let blanks = " ".repeat(20_usize.saturating_sub(text::width(&name)));
        let origin = match entry.origin {
            ThemeOrigin::BuiltIn => "",
            ThemeOrigin::File => "your .toml   ",
            ThemeOrigin::TextMate => "your .tmTheme   ",
        };
        writeln!(out, "{} {name}{blanks}  {origin}{}", mark(&entry.name), text::sanitize(&entry.about))?;
    }
    drop(out);
    let mut faults = Vec::new();
    for entry in entries.iter().filter(|it| it.origin != ThemeOrigin::BuiltIn) {
        match Theme::load(&entry.name, folder).and_then(|(theme, found)| Ok((whole_theme(&theme)?, found))) {
            Ok((_, found)) => faults.extend(found),
            Err(error) => faults.push(Fault { file: entry.name.clone(), line: 1, message: error.to_string() }),
        }
    }
    tell(&faults)
}

/// The whole theme as a file that could be one's own.
fn show(theme: &Theme) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let about = text::sanitize(&theme.about).replace(['"', '\\'], "'");
    writeln!(
        out,
        "# {}: every line with its meaning. In the folder \"themes\" of the configuration it is a theme of yours;",
        theme.name
    )?;
    writeln!(out, "# with `inherits = \"{}\"` only the lines that you change need to stand there.", theme.name)?;
    writeln!(out, "\nabout = \"{about}\"\n\n[ui]")?;
    for (scope, name, meaning) in Scope::ALL {
        if let Some(style) = theme.ui.get(&scope) {
            writeln!(out, "# {meaning}\n{name} = {style}")?;
        }
    }
    writeln!(out, "\n[syntax]")?;
    for class in Class::ALL {
        if let Some(style) = theme.syntax.get(class.name()) {
            writeln!(out, "{} = {style}", class.name())?;
        }
    }
    Ok(())
}

/// Mistakes go where they do not disturb what is printed.
fn tell(faults: &[Fault]) -> Result<(), Failure> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut err = io::stderr().lock();
    for fault in faults {
        writeln!(err, "{}", text::sanitize(&fault.to_string()))?;
    }
    Err(Failure::Found)
}
