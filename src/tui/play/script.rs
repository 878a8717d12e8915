//! The text of a key script.
//!
//! A script is text that is typed, with steps in angle brackets: `<F5>`, `<C-q>`, `<S-Left>`, `<A-Enter>`, `<Enter>`,
//! `<wait:idle>`, `<wait:MS>`, `<until:WORDS>` (waits until they are on the screen), `<skip:37s>` (lets time pass without
//! waiting for it), `<resize:200x60>`, `<paste:…>` (with `\n`, `\r`, `\e`), `<shot>` (keeps the screen as it is now; the
//! last one is always kept), `<lt>` for `<`. Line breaks of the script are not typed, and a line that starts with `#` is
//! a comment; `# size 120x34` chooses the size of the screen.

use std::time::Duration;

use crate::config::Chord;

/// Columns and rows that a screen may have.
const MAX_SIDE: u16 = 1_000;

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Characters, typed one after the other.
    Type(String),
    Key(Chord),
    /// Goes on until nothing is under way.
    WaitIdle,
    Wait(Duration),
    /// Goes on until these words are on the screen.
    Until(String),
    /// Lets time pass without waiting for it.
    Skip(Duration),
    Resize {
        columns: u16,
        rows: u16,
    },
    Paste(String),
    /// Keeps the screen.
    Shot,
    /// A step that only some players know: its name and what stands behind the colon.
    Other {
        name: String,
        argument: String,
    },
}

/// A script that can be played.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Columns and rows, if the script chooses them.
    pub size: Option<(u16, u16)>,
    pub steps: Vec<Step>,
}

/// What is wrong with a script, and in which of its lines, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ScriptError {
    pub line: usize,
    pub message: String,
}

impl Script {
    /// Reads a script. A name in angle brackets that is neither a step nor a key is kept as [`Step::Other`] when it is
    /// written in small letters, as steps are.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut script = Self::default();
        // A step may go on behind a line break, which is not part of it.
        let mut open: Option<(usize, String)> = None;
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let fail = |message: String| ScriptError { line: number, message };
            if let Some(comment) = line.strip_prefix('#') {
                if let Some(size) = comment.trim().strip_prefix("size ") {
                    script.size = Some(parse_size(size, 1).map_err(fail)?);
                }
                continue;
            }
            script.line(line, number, &mut open)?;
        }
        match open {
            Some((line, step)) => Err(ScriptError { line, message: format!("'<{step}' has no '>'") }),
            None => Ok(script),
        }
    }

    fn line(&mut self, line: &str, number: usize, open: &mut Option<(usize, String)>) -> Result<(), ScriptError> {
        let mut rest = line;
        while !rest.is_empty() {
            if let Some((began, mut step)) = open.take() {
                let Some(end) = rest.find('>') else {
                    step.push_str(rest);
                    *open = Some((began, step));
                    return Ok(());
                };
                step.push_str(&rest[..end]);
                self.push(parse_step(&step).map_err(|message| ScriptError { line: began, message })?);
                rest = &rest[end + 1..];
                continue;
            }
            let at = rest.find('<').unwrap_or(rest.len());
            if at > 0 {
                self.push(Step::Type(rest[..at].to_owned()));
            }
            if at < rest.len() {
                *open = Some((number, String::new()));
                rest = &rest[at + 1..];
            } else {
                rest = "";
            }
        }
        Ok(())
    }

    fn push(&mut self, step: Step) {
        match (self.steps.last_mut(), step) {
            (Some(Step::Type(typed)), Step::Type(more)) => typed.push_str(&more),
            (_, step) => self.steps.push(step),
        }
    }
}

fn parse_step(step: &str) -> Result<Step, String> {
    let (name, argument) = step.split_once(':').unwrap_or((step, ""));
    Ok(match name {
        "lt" => Step::Type("<".to_owned()),
        "wait" if argument == "idle" => Step::WaitIdle,
        "wait" => Step::Wait(Duration::from_millis(number(step, argument)?)),
        "until" if argument.is_empty() => return Err(format!("<{step}> says no words")),
        "until" => Step::Until(argument.to_owned()),
        "skip" => Step::Skip(Duration::from_secs(number(step, argument.strip_suffix('s').unwrap_or(argument))?)),
        "resize" => {
            // A window can be dragged to nothing.
            let (columns, rows) = parse_size(argument, 0)?;
            Step::Resize { columns, rows }
        }
        "paste" => Step::Paste(argument.replace("\\n", "\n").replace("\\r", "\r").replace("\\e", "\u{1b}")),
        "shot" => Step::Shot,
        // A key of one character is no name of a step.
        name if name.len() > 1 && name.bytes().all(|it| it.is_ascii_lowercase()) => {
            Step::Other { name: name.to_owned(), argument: argument.to_owned() }
        }
        _ => Step::Key(parse_chord(step)?),
    })
}

/// `C-q`, `S-F6`, `A-Enter`, `C-S-Left`.
fn parse_chord(step: &str) -> Result<Chord, String> {
    let mut rest = step;
    let mut written = String::new();
    for (short, long) in ["C-", "A-", "S-"].iter().zip(["Ctrl+", "Alt+", "Shift+"]).cycle().take(9) {
        // The last character may be a minus: that is the key itself.
        if rest.len() > 2
            && let Some(behind) = rest.strip_prefix(short)
        {
            written.push_str(long);
            rest = behind;
        }
    }
    written.push_str(rest);
    Chord::parse(&written).map_err(|error| format!("<{step}>: {error}"))
}

fn number(step: &str, digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| format!("<{step}>: '{digits}' is no number"))
}

fn parse_size(size: &str, least: u16) -> Result<(u16, u16), String> {
    let parts =
        size.trim().split_once('x').and_then(|(columns, rows)| Some((columns.parse().ok()?, rows.parse().ok()?)));
    let fits = |it: &(u16, u16)| (least..=MAX_SIDE).contains(&it.0) && (least..=MAX_SIDE).contains(&it.1);
    parts.filter(fits).ok_or_else(|| format!("'{size}' is no size of a screen: 120x34, at most {MAX_SIDE}x{MAX_SIDE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_text_with_steps() {
        let script = Script::parse("# size 90x20\nab<lt>c<F5>\nd<wait:idle><C-S-Left><paste:x\\n\ny><A-->e").unwrap();
        assert_eq!(script.size, Some((90, 20)));
        let key = |text: &str| Step::Key(Chord::parse(text).unwrap());
        assert_eq!(
            script.steps,
            [
                Step::Type("ab<c".to_owned()),
                key("F5"),
                Step::Type("d".to_owned()),
                Step::WaitIdle,
                key("Ctrl+Shift+Left"),
                Step::Paste("x\ny".to_owned()),
                key("Alt+-"),
                Step::Type("e".to_owned()),
            ]
        );
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        for (text, line, part) in [
            ("a\n<F99>", 2, "F99"),
            ("<wait:soon>", 1, "soon"),
            ("a\n\n<paste:x", 3, "no '>'"),
            ("# size 0x9", 1, "0x9"),
            ("<resize:wide>", 1, "wide"),
            ("<until:>", 1, "words"),
        ] {
            let error = Script::parse(text).unwrap_err();
            assert!(error.line == line && error.message.contains(part), "{text}: {error}");
        }
    }
}
