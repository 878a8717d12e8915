//! Bags inside a dynamic.

mod bag_has_key;
mod bag_keys;
mod bag_merge;
mod bag_pack;
mod bag_remove_keys;
mod bag_set_key;
mod bag_zip;
mod dynamic_to_json;
pub(super) mod json_path;
mod pack_all;
mod treepath;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    bag_has_key::FUNCTION,
    bag_keys::FUNCTION,
    bag_merge::FUNCTION,
    bag_pack::FUNCTION,
    bag_remove_keys::FUNCTION,
    bag_set_key::FUNCTION,
    bag_zip::FUNCTION,
    dynamic_to_json::FUNCTION,
    pack_all::FUNCTION,
    treepath::FUNCTION,
];
