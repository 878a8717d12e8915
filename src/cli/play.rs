//! `tallyho play SCRIPT`: the workbench driven by a key script, its screens as text, picture or recording.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Chosen, Failure, SourceArgs, input_token};
use crate::config::{Paths, TerminalSettings};
use crate::tui::{Options, Player, Script, Surroundings, ThemeChoice, asciicast, screen_text, svg};

/// What a script may take at most before it is given up, for each of its steps.
const PATIENCE: Duration = Duration::from_mins(2);
/// The screen of a script that names no size.
const SIZE: (u16, u16) = (120, 34);

#[derive(Args)]
pub(super) struct PlayArgs {
    /// The key script: text that is typed, with steps such as <F5>, <wait:idle> and <shot>.
    script: PathBuf,
    #[command(flatten)]
    source: SourceArgs,
    /// Where the screens go, by the file's ending: .txt, .svg (the last screen) or .cast (asciicast, the whole play).
    /// May be given several times; without it the text is printed.
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// The theme of the picture.
    #[arg(long, value_name = "NAME", default_value = "dark")]
    theme: String,
    /// What the picture is called, for those who cannot see it.
    #[arg(long, value_name = "WORDS", default_value = "Tallyho")]
    title: String,
}

/// The form of an output.
enum Form {
    Text,
    Svg,
    Cast,
}

pub(super) fn play(args: &PlayArgs) -> Result<(), Failure> {
    let outputs: Vec<(&Path, Form)> = args.output.iter().map(|it| form(it)).collect::<Result<_, _>>()?;
    let text = fs::read_to_string(&args.script)
        .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", args.script.display())))?;
    let script = Script::parse(&text).map_err(|error| Failure::Usage(format!("{}: {error}", args.script.display())))?;
    let Chosen { connection, paths, mut connections, library, kept, edit_keys, .. } = super::choose(&args.source)?;
    let runner = Arc::new(input_token::runner(&paths, &connection, None)?);
    let start = connection.name.clone();
    if !connections.contains(&connection) {
        connections.insert(0, connection);
    }
    // A play leaves no trace in the user's history and session, and is not changed by them.
    let home = Home::new().map_err(|error| Failure::Usage(format!("cannot make a folder for the play: {error}")))?;
    let options = Options {
        runner,
        paths: Paths { config: paths.config, ..Paths::under(home.0.clone()) },
        start,
        start_is_given: true,
        kept,
        editor: None,
        edit_keys,
        files: Vec::new(),
        library,
        connections,
        theme: ThemeChoice::Named(args.theme.clone()),
        around: Surroundings { truecolor: true, ..Surroundings::of(|_| None) },
        terminal: TerminalSettings::default(),
    };
    let mut player = Player::start(options, script.size.unwrap_or(SIZE), PATIENCE)
        .and_then(|mut player| player.play(&script).map(|()| player))
        .map_err(|error| Failure::Io(error.to_string()))?;
    let shots = player.shots();
    let texts: Vec<String> = shots.iter().map(screen_text).collect();
    let text = texts.join("\n\n=== and then ===\n\n") + "\n";
    if outputs.is_empty() {
        io::stdout().lock().write_all(text.as_bytes())?;
    }
    for (path, form) in outputs {
        let content = match form {
            Form::Text => text.clone(),
            Form::Svg => shots.last().map(|it| svg(it, &args.title)).unwrap_or_default(),
            Form::Cast => asciicast(player.frames(), &args.title),
        };
        fs::write(path, content).map_err(|error| Failure::Io(format!("cannot write {}: {error}", path.display())))?;
    }
    Ok(())
}

fn form(path: &Path) -> Result<(&Path, Form), Failure> {
    let form = match path.extension().and_then(|it| it.to_str()) {
        Some("txt") => Form::Text,
        Some("svg") => Form::Svg,
        Some("cast") => Form::Cast,
        _ => {
            let message = format!("{}: a play is written as .txt, .svg or .cast", path.display());
            return Err(Failure::Usage(message));
        }
    };
    Ok((path, form))
}

/// A folder that goes when the play is over.
struct Home(PathBuf);

impl Home {
    fn new() -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("tallyho-play-{}-{}", std::process::id(), fastrand::u64(..)));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
