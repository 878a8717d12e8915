//! What the user wants of the terminal: mouse, motion, keyboard, clipboard.

use serde::Deserialize;

/// The section `[terminal]` of the configuration; what is left out is as `Default` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the file")]
pub struct TerminalSettings {
    /// Clicks and the wheel are ours; the terminal's own selection then needs Shift.
    pub mouse: bool,
    /// Clocks of what is under way move.
    pub motion: bool,
    /// ASCII only; without it what the locale says.
    pub ascii: Option<bool>,
    /// The newer keyboard protocol is used where the terminal offers it.
    pub keyboard: bool,
    /// Frames are marked so that the terminal shows them as a whole.
    pub synchronized: bool,
    /// Text may be put on the terminal's clipboard.
    pub clipboard: bool,
    /// Bytes that the terminal takes for its clipboard at once.
    pub clipboard_limit: usize,
}

impl Default for TerminalSettings {
    fn default() -> Self {
        Self {
            mouse: false,
            motion: true,
            ascii: None,
            keyboard: true,
            synchronized: true,
            clipboard: true,
            // What xterm and those that follow it take.
            clipboard_limit: 74_994,
        }
    }
}
