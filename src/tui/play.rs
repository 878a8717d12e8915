//! Key scripts: the workbench driven without a person, on a screen that is kept. `tallyho play`, the pictures of the
//! README and the tests of the workbench all play them.

mod cast;
mod player;
mod script;
mod svg;

pub use cast::asciicast;
pub use player::{Frame, PlayError, Player, screen_text};
pub use script::{Script, ScriptError, Step};
pub use svg::svg;
