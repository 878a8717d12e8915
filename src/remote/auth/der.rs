//! As much of DER as it takes to find an RSA key, its modulus, and a certificate's end.

use crate::config::parse_instant;

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const UTC_TIME: u8 = 0x17;
const TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version of a certificate.
const VERSION: u8 = 0xA0;
/// `rsaEncryption` with its tag and length (RFC 8017).
const RSA: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const TICKS_PER_SECOND: i64 = 10_000_000;
/// Seconds from 0001-01-01 to 1970-01-01.
const EPOCH: i64 = 62_135_596_800;

/// The first element: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        ..=0x7F => (usize::from(first), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// The content of the first element if it has this tag, and what follows it.
fn expect(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    element(bytes).filter(|it| it.0 == tag).map(|(_, content, rest)| (content, rest))
}

/// The key in the form of PKCS#1, out of that of PKCS#8 where it stands in there. `None` for other kinds of keys.
pub(super) fn rsa_key(der: &[u8]) -> Option<&[u8]> {
    let (fields, _) = expect(der, SEQUENCE)?;
    let (_version, behind) = expect(fields, INTEGER)?;
    match element(behind)? {
        (INTEGER, _, _) => Some(der),
        (SEQUENCE, algorithm, behind) if algorithm.starts_with(&RSA) => {
            let (key, _) = expect(behind, OCTETS)?;
            rsa_key(key)
        }
        _ => None,
    }
}

/// The modulus of a PKCS#1 key, without the zero that marks it as positive.
pub(super) fn modulus(key: &[u8]) -> Option<&[u8]> {
    let (fields, _) = expect(key, SEQUENCE)?;
    let (_version, behind) = expect(fields, INTEGER)?;
    let (modulus, _) = expect(behind, INTEGER)?;
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
    // A short one might stand anywhere by chance; no real one is short.
    (modulus.len() >= 64).then_some(modulus)
}

/// When a certificate ends: in seconds since 1970, and as a date.
pub(super) fn end_of_life(certificate: &[u8]) -> Option<(u64, String)> {
    let (certificate, _) = expect(certificate, SEQUENCE)?;
    let (mut fields, _) = expect(certificate, SEQUENCE)?;
    if let Some((_, behind)) = expect(fields, VERSION) {
        fields = behind;
    }
    let (_serial, fields) = expect(fields, INTEGER)?;
    let (_algorithm, fields) = expect(fields, SEQUENCE)?;
    let (_issuer, fields) = expect(fields, SEQUENCE)?;
    let (validity, _) = expect(fields, SEQUENCE)?;
    let (_, _begin, behind) = element(validity)?;
    let (tag, end, _) = element(behind)?;
    let end = std::str::from_utf8(end).ok().filter(|it| it.is_ascii())?;
    let text = match tag {
        TIME => end.to_owned(),
        // Two digits of a year, which mean 1950 to 2049 (RFC 5280).
        UTC_TIME => format!("{}{end}", if end < "5" { "20" } else { "19" }),
        _ => return None,
    };
    let part = |from: usize, to: usize| text.get(from..to);
    let date = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let instant = format!("{date}T{}:{}:{}Z", part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let seconds = parse_instant(&instant)? / TICKS_PER_SECOND - EPOCH;
    Some((u64::try_from(seconds).ok()?, date))
}
