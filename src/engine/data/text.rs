//! The bytes of a text file: unpacked, and in UTF-8.

use std::fs::File;
use std::io::Read;

use super::folder::{Compression, Source};
use super::report::Findings;

/// Unpacked bytes that are read of one file; a small archive can hold a disk full of zeros.
const UNPACKED_LIMIT: u64 = 4 << 30;

/// All bytes of the file, unpacked, and whether it is torn: damage in the middle loses what is behind it, and is a
/// finding.
pub(super) fn read(source: &Source, findings: &mut Findings) -> Result<(Vec<u8>, bool), String> {
    let file = File::open(&source.path).map_err(|error| error.to_string())?;
    let mut reader: Box<dyn Read> = match source.compression {
        Compression::None => Box::new(file),
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(file)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(file).map_err(|error| error.to_string())?),
    };
    let mut bytes = Vec::new();
    if let Err(error) = reader.by_ref().take(UNPACKED_LIMIT).read_to_end(&mut bytes) {
        if bytes.is_empty() {
            return Err(error.to_string());
        }
        findings.add(None, &format!("breaks off, and was read up to there: {error}"));
        return Ok((bytes, true));
    }
    let torn = bytes.len() as u64 == UNPACKED_LIMIT;
    if torn {
        findings.add(None, "is larger than 4 GiB unpacked, and was read up to there");
    }
    Ok((bytes, torn))
}

/// UTF-8 as far as the byte order mark can tell: UTF-16 is decoded, a mark is taken off. The rest may still hold
/// invalid bytes, see [`repair`].
pub(super) fn decode(mut bytes: Vec<u8>, findings: &mut Findings) -> Vec<u8> {
    let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(&bytes) else { return bytes };
    if encoding == encoding_rs::UTF_8 {
        bytes.drain(..mark);
        return bytes;
    }
    let (text, malformed) = encoding.decode_without_bom_handling(&bytes[mark..]);
    if malformed {
        findings.add(None, &format!("holds bytes that are not {}; U+FFFD stands for them", encoding.name()));
    }
    text.into_owned().into_bytes()
}

/// Text in which U+FFFD stands for what is not UTF-8.
pub(super) fn repair(bytes: Vec<u8>, findings: &mut Findings) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    let mut line = 1;
    for chunk in bytes.utf8_chunks() {
        line += count_lines(chunk.valid().as_bytes());
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            findings.add(Some(line), "bytes that are not UTF-8; U+FFFD stands for them");
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

/// Line breaks in the bytes.
pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The line that a place in a text is on, counted from 1, for places asked in rising order.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    pub(super) fn line_at(&mut self, at: usize) -> u64 {
        if at > self.at {
            self.line += count_lines(&self.text[self.at..at]);
            self.at = at;
        }
        self.line
    }
}
