//! The fixed regions of the screen; each keeps its own state, its own update and its own drawing.

pub(super) mod cost;
pub(super) mod editor;
pub(super) mod hint;
pub(super) mod history;
pub(super) mod library;
pub(super) mod pack;
pub(super) mod record;
pub(super) mod results;
pub(super) mod side;
pub(super) mod tab_line;
pub(super) mod tables;
pub(super) mod title;
