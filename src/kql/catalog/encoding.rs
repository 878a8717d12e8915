//! Hashes, base64 and compression.

use super::{Naming, Row};

pub(super) const ROWS: &[Row] = &[
    Row::new("base64_encode_tostring", "(string: string) -> string", Naming::None, "The text in base64"),
    Row::new(
        "base64_decode_toarray",
        "(base64_string: string) -> dynamic",
        Naming::None,
        "Decodes base64 to an array of bytes",
    ),
    Row::new(
        "base64_encode_fromarray",
        "(base64_string_decoded_as_array: array) -> string",
        Naming::None,
        "An array of bytes in base64",
    ),
    Row::new("base64_decode_tostring", "(base64_string: string) -> string", Naming::None, "Decodes base64 to text"),
    Row::new("base64_decode_toguid", "(base64_string: string) -> guid", Naming::None, "Decodes base64 to a guid"),
    Row::new("base64_encode_fromguid", "(guid: guid) -> string", Naming::None, "A guid in base64"),
    Row::new(
        "zlib_decompress_from_base64_string",
        "(string: string) -> string",
        Naming::None,
        "Decodes base64 and unpacks zlib",
    ),
    Row::new(
        "zlib_compress_to_base64_string",
        "(string: string) -> string",
        Naming::None,
        "Packs a text with zlib and encodes it in base64",
    ),
    Row::new(
        "gzip_decompress_from_base64_string",
        "(string: string) -> string",
        Naming::None,
        "Decodes base64 and unpacks gzip",
    ),
    Row::new(
        "gzip_compress_to_base64_string",
        "(string: string) -> string",
        Naming::None,
        "Packs a text with gzip and encodes it in base64",
    ),
    Row::new("hash", "(source: nondynamic, [mod: integer]) -> long", Naming::None, "A 64-bit hash of a value"),
    Row::new("hash_sha256", "(source: text) -> string", Naming::None, "SHA-256 of a value as text"),
    Row::new("hash_md5", "(source: text) -> string", Naming::None, "MD5 of a value as text"),
    Row::new("hash_sha1", "(source: text) -> string", Naming::None, "SHA-1 of a value as text"),
    Row::new("hash_combine", "(source: scalar {2..}) -> long", Naming::None, "One hash of several hashes"),
    Row::new("hash_many", "(source: nondynamic {1..}) -> long", Naming::None, "One hash of several values"),
];
