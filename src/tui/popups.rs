//! What lies over the panes for a while.

pub(super) mod help;
