//! Texts taken apart into dynamics.

mod extract_json;
mod parse_command_line;
mod parse_csv;
mod parse_path;
mod parse_url;
mod parse_urlquery;
mod parse_version;
mod query;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    extract_json::FUNCTION,
    parse_command_line::FUNCTION,
    parse_csv::FUNCTION,
    parse_path::FUNCTION,
    parse_url::FUNCTION,
    parse_urlquery::FUNCTION,
    parse_version::FUNCTION,
];
