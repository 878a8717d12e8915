//! Hashes, Base64, URL escapes and bit patterns as text.

mod base64;
mod base64_decode_toarray;
mod base64_decode_toguid;
mod base64_decode_tostring;
mod base64_encode_fromarray;
mod base64_encode_fromguid;
mod base64_encode_tostring;
mod digest;
mod format_bytes;
mod gzip_compress_to_base64_string;
mod gzip_decompress_from_base64_string;
mod hash;
mod hash_md5;
mod hash_sha1;
mod hash_sha256;
mod inflate;
mod new_guid;
mod stored;
mod tohex;
mod url_decode;
mod url_encode;
mod url_encode_component;
mod zlib_compress_to_base64_string;
mod zlib_decompress_from_base64_string;

use super::kql_function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    base64_decode_toarray::FUNCTION,
    base64_decode_toguid::FUNCTION,
    base64_decode_tostring::FUNCTION,
    base64_encode_fromarray::FUNCTION,
    base64_encode_fromguid::FUNCTION,
    base64_encode_tostring::FUNCTION,
    format_bytes::FUNCTION,
    gzip_compress_to_base64_string::FUNCTION,
    gzip_decompress_from_base64_string::FUNCTION,
    hash::FUNCTION,
    hash_md5::FUNCTION,
    hash_sha1::FUNCTION,
    hash_sha256::FUNCTION,
    new_guid::FUNCTION,
    tohex::FUNCTION,
    url_decode::FUNCTION,
    url_encode::FUNCTION,
    url_encode_component::FUNCTION,
    zlib_compress_to_base64_string::FUNCTION,
    zlib_decompress_from_base64_string::FUNCTION,
];
