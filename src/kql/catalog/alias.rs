//! Older and other spellings of functions, with the name that the catalogue knows them by.

use super::Naming;

/// Scalar functions. Where a spelling behaves differently it has a row of its own and is not here.
pub(super) const FUNCTIONS: &[(&str, &str)] = &[
    ("array_iif", "array_iff"),
    ("array_strcat", "strcat_array"),
    ("array_sum", "series_sum"),
    ("arraylength", "array_length"),
    ("base64_decodestring", "base64_decode_tostring"),
    ("base64_encodestring", "base64_encode_tostring"),
    ("columnifexists", "column_ifexists"),
    ("current_cursor", "cursor_current"),
    ("datepart", "datetime_part"),
    ("extentid", "extent_id"),
    ("extractall", "extract_all"),
    ("extractjson", "extract_json"),
    ("floor", "bin"),
    ("hash_xxhash64", "hash"),
    ("iif", "iff"),
    ("make_string", "unicode_codepoints_to_string"),
    ("merge_tdigest", "tdigest_merge"),
    ("notempty", "isnotempty"),
    ("notnull", "isnotnull"),
    ("pack", "bag_pack"),
    ("pack_dictionary", "bag_pack"),
    ("parsejson", "parse_json"),
    ("parseurl", "parse_url"),
    ("parseurlquery", "parse_urlquery"),
    ("to_utf8", "unicode_codepoints_from_string"),
    ("toboolean", "tobool"),
    ("todouble", "toreal"),
    ("todynamic", "parse_json"),
    ("toobject", "parse_json"),
    ("totime", "totimespan"),
    ("weekofyear", "week_of_year"),
];

/// Aggregates, with the naming of the old spelling.
pub(super) const AGGREGATES: &[(&str, &str, Naming)] = &[
    ("any", "take_any", Naming::Prefix("any")),
    ("anyif", "take_anyif", Naming::Prefix("anyif")),
    ("argmax", "arg_max", Naming::Prefix("max")),
    ("argmin", "arg_min", Naming::Prefix("min")),
    ("cnt", "count", Naming::Prefix("cnt")),
    ("make_dictionary", "make_bag", Naming::Prefix("dictionary")),
    ("makelist", "make_list", Naming::Prefix("list")),
    ("makeset", "make_set", Naming::Prefix("set")),
    ("merge_tdigest", "tdigest_merge", Naming::Prefix("merge_tdigests")),
];
