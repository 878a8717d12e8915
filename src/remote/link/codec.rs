//! The text of a query in an address: gzip, then base64, of UTF-16LE in Defender's portal and UTF-8 elsewhere.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// A query longer than this, unpacked, is none; what packs well may be a bomb.
const MAX_UNPACKED: u64 = 4 * 1024 * 1024;
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// With or without padding, and with whatever stands in the bits behind the last byte.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// As Defender's portal wants it: UTF-16LE without a mark, packed, in the alphabet of addresses and without padding.
pub(super) fn pack_utf16(text: &str) -> String {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(gzip(&bytes))
}

/// As Azure's pages want it: UTF-8, packed, in the standard alphabet. It is still to be percent-encoded.
pub(super) fn pack_utf8(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(gzip(text.as_bytes()))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).and_then(|()| packer.finish()).expect("memory takes everything")
}

/// The query behind a value of an address, percent-decoded already: packed in either alphabet and encoding, or plain.
pub(super) fn unpack(value: &str) -> Result<String, String> {
    // A plus that was not percent-encoded has become a blank, and some programs encode twice.
    let twice = percent_decoded(value);
    let Some(packed) = [value, &twice].into_iter().find_map(packed_bytes) else { return Ok(value.to_owned()) };
    let mut bytes = Vec::new();
    GzDecoder::new(&packed[..])
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut bytes)
        .map_err(|it| format!("the query in the link is damaged: {it}"))?;
    if bytes.len() as u64 > MAX_UNPACKED {
        return Err("the query in the link is longer than any query".to_owned());
    }
    text(bytes)
}

/// The bytes behind base64, if they start as gzip does.
fn packed_bytes(value: &str) -> Option<Vec<u8>> {
    let standard: String = value
        .trim()
        .chars()
        .map(|it| match it {
            '-' | ' ' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    LENIENT.decode(standard.trim_end_matches('=')).ok().filter(|it| it.starts_with(&GZIP))
}

/// Percent-decoded; a plus is a plus here. Bytes that are no text are replaced.
pub(super) fn percent_decoded(text: &str) -> String {
    let form = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let mut pairs = url::form_urlencoded::parse(form.as_bytes());
    pairs.next().map(|(key, _)| key.into_owned()).unwrap_or_default()
}

/// A query has letters and operators of ASCII, so in UTF-16 it has zero bytes, and in UTF-8 none.
fn text(bytes: Vec<u8>) -> Result<String, String> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(&bytes);
    let (bytes, marked) = bytes.strip_prefix(&[0xFF, 0xFE]).map_or((bytes, false), |rest| (rest, true));
    if !marked
        && !bytes.contains(&0)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Ok(text.to_owned());
    }
    let unreadable = || "the query in the link is no text".to_owned();
    if bytes.len() % 2 != 0 {
        return Err(unreadable());
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]])).collect();
    String::from_utf16(&units).map_err(|_| unreadable())
}
