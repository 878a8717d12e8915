//! Arrays inside a dynamic.

mod array_concat;
mod array_iff;
mod array_index_of;
mod array_length;
mod array_reverse;
mod array_rotate_left;
mod array_rotate_right;
mod array_shift_left;
mod array_shift_right;
mod array_slice;
mod array_sort_asc;
mod array_sort_desc;
mod array_split;
mod jaccard_index;
mod movement;
mod operand;
mod pack_array;
mod range;
mod repeat;
mod series_sum;
mod set_difference;
mod set_equals;
mod set_has_element;
mod set_intersect;
mod set_union;
mod sets;
mod sorting;
mod zip;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    array_concat::FUNCTION,
    array_iff::FUNCTION,
    array_index_of::FUNCTION,
    array_length::FUNCTION,
    array_reverse::FUNCTION,
    array_rotate_left::FUNCTION,
    array_rotate_right::FUNCTION,
    array_shift_left::FUNCTION,
    array_shift_right::FUNCTION,
    array_slice::FUNCTION,
    array_sort_asc::FUNCTION,
    array_sort_desc::FUNCTION,
    array_split::FUNCTION,
    jaccard_index::FUNCTION,
    pack_array::FUNCTION,
    range::FUNCTION,
    repeat::FUNCTION,
    series_sum::FUNCTION,
    set_difference::FUNCTION,
    set_equals::FUNCTION,
    set_has_element::FUNCTION,
    set_intersect::FUNCTION,
    set_union::FUNCTION,
    zip::FUNCTION,
];
