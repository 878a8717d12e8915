//! The workbench: editor, results, history and cost in one terminal.
//!
//! One loop on one thread (`runtime`) receives a message, lets `update` change the one state (`App`) and hands the
//! effects that come back to workers (`perform`); what they find out comes back as messages. The thread of the user
//! interface never waits for anything but the next message. When the queue is empty the screen is drawn, and at rest
//! nothing is drawn. State, messages, actions and effects are plain data, so tests play keys against the real thing.

mod action;
mod app;
mod chart;
mod effect;
mod files;
mod handover;
mod input;
mod keymap;
mod language;
mod layout;
mod look;
mod msg;
mod options;
mod panes;
mod perform;
mod play;
mod popups;
mod runtime;
mod study;
mod terminal;
mod update;
mod view;
mod vim;
mod widgets;

pub use action::{ACTIONS, Action, ActionText};
pub use app::{Fingerprint, TabId};
pub use effect::Reopening;
pub use keymap::{KeyMap, Section};
pub use look::{Look, preview, whole_theme};
pub use msg::{MouseDeed, Msg, TerminalFact};
pub use options::{Options, Surroundings, ThemeChoice};
pub use panes::cost::duration;
pub use panes::history::one_line;
pub use panes::results::Arranged;
pub use perform::{costs_of, costs_of_text, traits_of};
pub use play::{Frame, PlayError, Player, Script, ScriptError, Step, asciicast, screen_text, svg};
pub use runtime::Workbench;
pub use terminal::{Meter, run, width_of_output};
