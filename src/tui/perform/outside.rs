//! Hands a text to the user's own editor, and takes it back.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::history::private;
use crate::text::decode;

/// An editor that is back sooner has opened a window of its own and not waited for it.
const TOO_SOON: Duration = Duration::from_millis(500);

/// The user's editor: a program and its arguments. The error says what is to be set.
pub(super) fn command(words: Option<&str>) -> Result<(String, Vec<String>), String> {
    let words = words.ok_or("No editor is named: set VISUAL or EDITOR, for example to 'vim' or 'code --wait'.")?;
    let parts = shlex::split(words).ok_or_else(|| format!("VISUAL or EDITOR is no command: {words}"))?;
    let mut parts = parts.into_iter();
    let program = parts.next().ok_or("VISUAL or EDITOR is empty.")?;
    Ok((program, parts.collect()))
}

/// Lets the editor have the text in a file of its own, for the user alone, and reads what it left. The file goes when
/// its text is back; when that fails it stays, and the error names it.
pub(super) fn edit((program, arguments): &(String, Vec<String>), folder: &Path, text: &str) -> Result<String, String> {
    let path = write(folder, text).map_err(|it| format!("The text cannot be handed over: {it}"))?;
    let started = Instant::now();
    let status = Command::new(program).args(arguments).arg(&path).status();
    let outcome = match status {
        Err(error) => Err(format!("'{program}' cannot be started: {error}")),
        Ok(status) => read(&path).and_then(|edited| {
            if edited != text || status.success() && started.elapsed() > TOO_SOON {
                return Ok(edited);
            }
            Err(match status.code() {
                Some(0) => format!("'{program}' came back at once with nothing changed; some editors need --wait."),
                Some(code) => format!("'{program}' ended with code {code}; the text is as it was."),
                None => format!("'{program}' was stopped; the text is as it was."),
            })
        }),
    };
    let is_unchanged = || fs::read(&path).is_ok_and(|it| it == text.as_bytes());
    if outcome.is_ok() || is_unchanged() {
        let _ = fs::remove_file(&path);
    }
    outcome
}

fn write(folder: &Path, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let path = folder.join(format!("{}-{now}.kql", std::process::id()));
    let mut file = private(&mut OpenOptions::new()).write(true).create_new(true).open(&path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(path)
}

fn read(path: &Path) -> Result<String, String> {
    let fault = |why: String| format!("What the editor left is no text ({why}); it is kept: {}", path.display());
    let text = decode(fs::read(path).map_err(|it| fault(it.to_string()))?).map_err(fault)?;
    Ok(text.replace("\r\n", "\n"))
}
