//! Puts text on the terminal's clipboard (OSC 52), also through tmux and screen. Only ever writes; what the clipboard holds is
//! never asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What lies between us and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    Nothing,
    Tmux,
    Screen,
}

impl Between {
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        if variable("TMUX").is_some() {
            Self::Tmux
        } else if variable("STY").is_some() || variable("TERM").is_some_and(|it| it.starts_with("screen")) {
            Self::Screen
        } else {
            Self::Nothing
        }
    }
}

/// screen hands on so much at once.
const SCREEN_CHUNK: usize = 512;

/// The sequence that puts a text on the clipboard.
pub(super) fn sequence(text: &str, between: Between) -> String {
    let encoded = STANDARD.encode(text);
    match between {
        Between::Nothing => format!("\x1b]52;c;{encoded}\x1b\\"),
        // tmux either takes it for itself (set-clipboard on) or hands it on (allow-passthrough on): both ways are offered, and
        // the one that is off is without effect.
        Between::Tmux => {
            format!("\x1b]52;c;{encoded}\x1b\\\x1bPtmux;\x1b\x1b]52;c;{encoded}\x07\x1b\\")
        }
        Between::Screen => {
            let plain = format!("\x1b]52;c;{encoded}\x07");
            let chunks = plain.as_bytes().chunks(SCREEN_CHUNK).map(|it| String::from_utf8_lossy(it).into_owned());
            chunks.map(|it| format!("\x1bP{it}\x1b\\")).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_and_wrapped_for_what_lies_between() {
        assert_eq!(sequence("a\u{1b}b", Between::Nothing), "\x1b]52;c;YRti\x1b\\");
        let tmux = sequence("hi", Between::Tmux);
        assert!(tmux.ends_with("\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"), "{tmux:?}");
        let screen = sequence(&"x".repeat(1_000), Between::Screen);
        assert_eq!(screen.matches("\x1bP").count(), screen.matches("\x1b\\").count());
        let joined = screen.replace("\x1bP", "").replace("\x1b\\", "");
        assert_eq!(joined, format!("\x1b]52;c;{}\x07", STANDARD.encode("x".repeat(1_000))));
    }

    #[test]
    fn what_lies_between_is_told_by_the_environment() {
        let of = |set: &[(&str, &str)]| {
            Between::of(|name| set.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/x")]), Between::Tmux);
        assert_eq!(of(&[("TERM", "screen.xterm"), ("STY", "1")]), Between::Screen);
        assert_eq!(of(&[("TERM", "xterm-256color")]), Between::Nothing);
    }
}
