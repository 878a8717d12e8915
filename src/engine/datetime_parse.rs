//! Datetime text for functions and imported files: the language's own parser, so that all three agree.

pub(in crate::engine) use crate::kql::parse_datetime;
