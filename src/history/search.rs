//! Search over all runs, as one types: [`Query`] is what was typed, [`Finder`] answers it.

mod finder;
mod index;
mod moment;
mod query;
mod vocabulary;

pub use finder::{Finder, Found, Scope};
pub use query::{FIELDS, Query};
