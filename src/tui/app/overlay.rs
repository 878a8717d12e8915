//! What lies beside the cursor while one goes on typing. It never has the keyboard: keys that it does not take go where
//! they would go without it.

use crate::kql::{Hover, SignatureHelp};
use crate::tui::popups::completion::Completing;

/// At most one thing lies there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::tui) enum Overlay {
    #[default]
    None,
    Completion(Completing),
    /// Until the next key.
    Hover(Hover),
}

/// What the language has said about the place of the cursor.
#[derive(Debug, Clone, Default)]
pub(in crate::tui) struct Assistance {
    pub(in crate::tui) overlay: Overlay,
    /// How the call around the cursor is written.
    pub(in crate::tui) signature: Option<SignatureHelp>,
    /// The word for which the user wants no offers: where it begins.
    pub(in crate::tui) dismissed: Option<usize>,
    /// Names that were taken from the offers, the latest first.
    recent: Vec<String>,
    /// Where jumps began, the latest last.
    pub(in crate::tui) trail: Vec<usize>,
}

/// Names that are remembered.
const MAX_RECENT: usize = 60;
/// Jumps that are remembered.
const MAX_TRAIL: usize = 100;

impl Assistance {
    pub(in crate::tui) fn completing(&self) -> Option<&Completing> {
        if let Overlay::Completion(completing) = &self.overlay { Some(completing) } else { None }
    }

    pub(in crate::tui) fn stop_completing(&mut self) {
        if self.completing().is_some() {
            self.overlay = Overlay::None;
        }
    }

    pub(in crate::tui) fn recent(&self) -> Vec<&str> {
        self.recent.iter().map(String::as_str).collect()
    }

    pub(in crate::tui) fn remember(&mut self, name: &str) {
        self.recent.retain(|it| it != name);
        self.recent.insert(0, name.to_owned());
        self.recent.truncate(MAX_RECENT);
    }

    pub(in crate::tui) fn jumped_from(&mut self, offset: usize) {
        if self.trail.len() == MAX_TRAIL {
            self.trail.remove(0);
        }
        self.trail.push(offset);
    }
}
