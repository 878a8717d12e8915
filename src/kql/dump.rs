//! Text pictures of the stages of a query, for tests, for `tallyho tree|tokens|bound`, and for people who look for a
//! fault: the first stage whose picture is wrong holds it.

mod bound;
mod syntax;

pub use bound::dump_bound;
pub use syntax::{dump_tokens, dump_tree};
